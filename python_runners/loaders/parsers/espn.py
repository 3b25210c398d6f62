"""ESPN roster of a team."""

from __future__ import annotations

from typing import Any

from python_runners.errors import InvariantViolated
from python_runners.loaders.base import ParsedRows, RawObject, Row
from python_runners.loaders.parsers.box import check_unique_players
from python_runners.loaders.parsers.shapes import (
    LIST,
    NULLABLE_NUMBER,
    NULLABLE_TEXT,
    OBJECT,
    TEXT,
    fields,
    param,
    param_day,
    parsed,
    read_json,
    record,
    records,
    season_start,
    text,
    whole,
)
from python_runners.teams import tricode_of

TABLE = "espn_team_rosters"
SMALLEST_ROSTER = 13

_TEAM = {"id": TEXT, "abbreviation": TEXT, "athletes": LIST}
_ATHLETE = fields(TEXT, "id", "fullName")
_ATHLETE_OPTIONAL = {
    "jersey": NULLABLE_TEXT,
    **fields(NULLABLE_NUMBER, "age", "height", "weight"),
    **fields(OBJECT, "position", "experience", "status"),
    "injuries": LIST,
}


def parse(obj: RawObject) -> ParsedRows:
    """Parse a team's roster into espn_team_rosters; birth dates and contracts are not read.

    Date and season are the request parameters `roster_date` and `season_year`.

    Raises:
        InvariantViolated: fewer than 13 athletes, which is how a truncated answer looks, or a team outside the 30.
    """
    root = record(read_json(obj), "roster", {"team": OBJECT}, is_closed=True)
    team = record(root["team"], "team", _TEAM)
    tricode = tricode_of(team["abbreviation"])
    if tricode is None:
        raise InvariantViolated(f"{obj.path}: {team['abbreviation']!r} is not one of the 30 teams")
    athletes = records(team["athletes"], "athletes", _ATHLETE, _ATHLETE_OPTIONAL)
    if len(athletes) < SMALLEST_ROSTER:
        raise InvariantViolated(f"{tricode}: {len(athletes)} athletes, a roster has at least {SMALLEST_ROSTER}")
    keys = {
        "roster_date": param_day(obj, "roster_date"),
        "season_year": season_start(param(obj, "season_year")),
        "team": tricode,
    }
    rows = [_row(keys, athlete) for athlete in athletes]
    check_unique_players(rows, "espn_player_id", f"{tricode} {keys['roster_date']}")
    return parsed(TABLE, rows, [{"roster_date": keys["roster_date"], "team": tricode}])


def _row(keys: Row, athlete: dict[str, Any]) -> Row:
    where = f"athlete {athlete['id']}"
    injuries = records(athlete.get("injuries", []), f"{where}.injuries", {"status": TEXT})
    return {
        **keys,
        "espn_player_id": athlete["id"],
        "player_name_raw": athlete["fullName"].strip(),
        "position": text(athlete.get("position", {}).get("abbreviation")),
        "jersey_number": text(athlete.get("jersey")),
        "height_inches": athlete.get("height"),
        "weight_pounds": athlete.get("weight"),
        "age": whole(athlete.get("age"), f"{where}.age"),
        "experience_years": whole(athlete.get("experience", {}).get("years"), f"{where}.experience"),
        "injury_status_raw": text(injuries[0]["status"]) if injuries else None,
        "status": text(athlete.get("status", {}).get("type")),
    }
