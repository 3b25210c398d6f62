"""Eligibility, versions and the columns of prediction rows."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from python_runners.errors import InvalidMessage
from python_runners.predictions.prediction_rows import NEWEST_SCHEMA
from python_runners.predictions.run import PredictionRun
from python_runners.predictions.scoring import ScoringResult, plan, score
from python_runners.predictions.system_table import FORMULAS
from python_runners.predictions.systems.ensemble import Ensemble
from python_runners.predictions.systems.gradient_boosting import GradientBoosting
from tests.unit.predictions.prediction_frames import (
    DAY,
    MORNING,
    TIP_OFF,
    history_rows,
    live_run,
    scoring_inputs,
)

SYSTEMS = (*FORMULAS, Ensemble())


class Steady:
    def predict(self, X: Any) -> Any:  # noqa: N803
        return np.full(len(X), 25.0)


def stored(result: ScoringResult) -> pa.Table:
    return result.predictions.select(NEWEST_SCHEMA.names)


def rows_of(result: ScoringResult, system_id: str) -> list[dict[str, Any]]:
    return [row for row in result.predictions.to_pylist() if row["system_id"] == system_id]


def test_ineligible_rows_are_counted_by_reason() -> None:
    late = {"tip_off_utc": MORNING}
    features = [{}, {"is_production_ready": False}, {}, {}, late, {"as_of": MORNING + timedelta(minutes=1)}, {}]
    statuses = ["questionable", "available", "out", "doubtful", "out", "available", None]
    inputs = scoring_inputs(features, [{"injury_status": status} for status in statuses])
    result = score(inputs, SYSTEMS, live_run())
    assert [player for _, player in result.eligible] == ["100", "106"]
    assert result.skipped == {
        "not_production_ready": 1,
        "ruled_out": 2,
        "tip_off_passed": 1,
        "inputs_after_as_of": 1,
    }
    assert plan(inputs, live_run()).skipped == result.skipped
    assert set(result.predictions.column("player_id").to_pylist()) == {"100", "106"}


def test_a_row_without_context_is_not_predicted() -> None:
    inputs = scoring_inputs([{}])
    bare = type(inputs)(inputs.features, inputs.context.slice(0, 0), inputs.cache, inputs.history, inputs.newest)
    assert score(bare, SYSTEMS, live_run()).skipped == {"no_context": 1}


def test_nothing_is_predicted_at_or_after_tip_off() -> None:
    inputs = scoring_inputs([{}])
    before = live_run(as_of=(TIP_OFF - timedelta(seconds=1)).isoformat())
    at_tip = live_run(as_of=TIP_OFF.isoformat())
    assert score(inputs, SYSTEMS, before).predictions.num_rows > 0
    assert score(inputs, SYSTEMS, at_tip).predictions.num_rows == 0


def test_a_full_row() -> None:
    inputs = scoring_inputs([{}], [{"points_line": 15.5}], history=history_rows([20, 22, 18, 25, 30, 12]))
    result = score(inputs, SYSTEMS, live_run(batch_id="batch", correlation_id="journey", code_version="c"))
    row = rows_of(result, "moving_average_v1")[0]
    assert (row["predicted_points"], row["edge"], row["recommendation"]) == (19.3, 3.8, "OVER")
    assert (row["points_line"], row["line_book"]) == (15.5, "draftkings")
    assert json.loads(row["component_adjustments"]) == {"recent_form": 18.8, "fatigue": 0.0, "pace": 0.0, "venue": 0.5}
    assert (row["prediction_version"], row["supersedes"], row["mode"]) == (1, None, "live")
    assert (row["created_at"], row["written_at"], row["tip_off_utc"]) == (MORNING, MORNING, TIP_OFF)
    assert (row["batch_id"], row["correlation_id"], row["code_version"]) == ("batch", "journey", "c")
    ensemble = rows_of(result, "ensemble_v1")[0]
    assert ensemble["contributing_systems"] == ["moving_average_v1", "similarity_balanced_v1", "zone_matchup_v1"]
    parts = json.loads(ensemble["component_adjustments"])
    assert sum(parts.values()) == pytest.approx(ensemble["predicted_points"], abs=0.06)
    assert ensemble["system_std"] == pytest.approx(1.3912)


def test_without_a_line_there_is_no_edge() -> None:
    rows = score(scoring_inputs([{}]), SYSTEMS, live_run()).predictions.to_pylist()
    assert {row["recommendation"] for row in rows} == {"NO_LINE"}
    assert {row["edge"] for row in rows} == {None}


@pytest.mark.parametrize("missing", ["line_book", "line_observed_at"])
def test_a_line_without_book_or_instant_is_no_line(missing: str) -> None:
    inputs = scoring_inputs([{}], [{"points_line": 15.5, missing: None}])
    row = score(inputs, SYSTEMS, live_run()).predictions.to_pylist()[0]
    assert (row["recommendation"], row["points_line"]) == ("NO_LINE", None)


def test_equal_inputs_write_no_version() -> None:
    first = score(scoring_inputs([{}, {}]), SYSTEMS, live_run())
    again = score(scoring_inputs([{}, {}], newest=stored(first)), SYSTEMS, live_run(run_id="second"))
    assert again.predictions.num_rows == 0
    assert again.unchanged == first.predictions.num_rows


@pytest.mark.parametrize(
    ("features", "context"),
    [({"features_digest": "d2"}, {"points_line": 15.5}), ({}, {"points_line": 16.5}), ({}, {})],
)
def test_a_moved_input_writes_the_next_version(features: dict[str, Any], context: dict[str, Any]) -> None:
    first = score(scoring_inputs([{}], [{"points_line": 15.5}]), SYSTEMS, live_run())
    second = score(scoring_inputs([features], [context], newest=stored(first)), SYSTEMS, live_run())
    assert second.predictions.num_rows == first.predictions.num_rows
    for old, new in zip(first.predictions.to_pylist(), second.predictions.to_pylist(), strict=True):
        assert (new["prediction_version"], new["supersedes"]) == (2, old["prediction_id"])
        assert new["prediction_id"] != old["prediction_id"]


def test_a_price_or_book_alone_writes_no_version() -> None:
    first = score(scoring_inputs([{}], [{"points_line": 15.5}]), SYSTEMS, live_run())
    other = [{"points_line": 15.5, "line_book": "fanduel", "line_observed_at": MORNING - timedelta(minutes=5)}]
    assert score(scoring_inputs([{}], other, newest=stored(first)), SYSTEMS, live_run()).predictions.num_rows == 0


def test_a_corrected_earlier_game_moves_similarity_and_ensemble_only() -> None:
    first = score(scoring_inputs([{}], history=history_rows([20] * 6)), SYSTEMS, live_run())
    corrected = scoring_inputs([{}], history=history_rows([20] * 5 + [26]), newest=stored(first))
    moved = score(corrected, SYSTEMS, live_run()).predictions.column("system_id").to_pylist()
    assert moved == ["similarity_balanced_v1", "ensemble_v1"]


def test_versions_count_per_system_and_mode() -> None:
    first = score(scoring_inputs([{}]), SYSTEMS[:1], live_run())
    second = score(scoring_inputs([{}], newest=stored(first)), SYSTEMS, live_run())
    assert "moving_average_v1" not in second.predictions.column("system_id").to_pylist()
    replay = PredictionRun.from_parameters(
        {"run_id": "r", "prediction_mode": "backfill", "from_date": DAY, "to_date": DAY, "as_of": "2025-02-01"}
    )
    replayed = score(scoring_inputs([{}], newest=stored(first)), SYSTEMS, replay).predictions
    assert "moving_average_v1" in replayed.column("system_id").to_pylist()
    assert set(replayed.column("prediction_version").to_pylist()) == {1}
    assert set(replayed.column("mode").to_pylist()) == {"backfill"}
    assert set(replayed.column("created_at").to_pylist()) == {TIP_OFF - timedelta(seconds=1)}


@pytest.mark.parametrize(
    ("trained_to", "count"), [(DAY - timedelta(days=1), 1), (DAY, 0), (DAY + timedelta(days=9), 0)]
)
def test_a_model_never_scores_a_date_that_it_was_trained_on(trained_to: date, count: int) -> None:
    model = GradientBoosting(Steady(), ("f00_points_avg_last_5",), (4.0,) * 6, "v", "d", trained_to)
    result = score(scoring_inputs([{}]), (*FORMULAS, model, Ensemble()), live_run())
    assert len(rows_of(result, "gradient_boosting_v1")) == count
    assert ("gradient_boosting_v1" in rows_of(result, "ensemble_v1")[0]["contributing_systems"]) == bool(count)


def test_a_new_model_writes_new_versions_of_itself_and_the_ensemble() -> None:
    def with_model(digest: str) -> tuple[Any, ...]:
        model = GradientBoosting(Steady(), ("f00_points_avg_last_5",), (4.0,) * 6, "v", digest, date(2024, 1, 1))
        return (*FORMULAS, model, Ensemble())

    first = score(scoring_inputs([{}]), with_model("one"), live_run())
    second = score(scoring_inputs([{}], newest=stored(first)), with_model("two"), live_run())
    assert second.predictions.column("system_id").to_pylist() == ["gradient_boosting_v1", "ensemble_v1"]


def test_entities_narrow_a_run() -> None:
    inputs = scoring_inputs([{}, {"team": "LAL", "opponent": "DEN"}, {"game_id": "0022400777"}])

    def eligible(**lists: Any) -> list[str]:
        return [player for _, player in score(inputs, SYSTEMS, live_run(**lists)).eligible]

    assert eligible() == ["100", "101", "102"]
    assert eligible(player_ids=["101"]) == ["101"]
    assert eligible(team_ids=["DEN"]) == ["101"]
    assert eligible(player_ids=["101"], game_ids=["0022400777"]) == ["101", "102"]
    assert eligible(player_ids=[]) == []
    assert eligible(player_ids="all", team_ids=["DEN"]) == ["100", "101", "102"]


def test_a_live_run_covers_the_games_ahead() -> None:
    run = live_run(from_date="2024-11-01", to_date="2025-03-01")
    assert (run.from_date, run.to_date) == (DAY, DAY + timedelta(days=2))


@pytest.mark.parametrize("given", [{"prediction_mode": "backfill"}, {"prediction_mode": "shadow"}])
def test_a_run_that_does_not_say_what_it_is_for_is_refused(given: dict[str, Any]) -> None:
    with pytest.raises(InvalidMessage):
        live_run(**given)
