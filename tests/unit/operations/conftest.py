"""A folder of history made for a test: every Parquet file exists, with the rows that the test gives it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from python_runners.loaders.write import create_tables
from python_runners.operations.history.datasets import DATASETS
from python_runners.operations.history.imports import ImportResult, import_history
from python_runners.platform.warehouse import DuckDBWarehouse
from python_runners.teams import team_id_of

Row = dict[str, Any]

DAY = date(2024, 3, 5)
GAME = "0022300900"
TEAM_GAMES = "boxscores/team_games_leaguegamefinder_2020_25.parquet"
MADE = {"fgm": 4, "fga": 9, "fg3m": 1, "fg3a": 3, "ftm": 2, "fta": 2, "pts": 11}
BOX = {**MADE, "oreb": 1, "dreb": 4, "ast": 2, "stl": 1, "blk": 0, "tov": 3, "pf": 2, "wl": "W"}
MISC = {"blka": 1, "pfd": 2, "pts_paint": 4, "pts_fb": 2, "pts_2nd_chance": 0, "pts_off_tov": 2}
GAME_KEY = {"season": "2023-24", "game_id": GAME, "game_date": DAY, "team": "BOS", "opponent": "NYK"}
PLAYER = {"player_id": 1628369, "player_name": "Jayson Tatum", "reb": 5, "plus_minus": 7}
RATES = {"usg_pct": 0.3, "off_rating": 110.0, "def_rating": 105.0, "pace": 98.0, "pct_ast_fgm": 0.5}
CDN = {
    "season": "2023-24", "game_id": GAME, "game_code": "20240305/NYKBOS", "game_status": 1,
    "game_status_text": "7:30 pm ET", "game_date_est": "2024-03-05T00:00:00Z",
    "game_datetime_utc": "2024-03-06T00:30:00Z", "week_number": 20, "game_subtype": "", "if_necessary": False,
    "series_game_number": "", "series_text": "", "postponed_status": "A", "arena_name": "TD Garden",
    "arena_city": "Boston", "arena_state": "MA", "home_team_id": team_id_of("BOS"), "home_tricode": "BOS",
    "away_team_id": team_id_of("NYK"), "away_tricode": "NYK", "national_tv": "",
}  # fmt: skip
EVENT = {
    "event_id": "e1", "commence_time": "2024-03-06T00:40:00Z", "home_team": "Boston Celtics",
    "away_team": "New York Knicks",
}  # fmt: skip
PROP = {**EVENT, "bookmaker": "draftkings", "market": "player_points", "player_name": "Jayson Tatum", "line": 27.5}
SHOT = {
    "season": "2023-24", "game_id": GAME, "game_date": DAY, "team_id": team_id_of("BOS"), "player_id": 1628369,
    "action_type": "Jump Shot", "shot_type": "3PT Field Goal", "shot_distance": 23,
}  # fmt: skip

# One row of every file, with the columns that the imports read.
FILES: dict[str, Row] = {
    TEAM_GAMES: {
        **{name: GAME_KEY[name] for name in ("season", "game_id", "game_date", "team")},
        "team_id": team_id_of("BOS"), "matchup": "BOS vs. NYK", "min": 240, **BOX,
    },
    "boxscores/team_gamelog_2025_26_to_nov15.parquet": {
        "season": "2025-26", "game_id": "0022500100", "game_date": date(2025, 11, 3), "team_id": team_id_of("BOS"),
        "matchup": "BOS vs. NYK", "min": 240, **BOX,
    },
    "boxscores/player_box_2023_24.parquet": {**GAME_KEY, **PLAYER, **BOX, **MISC, **RATES, "min": 35.5},
    "boxscores/player_gamelog_2025_26_to_nov15.parquet": {
        **GAME_KEY, **PLAYER, **BOX, "min": 35, "season": "2025-26", "game_id": "0022500100",
        "game_date": date(2025, 11, 3),
    },
    "boxscores/player_gamelog_light_2024_25_finals_g3_on.parquet": {
        "season": "2024-25", "player_id": 1, "player_name": "Somebody", "team": "OKC", "opponent": "IND",
        "game_date": date(2025, 6, 11), "matchup": "OKC @ IND",
    },
    "boxscores/team_box_2023_24.parquet": {**GAME_KEY, "team_id": team_id_of("BOS"), **BOX, **MISC, "min": 48.0},
    "schedule/results_2025_26_to_nov15.parquet": {
        "game_id": "0022500100", "game_date": date(2025, 11, 3), "home_team_id": team_id_of("BOS"), "home_abbr": "BOS",
        "away_team_id": team_id_of("NYK"), "away_abbr": "NYK", "home_pts": 110, "away_pts": 100,
    },
    "schedule/schedule_bbref_2020_23.parquet": {
        "game_date": date(2022, 1, 15), "game_start_time_et": "7:30p", "home_team_name": "Boston Celtics",
        "visitor_team_name": "New York Knicks", "arena_name": "TD Garden",
    },
    "schedule/schedule_cdn_2023_24_preseason_version.parquet": CDN,
    "schedule/schedule_cdn_2024_25_final.parquet": {
        **CDN, "game_id": "0022400900", "game_label": "", "game_sub_label": "", "is_neutral": False,
    },
    "schedule/schedule_2025_26_as_of_oct2025.parquet": {
        "game_id": "0022500100", "game_label": "", "game_subtype": "", "game_status": 1,
        "game_status_text": "7:30 pm ET", "date_est": "2025-11-03", "datetime_utc": "2025-11-04 00:30:00+00:00",
        "home_team_id": team_id_of("BOS"), "home_tricode": "BOS", "away_team_id": team_id_of("NYK"),
        "away_tricode": "NYK", "arena_name": "TD Garden", "arena_city": "Boston", "arena_state": "MA",
    },
    "odds/player_points_props_2024_03_02_to_05_24.parquet": {
        **PROP, "outcome": "Over", "price_american": -110, "market_last_update": "2024-03-05T20:00:00Z",
    },
    "odds/player_points_props_2025_10_21_to_11_15.parquet": {
        **PROP, "snapshot_file_ts": "2025-11-03T17:00:00", "snapshot_ts_basis": "utc_filename",
        "over_price_american": -115, "under_price_american": -105,
    },
    "odds/game_lines_consensus_partial_2020_2025.parquet": EVENT,
    "odds/game_lines_closing_2020_25.parquet": {
        "game_date": DAY, "home": "bos", "away": "ny", "whos_favored": "home", "spread": 6.5, "total": 220.5,
    },
    "odds/game_spreads_draftkings_2020_25.parquet": {
        "event_id": "d1", "game_date": DAY, "home_team": "Boston Celtics", "away_team": "New York Knicks",
        "home_spread": -6.0, "away_spread": 6.0, "home_money_line": -108.0, "away_money_line": -112.0,
        "api_call_date": "2024-03-05T07:00:00 PST",
    },
    "odds/game_lines_consensus_2025_10_05_to_11_15.parquet": {
        "commence_time_utc": "2025-11-04 00:30:00+00:00", "team_home": "Boston Celtics", "team_away": "New York Knicks",
        "most_common_spread_home": -3.4999, "most_common_spread_away": 3.5001, "most_common_total_line": 239.4999,
    },
    "shots/shots_2023_24.parquet": {
        **SHOT, "home_team": "BOS", "away_team": "NYK", "quarter": 1, "mins_left": 11, "secs_left": 40,
        "shot_made": True, "basic_zone": "Left Corner 3", "zone_name": "Left Side", "zone_range": "24+ ft.",
        "loc_x": 23.0, "loc_y": 6.25,
    },
    "shots/shots_2024_25_partial.parquet": {
        **SHOT, "htm": "BOS", "vtm": "NYK", "game_event_id": 7, "period": 1, "minutes_remaining": 11,
        "seconds_remaining": 48, "shot_made_flag": 0, "shot_zone_basic": "Left Corner 3",
        "shot_zone_area": "Left Side(L)", "shot_zone_range": "24+ ft.", "loc_x": -230, "loc_y": 10,
    },
    "injuries/official_injury_report_2025_10_20_to_11_05.parquet": {
        "game_date": date(2025, 10, 21), "game_time_et": "10:00 (ET)", "matchup": "GSW@LAL",
        "team": "Golden State Warriors", "player_name": "Butler III, Jimmy", "current_status": "Probable",
        "reason": "Injury/Illness - Left Ankle; Sprain", "report_date": "2025-10-20",
    },
    "directory/player_index_2025_26_jul2025.parquet": {
        "person_id": 1628369, "player_first_name": "Jayson", "player_last_name": "Tatum", "player_slug": "jayson-tatum",
        "team_id": team_id_of("BOS"), "position": "F", "jersey_number": "0", "height": "6-8", "weight": 210,
        "college": "Duke", "country": "USA", "draft_year": 2017, "draft_round": 1, "draft_number": 3,
        "roster_status": 1.0, "from_year": 2017, "to_year": 2025,
    },
    "directory/rosters_2025_26_oct2025.parquet": {
        "player": "Jayson Tatum", "num": 0.0, "position": "F", "height": "6-8", "weight": 210.0, "age": 27.0,
        "exp": "8", "player_id": 1628369, "how_acquired": "", "team_id": team_id_of("BOS"),
    },
    "directory/player_movements_2020_07_to_2025_07.parquet": {
        "transaction_type": "Trade", "transaction_date": date(2025, 7, 7), "transaction_description": "A deal.",
        "team_id": team_id_of("BOS"), "player_id": 0, "player_slug": "", "additional_sort": team_id_of("NYK"),
        "group_sort": "Trade 1",
    },
}  # fmt: skip


@dataclass
class History:
    """The folder and an empty warehouse."""

    root: Path
    warehouse: DuckDBWarehouse

    def put(self, start: str, *changes: Row) -> None:
        """Fill the file whose path begins with `start`: one default row per argument, changed by it."""
        [path] = [path for path in FILES if path.startswith(start)]
        schema = pa.Table.from_pylist([FILES[path]]).schema
        rows = [{**FILES[path], **change} for change in changes]
        (self.root / path).parent.mkdir(parents=True, exist_ok=True)
        pq.write_table(pa.Table.from_pylist(rows, schema=schema), self.root / path)

    def put_game(self, **changes: Any) -> None:
        """Let Boston have received New York, in the file of team games."""
        guests = {"team": "NYK", "team_id": team_id_of("NYK"), "matchup": "NYK @ BOS", "wl": "L", "pts": 9, "ftm": 0}
        self.put(TEAM_GAMES, changes, {**guests, **changes})

    def load(self, *names: str, seasons: list[int] | None = None) -> dict[str, ImportResult]:
        """Import the named datasets, or all; results by name."""
        datasets = [dataset for dataset in DATASETS if not names or dataset.name in names]
        results = import_history(self.warehouse, self.root, seasons=seasons, datasets=datasets)
        return {result.dataset: result for result in results}

    def rows(self, table: str, *columns: str) -> list[tuple[Any, ...]]:
        """Values of the columns in a raw table, in their order; instants as text."""
        read = self.warehouse.query(f"select {', '.join(columns)} from nba_raw.{table} order by all").to_pylist()
        return [tuple(str(value) if isinstance(value, datetime) else value for value in row.values()) for row in read]


@pytest.fixture(scope="session")
def empty_history(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a warehouse of empty tables and with every file of history, without rows."""
    folder = tmp_path_factory.mktemp("empty_history")
    warehouse = DuckDBWarehouse(folder / "warehouse.duckdb")
    create_tables(warehouse)
    history = History(folder / "history", warehouse)
    for path in FILES:
        history.put(path)
    warehouse.close()
    return folder


@pytest.fixture
def history(empty_history: Path, tmp_path: Path) -> Iterator[History]:
    shutil.copytree(empty_history, tmp_path, dirs_exist_ok=True)
    warehouse = DuckDBWarehouse(tmp_path / "warehouse.duckdb")
    yield History(tmp_path / "history", warehouse)
    warehouse.close()
