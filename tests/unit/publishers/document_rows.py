"""Rows as the warehouse gives them to the documents of one date: one game, sixteen players, one system."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

from python_runners.publishers.envelope import Edition, render
from python_runners.publishers.publish import documents_of
from python_runners.publishers.rows import SlateRows

DAY = date(2025, 11, 15)
TIP = datetime(2025, 11, 16, 0, 30)  # noqa: DTZ001 - the warehouse gives naive UTC
NOON = datetime(2025, 11, 15, 17, 0, tzinfo=UTC)
GAME = "0022500225"


def game() -> dict[str, Any]:
    return {
        "game_id": GAME, "game_date": DAY, "home_team": "BOS", "away_team": "NYK", "tip_off_utc": TIP,
        "game_status": 1, "home_score": None, "away_score": None,
    }  # fmt: skip


def prediction(player: int, system: str = "ensemble_v1", **more: Any) -> dict[str, Any]:
    base = {
        "prediction_id": f"{system}-{player}", "game_id": GAME, "player_id": str(player),
        "player_name": f"Player {player}", "system_id": system, "mode": "live", "team": "BOS", "opponent": "NYK",
        "is_home": True, "predicted_points": 20.0, "confidence": 0.7, "recommendation": "OVER", "points_line": 16.5,
        "line_book": "draftkings", "edge": 3.5, "injury_status_at_prediction": "available",
        "current_injury_status": "available", "is_row_ready": True, "component_adjustments": '{"pace": 0.3}',
        "feature_coverage": 0.9, "created_at": NOON.replace(tzinfo=None),
    }  # fmt: skip
    return base | more


def player(number: int, **more: Any) -> dict[str, Any]:
    base = {
        "game_id": GAME, "player_id": str(number), "player_name": f"Player {number}",
        "team": "BOS" if number < 8 else "NYK", "opponent": "NYK" if number < 8 else "BOS", "is_home": number < 8,
        "tip_off_utc": TIP, "has_prop_line": True, "current_points_line": 16.5, "current_line_book": "draftkings",
        "opening_points_line": None, "line_movement": None, "days_rest": 2, "is_back_to_back": False,
        "injury_status": None, "injury_reason_category": None, "points_avg_season": 18.2, "minutes_avg_season": 31.0,
        "points_avg_last_5": 19.0, "games_played_season": 12, "games_below_season_avg_streak": 0, "fatigue_score": 91,
        "defensive_rating_last_15": 112.3, "weakest_zone": "three", "defense_rank": 20,
    }  # fmt: skip
    return base | more


def past_game(days_ago: int, points: int | None, result: str | None = None) -> dict[str, Any]:
    is_dnp = points is None
    makes = None if is_dnp else 4
    return {
        "player_id": "1", "game_id": GAME, "game_date": DAY - timedelta(days=days_ago), "team": "BOS",
        "opponent": "MIA", "is_home": True, "is_dnp": is_dnp, "points": points, "minutes": None if is_dnp else 30.0,
        "fg_makes": makes, "fg_attempts": makes, "three_makes": makes, "three_attempts": makes, "ft_makes": makes,
        "ft_attempts": makes, "points_line": 15.5 if result else None, "over_under_result": result,
        "line_margin": None, "season_type": "regular", "win_flag": True,
    }  # fmt: skip


def slate(**more: Any) -> SlateRows:
    base: dict[str, Any] = {
        "games": (game(),),
        "predictions": tuple(prediction(number) for number in range(16)),
        "players": tuple(player(number) for number in range(16)),
        "recent_games": {"1": (past_game(2, 22, "OVER"), past_game(4, None), past_game(6, 18, "OVER"))},
        "results": (),
        "systems": (),
        "next_game_date": DAY + timedelta(days=1),
        "season_phase": "regular",
        "season": "2025-26",
        "season_dates": tuple({"game_date": DAY + timedelta(days=number), "games": 10} for number in range(108)),
        "league_players": tuple(player(number) for number in range(16)),
    }
    return SlateRows(**(base | more))


EMPTY = slate(games=(), predictions=(), players=(), recent_games={}, season_dates=(), league_players=())


def graded(player: int, **more: Any) -> dict[str, Any]:
    base = {
        "game_id": GAME, "player_id": str(player), "player_name": f"Player {player}", "system_id": "ensemble_v1",
        "mode": "live", "team": "BOS", "opponent": "NYK", "is_home": True, "days_rest": 2, "predicted_points": 20.0,
        "points_line": 16.5, "recommendation": "OVER", "confidence_decile": 8, "predicted_margin": 3.5,
        "actual_points": 22, "signed_error": -2.0, "outcome": "WIN", "void_reason": None,
    }  # fmt: skip
    return base | more


def edition(**more: Any) -> Edition:
    return Edition(**({"game_date": DAY, "generated_at": NOON, "data_as_of": NOON, "correlation_id": "c"} | more))


def rendered(rows: SlateRows, this: Edition | None = None) -> dict[str, dict[str, Any]]:
    chosen = this or edition()
    return {document.path: render(document, chosen) for document in documents_of(rows, chosen)}
