"""NBA.com CDN play-by-play of a game."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from python_runners.dates import parse_instant, season_year_of
from python_runners.errors import InvariantViolated, NoData, UnknownPayloadShape
from python_runners.loaders.base import ParsedRows, RawObject, Row
from python_runners.loaders.parsers.minutes import iso_seconds
from python_runners.loaders.parsers.shapes import (
    INT,
    LIST,
    NULLABLE_INT,
    NULLABLE_NUMBER,
    NULLABLE_TEXT,
    OBJECT,
    TEXT,
    fields,
    game_id_of,
    id_text,
    one_of,
    param_day,
    parsed,
    read_json,
    record,
    records,
    text,
    whole_text,
)
from python_runners.loaders.parsers.sides import check_foreign
from python_runners.teams import tricode_of_id

TABLE = "nbac_play_by_play"
PERIOD_SECONDS = 720
OVERTIME_SECONDS = 300
REGULATION_PERIODS = 4

_ACTION = {
    **fields(INT, "actionNumber", "orderNumber", "period", "personId", "isFieldGoal"),
    **fields(TEXT, "clock", "periodType", "actionType", "scoreHome", "scoreAway"),
    "qualifiers": LIST,
}
_OPTIONAL = {
    **fields(NULLABLE_INT, "teamId", "possession", "assistPersonId", "blockPersonId", "stealPersonId"),
    **fields(NULLABLE_INT, "foulDrawnPersonId", "officialId", "shotActionNumber"),
    **fields(NULLABLE_TEXT, "subType", "descriptor", "shotResult", "area", "areaDetail", "description"),
    **fields(NULLABLE_TEXT, "timeActual", "edited"),
    **fields(NULLABLE_NUMBER, "shotDistance", "x", "y"),
}
_POINTS = {"2pt": 2, "3pt": 3, "freethrow": 1}
_RESULTS = ("Made", "Missed")
_PERIOD_TYPES = ("REGULAR", "OVERTIME")


def parse(obj: RawObject) -> ParsedRows:
    """Parse the actions of a finished game into nbac_play_by_play.

    The payload has no date: it comes from the request parameter `game_date`.

    Raises:
        NoData: the file does not end with the end of the game.
        InvariantViolated: the score falls, or differs from the points of the actions.
    """
    root = record(read_json(obj), "play-by-play", {"game": OBJECT}, {"meta": OBJECT}, is_closed=True)
    game = record(root["game"], "game", {"gameId": TEXT, "actions": LIST}, is_closed=True)
    game_id = game_id_of(obj, game["gameId"])
    actions = records(game["actions"], "actions", _ACTION, _OPTIONAL)
    if not actions:
        raise NoData(f"{game_id}: no actions yet")
    actions.sort(key=lambda action: (action["orderNumber"], action["actionNumber"]))
    if (actions[-1]["actionType"], actions[-1].get("subType")) != ("game", "end"):
        raise NoData(f"{game_id}: the file ends before the game does")
    keys = {"game_id": game_id, "game_date": param_day(obj), "season_year": season_year_of(game_id)}
    rows = [_row(keys, action) for action in actions]
    _check(game_id, rows)
    return parsed(TABLE, rows, [{"game_id": game_id}])


def _row(keys: Row, action: dict[str, Any]) -> Row:
    where = f"{keys['game_id']} action {action['actionNumber']}"
    clock, elapsed = _clock(action, where)
    result = action.get("shotResult")
    value = _POINTS.get(action["actionType"])
    if value is not None and result not in _RESULTS:
        raise UnknownPayloadShape(f"{where}: {action['actionType']} with result {result!r}")
    return {
        **keys,
        "action_number": action["actionNumber"],
        "order_number": action["orderNumber"],
        "period": action["period"],
        "period_type": one_of(action["periodType"], _PERIOD_TYPES, f"{where}.periodType"),
        "clock_seconds": clock,
        "elapsed_seconds": elapsed,
        "time_actual": _instant(action.get("timeActual")),
        "edited_at": _instant(action.get("edited")),
        "action_type": action["actionType"],
        "sub_type": text(action.get("subType")),
        "descriptor": text(action.get("descriptor")),
        "qualifiers": _qualifiers(action["qualifiers"], where),
        "team": _team(keys["game_id"], action.get("teamId")),
        "possession_team": _team(keys["game_id"], action.get("possession")),
        "player_id": id_text(action["personId"]),
        "assist_player_id": id_text(action.get("assistPersonId")),
        "block_player_id": id_text(action.get("blockPersonId")),
        "steal_player_id": id_text(action.get("stealPersonId")),
        "foul_drawn_player_id": id_text(action.get("foulDrawnPersonId")),
        "official_id": id_text(action.get("officialId")),
        "is_field_goal": _is_field_goal(action, where),
        "shot_result": text(result),
        "shot_value": value,
        "points_scored": value if value is not None and result == "Made" else 0,
        "area": text(action.get("area")),
        "area_detail": text(action.get("areaDetail")),
        "shot_distance": action.get("shotDistance"),
        "x": action.get("x"),
        "y": action.get("y"),
        "shot_action_number": action.get("shotActionNumber"),
        "score_home": _score(action["scoreHome"], where),
        "score_away": _score(action["scoreAway"], where),
        "description": text(action.get("description")),
    }


def _clock(action: dict[str, Any], where: str) -> tuple[float, float]:
    """Return the seconds left in the period and the seconds since tip-off."""
    period = action["period"]
    length = PERIOD_SECONDS if period <= REGULATION_PERIODS else OVERTIME_SECONDS
    clock = iso_seconds(action["clock"])
    if period < 1 or clock > length:
        raise InvariantViolated(f"{where}: {action['clock']} in period {period}")
    full_periods = min(period - 1, REGULATION_PERIODS)
    full_overtimes = max(period - 1 - REGULATION_PERIODS, 0)
    return clock, full_periods * PERIOD_SECONDS + full_overtimes * OVERTIME_SECONDS + length - clock


def _score(value: str, where: str) -> int:
    score = whole_text(value, f"{where}.score")
    if score is None:
        raise UnknownPayloadShape(f"{where}: no score")
    return score


def _instant(value: str | None) -> Any:
    return parse_instant(value) if value else None


def _qualifiers(values: Sequence[Any], where: str) -> list[str]:
    if any(type(value) is not str for value in values):
        raise UnknownPayloadShape(f"{where}: qualifiers {values}")
    return sorted(values)


def _is_field_goal(action: dict[str, Any], where: str) -> bool:
    is_shot = action["actionType"] in ("2pt", "3pt")
    if action["isFieldGoal"] not in (0, 1) or bool(action["isFieldGoal"]) != is_shot:
        raise InvariantViolated(f"{where}: {action['actionType']} with isFieldGoal {action['isFieldGoal']}")
    return is_shot


def _team(game_id: str, team_id: int | None) -> str | None:
    if not team_id:
        return None
    team = tricode_of_id(team_id)
    if team is None:
        check_foreign(game_id)
        raise NoData(f"{game_id}: a team outside the 30")
    return team


def _check(game_id: str, rows: list[Row]) -> None:
    numbers = {row["action_number"] for row in rows}
    if len(numbers) != len(rows):
        raise InvariantViolated(f"{game_id}: an action number occurs twice")
    home, away = 0, 0
    for row in rows:
        if row["score_home"] < home or row["score_away"] < away:
            raise InvariantViolated(f"{game_id}: the score falls at action {row['action_number']}")
        home, away = row["score_home"], row["score_away"]
    by_team: dict[str, int] = {}
    for row in rows:
        if row["points_scored"]:
            by_team[row["team"]] = by_team.get(row["team"], 0) + row["points_scored"]
    if sorted(by_team.values()) != sorted(score for score in (home, away) if score):
        raise InvariantViolated(f"{game_id}: actions give {by_team}, the score is {home}:{away}")
