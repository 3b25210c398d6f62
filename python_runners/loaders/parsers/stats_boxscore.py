"""Traditional box score of the statistics service, versions 2 (row sets) and 3 (objects)."""

from __future__ import annotations

from typing import Any

from python_runners.errors import InvariantViolated
from python_runners.loaders.base import ParsedRows, RawObject
from python_runners.loaders.parsers.box import CAMEL_NAMES, UPPER_NAMES, counts
from python_runners.loaders.parsers.minutes import minutes
from python_runners.loaders.parsers.row_sets import read_row_sets
from python_runners.loaders.parsers.shapes import (
    INT,
    LIST,
    NULLABLE_NUMBER,
    NULLABLE_TEXT,
    NUMBER,
    OBJECT,
    TEXT,
    fields,
    game_id_of,
    read_json,
    record,
    records,
    text,
)
from python_runners.loaders.parsers.sides import sides_of_ids, sides_of_params
from python_runners.loaders.parsers.stats_box_rows import Box, BoxPlayer, BoxTeam, player_rows, team_rows
from python_runners.teams import tricode_of_id

VERSION_2 = "stats_v2"
VERSION_3 = "stats_v3"

_NEEDED_V2 = {
    "PlayerStats": {
        **fields(TEXT, "GAME_ID", "PLAYER_NAME"),
        **fields(INT, "TEAM_ID", "PLAYER_ID"),
        **fields(NULLABLE_TEXT, "START_POSITION", "COMMENT", "MIN"),
        **fields(NULLABLE_NUMBER, "PLUS_MINUS", *UPPER_NAMES.values()),
    },
    "TeamStats": {
        **fields(TEXT, "GAME_ID", "MIN"),
        "TEAM_ID": INT,
        **fields(NUMBER, *UPPER_NAMES.values()),
    },
}
_NAMES_V2 = {**UPPER_NAMES, "plus_minus": "PLUS_MINUS"}
_NAMES_V3 = {**CAMEL_NAMES, "plus_minus": "plusMinusPoints"}
_GAME_V3 = {"gameId": TEXT, **fields(INT, "homeTeamId", "awayTeamId"), **fields(OBJECT, "homeTeam", "awayTeam")}
_TEAM_V3 = {"teamId": INT, "players": LIST, "statistics": OBJECT}
_PLAYER_V3 = {
    "personId": INT,
    **fields(TEXT, "firstName", "familyName"),
    **fields(NULLABLE_TEXT, "position", "comment", "jerseyNum"),
    "statistics": OBJECT,
}


def parse_players_v2(obj: RawObject) -> ParsedRows:
    """Parse version 2 into nbac_boxscore_players; the sides come from the request parameters."""
    return player_rows(obj, _box_v2(obj), VERSION_2)


def parse_teams_v2(obj: RawObject) -> ParsedRows:
    """Parse version 2 into nbac_team_boxscore; the sides come from the request parameters."""
    return team_rows(obj, _box_v2(obj), VERSION_2)


def parse_players_v3(obj: RawObject) -> ParsedRows:
    """Parse version 3 into nbac_boxscore_players."""
    return player_rows(obj, _box_v3(obj), VERSION_3)


def parse_teams_v3(obj: RawObject) -> ParsedRows:
    """Parse version 3 into nbac_team_boxscore."""
    return team_rows(obj, _box_v3(obj), VERSION_3)


def _box_v2(obj: RawObject) -> Box:
    _, row_sets = read_row_sets(read_json(obj), _NEEDED_V2)
    teams, players = row_sets["TeamStats"], row_sets["PlayerStats"]
    if len(teams) != 2 or not players:
        raise InvariantViolated(f"{obj.path}: {len(teams)} team rows and {len(players)} player rows")
    game_ids = {row["GAME_ID"] for row in (*teams, *players)}
    if len(game_ids) != 1:
        raise InvariantViolated(f"{obj.path}: rows of several games {sorted(game_ids)}")
    game_id = game_id_of(obj, game_ids.pop())
    sides = sides_of_params(obj, game_id)
    found = {tricode_of_id(team["TEAM_ID"]): team for team in teams}
    if set(found) != {sides.home, sides.away} or {tricode_of_id(row["TEAM_ID"]) for row in players} != set(found):
        raise InvariantViolated(f"{game_id}: the teams are not {sides.away}@{sides.home}")
    home, away = (
        BoxTeam(
            team=tricode,
            minutes=minutes(found[tricode]["MIN"]),
            counts=counts(found[tricode], UPPER_NAMES, f"{game_id} {tricode}"),
            players=tuple(
                _player_v2(game_id, player) for player in players if tricode_of_id(player["TEAM_ID"]) == tricode
            ),
        )
        for tricode in (sides.home, sides.away)
    )
    return Box(game_id=game_id, sides=sides, teams=(home, away))


def _player_v2(game_id: str, player: dict[str, Any]) -> BoxPlayer:
    played = minutes(player["MIN"])
    return BoxPlayer(
        player_id=str(player["PLAYER_ID"]),
        player_name=player["PLAYER_NAME"],
        first_name=None,
        family_name=None,
        jersey_number=None,
        position=text(player["START_POSITION"]),
        comment=text(player["COMMENT"]),
        minutes=played,
        counts=None if played is None else counts(player, _NAMES_V2, f"{game_id} player {player['PLAYER_ID']}"),
    )


def _box_v3(obj: RawObject) -> Box:
    root = record(read_json(obj), "box", {"boxScoreTraditional": OBJECT}, {"meta": OBJECT}, is_closed=True)
    body = record(root["boxScoreTraditional"], "boxScoreTraditional", _GAME_V3, is_closed=True)
    game_id = game_id_of(obj, body["gameId"])
    sides = sides_of_ids(game_id, body["homeTeamId"], body["awayTeamId"])
    home, away = (
        _team_v3(game_id, tricode, body[side]) for tricode, side in ((sides.home, "homeTeam"), (sides.away, "awayTeam"))
    )
    return Box(game_id=game_id, sides=sides, teams=(home, away))


def _team_v3(game_id: str, tricode: str, value: Any) -> BoxTeam:
    where = f"{game_id} {tricode}"
    team = record(value, where, _TEAM_V3)
    if tricode_of_id(team["teamId"]) != tricode:
        raise InvariantViolated(f"{where}: the team object is {team['teamId']}")
    players = records(team["players"], f"{where}.players", _PLAYER_V3)
    if not players:
        raise InvariantViolated(f"{where}: no players")
    return BoxTeam(
        team=tricode,
        minutes=minutes(team["statistics"].get("minutes")),
        counts=counts(team["statistics"], CAMEL_NAMES, where),
        players=tuple(_player_v3(where, player) for player in players),
    )


def _player_v3(where: str, player: dict[str, Any]) -> BoxPlayer:
    statistics = player["statistics"]
    played = minutes(statistics.get("minutes"))
    return BoxPlayer(
        player_id=str(player["personId"]),
        player_name=f"{player['firstName']} {player['familyName']}".strip(),
        first_name=text(player["firstName"]),
        family_name=text(player["familyName"]),
        jersey_number=text(player["jerseyNum"]),
        position=text(player["position"]),
        comment=text(player["comment"]),
        minutes=played,
        counts=None if played is None else counts(statistics, _NAMES_V3, f"{where} player {player['personId']}"),
    )
