"""Documents of one player: tonight's game, and his season."""

from __future__ import annotations

import itertools
import json
from collections.abc import Container, Iterable, Sequence
from typing import Any

from python_runners.publishers.envelope import Document, instant
from python_runners.publishers.rows import Row, Rows, SlateRows
from python_runners.publishers.slate import fatigue_level, is_limited

RECENT_GAMES = 10


def people_paths(player_id: str) -> tuple[str, str]:
    """Return the paths of a player's documents: tonight's game, and his season."""
    return f"tonight/player/{player_id}", f"players/{player_id}"


def people_documents(rows: SlateRows, untouched: Container[str] = ()) -> Iterable[Document]:
    """Yield tonight/player/{id} and players/{id} for everybody listed, without the paths that stay untouched."""
    by_player: dict[str, list[Row]] = {}
    for prediction in rows.shown_predictions:
        by_player.setdefault(prediction["player_id"], []).append(prediction)
    for row in rows.players:
        player_id = row["player_id"]
        games = rows.recent_games.get(player_id, ())
        made = by_player.get(player_id, [])
        tonight, season = people_paths(player_id)
        if tonight not in untouched:
            yield Document(tonight, "tonight_player", _tonight(row, games, made, rows), 300)
        if season not in untouched:
            yield Document(season, "player", _season(row, games), 86400, is_empty=not games)


def _tonight(row: Row, games: Rows, made: Sequence[Row], rows: SlateRows) -> dict[str, Any]:
    chosen = next((prediction for prediction in made if prediction["system_id"] == rows.champion), None)
    factors = json.loads(chosen["component_adjustments"]) if chosen and chosen["component_adjustments"] else {}
    return {
        "player_id": row["player_id"],
        "player_name": row["player_name"],
        "team": row["team"],
        "games_played": row["games_played_season"],
        "limited_data": is_limited(row["games_played_season"]),
        "game": {
            "game_id": row["game_id"],
            "opponent": row["opponent"],
            "is_home": row["is_home"],
            "tip_off_utc": instant(row["tip_off_utc"]),
            "line": row["current_points_line"],
            "days_rest": row["days_rest"],
            "is_back_to_back": row["is_back_to_back"],
            "injury_status": row["injury_status"],
        },
        "opponent_defense": {
            "rating": row["defensive_rating_last_15"],
            "rank": row["defense_rank"],
            "weakest_zone": row["weakest_zone"],
        },
        "line_movement": {
            "opened": row["opening_points_line"],
            "current": row["current_points_line"],
            "movement": row["line_movement"],
        },
        "fatigue": {"score": row["fatigue_score"], "level": fatigue_level(row["fatigue_score"])},
        "streak": _streak(games),
        "factors": [{"name": name, "points": points} for name, points in sorted(factors.items())],
        "recent_form": [_form(game) for game in games[:RECENT_GAMES]],
        "predictions": [
            {
                "system_id": prediction["system_id"],
                "points": prediction["predicted_points"],
                "confidence": prediction["confidence"],
                "recommendation": prediction["recommendation"],
                "edge": prediction["edge"],
            }
            for prediction in made
        ],
    }


def _streak(games: Rows) -> dict[str, Any]:
    results = [game["over_under_result"] for game in games if game["over_under_result"]]
    if not results or results[0] == "PUSH":
        return {"type": None, "length": 0}
    length = next((i for i, result in enumerate(results) if result != results[0]), len(results))
    return {"type": results[0], "length": length}


def _form(game: Row) -> dict[str, Any]:
    def of(made: str, tried: str) -> str | None:
        return None if game[made] is None else f"{game[made]}-{game[tried]}"

    return {
        "game_date": game["game_date"].isoformat(),
        "opponent": game["opponent"],
        "is_home": game["is_home"],
        "is_dnp": game["is_dnp"],
        "points": game["points"],
        "minutes": game["minutes"],
        "fg": of("fg_makes", "fg_attempts"),
        "three": of("three_makes", "three_attempts"),
        "ft": of("ft_makes", "ft_attempts"),
        "line": game["points_line"],
        "result": game["over_under_result"],
        "margin": game["line_margin"],
    }


def _season(row: Row, games: Rows) -> dict[str, Any]:
    played = [game for game in games if not game["is_dnp"]]
    opponents = sorted({game["opponent"] for game in played})
    decided = [game["over_under_result"] for game in played if game["over_under_result"]]
    return {
        "player_id": row["player_id"],
        "player_name": row["player_name"],
        "team": row["team"],
        "game_log": [_form(game) for game in games],
        "splits": {
            "venue": [
                _split("home", [game for game in played if game["is_home"]]),
                _split("away", [game for game in played if not game["is_home"]]),
            ],
            "rest": _rest_splits(played),
            "opponents": [_split(team, [game for game in played if game["opponent"] == team]) for team in opponents],
        },
        "our_record": {
            "overall": len(decided),
            "over": decided.count("OVER"),
            "under": decided.count("UNDER"),
        },
    }


def _rest_splits(played: Sequence[Row]) -> list[dict[str, Any]]:
    rested: dict[str, list[Row]] = {"1": [], "2": [], "3+": []}
    for later, earlier in itertools.pairwise(played):
        days = (later["game_date"] - earlier["game_date"]).days
        rested["3+" if days >= 3 else str(days)].append(later)
    return [_split(name, games) for name, games in rested.items()]


def _split(name: str, games: Sequence[Row]) -> dict[str, Any]:
    points = [game["points"] for game in games]
    return {
        "name": name,
        "games": len(points),
        "points_average": round(sum(points) / len(points), 1) if points else None,
    }
