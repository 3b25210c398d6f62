"""Training refuses leakage, stores what it measured, and refuses what it stored when it was altered."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from python_runners.platform.objects import FolderObjectStore, ObjectStore
from python_runners.predictions.registry import (
    CARD_FILE,
    GOLDEN_FILE,
    MODEL_FILE,
    ModelCard,
    ModelRefused,
    ModelStands,
    load_card,
    load_model,
    save_model,
)
from python_runners.predictions.slate import Slate
from python_runners.predictions.training import (
    Split,
    TrainedModel,
    TrainingRefused,
    check_disjoint,
    failed_gates,
    split_by_date,
    train,
)
from tests.unit.predictions.prediction_frames import slate, training_rows

CUTOFF = date(2024, 3, 1)


@pytest.fixture(scope="module")
def rows() -> pa.Table:
    return training_rows()


@pytest.fixture(scope="module")
def model(rows: pa.Table) -> TrainedModel:
    return train(rows, CUTOFF)


@pytest.fixture
def models(tmp_path: Path) -> FolderObjectStore:
    return FolderObjectStore(tmp_path, takes_plain_files=True)


@pytest.fixture
def saved(model: TrainedModel, models: FolderObjectStore) -> Path:
    save_model(models, model.card, model.content, model.golden)
    return models.root / model.card.uri


def test_validation_is_the_last_share_of_whole_dates(rows: pa.Table) -> None:
    split = split_by_date(rows)
    fitted = set(split.fitting.column("game_date").to_pylist())
    held_out = set(split.validation.column("game_date").to_pylist())
    assert (len(fitted), len(held_out)) == (51, 9)
    assert max(fitted) < min(held_out)


def test_overlapping_dates_are_refused(rows: pa.Table) -> None:
    split = split_by_date(rows)
    overlapping = Split(pa.concat_tables([split.fitting, split.validation.slice(0, 1)]), split.validation)
    with pytest.raises(TrainingRefused, match="fitting data reach"):
        check_disjoint(overlapping)
    with pytest.raises(TrainingRefused, match="fitting data reach"):
        train(rows, CUTOFF, overlapping)
    with pytest.raises(TrainingRefused, match="both need rows"):
        check_disjoint(Split(split.fitting, split.validation.slice(0, 0)))


def test_rows_at_the_cutoff_are_refused(rows: pa.Table) -> None:
    last = max(rows.column("game_date").to_pylist())
    with pytest.raises(TrainingRefused, match="cutoff"):
        train(rows, last)


def test_too_few_dates_are_refused(rows: pa.Table) -> None:
    with pytest.raises(TrainingRefused, match="dates"):
        split_by_date(rows.slice(0, 5))


def test_the_card_says_what_was_done(model: TrainedModel, rows: pa.Table) -> None:
    card = model.card
    assert (card.trained_from, card.trained_to) == (date(2024, 1, 1), date(2024, 2, 29))
    assert card.validation_from == date(2024, 2, 21)
    assert card.training_rows == rows.num_rows
    assert card.columns == ("f00_points_avg_last_5", "f01_points_avg_last_10", "f02_points_avg_season")
    assert not any(column.startswith("f25") for column in card.columns)
    assert min(card.sigmas) >= 4.0
    assert set(card.libraries) == {"python", "numpy", "scikit-learn", "joblib"}
    assert card.metrics["rows"] == 9 * 12
    assert card.metrics["mae"] is not None
    assert 2.0 < card.metrics["mae"] < 5.0


def test_training_twice_gives_the_same_model(model: TrainedModel, rows: pa.Table) -> None:
    again = train(rows, CUTOFF)
    assert again.golden.deviation(model.system.regressor) == 0.0


def test_a_stored_model_predicts_like_the_trained_one(model: TrainedModel, saved: Path, models: ObjectStore) -> None:
    loaded = load_model(models, model.card.uri)
    some = slate([{}, {"f00_points_avg_last_5": 9.0}], lines=[15.5, None])
    assert loaded.predict(some, {}).points.tolist() == model.system.predict(some, {}).points.tolist()
    assert loaded.trained_to == model.card.trained_to
    assert load_card(models, model.card.uri) == model.card


def test_an_altered_model_file_is_refused(model: TrainedModel, saved: Path, models: ObjectStore) -> None:
    load_model(models, model.card.uri)
    (saved / MODEL_FILE).write_bytes(model.content + b"0")
    with pytest.raises(ModelRefused, match="digest"):
        load_model(models, model.card.uri)


def test_a_model_that_drifted_from_its_golden_vectors_is_refused(
    model: TrainedModel, saved: Path, models: ObjectStore
) -> None:
    golden = json.loads((saved / GOLDEN_FILE).read_text(encoding="utf-8"))
    golden["outputs"][3] += 0.01
    (saved / GOLDEN_FILE).write_text(json.dumps(golden), encoding="utf-8")
    with pytest.raises(ModelRefused, match=r"golden vectors by up to 0\.0100"):
        load_model(models, model.card.uri)


@pytest.mark.parametrize("missing", [MODEL_FILE, CARD_FILE, GOLDEN_FILE])
def test_an_incomplete_model_is_refused(model: TrainedModel, saved: Path, models: ObjectStore, missing: str) -> None:
    (saved / missing).unlink()
    with pytest.raises(ModelRefused, match=missing):
        load_model(models, model.card.uri)


def test_models_that_were_put_there_as_files_load(model: TrainedModel, saved: Path, tmp_path: Path) -> None:
    copied = tmp_path / "elsewhere"
    shutil.copytree(saved, copied / model.card.uri)
    models = FolderObjectStore(copied, takes_plain_files=True)
    assert load_model(models, model.card.uri).digest == model.card.digest
    save_model(models, model.card, model.content, model.golden)
    with pytest.raises(ModelStands):
        save_model(models, replace(model.card, training_rows=1), model.content, model.golden)


@pytest.mark.parametrize("text", ["{", "{}", '{"trained_from": "yesterday"}'])
def test_an_unreadable_card_is_refused(text: str) -> None:
    with pytest.raises(ModelRefused):
        ModelCard.from_json(text)


def test_a_model_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelRefused):
        load_card(FolderObjectStore(tmp_path), "gradient_boosting_v1/none")


def test_a_fresher_player_is_never_predicted_lower_by_the_model() -> None:
    rows = training_rows(dates=40, players=12)
    generator = np.random.default_rng(3)
    fatigue = pa.array(generator.integers(40, 101, rows.num_rows).astype(float))
    rows = rows.set_column(rows.column_names.index("f05_fatigue_score"), "f05_fatigue_score", fatigue)
    system = train(rows, CUTOFF).system
    assert "f05_fatigue_score" in system.columns
    ladder: Slate = slate([{"f05_fatigue_score": float(score), "player_id": str(score)} for score in range(40, 101, 5)])
    assert (np.diff(system.predict(ladder, {}).points) >= 0).all()


@pytest.mark.parametrize(
    ("metrics", "reason"),
    [
        ({"mae": 5.2, "moving_average_mae": 5.1, "bias": 0.0}, "worse than the moving average"),
        ({"mae": 5.0, "moving_average_mae": 5.1, "bias": -0.51}, "bias"),
        ({"mae": 4.4, "moving_average_mae": 5.1, "bias": 0.0}, "leakage"),
        ({"mae": 5.0, "moving_average_mae": 5.1, "bias": 0.5}, None),
        ({"mae": 4.4, "moving_average_mae": 4.6, "bias": 0.0, "regulars_mae": 5.0}, None),
        ({"mae": 4.6, "moving_average_mae": 4.7, "bias": 0.0, "regulars_mae": 4.49}, "leakage"),
    ],
)
def test_gates(model: TrainedModel, metrics: dict[str, float], reason: str | None) -> None:
    failed = failed_gates(replace(model.card, metrics=metrics))
    assert (reason is None and not failed) or (reason is not None and len(failed) == 1 and reason in failed[0])


def test_the_day_before_the_cutoff_may_be_trained_on(rows: pa.Table) -> None:
    last = max(rows.column("game_date").to_pylist())
    assert train(rows, last + timedelta(days=1)).card.trained_to == last
