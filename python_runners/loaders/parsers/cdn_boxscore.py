"""NBA.com CDN box score of a game: players and teams."""

from __future__ import annotations

import json
from typing import Any

from python_runners.errors import InvariantViolated, UnknownPayloadShape
from python_runners.loaders.base import ParsedRows, RawObject, Row
from python_runners.loaders.parsers.box import (
    CAMEL_NAMES,
    OVERTIME_MINUTES,
    REGULATION_MINUTES,
    TEAM_COLUMNS,
    check_counts,
    check_totals,
    check_unique_players,
    counts,
    no_counts,
)
from python_runners.loaders.parsers.cdn_game import FINAL, CdnGame, final_game
from python_runners.loaders.parsers.minutes import minutes
from python_runners.loaders.parsers.shapes import INT, NULLABLE_TEXT, OBJECT, TEXT, parsed, records, text
from python_runners.teams import tricode_of_id

VARIANT = "cdn_live"
STARTERS = 5

_PLAYER = {"status": TEXT, "personId": INT, "starter": TEXT, "played": TEXT, "name": TEXT, "statistics": OBJECT}
_PLAYER_OPTIONAL = dict.fromkeys(
    ("notPlayingReason", "notPlayingDescription", "position", "jerseyNum", "firstName", "familyName"), NULLABLE_TEXT
)
_PLAYER_EXTRAS = {
    "blocks_received": "blocksReceived",
    "fouls_drawn": "foulsDrawn",
    "technical_fouls": "foulsTechnical",
    "plus_minus": "plusMinusPoints",
    "points_in_paint": "pointsInThePaint",
    "fast_break_points": "pointsFastBreak",
    "second_chance_points": "pointsSecondChance",
}
_TEAM_EXTRAS = {
    "team_turnovers": "turnoversTeam",
    "fouls_drawn": "foulsDrawn",
    "points_in_paint": "pointsInThePaint",
    "fast_break_points": "pointsFastBreak",
    "second_chance_points": "pointsSecondChance",
    "points_off_turnovers": "pointsFromTurnovers",
}
_TEAM_NAMES = {column: CAMEL_NAMES[column] for column in TEAM_COLUMNS}
_PLAYER_SUMS = (*TEAM_COLUMNS, "fouls_drawn", "points_in_paint", "fast_break_points", "second_chance_points")
_DRESSED_OR_LISTED = ("DNP", "DND", "NWT")


def _team_keys(game: CdnGame, side: str) -> Row:
    team = str(tricode_of_id(game.body[side]["teamId"]))
    return {
        **game.keys,
        "team": team,
        "opponent": game.sides.opponent_of(team),
        "is_home": side == "homeTeam",
    }


def _flag(value: str, where: str) -> bool:
    if value not in ("0", "1"):
        raise UnknownPayloadShape(f"{where}: neither '0' nor '1': {value!r}")
    return value == "1"


def _player_status(player: dict[str, Any], has_played: bool) -> str:
    if has_played:
        return "active"
    prefix = (player.get("notPlayingReason") or player["status"]).split("_")[0]
    if prefix in _DRESSED_OR_LISTED:
        return "dnp"
    return "inactive" if "INACTIVE" in (prefix, player["status"]) else "dnp"


def _player_row(keys: Row, player: dict[str, Any]) -> Row:
    where = f"{keys['game_id']} player {player['personId']}"
    has_played = _flag(player["played"], f"{where}.played")
    is_starter = _flag(player["starter"], f"{where}.starter")
    names = {**CAMEL_NAMES, **_PLAYER_EXTRAS}
    line = counts(player["statistics"], names, where) if has_played else no_counts(names)
    if has_played:
        check_counts(line, where)
    return {
        **keys,
        "game_status": FINAL,
        "player_id": str(player["personId"]),
        "player_name": player["name"],
        "first_name": text(player.get("firstName")),
        "family_name": text(player.get("familyName")),
        "jersey_number": text(player.get("jerseyNum")),
        "player_status": _player_status(player, has_played),
        "not_playing_reason": text(player.get("notPlayingReason")),
        "not_playing_description": text(player.get("notPlayingDescription")),
        "is_starter": is_starter,
        "starting_position": text(player.get("position")) if is_starter else None,
        "minutes": minutes(player["statistics"].get("minutes")) if has_played else None,
        **line,
    }


def _side_rows(game: CdnGame, side: str) -> tuple[list[Row], Row]:
    team = game.body[side]
    keys = _team_keys(game, side)
    where = f"{game.game_id} {keys['team']}"
    players = [
        _player_row(keys, player) for player in records(team["players"], f"{where}.players", _PLAYER, _PLAYER_OPTIONAL)
    ]
    total = counts(team["statistics"], {**_TEAM_NAMES, **_TEAM_EXTRAS}, where)
    check_counts(total, where)
    check_totals(players, total, _PLAYER_SUMS, where)
    starters = sum(player["is_starter"] for player in players)
    if starters != STARTERS:
        raise InvariantViolated(f"{where}: {starters} starters")
    periods = [period["score"] for period in records(team["periods"], f"{where}.periods", {"score": INT})]
    if not sum(periods) == team["score"] == total["points"]:
        raise InvariantViolated(f"{where}: periods {periods}, score {team['score']}, points {total['points']}")
    team_row = {
        **keys,
        "team_id": team["teamId"],
        "team_minutes": _team_minutes(game, team["statistics"].get("minutes"), where),
        **total,
        "period_scores": json.dumps(periods, separators=(",", ":")),
    }
    return players, team_row


def _team_minutes(game: CdnGame, value: str | None, where: str) -> float:
    expected = REGULATION_MINUTES + OVERTIME_MINUTES * game.overtimes
    stated = minutes(value)
    if stated is None or abs(stated - expected) > 1:
        raise InvariantViolated(f"{where}: {stated} team minutes after {game.overtimes} overtimes")
    return float(expected)


def parse_players(obj: RawObject) -> ParsedRows:
    """Parse the players of a final box score into nbac_boxscore_players, inactive ones included."""
    game = final_game(obj)
    rows = [*_side_rows(game, "homeTeam")[0], *_side_rows(game, "awayTeam")[0]]
    check_unique_players(rows, "player_id", game.game_id)
    return parsed("nbac_boxscore_players", rows, [{"game_id": game.game_id, "source_variant": VARIANT}])


def parse_teams(obj: RawObject) -> ParsedRows:
    """Parse the two teams of a final box score into nbac_team_boxscore; rebounds and turnovers without team ones."""
    game = final_game(obj)
    rows = [_side_rows(game, "homeTeam")[1], _side_rows(game, "awayTeam")[1]]
    if rows[0]["points"] == rows[1]["points"]:
        raise InvariantViolated(f"{game.game_id}: a final score that is tied")
    return parsed("nbac_team_boxscore", rows, [{"game_id": game.game_id, "source_variant": VARIANT}])
