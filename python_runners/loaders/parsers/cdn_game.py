"""The checked frame of an NBA.com CDN box score, which feeds three tables."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from python_runners.dates import eastern_date, parse_instant, season_year_of
from python_runners.errors import NoData
from python_runners.loaders.base import RawObject, Row
from python_runners.loaders.parsers.shapes import (
    ANYTHING,
    INT,
    LIST,
    OBJECT,
    TEXT,
    fields,
    game_id_of,
    read_json,
    record,
)
from python_runners.loaders.parsers.sides import Sides, sides_of_ids

FINAL = 3

_GAME = {
    **fields(TEXT, "gameId", "gameTimeUTC"),
    **fields(INT, "gameStatus", "period", "regulationPeriods"),
    **fields(OBJECT, "homeTeam", "awayTeam"),
    "officials": LIST,
}
_GAME_UNUSED = {
    **fields(ANYTHING, "gameTimeLocal", "gameTimeHome", "gameTimeAway", "gameEt", "gameCode", "gameStatusText"),
    **fields(ANYTHING, "gameClock", "duration", "attendance", "sellout", "arena"),
}
_TEAM = {"teamId": INT, "score": INT, "periods": LIST, "players": LIST, "statistics": OBJECT}


@dataclass(frozen=True)
class CdnGame:
    """A final game of the CDN.

    Attributes:
        game_id: NBA.com id.
        game_date: Eastern date of the scheduled tip-off.
        sides: tricodes of both teams.
        body: the game object of the payload.
    """

    game_id: str
    game_date: date
    sides: Sides
    body: dict[str, Any]

    @property
    def keys(self) -> Row:
        """Columns that all three tables start with."""
        return {
            "game_id": self.game_id,
            "game_date": self.game_date,
            "season_year": season_year_of(self.game_id),
        }

    @property
    def overtimes(self) -> int:
        """Overtime periods played."""
        return int(self.body["period"]) - int(self.body["regulationPeriods"])


def final_game(obj: RawObject) -> CdnGame:
    """Check the frame of a box score.

    Raises:
        UnknownPayloadShape: another structure.
        NoData: the game is not final.
        InvariantViolated: another game than asked for, or a team outside the 30 where there is none.
    """
    root = record(read_json(obj), "box", {"game": OBJECT}, {"meta": OBJECT}, is_closed=True)
    body = record(root["game"], "game", _GAME, _GAME_UNUSED, is_closed=True)
    game_id = game_id_of(obj, body["gameId"])
    if body["gameStatus"] != FINAL:
        raise NoData(f"{game_id}: status {body['gameStatus']}, only a final box score is a result")
    home, away = (record(body[side], side, _TEAM) for side in ("homeTeam", "awayTeam"))
    return CdnGame(
        game_id=game_id,
        game_date=eastern_date(parse_instant(body["gameTimeUTC"])),
        sides=sides_of_ids(game_id, home["teamId"], away["teamId"]),
        body=body,
    )
