"""Scoreboards with one object a game: the CDN's board of today and the statistics service's version 3."""

from __future__ import annotations

from typing import Any

from python_runners.errors import NoData
from python_runners.loaders.base import ParsedRows, RawObject
from python_runners.loaders.parsers.scoreboard_rows import BoardGame, BoardSide, board_rows
from python_runners.loaders.parsers.shapes import (
    INT,
    LIST,
    NULLABLE_INT,
    NULLABLE_TEXT,
    OBJECT,
    TEXT,
    day,
    fields,
    read_json,
    record,
    records,
)

_BOARD = {"gameDate": TEXT, "leagueId": TEXT, "games": LIST}
_GAME = {
    **fields(TEXT, "gameId", "gameCode"),
    **fields(INT, "gameStatus", "period"),
    **fields(OBJECT, "homeTeam", "awayTeam"),
}
_TEAM = {"teamId": INT, "score": NULLABLE_INT, "periods": LIST}


def parse(obj: RawObject) -> ParsedRows:
    """Parse a board into nbac_scoreboard_v2; the date is the board's own, which rolls over around noon Eastern."""
    root = record(read_json(obj), "scoreboard", {"scoreboard": OBJECT}, {"meta": OBJECT}, is_closed=True)
    board = record(root["scoreboard"], "scoreboard", _BOARD, {"leagueName": TEXT}, is_closed=True)
    games = records(board["games"], "games", _GAME, {"gameStatusText": NULLABLE_TEXT})
    if not games:
        raise NoData(f"no games on {board['gameDate']}")
    return board_rows(day(board["gameDate"], "gameDate"), [_game(game) for game in games])


def _game(game: dict[str, Any]) -> BoardGame:
    return BoardGame(
        game_id=game["gameId"],
        game_code=game["gameCode"],
        status=game["gameStatus"],
        status_text=game.get("gameStatusText"),
        period=game["period"],
        home=_side(game["homeTeam"], f"{game['gameId']}.homeTeam"),
        away=_side(game["awayTeam"], f"{game['gameId']}.awayTeam"),
    )


def _side(value: Any, where: str) -> BoardSide:
    team = record(value, where, _TEAM)
    periods = records(team["periods"], f"{where}.periods", {"period": INT, "score": INT})
    return BoardSide(
        team_id=team["teamId"],
        score=team["score"],
        periods={period["period"]: period["score"] for period in periods},
    )
