"""BigDataBall play-by-play: one CSV file a game."""

from __future__ import annotations

import csv
import io
import re
from datetime import date
from typing import Any

from python_runners.dates import normalise_game_id, season_year_of
from python_runners.errors import InvariantViolated, NoData, UnknownPayloadShape
from python_runners.loaders.base import ParsedRows, RawObject, Row
from python_runners.loaders.parsers.minutes import clock_text_seconds
from python_runners.loaders.parsers.shapes import day, game_id_of, parsed, text, whole_text
from python_runners.teams import tricode_of

TABLE = "bigdataball_play_by_play"

AWAY_ON_COURT = ("a1", "a2", "a3", "a4", "a5")
HOME_ON_COURT = ("h1", "h2", "h3", "h4", "h5")
_NAMES = {
    "player_name_raw": "player",
    "assist_name_raw": "assist",
    "block_name_raw": "block",
    "steal_name_raw": "steal",
    "opponent_name_raw": "opponent",
    "entered_name_raw": "entered",
    "left_name_raw": "left",
}
COLUMNS = (
    *("game_id", "data_set", "date", *AWAY_ON_COURT, *HOME_ON_COURT, "period", "away_score", "home_score"),
    *("remaining_time", "elapsed", "play_length", "play_id", "team", "event_type", "assist", "away", "home", "block"),
    *("entered", "left", "num", "opponent", "outof", "player", "points", "possession", "reason", "result", "steal"),
    *("type", "shot_distance", "original_x", "original_y", "converted_x", "converted_y", "description"),
)
_VENDOR_KEY = re.compile(r"^\d+_")


def parse(obj: RawObject) -> ParsedRows:
    """Parse the plays of a game into bigdataball_play_by_play; the column `type` is stored as shot_type.

    Raises:
        NoData: a file without plays.
        UnknownPayloadShape: other columns, a row of another length, or names that carry a vendor key.
        InvariantViolated: several games, a play twice, or points that do not add up to the score.
    """
    plays = _read(obj)
    if not plays:
        raise NoData(f"{obj.path}: no plays")
    heads = {(play["game_id"], play["date"]) for play in plays}
    if len(heads) != 1:
        raise InvariantViolated(f"{obj.path}: plays of several games: {sorted(heads)[:3]}")
    listed_id, listed_date = heads.pop()
    game_id = game_id_of(obj, normalise_game_id(listed_id))
    keys = {"game_id": game_id, "game_date": _date(listed_date, game_id), "season_year": season_year_of(game_id)}
    rows = [_row(keys, play) for play in plays]
    _check(game_id, rows)
    return parsed(TABLE, rows, [{"game_id": game_id}])


def _read(obj: RawObject) -> list[dict[str, str]]:
    try:
        reader = csv.reader(io.StringIO(obj.body.decode("utf-8-sig"), newline=""), strict=True)
        lines = [line for line in reader if line]
    except (UnicodeDecodeError, csv.Error) as error:
        raise UnknownPayloadShape(f"{obj.path}: not a CSV file: {error}") from error
    if not lines or tuple(name.strip() for name in lines[0]) != COLUMNS:
        raise UnknownPayloadShape(f"{obj.path}: the header is not the known {len(COLUMNS)} columns")
    for number, line in enumerate(lines[1:], start=2):
        if len(line) != len(COLUMNS):
            raise UnknownPayloadShape(f"{obj.path}: line {number} has {len(line)} of {len(COLUMNS)} fields")
    return [dict(zip(COLUMNS, line, strict=True)) for line in lines[1:]]


def _date(value: str, game_id: str) -> date:
    return day(value, f"{game_id}.date", "%m/%d/%Y" if "/" in value else "%Y-%m-%d")


def _name(value: str, where: str) -> str | None:
    name = text(value)
    if name is not None and _VENDOR_KEY.match(name):
        raise UnknownPayloadShape(f"{where}: {name!r} carries a vendor key, which is no name")
    return name


def _team(value: str, where: str) -> str | None:
    code = text(value)
    if code is None:
        return None
    team = tricode_of(code)
    if team is None:
        raise InvariantViolated(f"{where}: {code!r} is not one of the 30 teams")
    return team


def _number(value: str, where: str) -> float | None:
    cleaned = text(value)
    try:
        return None if cleaned is None else float(cleaned)
    except ValueError as error:
        raise UnknownPayloadShape(f"{where}: not a number: {value!r}") from error


def _row(keys: Row, play: dict[str, str]) -> Row:
    where = f"{keys['game_id']} play {play['play_id']}"
    wholes = {
        "play_id": "play_id",
        "period": "period",
        "points": "points",
        "free_throw_number": "num",
        "free_throw_of": "outof",
        "away_score": "away_score",
        "home_score": "home_score",
    }
    return {
        **keys,
        **{column: whole_text(play[name], f"{where}.{name}") for column, name in wholes.items()},
        "remaining_seconds": clock_text_seconds(play["remaining_time"]),
        "elapsed_seconds": clock_text_seconds(play["elapsed"]),
        "play_length_seconds": clock_text_seconds(play["play_length"]),
        "team": _team(play["team"], where),
        "event_type": text(play["event_type"]),
        "shot_type": text(play["type"]),
        "result": text(play["result"]),
        "reason": text(play["reason"]),
        **{column: _name(play[name], where) for column, name in _NAMES.items()},
        **{name: _number(play[name], where) for name in ("shot_distance", "converted_x", "converted_y")},
        "away_on_court": _on_court(play, AWAY_ON_COURT, where),
        "home_on_court": _on_court(play, HOME_ON_COURT, where),
        "description": text(play["description"]),
    }


def _on_court(play: dict[str, str], columns: tuple[str, ...], where: str) -> list[str]:
    return [name for column in columns if (name := _name(play[column], where)) is not None]


def _check(game_id: str, rows: list[Row]) -> None:
    if len({row["play_id"] for row in rows}) != len(rows):
        raise InvariantViolated(f"{game_id}: a play id occurs twice")
    scores: list[Any] = [row["away_score"] + row["home_score"] for row in rows]
    points = sum(row["points"] or 0 for row in rows)
    if points != max(scores):
        raise InvariantViolated(f"{game_id}: the plays give {points} points, the score is {max(scores)} in all")
