"""The body of the dbt model, on a plain DuckDB connection; and the batch command with a dbt that only pretends."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, cast

import duckdb
import pytest

from python_runners.pipeline.composition import Platform
from python_runners.platform.warehouse import DuckDBWarehouse
from python_runners.predictions.dbt_model import predict_in_session
from python_runners.predictions.predict_command import predict_date
from python_runners.predictions.system_table import ensure_systems
from tests.unit.predictions.prediction_frames import dated_rows, warehouse_of

TODAY = date(2024, 2, 5)
NOON = datetime(2024, 2, 5, 17, tzinfo=UTC)
REFS = {
    "ml_feature_store_v2": "nba_precompute.ml_feature_store_v2",
    "upcoming_player_game_context": "nba_analytics.upcoming_player_game_context",
    "player_daily_cache": "nba_precompute.player_daily_cache",
    "player_game_summary": "nba_analytics.player_game_summary",
}
TABLE = "nba_predictions.player_points_predictions"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    warehouse = warehouse_of(tmp_path, dated_rows(), outcomes_before=TODAY)
    ensure_systems(warehouse, NOON.replace(tzinfo=None))
    warehouse.close()
    return warehouse.path


@pytest.fixture
def session(path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    connection = duckdb.connect(str(path))
    yield connection
    connection.close()


def build(session: duckdb.DuckDBPyConnection, **parameters: Any) -> list[dict[str, Any]]:
    """Do what the materialization does: call the model, append what it returns."""
    found = session.execute(
        "select count(*) from information_schema.tables where table_name = 'player_points_predictions'"
    ).fetchall()
    stored = session.table(TABLE) if found[0][0] else None
    given = {"run_id": "run", "as_of": "2024-02-05 17:00:00", "to_date": "2024-02-05"} | parameters
    rows = predict_in_session(
        {n: session.table(r) for n, r in REFS.items()}, stored, session, {"run_parameters": given}.get
    )
    session.register("new_rows", rows)
    session.execute(f"insert into {TABLE} from new_rows" if stored else f"create table {TABLE} as from new_rows")
    session.unregister("new_rows")
    return list(rows.to_pylist())


def test_the_model_predicts_the_slate_once(session: duckdb.DuckDBPyConnection) -> None:
    first = build(session)
    assert len(first) == 8 * 4
    assert build(session, run_id="again") == []


def test_players_narrow_what_is_read_and_written(session: duckdb.DuckDBPyConnection) -> None:
    assert {row["player_id"] for row in build(session, player_ids=["3", "5"])} == {"3", "5"}
    assert build(session, player_ids=[]) == []


def test_a_day_without_games_gives_no_rows_and_every_column(session: duckdb.DuckDBPyConnection) -> None:
    assert build(session, as_of="2024-07-01 12:00:00", to_date=None) == []
    assert len(session.table(TABLE).columns) == 35


def test_a_replay_reads_past_dates(session: duckdb.DuckDBPyConnection) -> None:
    rows = build(session, prediction_mode="backfill", from_date="2024-02-01", to_date="2024-02-02")
    assert {row["game_date"] for row in rows} == {date(2024, 2, 1), date(2024, 2, 2)}
    assert all(row["created_at"] < row["tip_off_utc"] for row in rows)


def test_a_model_that_cannot_be_trusted_blocks_its_system_alone(session: duckdb.DuckDBPyConnection) -> None:
    session.execute(
        "update nba_predictions.prediction_systems set model_uri = 'gradient_boosting_v1/absent'"
        " where system_id = 'gradient_boosting_v1'"
    )
    assert {row["system_id"] for row in build(session)} == {
        "moving_average_v1",
        "zone_matchup_v1",
        "similarity_balanced_v1",
        "ensemble_v1",
    }
    state = "select state from nba_predictions.prediction_systems where system_id = 'gradient_boosting_v1'"
    assert session.execute(state).fetchall() == [("blocked",)]


def test_without_the_table_of_systems_the_formulas_predict(session: duckdb.DuckDBPyConnection) -> None:
    session.execute("drop table nba_predictions.prediction_systems")
    assert len(build(session)) == 8 * 4


class PretendedDbt:
    """Builds the model on the warehouse's own file, and keeps what it was asked for."""

    def __init__(self, warehouse: DuckDBWarehouse) -> None:
        self.warehouse = warehouse
        self.asked: list[tuple[str, list[str], Mapping[str, Any]]] = []

    def invoke(self, command: str, *, select: list[str], variables: Mapping[str, Any]) -> None:
        self.asked.append((command, select, variables))
        with duckdb.connect(str(self.warehouse.path)) as session:
            build(session, **variables)


class PretendedPlatform:
    def __init__(self, path: Path) -> None:
        self.warehouse = DuckDBWarehouse(path)
        self.dbt = PretendedDbt(self.warehouse)

    def clock(self) -> datetime:
        return NOON

    def as_of(self) -> datetime:
        return NOON


def test_a_date_is_predicted_as_one_batch(path: Path) -> None:
    platform = PretendedPlatform(path)
    batch = predict_date(cast("Platform", platform), TODAY, "batch_1")
    replay = predict_date(cast("Platform", platform), date(2024, 2, 1), "batch_2", batch_mode="backfill")
    rows = platform.warehouse.query(f"select distinct batch_id, mode, correlation_id from {TABLE} order by all")
    platform.warehouse.close()
    assert (batch.status, batch.eligible_players, batch.predicted_players) == ("success", 8, 8)
    assert (replay.status, replay.predicted_players) == ("success", 8)
    assert rows.to_pylist() == [
        {"batch_id": "batch_1", "mode": "live", "correlation_id": "predict_batch_1"},
        {"batch_id": "batch_2", "mode": "backfill", "correlation_id": "predict_batch_2"},
    ]
    assert [(command, select) for command, select, _ in platform.dbt.asked] == [
        ("run", ["player_points_predictions"])
    ] * 2
