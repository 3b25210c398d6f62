"""`nba-props train`: fit, measure, store and, when a person says so, promote a model."""

from __future__ import annotations

from datetime import date, datetime

from rich.console import Console

from python_runners.dates import utc_now
from python_runners.pipeline.composition import configured_platform
from python_runners.platform.objects import ObjectStore
from python_runners.platform.warehouse import Warehouse
from python_runners.predictions.registry import ModelCard, save_model
from python_runners.predictions.system_table import ensure_systems, promote
from python_runners.predictions.training import TrainingRefused, failed_gates, read_training_rows, train


def train_model(warehouse: Warehouse, models: ObjectStore, cutoff: date, now: datetime, *, promoted: bool) -> ModelCard:
    """Train on rows before the cutoff, store the model, and promote it when asked and its gates hold.

    Raises:
        TrainingRefused: the data would leak or do not suffice, or promotion was asked for and a gate fails.
    """
    model = train(read_training_rows(warehouse, cutoff), cutoff)
    save_model(models, model.card, model.content, model.golden)
    ensure_systems(warehouse, now)
    if promoted:
        failed = failed_gates(model.card)
        if failed:
            raise TrainingRefused(f"model {model.card.uri} is stored but not promoted: {'; '.join(failed)}")
        promote(warehouse, model.card, models, now)
    return model.card


def train_once(console: Console, cutoff: date, *, promote_model: bool) -> None:
    """Train for the warehouse of this process and print the card."""
    platform = configured_platform()
    now = utc_now().replace(tzinfo=None)
    card = train_model(platform.warehouse, platform.models, cutoff, now, promoted=promote_model)
    console.print(f"{card.uri}: {card.training_rows} rows from {card.trained_from} to {card.trained_to}")
    console.print(f"held out from {card.validation_from}:")
    for name, value in card.metrics.items():
        console.print(f"  {name:28} {'-' if value is None else f'{value:.3f}'}")
    for reason in failed_gates(card):
        console.print(f"gate: {reason}")
    console.print("promoted" if promote_model else "stored, not promoted")
