"""Shot chart of one team in one game."""

from __future__ import annotations

from collections import Counter
from typing import Any

from python_runners.dates import season_year_of
from python_runners.errors import InvariantViolated, NoData, UnknownPayloadShape
from python_runners.loaders.base import ParsedRows, RawObject, Row
from python_runners.loaders.parsers.row_sets import read_row_sets
from python_runners.loaders.parsers.shapes import (
    INT,
    NUMBER,
    TEXT,
    day,
    fields,
    game_id_of,
    parsed,
    read_json,
    text,
)
from python_runners.loaders.parsers.sides import both_sides
from python_runners.teams import tricode_of, tricode_of_id

TABLE = "nbac_shot_chart"
ROW_LIMIT = 102_400
UNITS_PER_FOOT = 10

_SHOT = {
    **fields(TEXT, "GAME_ID", "EVENT_TYPE", "ACTION_TYPE", "SHOT_TYPE", "SHOT_ZONE_BASIC", "SHOT_ZONE_AREA"),
    **fields(TEXT, "SHOT_ZONE_RANGE", "GAME_DATE", "HTM", "VTM"),
    **fields(INT, "GAME_EVENT_ID", "PLAYER_ID", "TEAM_ID", "PERIOD", "MINUTES_REMAINING", "SECONDS_REMAINING"),
    **fields(INT, "SHOT_DISTANCE", "SHOT_ATTEMPTED_FLAG", "SHOT_MADE_FLAG"),
    **fields(NUMBER, "LOC_X", "LOC_Y"),
}
_VALUES = {"2PT Field Goal": 2, "3PT Field Goal": 3}
_EVENTS = {"Made Shot": 1, "Missed Shot": 0}
_MEASURES_WITH_MISSES = ("FGA", "FG_PCT")


def parse(obj: RawObject) -> ParsedRows:
    """Parse the attempts of one team in one game into nbac_shot_chart, coordinates in feet from the hoop.

    Raises:
        NoData: no attempt.
        InvariantViolated: several games or teams, an answer cut off, or a measure that leaves misses out.
    """
    parameters, row_sets = read_row_sets(read_json(obj), {"Shot_Chart_Detail": _SHOT})
    if parameters.get("ContextMeasure") not in _MEASURES_WITH_MISSES:
        raise InvariantViolated(f"{obj.path}: measure {parameters.get('ContextMeasure')!r} leaves out attempts")
    shots = row_sets["Shot_Chart_Detail"]
    if not shots:
        raise NoData("the chart has no attempt")
    if len(shots) >= ROW_LIMIT:
        raise InvariantViolated(f"{obj.path}: {len(shots)} rows is the limit of the source: cut off")
    heads = {(shot["GAME_ID"], shot["TEAM_ID"], shot["GAME_DATE"], shot["HTM"], shot["VTM"]) for shot in shots}
    if len(heads) != 1:
        raise InvariantViolated(f"{obj.path}: a chart of several games or teams: {sorted(heads)[:4]}")
    listed_id, team_id, game_day, home, away = heads.pop()
    game_id = game_id_of(obj, listed_id)
    sides = both_sides(game_id, tricode_of(home), tricode_of(away))
    team = str(tricode_of_id(team_id))
    keys = {
        "game_id": game_id,
        "game_date": day(game_day, f"{game_id}.GAME_DATE", "%Y%m%d"),
        "season_year": season_year_of(game_id),
        "team": team,
        "opponent": sides.opponent_of(team),
    }
    # A stable sort keeps the file's order for attempts in the same second.
    shots.sort(key=lambda shot: (shot["PERIOD"], -_clock(shot)))
    taken: Counter[int] = Counter()
    rows = []
    for shot in shots:
        taken[shot["PLAYER_ID"]] += 1
        rows.append({**keys, "shot_ordinal": taken[shot["PLAYER_ID"]], **_values(shot)})
    return parsed(TABLE, rows, [{"game_id": game_id, "team": team}])


def _clock(shot: dict[str, Any]) -> int:
    return int(shot["MINUTES_REMAINING"]) * 60 + int(shot["SECONDS_REMAINING"])


def _values(shot: dict[str, Any]) -> Row:
    where = f"{shot['GAME_ID']} event {shot['GAME_EVENT_ID']}"
    if shot["SHOT_TYPE"] not in _VALUES or shot["EVENT_TYPE"] not in _EVENTS:
        raise UnknownPayloadShape(f"{where}: {shot['SHOT_TYPE']!r}, {shot['EVENT_TYPE']!r}")
    if shot["SHOT_ATTEMPTED_FLAG"] != 1 or shot["SHOT_MADE_FLAG"] != _EVENTS[shot["EVENT_TYPE"]]:
        raise InvariantViolated(f"{where}: the flags do not fit {shot['EVENT_TYPE']!r}")
    return {
        "player_id": str(shot["PLAYER_ID"]),
        "game_event_id": shot["GAME_EVENT_ID"],
        "period": shot["PERIOD"],
        "clock_seconds": _clock(shot),
        "shot_made": shot["SHOT_MADE_FLAG"] == 1,
        "shot_value": _VALUES[shot["SHOT_TYPE"]],
        "action_type": text(shot["ACTION_TYPE"]),
        "area": shot["SHOT_ZONE_BASIC"],
        "area_side": text(shot["SHOT_ZONE_AREA"]),
        "area_range": text(shot["SHOT_ZONE_RANGE"]),
        "shot_distance": shot["SHOT_DISTANCE"],
        "loc_x": shot["LOC_X"] / UNITS_PER_FOOT,
        "loc_y": shot["LOC_Y"] / UNITS_PER_FOOT,
    }
