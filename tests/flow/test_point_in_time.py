"""No feature of a date knows anything of that date's games or of later ones, on a real season."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path

import duckdb
import pytest

from python_runners.pipeline.dbt_runner import DbtRunner
from tests.flow.builds import build, count, differing_rows, open_warehouse, value_columns

DAY = "2024-03-20"
LAST_DAY = "2024-03-27"
AS_OF = "2024-06-30T12:00:00Z"
STORE = "nba_precompute.ml_feature_store_v2"
SUMMARY = "nba_analytics.player_game_summary"
RESULTS = ("nbac_player_boxscores", "nbac_team_boxscore", "nbac_shot_chart")
MARKETS = ("odds_api_player_points_props", "odds_api_game_lines")

KEEP_THE_SEASON = [
    "delete from nba_raw.nbac_schedule where season != '2023-24'",
    *(
        f"delete from nba_raw.{table} where game_date not between date '2023-10-01' and date '{LAST_DAY}'"
        for table in (*RESULTS, *MARKETS, "nbac_injury_report")
    ),
]
FORGET_THE_DAY_AND_LATER = [
    *(f"delete from nba_raw.{table} where game_date >= date '{DAY}'" for table in RESULTS),
    *(
        f"delete from nba_raw.{table} where game_date > date '{DAY}' or snapshot_at > commence_time"
        for table in MARKETS
    ),
    f"delete from nba_raw.nbac_player_movement where transaction_date >= date '{DAY}'",
    f"update nba_raw.nbac_schedule set home_score = null, away_score = null, game_status = 1 "
    f"where game_date >= date '{DAY}'",
]
# Fifteen field goals more for everybody, from nowhere: players still add up to teams, teams to final scores, and the
# possessions stay, so that the gates let the games pass.
ABSURD_SCORES = [
    f"create temp table sides as select game_id, team, 30 * count(*) as extra from nba_raw.nbac_player_boxscores "
    f"where game_date = date '{DAY}' group by game_id, team",
    f"update nba_raw.nbac_player_boxscores set points = points + 30, fg_makes = fg_makes + 15 "
    f"where game_date = date '{DAY}'",
    "update nba_raw.nbac_team_boxscore as box set points = points + extra, fg_makes = fg_makes + extra // 2 "
    "from sides where box.game_id = sides.game_id and box.team = sides.team",
    "update nba_raw.nbac_schedule as game set home_score = home_score + extra from sides "
    "where game.game_id = sides.game_id and game.home_team = sides.team",
    "update nba_raw.nbac_schedule as game set away_score = away_score + extra from sides "
    "where game.game_id = sides.game_id and game.away_team = sides.team",
]


def built_after(dbt: DbtRunner, raw: Path, folder: Path, changes: Sequence[str]) -> Path:
    """Build up to the feature store from a copy of `raw` with changes applied, and return the folder."""
    shutil.copy(raw, folder / "warehouse.duckdb")
    with open_warehouse(folder) as warehouse:
        for change in changes:
            warehouse.execute(change)
    build(dbt, folder, {"run_id": "any", "as_of": AS_OF}, select=("+ml_feature_store_v2",))
    return folder


@pytest.fixture(scope="module")
def one_season(imported_history: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A warehouse file with the raw rows of 2023-24 until a week after the day."""
    folder = tmp_path_factory.mktemp("season")
    shutil.copy(imported_history, folder / "warehouse.duckdb")
    with open_warehouse(folder) as warehouse:
        for change in KEEP_THE_SEASON:
            warehouse.execute(change)
    return folder / "warehouse.duckdb"


@pytest.fixture(scope="module")
def truth(one_season: Path, dbt: DbtRunner, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The build of what happened."""
    return built_after(dbt, one_season, tmp_path_factory.mktemp("truth"), [])


def compare(truth: Path, other: Path, where: str) -> tuple[int, list[str]]:
    """Count differing rows of the feature store among those that `where` selects, and name columns that differ."""
    with open_warehouse(other) as warehouse:
        attach(warehouse, truth)
        columns = value_columns(warehouse, STORE)
        one, two = (f"(select * from {name} where {where})" for name in (STORE, "truth_store"))
        differing = differing_rows(warehouse, columns, one, two)
        key = "game_id, player_id"
        named = [
            column
            for column in (columns.split(", ") if differing else [])
            if differing_rows(warehouse, f"{key}, {column}", one, two)
        ]
    return differing, named


def attach(warehouse: duckdb.DuckDBPyConnection, truth: Path) -> None:
    """Bring the feature store of the true build into the other warehouse, as a table of this connection."""
    with open_warehouse(truth) as source:
        rows = source.sql(f"select * from {STORE}").to_arrow_table()
    warehouse.register("rows_of_truth", rows)
    warehouse.execute("create temp table truth_store as select * from rows_of_truth")


def test_features_up_to_a_day_stay_without_the_results_of_that_day_and_later(
    one_season: Path, truth: Path, dbt: DbtRunner, tmp_path: Path
) -> None:
    blind = built_after(dbt, one_season, tmp_path, FORGET_THE_DAY_AND_LATER)
    with open_warehouse(blind) as warehouse:
        assert count(warehouse, f"select count(*) from {SUMMARY} where game_date >= date '{DAY}'") == 0
        assert count(warehouse, f"select count(*) from {STORE} where game_date = date '{DAY}'") > 100
        with_line = f"select count(f25_vegas_points_line) from {STORE} where game_date = date '{DAY}'"
        assert count(warehouse, with_line) > 50
    assert compare(truth, blind, f"game_date <= date '{DAY}'") == (0, [])
    assert compare(truth, blind, f"game_date > date '{DAY}'")[0] > 100


def test_absurd_scores_of_a_day_change_no_feature_of_that_day(
    one_season: Path, truth: Path, dbt: DbtRunner, tmp_path: Path
) -> None:
    absurd = built_after(dbt, one_season, tmp_path, ABSURD_SCORES)
    with open_warehouse(absurd) as warehouse:
        assert count(warehouse, f"select min(points) from {SUMMARY} where game_date = date '{DAY}'") >= 30
    assert compare(truth, absurd, f"game_date <= date '{DAY}'") == (0, [])
    later = compare(truth, absurd, f"game_date > date '{DAY}'")[1]
    assert {'"f00_points_avg_last_5"', '"f13_opponent_def_rating"'} <= set(later)
