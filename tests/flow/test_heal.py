"""Healing by the real models: a date far back that vanished comes back as it was."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from python_runners.dates import parse_instant
from python_runners.operations.heal import heal, look
from python_runners.pipeline.composition import Platform
from python_runners.pipeline.dbt_runner import DbtRunner
from python_runners.settings import Settings
from tests.flow.builds import build, count, differing_rows, open_warehouse, project_paths, value_columns

AS_OF = "2025-01-25T12:00:00Z"
RANGE = (date(2024, 10, 22), date(2025, 1, 20))
LOST = date(2024, 11, 1)
TABLES = (
    "nba_analytics.player_game_summary",
    "nba_analytics.team_offense_game_summary",
    "nba_analytics.team_defense_game_summary",
    "nba_analytics.upcoming_player_game_context",
    "nba_precompute.player_daily_cache",
    "nba_precompute.ml_feature_store_v2",
)
DATE_COLUMNS = {"nba_precompute.player_daily_cache": "analysis_date"}


@pytest.fixture(scope="module")
def built(imported_history: Path, dbt: DbtRunner, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder of a warehouse that was built from the games of one season up to the instant of the test."""
    folder = tmp_path_factory.mktemp("one_season")
    shutil.copy(imported_history, folder / "warehouse.duckdb")
    with open_warehouse(folder) as warehouse:
        for table in ("nbac_schedule", "nbac_player_boxscores", "nbac_team_boxscore", "nbac_shot_chart"):
            warehouse.execute(
                f"delete from nba_raw.{table} where game_date not between date '2024-10-01' and date '2025-01-25'"
            )
    build(dbt, folder, {"run_id": "full", "as_of": AS_OF})
    return folder


@pytest.fixture
def platform(built: Path, dbt: DbtRunner, tmp_path: Path) -> Iterator[Platform]:
    """The built season without one date in every table, the box scores of which are still there."""
    shutil.copy(built / "warehouse.duckdb", tmp_path / "warehouse.duckdb")
    with open_warehouse(tmp_path) as warehouse:
        for table in TABLES:
            lost = f"delete from {table} where {DATE_COLUMNS.get(table, 'game_date')} = ?"
            assert count(warehouse, lost.replace("delete", "select count(*)").replace("?", f"date '{LOST}'")) > 0
            warehouse.execute(lost, [LOST])
    with project_paths(tmp_path):
        platform = Platform(Settings(data_dir=tmp_path, as_of=AS_OF), clock=lambda: parse_instant(AS_OF))
        platform.dbt = dbt
        yield platform
        platform.close()


def test_a_lost_date_is_reported_and_comes_back_row_for_row(platform: Platform, built: Path) -> None:
    lost = {gap.expected.rule.output for gap in look(platform, *RANGE).gaps if gap.expected.game_date == LOST}
    assert lost == set(TABLES)
    healing = heal(platform, *RANGE)
    assert {gap.expected.game_date for gap in healing.after.gaps} & {LOST} == set()
    assert {gap.expected.rule.output for gap in healing.repaired} == set(TABLES)
    assert heal(platform, *RANGE).repaired == []
    folder = platform.settings.data_dir
    platform.close()
    with open_warehouse(folder) as warehouse:
        warehouse.execute(f"attach '{built / 'warehouse.duckdb'}' as untouched (read_only)")
        for table in TABLES:
            columns = value_columns(warehouse, table)
            assert differing_rows(warehouse, columns, table, f"untouched.{table}") == 0, table
