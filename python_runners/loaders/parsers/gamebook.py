"""Gamebook of a game, as the document that its PDF says."""

from __future__ import annotations

import re
from collections import Counter
from typing import Any

from python_runners.dates import season_year_of
from python_runners.errors import InvariantViolated, NoData, UnknownPayloadShape
from python_runners.loaders.base import ParsedRows, RawObject, Row
from python_runners.loaders.parsers.box import BOOK_NAMES, check_counts, counts, no_counts
from python_runners.loaders.parsers.gamebook_inactive import Inactive, split_inactive
from python_runners.loaders.parsers.minutes import minutes
from python_runners.loaders.parsers.reasons import dnp_category, reason_category
from python_runners.loaders.parsers.shapes import (
    ANYTHING,
    LIST,
    OBJECT,
    TEXT,
    day,
    fields,
    game_id_of,
    one_of,
    param,
    parsed,
    read_json,
    record,
    records,
    text,
)
from python_runners.loaders.parsers.sides import Sides, both_sides
from python_runners.teams import tricode_of

TABLE = "nbac_gamebook_player_stats"
PDF_MAGIC = b"%PDF"

_BOOK = {
    **fields(TEXT, "game_code", "date", "matchup"),
    **fields(LIST, "active_players", "dnp_players", "inactive_players"),
}
_BOOK_UNUSED = {
    **fields(ANYTHING, "away_team", "home_team", "pdf_version", "pdf_url", "arena", "city", "state", "location"),
    **fields(ANYTHING, "officials", "game_duration", "attendance", "attendance_note", "source"),
    **fields(ANYTHING, "total_players", "active_count", "dnp_count", "inactive_count"),
}
_LISTED = fields(TEXT, "name", "team")
_NAMES = {**BOOK_NAMES, "plus_minus": "plus_minus"}
_REMARKS = ("NWT", "DNP", "DND")
_MATCHUP = re.compile(r"^([A-Z]{3})@([A-Z]{3})$")


def parse(obj: RawObject) -> ParsedRows:
    """Parse a gamebook document into nbac_gamebook_player_stats.

    The document names its game by code: the id comes from the request parameter `game_id`. Listing order counts within
    a team: active, then did-not-play, then inactive players as printed.

    Raises:
        UnknownPayloadShape: another structure, or a PDF: nobody has seen its layout in a readable file.
        NoData: a book without players.
        InvariantViolated: a name under both teams, or a line that contradicts itself.
    """
    if obj.body.startswith(PDF_MAGIC):
        raise UnknownPayloadShape(
            f"{obj.path}: the layout of the gamebook PDF has never been seen in a readable file; "
            "only the parsed document is understood"
        )
    book = record(read_json(obj), "gamebook", _BOOK, _BOOK_UNUSED, is_closed=True)
    game_id = game_id_of(obj, param(obj, "game_id"))
    sides = _sides(game_id, book["matchup"])
    keys = {
        "game_id": game_id,
        "game_code": book["game_code"],
        "game_date": day(book["date"], f"{game_id}.date"),
        "season_year": season_year_of(game_id),
    }
    dropped: Counter[str] = Counter()
    listed = [
        *(_active(game_id, player) for player in records(book["active_players"], "active_players", _active_shape())),
        *(_dnp(player) for player in records(book["dnp_players"], "dnp_players", _dnp_shape())),
        *(_inactive(entry) for entry in split_inactive(book["inactive_players"], dropped)),
    ]
    if not listed:
        raise NoData(f"{game_id}: the book lists nobody")
    rows = _placed(keys, sides, listed)
    _check_names(game_id, rows)
    return parsed(TABLE, rows, [{"game_id": game_id}], dropped)


def _active_shape() -> dict[str, tuple[type, ...]]:
    return {**_LISTED, "stats": OBJECT}


def _dnp_shape() -> dict[str, tuple[type, ...]]:
    return {**_LISTED, "dnp_reason": TEXT, "category": TEXT}


def _sides(game_id: str, matchup: str) -> Sides:
    match = _MATCHUP.match(matchup)
    if match is None:
        raise UnknownPayloadShape(f"{game_id}: matchup {matchup!r}")
    return both_sides(game_id, home=tricode_of(match.group(2)), away=tricode_of(match.group(1)))


def _active(game_id: str, player: dict[str, Any]) -> Row:
    where = f"{game_id} {player['name']}"
    line = counts(player["stats"], _NAMES, where)
    check_counts(line, where)
    played = minutes(player["stats"].get("minutes"))
    if played is None:
        raise InvariantViolated(f"{where}: active without minutes")
    return {**_listed(player, "active", None, None), "is_last_name_only": False, "minutes": played, **line}


def _dnp(player: dict[str, Any]) -> Row:
    one_of(player["category"], _REMARKS, player["name"])
    reason = text(player["dnp_reason"])
    return {
        **_listed(player, "dnp", reason, dnp_category(reason)),
        "is_last_name_only": False,
        "minutes": None,
        **no_counts(_NAMES),
    }


def _inactive(entry: Inactive) -> Row:
    player = {"name": entry.name, "team": entry.team}
    return {
        **_listed(player, "inactive", entry.reason, reason_category(entry.reason)),
        "is_last_name_only": True,
        "minutes": None,
        **no_counts(_NAMES),
    }


def _listed(player: dict[str, Any], status: str, reason: str | None, category: str | None) -> Row:
    return {
        "team": player["team"],
        "player_name_raw": player["name"].strip(),
        "player_status": status,
        "dnp_reason": reason,
        "dnp_category": category,
    }


def _placed(keys: Row, sides: Sides, listed: list[Row]) -> list[Row]:
    order: Counter[str] = Counter()
    rows = []
    for player in listed:
        team = tricode_of(player["team"])
        if team is None:
            raise InvariantViolated(f"{keys['game_id']}: {player['team']!r} is not one of the 30 teams")
        order[team] += 1
        rows.append(
            {
                **keys,
                **player,
                "team": team,
                "opponent": sides.opponent_of(team),
                "is_home": team == sides.home,
                "listing_order": order[team],
            }
        )
    return rows


def _check_names(game_id: str, rows: list[Row]) -> None:
    teams: dict[str, str] = {}
    for row in rows:
        if teams.setdefault(row["player_name_raw"], row["team"]) != row["team"]:
            raise InvariantViolated(f"{game_id}: {row['player_name_raw']} is listed under both teams")
