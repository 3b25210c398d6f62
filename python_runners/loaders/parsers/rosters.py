"""Roster of a team as the statistics service lists it."""

from __future__ import annotations

from typing import Any

from python_runners.errors import InvariantViolated, NoData
from python_runners.loaders.base import ParsedRows, RawObject, Row
from python_runners.loaders.parsers.box import check_unique_players
from python_runners.loaders.parsers.row_sets import read_row_sets
from python_runners.loaders.parsers.shapes import (
    INT,
    NULLABLE_NUMBER,
    NULLABLE_TEXT,
    TEXT,
    fields,
    param_day,
    parsed,
    read_json,
    season_start,
    text,
    whole,
    whole_text,
)
from python_runners.teams import tricode_of_id

TABLE = "nbac_team_rosters"

# BIRTH_DATE is in the feed and deliberately not among the columns that are read.
_PLAYER = {
    **fields(INT, "TeamID", "PLAYER_ID"),
    **fields(TEXT, "SEASON", "PLAYER"),
    **fields(NULLABLE_TEXT, "NUM", "POSITION", "HEIGHT", "WEIGHT", "EXP", "HOW_ACQUIRED"),
    "AGE": NULLABLE_NUMBER,
}


def parse(obj: RawObject) -> ParsedRows:
    """Parse a team's roster into nbac_team_rosters; the date is the request parameter `roster_date`.

    Raises:
        NoData: an empty roster.
        InvariantViolated: players of several teams, a team outside the 30, or a player listed twice.
    """
    _, row_sets = read_row_sets(read_json(obj), {"CommonTeamRoster": _PLAYER})
    players = row_sets["CommonTeamRoster"]
    if not players:
        raise NoData("the roster is empty")
    heads = {(player["TeamID"], player["SEASON"]) for player in players}
    team_id, season = next(iter(heads))
    team = tricode_of_id(team_id)
    if len(heads) != 1 or team is None:
        raise InvariantViolated(f"{obj.path}: no roster of one of the 30 teams: {sorted(heads)[:4]}")
    keys = {"roster_date": param_day(obj, "roster_date"), "season_year": season_start(season), "team": team}
    rows = [_row(keys, player) for player in players]
    check_unique_players(rows, "player_id", f"{team} {keys['roster_date']}")
    return parsed(TABLE, rows, [{"roster_date": keys["roster_date"], "team": team}])


def _row(keys: Row, player: dict[str, Any]) -> Row:
    where = f"player {player['PLAYER_ID']}"
    return {
        **keys,
        "player_id": str(player["PLAYER_ID"]),
        "player_name": player["PLAYER"].strip(),
        "position": text(player["POSITION"]),
        "jersey_number": text(player["NUM"]),
        "height": text(player["HEIGHT"]),
        "weight": whole_text(player["WEIGHT"], f"{where}.WEIGHT"),
        "age": whole(player["AGE"], f"{where}.AGE"),
        "experience": text(player["EXP"]),
        "how_acquired": text(player["HOW_ACQUIRED"]),
    }
