"""Rows of the scoreboard table, whichever feed shows the board."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date
from typing import Any

from python_runners.dates import normalise_game_id, season_year_of
from python_runners.errors import InvariantViolated, UnknownPayloadShape
from python_runners.loaders.base import ParsedRows, Row
from python_runners.loaders.parsers.shapes import parsed, text
from python_runners.loaders.parsers.sides import drop_foreign
from python_runners.teams import tricode_of_id

TABLE = "nbac_scoreboard_v2"
SCHEDULED, LIVE, FINAL = 1, 2, 3
_QUARTERS = (1, 2, 3, 4)


@dataclass(frozen=True)
class BoardSide:
    """One team of a board: id, score and the points of each period, `None` where the board has none."""

    team_id: int
    score: int | None
    periods: dict[int, int]


@dataclass(frozen=True)
class BoardGame:
    """One game of a board.

    Attributes:
        game_id: id as the feed writes it.
        game_code: date and tricodes.
        status: 1 scheduled, 2 live, 3 final.
        status_text: text shown for the status.
        period: current or last period, 0 before tip-off.
        home: home team.
        away: away team.
    """

    game_id: str
    game_code: str | None
    status: int
    status_text: str | None
    period: int
    home: BoardSide
    away: BoardSide


def board_rows(game_date: date, games: list[BoardGame]) -> ParsedRows:
    """Turn the games of a date into rows; a game that the board shows twice alike is taken once and counted.

    Raises:
        InvariantViolated: a game shown twice with different content, or a final game that does not add up.
    """
    dropped: Counter[str] = Counter()
    rows: dict[str, Row] = {}
    for game in games:
        game_id = normalise_game_id(game.game_id)
        if game.home.team_id == 0 or game.away.team_id == 0:
            dropped["undetermined_teams"] += 1
            continue
        if None in (tricode_of_id(game.home.team_id), tricode_of_id(game.away.team_id)):
            drop_foreign(game_id, dropped)
            continue
        row = _row(game_id, game_date, game)
        if game_id not in rows:
            rows[game_id] = row
        elif rows[game_id] == row:
            dropped["listed_twice"] += 1
        else:
            raise InvariantViolated(f"{game_id}: two different lines on the board of {game_date}")
    return parsed(TABLE, list(rows.values()), [{"game_date": game_date}], dropped)


def _row(game_id: str, game_date: date, game: BoardGame) -> Row:
    if game.status not in (SCHEDULED, LIVE, FINAL):
        raise UnknownPayloadShape(f"{game_id}: unknown status {game.status}")
    has_started = game.status != SCHEDULED
    home, away = (_side(side, game.period) if has_started else _no_side() for side in (game.home, game.away))
    if game.status == FINAL:
        _check_final(game_id, home, away)
    return {
        "game_id": game_id,
        "game_code": text(game.game_code),
        "game_date": game_date,
        "season_year": season_year_of(game_id),
        "game_status": game.status,
        "game_status_text": text(game.status_text),
        "period": game.period,
        "home_team": tricode_of_id(game.home.team_id),
        "away_team": tricode_of_id(game.away.team_id),
        **{f"home_{name}": value for name, value in home.items()},
        **{f"away_{name}": value for name, value in away.items()},
        "overtime_periods": max(game.period - len(_QUARTERS), 0) if has_started else None,
    }


def _side(side: BoardSide, period: int) -> dict[str, Any]:
    """Points of the periods reached; 0 in a period to come is no measurement."""
    quarters = {f"q{quarter}": side.periods.get(quarter) if quarter <= period else None for quarter in _QUARTERS}
    overtime = sum(points for number, points in side.periods.items() if number > len(_QUARTERS))
    return {"score": side.score, **quarters, "ot": overtime if side.periods else None}


def _no_side() -> dict[str, Any]:
    return dict.fromkeys(("score", "q1", "q2", "q3", "q4", "ot"))


def _check_final(game_id: str, home: dict[str, Any], away: dict[str, Any]) -> None:
    for side in (home, away):
        parts = [value for name, value in side.items() if name != "score"]
        if None in parts or sum(parts) != side["score"]:
            raise InvariantViolated(f"{game_id}: final, periods {parts}, score {side['score']}")
    if home["score"] == away["score"]:
        raise InvariantViolated(f"{game_id}: a final score that is tied")
