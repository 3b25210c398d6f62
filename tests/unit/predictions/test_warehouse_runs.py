"""Reading, batches, systems, picks, training and replay on a warehouse."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

import pyarrow as pa
import pytest
from rich.console import Console

from python_runners.errors import BuildFailed, EmptySelection, InvalidMessage
from python_runners.platform.objects import FolderObjectStore
from python_runners.platform.warehouse import DuckDBWarehouse
from python_runners.predictions.backtest import LINE, Backtest, backtest
from python_runners.predictions.backtest_command import tables
from python_runners.predictions.batches import run_batch
from python_runners.predictions.inputs import Narrowing, WarehouseSource, read_history, read_inputs
from python_runners.predictions.picks import Pick, record_shown_picks
from python_runners.predictions.picture import draw
from python_runners.predictions.registry import MODEL_FILE
from python_runners.predictions.run import PredictionRun
from python_runners.predictions.scoring import score
from python_runners.predictions.system_table import (
    active_systems,
    ensure_systems,
    promote,
    record_refusals,
    stored_systems,
)
from python_runners.predictions.train_command import train_model
from python_runners.predictions.training import TrainingRefused, read_training_rows
from tests.unit.predictions.prediction_frames import dated_rows, warehouse_of

TODAY = date(2024, 2, 5)
NOON = datetime.fromisoformat("2024-02-05T17:00:00")
FORMULA_IDS = ["moving_average_v1", "zone_matchup_v1", "similarity_balanced_v1", "ensemble_v1"]


@pytest.fixture
def models(tmp_path: Path) -> FolderObjectStore:
    return FolderObjectStore(tmp_path, takes_plain_files=True)


@pytest.fixture
def warehouse(tmp_path: Path) -> Iterator[DuckDBWarehouse]:
    opened = warehouse_of(tmp_path, dated_rows(), outcomes_before=TODAY)
    yield opened
    opened.close()


def run_of(run_id: str = "run", **given: object) -> PredictionRun:
    return PredictionRun.from_parameters(
        {"run_id": run_id, "as_of": NOON.isoformat(), "written_at": NOON.isoformat(), "to_date": TODAY} | given
    )


def append(warehouse: DuckDBWarehouse, run: PredictionRun) -> None:
    systems = active_systems(None, FolderObjectStore(Path())).systems
    rows = score(read_inputs(WarehouseSource(warehouse), run), systems, run).predictions
    with warehouse.attached("new_rows", rows):
        warehouse.execute(
            "create table if not exists nba_predictions.player_points_predictions as from new_rows limit 0"
        )
        warehouse.execute("insert into nba_predictions.player_points_predictions from new_rows")


def test_inputs_are_the_slate_and_a_year_of_played_games(warehouse: DuckDBWarehouse) -> None:
    inputs = read_inputs(WarehouseSource(warehouse), run_of(player_ids=["3"]))
    assert inputs.features.column("player_id").to_pylist() == ["3"]
    assert set(inputs.history.column("player_id").to_pylist()) == {"3"}
    assert inputs.history.num_rows == 35
    assert max(inputs.history.column("game_date").to_pylist()) == TODAY - timedelta(days=1)
    assert inputs.newest.num_rows == 0


@pytest.mark.parametrize("change", ["is_dnp = true", "points = null", "season_type = 'preseason'"])
def test_absences_and_preseason_are_no_history(warehouse: DuckDBWarehouse, change: str) -> None:
    warehouse.execute(f"update nba_analytics.player_game_summary set {change} where game_date = date '2024-02-04'")
    history = read_history(WarehouseSource(warehouse), Narrowing(TODAY, TODAY))
    assert max(history.column("game_date").to_pylist()) == date(2024, 2, 3)


def test_a_batch_states_who_was_expected_and_who_is_predicted(warehouse: DuckDBWarehouse) -> None:
    warehouse.execute(
        "update nba_analytics.upcoming_player_game_context set injury_status = 'out' where player_id = '2'"
    )
    run = run_of()
    batch = run_batch(
        warehouse,
        run,
        lambda: append(warehouse, run),
        mode="main",
        trigger_source="manual",
        clock=lambda: NOON + timedelta(minutes=1),
    )
    assert (batch.eligible_players, batch.predicted_players, batch.coverage, batch.status) == (7, 7, 1.0, "success")
    assert batch.skipped == {"ruled_out": 1}
    assert batch.systems == tuple(sorted(FORMULA_IDS))
    row = warehouse.query("select * from nba_predictions.prediction_batches").to_pylist()[0]
    assert (row["batch_id"], row["status"], row["skipped"]) == ("run", "success", '{"ruled_out": 1}')
    assert row["completed_at"] - row["started_at"] == timedelta(minutes=1)


def test_a_batch_that_predicts_too_few_is_partial(warehouse: DuckDBWarehouse) -> None:
    half = run_of(player_ids=["0", "1", "2", "3"])
    batch = run_batch(
        warehouse,
        run_of(),
        lambda: append(warehouse, half),
        mode="main",
        trigger_source="manual",
        clock=lambda: NOON,
    )
    assert (batch.coverage, batch.status, batch.is_below_target) == (0.5, "partial", True)


def test_a_retry_counts_what_stands(warehouse: DuckDBWarehouse) -> None:
    append(warehouse, run_of())
    batch = run_batch(
        warehouse,
        run_of("second"),
        lambda: append(warehouse, run_of("second")),
        mode="retry",
        trigger_source="scheduler",
        clock=lambda: NOON,
    )
    assert batch.coverage == 1.0
    count = warehouse.query("select count(*) as n from nba_predictions.player_points_predictions").to_pylist()
    assert count == [{"n": 8 * 4}]


def test_coverage_counts_only_who_is_eligible_now(warehouse: DuckDBWarehouse) -> None:
    append(warehouse, run_of())
    warehouse.execute(
        "update nba_analytics.upcoming_player_game_context set injury_status = 'out' where player_id = '2'"
    )
    batch = run_batch(
        warehouse, run_of("second"), lambda: None, mode="retry", trigger_source="manual", clock=lambda: NOON
    )
    assert (batch.eligible_players, batch.predicted_players, batch.coverage) == (7, 7, 1.0)


def test_a_day_without_games_is_no_data(warehouse: DuckDBWarehouse) -> None:
    later = "2024-06-05T17:00:00"
    run = PredictionRun.from_parameters({"run_id": "late", "as_of": later, "written_at": later})
    batch = run_batch(
        warehouse, run, lambda: append(warehouse, run), mode="main", trigger_source="manual", clock=lambda: NOON
    )
    assert (batch.status, batch.eligible_players) == ("no_data", 0)


def test_a_failed_build_leaves_a_failed_batch(warehouse: DuckDBWarehouse) -> None:
    def broken() -> None:
        raise BuildFailed("the model failed")

    with pytest.raises(BuildFailed):
        run_batch(warehouse, run_of(), broken, mode="main", trigger_source="manual", clock=lambda: NOON)
    row = warehouse.query("select status, predicted_players from nba_predictions.prediction_batches").to_pylist()
    assert row == [{"status": "failed", "predicted_players": 0}]


def test_an_unknown_batch_mode_is_refused(warehouse: DuckDBWarehouse) -> None:
    with pytest.raises(InvalidMessage):
        run_batch(warehouse, run_of(), lambda: None, mode="night", trigger_source="manual", clock=lambda: NOON)


def test_without_a_model_the_formulas_predict(warehouse: DuckDBWarehouse, models: FolderObjectStore) -> None:
    ensure_systems(warehouse, NOON)
    ensure_systems(warehouse, NOON)
    found = active_systems(stored_systems(warehouse), models)
    assert [system.system_id for system in found.systems] == FORMULA_IDS
    assert found.refused == {}
    champions = warehouse.query("select system_id from nba_predictions.prediction_systems where is_champion")
    assert champions.to_pylist() == [{"system_id": "ensemble_v1"}]


def test_an_inactive_system_does_not_predict(warehouse: DuckDBWarehouse, models: FolderObjectStore) -> None:
    ensure_systems(warehouse, NOON)
    warehouse.execute(
        "update nba_predictions.prediction_systems set is_active = false where system_id = 'zone_matchup_v1'"
    )
    found = active_systems(stored_systems(warehouse), models)
    assert "zone_matchup_v1" not in [system.system_id for system in found.systems]


def test_a_promoted_model_predicts_until_it_is_altered(warehouse: DuckDBWarehouse, models: FolderObjectStore) -> None:
    card = train_model(warehouse, models, TODAY, NOON, promoted=False)
    assert "gradient_boosting_v1" not in [
        system.system_id for system in active_systems(stored_systems(warehouse), models).systems
    ]
    promote(warehouse, card, models, NOON)
    found = active_systems(stored_systems(warehouse), models)
    assert [system.system_id for system in found.systems][3:] == ["gradient_boosting_v1", "ensemble_v1"]

    path = models.root / card.uri / MODEL_FILE
    path.write_bytes(path.read_bytes() + b"0")
    refused = active_systems(stored_systems(warehouse), models)
    assert [system.system_id for system in refused.systems] == FORMULA_IDS
    record_refusals(warehouse, refused.refused, NOON)
    states = {row["system_id"]: row["state"] for row in stored_states(warehouse)}
    assert states["gradient_boosting_v1"] == "blocked"
    assert active_systems(stored_systems(warehouse), models).refused == {}


def stored_states(warehouse: DuckDBWarehouse) -> list[dict[str, str]]:
    rows: list[dict[str, str]] = warehouse.query(
        "select system_id, state from nba_predictions.prediction_systems"
    ).to_pylist()
    return rows


def test_a_model_that_fails_its_gates_is_stored_but_not_promoted(
    warehouse: DuckDBWarehouse, models: FolderObjectStore
) -> None:
    with pytest.raises(TrainingRefused, match="not promoted"):
        train_model(warehouse, models, TODAY, NOON, promoted=True)
    states = {row["system_id"]: row["state"] for row in stored_states(warehouse)}
    assert states["gradient_boosting_v1"] == "watch"
    assert list(models.names("gradient_boosting_v1/"))


def test_training_rows_lie_before_the_cutoff_and_are_ready(warehouse: DuckDBWarehouse) -> None:
    warehouse.execute("update nba_precompute.ml_feature_store_v2 set is_production_ready = false where player_id = '1'")
    warehouse.execute("update nba_analytics.player_game_summary set is_dnp = true where player_id = '2'")
    rows = read_training_rows(warehouse, date(2024, 1, 20))
    assert max(rows.column("game_date").to_pylist()) == date(2024, 1, 19)
    assert {"1", "2"}.isdisjoint(rows.column("player_id").to_pylist())
    assert rows.num_rows == 19 * 6


@pytest.fixture
def replayed(warehouse: DuckDBWarehouse) -> Backtest:
    return backtest(warehouse, date(2024, 1, 25), date(2024, 2, 4), NOON)


def test_a_backtest_trains_before_it_scores(replayed: Backtest) -> None:
    assert replayed.model.card.trained_to == date(2024, 1, 24)
    assert min(replayed.rows.column("game_date").to_pylist()) == date(2024, 1, 25)
    assert {report.system_id for report in replayed.reports} == {*FORMULA_IDS, "gradient_boosting_v1", LINE}


def test_outcomes_of_scored_dates_do_not_move_a_backtest(warehouse: DuckDBWarehouse, replayed: Backtest) -> None:
    warehouse.execute("update nba_analytics.player_game_summary set points = 60 where game_date = date '2024-02-04'")
    again = backtest(warehouse, date(2024, 1, 25), date(2024, 2, 4), NOON)
    assert again.rows.column("predicted_points") == replayed.rows.column("predicted_points")
    assert again.reports[0].mae != replayed.reports[0].mae


def test_a_backtest_measures_system_and_line_on_the_same_rows(replayed: Backtest) -> None:
    rows = replayed.rows.to_pylist()
    mine = [row for row in rows if row["system_id"] == "moving_average_v1"]
    report = replayed.reports[0]
    errors = [row["predicted_points"] - row["actual_points"] for row in mine]
    assert report.rows == len(mine) == 11 * 8
    assert report.mae == pytest.approx(sum(map(abs, errors)) / len(errors), abs=1e-4)
    assert report.bias == pytest.approx(sum(errors) / len(errors), abs=1e-4)
    line = [abs(row["points_line"] - row["actual_points"]) for row in mine]
    assert report.line_mae == replayed.reports[-1].mae == pytest.approx(sum(line) / len(line), abs=1e-4)
    taken = [row for row in mine if row["edge"] and row["actual_points"] != row["points_line"]]
    wins = sum((row["edge"] > 0) == (row["actual_points"] > row["points_line"]) for row in taken)
    assert sum(hit.wins for hit in report.by_edge) == wins
    assert sum(hit.wins + hit.losses for hit in report.by_edge) == len(taken)


def test_a_backtest_prints_and_draws(replayed: Backtest, tmp_path: Path) -> None:
    console = Console(file=io.StringIO(), width=200)
    for table in tables(replayed):
        console.print(table)
    assert isinstance(console.file, io.StringIO)
    text = console.file.getvalue()
    assert all(name in text for name in (*FORMULA_IDS, LINE, "80 % interval"))
    draw(replayed, tmp_path / "picture" / "replay.png")
    assert (tmp_path / "picture" / "replay.png").read_bytes().startswith(b"\x89PNG")


def test_a_backtest_without_outcomes_is_an_error(warehouse: DuckDBWarehouse) -> None:
    with pytest.raises(EmptySelection):
        backtest(warehouse, TODAY, TODAY, NOON + timedelta(days=300))


PICK = Pick(TODAY, "0022300035", "7", "ensemble_v1", 1, "strong", "OVER", 20.5, 3.1, 0.7, "first")
DOCUMENT = "best-bets/2024-02-05"


def shown(warehouse: DuckDBWarehouse) -> list[tuple[str, int, str | None]]:
    rows = warehouse.query(
        "select prediction_id, published_version, withdrawn_reason from nba_predictions.published_picks order by all"
    ).to_pylist()
    return [(row["prediction_id"], row["published_version"], row["withdrawn_reason"]) for row in rows]


def test_shown_picks_stay(warehouse: DuckDBWarehouse) -> None:
    record_shown_picks(warehouse, TODAY, DOCUMENT, [PICK], NOON, lambda row: "replaced")
    record_shown_picks(warehouse, TODAY, DOCUMENT, [PICK], NOON, lambda row: "replaced")
    assert shown(warehouse) == [("first", 1, None)]
    moved = replace(PICK, prediction_id="second", edge=2.1)
    record_shown_picks(warehouse, TODAY, DOCUMENT, [moved], NOON, lambda row: f"replaced {row['prediction_id']}")
    assert shown(warehouse) == [("first", 1, "replaced first"), ("second", 2, None)]
    record_shown_picks(warehouse, TODAY, DOCUMENT, [], NOON, lambda row: "halted")
    assert shown(warehouse) == [("first", 1, "replaced first"), ("second", 2, "halted")]


def test_features_of_another_version_are_not_scored(warehouse: DuckDBWarehouse) -> None:
    warehouse.execute("update nba_precompute.ml_feature_store_v2 set feature_version = 'v2' where player_id = '5'")
    inputs = read_inputs(WarehouseSource(warehouse), run_of())
    assert "5" not in inputs.features.column("player_id").to_pylist()
    assert isinstance(inputs.history, pa.Table)
    assert "5" not in inputs.history.column("player_id").to_pylist()
