"""The league's player directory."""

from __future__ import annotations

from typing import Any

from python_runners.errors import NoData
from python_runners.loaders.base import ParsedRows, RawObject, Row
from python_runners.loaders.parsers.box import check_unique_players
from python_runners.loaders.parsers.row_sets import read_row_sets
from python_runners.loaders.parsers.shapes import (
    INT,
    NULLABLE_INT,
    NULLABLE_NUMBER,
    NULLABLE_TEXT,
    TEXT,
    fields,
    parsed,
    read_json,
    record,
    season_start,
    text,
    whole_text,
)
from python_runners.teams import tricode_of_id

TABLE = "nbac_player_list_current"

_PLAYER = {
    "PERSON_ID": INT,
    **fields(TEXT, "PLAYER_LAST_NAME", "PLAYER_FIRST_NAME"),
    **fields(NULLABLE_TEXT, "PLAYER_SLUG", "JERSEY_NUMBER", "POSITION", "HEIGHT", "WEIGHT", "COLLEGE", "COUNTRY"),
    **fields(NULLABLE_TEXT, "FROM_YEAR", "TO_YEAR"),
    **fields(NULLABLE_INT, "TEAM_ID", "DRAFT_YEAR", "DRAFT_ROUND", "DRAFT_NUMBER"),
    "ROSTER_STATUS": NULLABLE_NUMBER,
}


def parse(obj: RawObject) -> ParsedRows:
    """Parse the directory of a season into nbac_player_list_current; the season is the one that was asked for.

    Raises:
        NoData: an empty directory.
        UnknownPayloadShape: the answer does not name its season.
        InvariantViolated: a player listed twice.
    """
    parameters, row_sets = read_row_sets(read_json(obj), {"PlayerIndex": _PLAYER})
    players = row_sets["PlayerIndex"]
    if not players:
        raise NoData("the directory is empty")
    season_year = season_start(record(parameters, "parameters", {"Season": TEXT})["Season"])
    rows = [_row(season_year, player) for player in players]
    check_unique_players(rows, "player_id", TABLE)
    return parsed(TABLE, rows, [{"season_year": season_year}])


def _row(season_year: int, player: dict[str, Any]) -> Row:
    where = f"player {player['PERSON_ID']}"
    return {
        "player_id": str(player["PERSON_ID"]),
        "season_year": season_year,
        "first_name": player["PLAYER_FIRST_NAME"].strip(),
        "last_name": player["PLAYER_LAST_NAME"].strip(),
        "player_slug": text(player["PLAYER_SLUG"]),
        "team": tricode_of_id(player["TEAM_ID"]),
        "position": text(player["POSITION"]),
        "jersey_number": text(player["JERSEY_NUMBER"]),
        "height": text(player["HEIGHT"]),
        "weight": whole_text(player["WEIGHT"], f"{where}.WEIGHT"),
        "college": text(player["COLLEGE"]),
        "country": text(player["COUNTRY"]),
        "draft_year": player["DRAFT_YEAR"],
        "draft_round": player["DRAFT_ROUND"],
        "draft_number": player["DRAFT_NUMBER"],
        "is_active": player["ROSTER_STATUS"] == 1,
        "from_year": whole_text(player["FROM_YEAR"], f"{where}.FROM_YEAR"),
        "to_year": whole_text(player["TO_YEAR"], f"{where}.TO_YEAR"),
    }
