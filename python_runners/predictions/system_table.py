"""nba_predictions.prediction_systems: which systems run, with which model, in which state."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from python_runners.loaders.write import ensure_table
from python_runners.platform.objects import ObjectStore
from python_runners.platform.warehouse import Warehouse
from python_runners.predictions.registry import GOLDEN_FILE, ModelCard, ModelRefused, load_model
from python_runners.predictions.systems.base import PredictionSystem
from python_runners.predictions.systems.ensemble import Ensemble
from python_runners.predictions.systems.gradient_boosting import FEATURE_SET, SYSTEM_ID
from python_runners.predictions.systems.moving_average import MovingAverage
from python_runners.predictions.systems.similarity import Similarity
from python_runners.predictions.systems.zone_matchup import ZoneMatchup

FORMULAS: tuple[PredictionSystem, ...] = (MovingAverage(), ZoneMatchup(), Similarity())
CHAMPION = Ensemble.system_id
HEALTHY, WATCH, BLOCKED = "healthy", "watch", "blocked"

_NAMES = {
    "moving_average_v1": "Moving average",
    "zone_matchup_v1": "Zone matchup",
    "similarity_balanced_v1": "Similar games",
    "gradient_boosting_v1": "Gradient boosting",
    "ensemble_v1": "Ensemble",
}
_INSERT = """
insert into nba_predictions.prediction_systems
    (system_id, system_name, system_type, version, is_active, is_champion, state, config, feature_set, created_at,
    updated_at)
select
    $system_id, $system_name, $system_type, $version, true, $is_champion, $state, $config,
    cast($feature_set as string), $now, $now
from unnest([1]) as once
where not exists (select 1 from nba_predictions.prediction_systems where system_id = $system_id)
"""
# As `active_systems` reads them, here and in the session of the dbt model.
SYSTEMS = "select system_id, is_active, state, model_uri, model_digest from nba_predictions.prediction_systems"
_PROMOTE = """
update nba_predictions.prediction_systems set
    version = $version, state = 'healthy', is_active = true, model_uri = $model_uri, model_digest = $model_digest,
    feature_set = $feature_set, trained_from = $trained_from, trained_to = $trained_to, training_rows = $training_rows,
    validation_mae = $validation_mae, golden_vectors = $golden_vectors, config = $config, updated_at = $now
where system_id = $system_id
"""
SET_STATE = """
update nba_predictions.prediction_systems set state = $state, updated_at = $now where system_id = $system_id
"""


@dataclass(frozen=True)
class ActiveSystems:
    """Systems of a run in the order in which they predict, and the ones that were refused, with the reason."""

    systems: tuple[PredictionSystem, ...]
    refused: Mapping[str, str] = field(default_factory=dict)


def ensure_systems(warehouse: Warehouse, now: datetime) -> None:
    """Create the table and the rows of the five systems where they are missing; a model starts without a file."""
    ensure_table(warehouse, "prediction_systems")
    if {row["system_id"] for row in stored_systems(warehouse)} >= _NAMES.keys():
        return
    with warehouse.transaction():
        for system in (*FORMULAS, Ensemble()):
            rule = {"min_edge": system.rule.min_edge, "min_confidence": system.rule.min_confidence}
            warehouse.execute(_INSERT, _row(system.system_id, system.system_type, system.version, HEALTHY, rule, now))
        warehouse.execute(_INSERT, _row(SYSTEM_ID, "model", "untrained", WATCH, {}, now) | {"feature_set": FEATURE_SET})


def _row(
    system_id: str, system_type: str, version: str, state: str, config: Mapping[str, Any], now: datetime
) -> dict[str, Any]:
    return {
        "system_id": system_id,
        "system_name": _NAMES[system_id],
        "system_type": system_type,
        "version": version,
        "is_champion": system_id == CHAMPION,
        "state": state,
        "config": json.dumps(config),
        "feature_set": None,
        "now": now,
    }


def promote(warehouse: Warehouse, card: ModelCard, models: ObjectStore, now: datetime) -> None:
    """Make a stored model the one that its system uses.

    Raises:
        ModelRefused: the model does not load.
    """
    load_model(models, card.uri)
    ensure_systems(warehouse, now)
    warehouse.execute(
        _PROMOTE,
        {
            "system_id": card.system_id,
            "version": card.version,
            "model_uri": card.uri,
            "model_digest": card.digest,
            "feature_set": card.feature_set,
            "trained_from": card.trained_from,
            "trained_to": card.trained_to,
            "training_rows": card.training_rows,
            "validation_mae": card.metrics["mae"],
            "golden_vectors": models.get(f"{card.uri}/{GOLDEN_FILE}").body.decode(),
            "config": json.dumps({"sigmas": card.sigmas, "parameters": dict(card.parameters)}),
            "now": now,
        },
    )


def active_systems(rows: Sequence[Mapping[str, Any]] | None, models: ObjectStore) -> ActiveSystems:
    """Build the systems that may predict.

    Args:
        rows: the table's rows (system_id, is_active, state, model_uri, model_digest); None or none, before anything was
            registered, which leaves the formulas and the ensemble.
        models: the trained models.

    Returns:
        The systems; a model that cannot be trusted is refused and named, the others go on. A blocked system stays out.
    """
    if not rows:
        return ActiveSystems((*FORMULAS, Ensemble()))
    known = {row["system_id"]: row for row in rows}
    allowed = {name for name, row in known.items() if row["is_active"] and row["state"] != BLOCKED}
    found: list[PredictionSystem] = [system for system in FORMULAS if system.system_id in allowed]
    refused: dict[str, str] = {}
    model = known[SYSTEM_ID] if SYSTEM_ID in allowed else {"model_uri": None}
    if model["model_uri"] is not None:
        try:
            found.append(load_model(models, model["model_uri"], model["model_digest"]))
        except ModelRefused as error:
            refused[SYSTEM_ID] = str(error)
    if Ensemble.system_id in allowed:
        found.append(Ensemble())
    return ActiveSystems(tuple(found), refused)


def stored_systems(warehouse: Warehouse) -> Sequence[Mapping[str, Any]]:
    """Return the rows of the table."""
    rows: list[dict[str, Any]] = warehouse.query(SYSTEMS).to_pylist()
    return rows


def record_refusals(warehouse: Warehouse, refused: Mapping[str, str], now: datetime) -> None:
    """Mark refused systems as blocked, so that they stay out until a person promotes a good model."""
    for system_id in refused:
        warehouse.execute(SET_STATE, {"system_id": system_id, "state": BLOCKED, "now": now})
