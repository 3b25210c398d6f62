"""Scoreboard version 2 of the statistics service."""

from __future__ import annotations

from typing import Any

from python_runners.errors import InvariantViolated, NoData
from python_runners.loaders.base import ParsedRows, RawObject
from python_runners.loaders.parsers.row_sets import read_row_sets
from python_runners.loaders.parsers.scoreboard_rows import BoardGame, BoardSide, board_rows
from python_runners.loaders.parsers.shapes import (
    INT,
    NULLABLE_INT,
    NULLABLE_NUMBER,
    NULLABLE_TEXT,
    TEXT,
    day,
    fields,
    read_json,
    whole,
)

_QUARTERS = tuple(f"PTS_QTR{number}" for number in range(1, 5))
_OVERTIMES = tuple(f"PTS_OT{number}" for number in range(1, 11))
_NEEDED = {
    "GameHeader": {
        **fields(TEXT, "GAME_DATE_EST", "GAME_ID"),
        **fields(INT, "GAME_STATUS_ID", "HOME_TEAM_ID", "VISITOR_TEAM_ID"),
        **fields(NULLABLE_TEXT, "GAME_STATUS_TEXT", "GAMECODE"),
        "LIVE_PERIOD": NULLABLE_INT,
    },
    "LineScore": {
        "GAME_ID": TEXT,
        "TEAM_ID": INT,
        **fields(NULLABLE_NUMBER, "PTS", *_QUARTERS, *_OVERTIMES),
    },
}

Lines = dict[tuple[str, int], dict[str, Any]]


def parse(obj: RawObject) -> ParsedRows:
    """Parse GameHeader and LineScore into nbac_scoreboard_v2.

    Raises:
        InvariantViolated: games of several dates, or a final game without a line.
    """
    _, row_sets = read_row_sets(read_json(obj), _NEEDED)
    headers = row_sets["GameHeader"]
    if not headers:
        raise NoData("no games on the board")
    dates = {header["GAME_DATE_EST"].partition("T")[0] for header in headers}
    if len(dates) != 1:
        raise InvariantViolated(f"one board with several dates: {sorted(dates)}")
    lines: Lines = {(line["GAME_ID"], line["TEAM_ID"]): line for line in row_sets["LineScore"]}
    return board_rows(day(dates.pop(), "GAME_DATE_EST"), [_game(header, lines) for header in headers])


def _game(header: dict[str, Any], lines: Lines) -> BoardGame:
    game_id = header["GAME_ID"]
    return BoardGame(
        game_id=game_id,
        game_code=header["GAMECODE"],
        status=header["GAME_STATUS_ID"],
        status_text=header["GAME_STATUS_TEXT"],
        period=header["LIVE_PERIOD"] or 0,
        home=_side(lines, game_id, header["HOME_TEAM_ID"]),
        away=_side(lines, game_id, header["VISITOR_TEAM_ID"]),
    )


def _side(lines: Lines, game_id: str, team_id: int) -> BoardSide:
    line = lines.get((game_id, team_id))
    if line is None:
        return BoardSide(team_id=team_id, score=None, periods={})
    points = {
        number: whole(line[column], f"{game_id}.{column}")
        for number, column in enumerate((*_QUARTERS, *_OVERTIMES), start=1)
    }
    return BoardSide(
        team_id=team_id,
        score=whole(line["PTS"], f"{game_id}.PTS"),
        periods={number: value for number, value in points.items() if value is not None},
    )
