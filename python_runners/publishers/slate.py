"""Documents of a slate: predictions by game, and everybody who may play tonight."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from datetime import date
from typing import Any

from python_runners.publishers.envelope import Document, instant
from python_runners.publishers.rows import Row, Rows, SlateRows

LIMITED_DATA_BELOW = 10
MIN_PREDICTED_PLAYERS = 8
MIN_LISTED_PLAYERS = 16
_BREAKDOWN = {"OVER": "over", "UNDER": "under", "PASS": "pass", "NO_LINE": "no_line"}


def slate_documents(rows: SlateRows, day: date) -> Iterable[Document]:
    """Yield predictions/{date} and tonight/{date}, each also under its name for today."""
    predictions = _predictions(rows)
    reasons = _prediction_reasons(rows)
    tonight = _tonight(rows)
    thin = ("too_few_listed_players",) if tonight["total_players"] < MIN_LISTED_PLAYERS * len(rows.games) else ()
    empty = not rows.games
    for path, cache in ((f"predictions/{day}", 3600), ("predictions/today", 300)):
        yield Document(path, "predictions", predictions, cache, empty, reasons)
    for path in (f"tonight/{day}", "tonight/all-players"):
        yield Document(path, "tonight", tonight, 300, empty, thin)


def _prediction_reasons(rows: SlateRows) -> tuple[str, ...]:
    reasons = []
    per_game = Counter({game["game_id"]: 0 for game in rows.games})
    for game_id, _ in {(row["game_id"], row["player_id"]) for row in rows.shown_predictions}:
        per_game[game_id] += 1
    if any(count < MIN_PREDICTED_PLAYERS for count in per_game.values()):
        reasons.append("too_few_predictions")
    if any(row["mode"] == "backfill" for row in rows.shown_predictions):
        reasons.append("backfill_predictions")
    return tuple(reasons)


def _predictions(rows: SlateRows) -> dict[str, Any]:
    games = []
    for game in rows.games:
        made = [row for row in rows.shown_predictions if row["game_id"] == game["game_id"]]
        leading = Counter(_BREAKDOWN[row["recommendation"]] for row in made if row["system_id"] == rows.champion)
        games.append(
            {
                **_game(game),
                "prediction_count": len(made),
                "breakdown": {name: leading[name] for name in _BREAKDOWN.values()},
                "predictions": [_prediction(row) for row in made],
            }
        )
    return {"total_games": len(rows.games), "total_predictions": len(rows.shown_predictions), "games": games}


def _game(row: Row) -> dict[str, Any]:
    return {
        "game_id": row["game_id"],
        "home_team": row["home_team"],
        "away_team": row["away_team"],
        "tip_off_utc": instant(row["tip_off_utc"]),
    }


def _prediction(row: Row) -> dict[str, Any]:
    factors = json.loads(row["component_adjustments"]) if row["component_adjustments"] else {}
    return {
        "player_id": row["player_id"],
        "player_name": row["player_name"],
        "team": row["team"],
        "is_home": row["is_home"],
        "system_id": row["system_id"],
        "points": row["predicted_points"],
        "confidence": row["confidence"],
        "recommendation": row["recommendation"],
        "line": row["points_line"],
        "line_book": row["line_book"],
        "edge": row["edge"],
        "injury_status": row["injury_status_at_prediction"],
        "factors": [{"name": name, "points": points} for name, points in sorted(factors.items())],
    }


def fatigue_level(score: int | None) -> str | None:
    """Return fresh (90 and above), normal (75 and above) or tired; None when the score is unknown."""
    if score is None:
        return None
    if score >= 90:
        return "fresh"
    return "normal" if score >= 75 else "tired"


def result_letter(row: Row) -> str:
    """Return O, U or P for a game with a line, - for one without."""
    return (row["over_under_result"] or "-")[0]


def is_limited(games_played: int | None) -> bool:
    """Return whether a player has too few games this season for his averages to mean much."""
    return (games_played or 0) < LIMITED_DATA_BELOW


def _tonight(rows: SlateRows) -> dict[str, Any]:
    chosen = {row["player_id"]: row for row in rows.shown_predictions if row["system_id"] == rows.champion}
    games = []
    for game in rows.games:
        listed = [row for row in rows.players if row["game_id"] == game["game_id"]]
        games.append(
            {
                **_game(game),
                "game_status": game["game_status"],
                "home_score": game["home_score"],
                "away_score": game["away_score"],
                "players": [
                    _tonight_player(row, rows.recent_games.get(row["player_id"], ()), chosen.get(row["player_id"]))
                    for row in listed
                ],
            }
        )
    return {
        "total_players": len(rows.players),
        "total_with_lines": sum(bool(row["has_prop_line"]) for row in rows.players),
        "games": games,
    }


def _tonight_player(row: Row, recent: Rows, prediction: Row | None) -> dict[str, Any]:
    played = [game for game in recent if not game["is_dnp"]][:10]
    return {
        "player_id": row["player_id"],
        "name": row["player_name"],
        "team": row["team"],
        "is_home": row["is_home"],
        "has_line": row["has_prop_line"],
        "line": row["current_points_line"],
        "line_book": row["current_line_book"],
        "fatigue_level": fatigue_level(row["fatigue_score"]),
        "fatigue_score": row["fatigue_score"],
        "days_rest": row["days_rest"],
        "injury_status": row["injury_status"],
        "injury_reason": row["injury_reason_category"],
        "season_ppg": row["points_avg_season"],
        "season_mpg": row["minutes_avg_season"],
        "last_5_ppg": row["points_avg_last_5"],
        "games_played": row["games_played_season"],
        "limited_data": is_limited(row["games_played_season"]),
        "last_10_points": [game["points"] for game in played],
        "last_10_results": [result_letter(game) for game in played],
        "prediction": None
        if prediction is None
        else {
            "points": prediction["predicted_points"],
            "confidence": prediction["confidence"],
            "recommendation": prediction["recommendation"],
        },
    }
