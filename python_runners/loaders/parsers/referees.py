"""Officials: the assignments of a date, and the officials named in a CDN box score."""

from __future__ import annotations

from collections import Counter
from typing import Any

from python_runners.dates import normalise_game_id, season_year_of
from python_runners.errors import InvariantViolated, NoData, UnknownPayloadShape
from python_runners.loaders.base import ParsedRows, RawObject, Row
from python_runners.loaders.parsers.cdn_game import final_game
from python_runners.loaders.parsers.shapes import (
    INT,
    LIST,
    NULLABLE_INT,
    NULLABLE_TEXT,
    OBJECT,
    TEXT,
    day,
    parsed,
    read_json,
    record,
    records,
    text,
)
from python_runners.loaders.parsers.sides import drop_foreign
from python_runners.teams import tricode_of_id

TABLE = "nbac_referee_game_assignments"
BOX_VARIANT = "boxscore"
ASSIGNMENTS_VARIANT = "assignments"

_POSITIONS = range(1, 5)
_ASSIGNMENTS = {f"OFFICIAL{position}": position for position in _POSITIONS}
_BOX_OFFICIAL = {"personId": INT, "name": TEXT, "assignment": TEXT}
_LEAGUES = {"nba": OBJECT, "gl": OBJECT, "wnba": OBJECT}
_GAME = {"game_id": TEXT, "game_date": TEXT, "home_team_id": INT, "away_team_id": INT}
_GAME_OFFICIALS = {
    **{f"official{position}": NULLABLE_TEXT for position in _POSITIONS},
    **{f"official{position}_code": NULLABLE_INT for position in _POSITIONS},
    **{f"official{position}_JNum": NULLABLE_TEXT for position in _POSITIONS},
}


def parse_box(obj: RawObject) -> ParsedRows:
    """Parse the officials of a final CDN box score, variant boxscore."""
    game = final_game(obj)
    dropped: Counter[str] = Counter()
    rows: list[Row] = []
    for official in records(game.body["officials"], "officials", _BOX_OFFICIAL, {"jerseyNum": NULLABLE_TEXT}):
        if official["assignment"] not in _ASSIGNMENTS:
            dropped["not_on_court"] += 1
            continue
        rows.append(
            {
                **game.keys,
                "official_position": _ASSIGNMENTS[official["assignment"]],
                "official_id": str(official["personId"]),
                "official_name": official["name"].strip(),
                "jersey_number": text(official.get("jerseyNum")),
            }
        )
    if not rows:
        raise NoData(f"{game.game_id}: no officials in the box score")
    scope = {"game_date": game.game_date, "game_id": game.game_id, "source_variant": BOX_VARIANT}
    return parsed(TABLE, rows, [scope], dropped)


def parse_assignments(obj: RawObject) -> ParsedRows:
    """Parse the assignments of a date, variant assignments; other leagues are not read."""
    root = record(read_json(obj), "assignments", _LEAGUES, is_closed=True)
    tables = record(root["nba"], "nba", {"Table": OBJECT}, {"Table1": OBJECT}, is_closed=True)
    table = record(tables["Table"], "nba.Table", {"rows": LIST}, {"columns": LIST}, is_closed=True)
    games = records(table["rows"], "nba.Table.rows", _GAME, _GAME_OFFICIALS)
    if not games:
        raise NoData("no game has officials yet")
    dropped: Counter[str] = Counter()
    rows: list[Row] = []
    scopes: list[Row] = []
    for game in games:
        game_id = normalise_game_id(game["game_id"])
        if None in (tricode_of_id(game["home_team_id"]), tricode_of_id(game["away_team_id"])):
            drop_foreign(game_id, dropped)
            continue
        keys = {
            "game_id": game_id,
            "game_date": day(game["game_date"], f"{game_id}.game_date", "%m/%d/%Y"),
            "season_year": season_year_of(game_id),
        }
        scope = {"game_date": keys["game_date"], "game_id": game_id, "source_variant": ASSIGNMENTS_VARIANT}
        if scope in scopes:
            raise InvariantViolated(f"{game_id} is listed twice")
        scopes.append(scope)
        rows.extend(_officials(keys, game))
    return parsed(TABLE, rows, scopes, dropped)


def _officials(keys: Row, game: dict[str, Any]) -> list[Row]:
    rows: list[Row] = []
    for position in _POSITIONS:
        name, code = text(game.get(f"official{position}")), game.get(f"official{position}_code")
        if (name is None) != (code is None):
            raise UnknownPayloadShape(f"{keys['game_id']} official{position}: name {name!r} with code {code!r}")
        if name is None:
            continue
        rows.append(
            {
                **keys,
                "official_position": position,
                "official_id": str(code),
                "official_name": name,
                "jersey_number": text(game.get(f"official{position}_JNum")),
            }
        )
    return rows
