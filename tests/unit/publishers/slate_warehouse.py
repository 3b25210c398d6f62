"""A warehouse with the few rows that a publication of one date reads."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa

from python_runners.platform.warehouse import DuckDBWarehouse
from python_runners.predictions.system_table import ensure_systems

DAY = date(2025, 11, 15)
TIP = datetime(2025, 11, 16, 0, 30)  # noqa: DTZ001 - the warehouse holds naive UTC
NOON = datetime(2025, 11, 15, 17, tzinfo=UTC)
GAME = "0022500225"

EMPTY_TABLES = """
create table nba_precompute.player_daily_cache (
    analysis_date date, player_id varchar, points_avg_season double, minutes_avg_season double,
    points_avg_last_5 double, games_played_season bigint, games_below_season_avg_streak bigint
);
create table nba_precompute.player_composite_factors (game_id varchar, player_id varchar, fatigue_score bigint);
create table nba_precompute.team_defense_zone_analysis (
    analysis_date date, team varchar, defensive_rating_last_15 double, weakest_zone varchar
);
create table nba_analytics.player_game_summary (
    player_id varchar, game_id varchar, game_date date, player_name varchar, team varchar, opponent varchar,
    is_home boolean, is_dnp boolean, points bigint, minutes double, fg_makes bigint, fg_attempts bigint,
    three_makes bigint, three_attempts bigint, ft_makes bigint, ft_attempts bigint, points_line double,
    over_under_result varchar, line_margin double, season_type varchar, win_flag boolean
);
create table nba_predictions.system_daily_performance (
    game_date date, system_id varchar, window_days bigint, graded bigint, hit_rate double, mae double, bias double,
    line_mae double
);
create table nba_predictions.prediction_accuracy (
    game_id varchar, player_id varchar, system_id varchar, mode varchar, game_date date, predicted_points double,
    points_line double, recommendation varchar, confidence_decile bigint, predicted_margin double,
    actual_points bigint, signed_error double, outcome varchar, void_reason varchar
);
"""
CALENDAR = [{"season_year": 2025, "date_from": date(2025, 10, 21), "date_to": date(2026, 2, 12), "phase": "regular"}]
GAMES = [
    {
        "game_id": GAME, "game_date": DAY, "home_team": "BOS", "away_team": "NYK", "tip_off_utc": TIP,
        "game_status": 1, "home_score": 0, "away_score": 0, "season_year": 2025, "season_type": "regular",
    },
    {
        "game_id": "0012500001", "game_date": date(2025, 10, 4), "home_team": "BOS", "away_team": "NYK",
        "tip_off_utc": None, "game_status": 3, "home_score": 1, "away_score": 2, "season_year": 2025,
        "season_type": "preseason",
    },
]  # fmt: skip
PLAYERS = [{"player_id": str(n), "player_name": f"Player {n}", "last_season": 2025 - (n == 3)} for n in (1, 2, 3)]
SPELLS = [
    {"player_id": "1", "valid_from": date(2023, 10, 1), "team": "BOS", "valid_to": None},
    {"player_id": "2", "valid_from": date(2023, 10, 1), "team": "LAL", "valid_to": date(2025, 2, 5)},
    {"player_id": "2", "valid_from": date(2025, 2, 6), "team": "NYK", "valid_to": None},
    {"player_id": "3", "valid_from": date(2023, 10, 1), "team": "MIA", "valid_to": None},
]


def context(player: int) -> dict[str, Any]:
    return {
        "game_id": GAME, "game_date": DAY, "player_id": str(player), "player_name": f"Player {player}", "team": "BOS",
        "opponent": "NYK", "is_home": True, "tip_off_utc": TIP, "has_prop_line": True, "current_points_line": 16.5,
        "current_line_book": "draftkings", "opening_points_line": 16.5, "line_movement": 0.0, "days_rest": 2,
        "is_back_to_back": False, "injury_status": "available", "injury_reason_category": "none",
    }  # fmt: skip


def prediction(player: int, version: int = 1, line: float = 16.5) -> dict[str, Any]:
    return {
        "prediction_id": f"p{player}v{version}", "game_id": GAME, "player_id": str(player), "game_date": DAY,
        "system_id": "ensemble_v1", "mode": "live", "prediction_version": version, "team": "BOS", "opponent": "NYK",
        "predicted_points": 20.0, "confidence": 0.7, "recommendation": "OVER", "points_line": line,
        "line_book": "draftkings", "edge": 20.0 - line, "injury_status_at_prediction": "available",
        "component_adjustments": "{}", "feature_coverage": 0.9, "feature_version": "v1",
        "created_at": NOON.replace(tzinfo=None), "tip_off_utc": TIP,
    }  # fmt: skip


def features(player: int) -> dict[str, Any]:
    return {"game_date": DAY, "player_id": str(player), "feature_version": "v1", "is_production_ready": True}


def fill(warehouse: DuckDBWarehouse, relation: str, rows: list[dict[str, Any]]) -> None:
    with warehouse.attached("filled_rows", pa.Table.from_pylist(rows)):
        warehouse.execute(f"create table if not exists {relation} as from filled_rows limit 0")
        warehouse.execute(f"insert into {relation} by name from filled_rows")


def warehouse_of_a_slate(path: Path) -> DuckDBWarehouse:
    """Open a warehouse with one game tonight and two players who are predicted over their lines."""
    opened = DuckDBWarehouse(path)
    opened.execute(EMPTY_TABLES)
    ensure_systems(opened, NOON)
    fill(opened, "nba_reference.season_calendar", CALENDAR)
    fill(opened, "nba_reference.dim_game", GAMES)
    fill(opened, "nba_reference.dim_player", PLAYERS)
    fill(opened, "nba_reference.dim_player_team", SPELLS)
    fill(opened, "nba_analytics.upcoming_player_game_context", [context(1), context(2)])
    fill(opened, "nba_precompute.ml_feature_store_v2", [features(1), features(2)])
    fill(opened, "nba_predictions.player_points_predictions", [prediction(1), prediction(2)])
    return opened
