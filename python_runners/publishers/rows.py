"""The rows that documents are made of: one query per kind, a fixed number per publication however many players."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

from python_runners.platform.warehouse import Warehouse
from python_runners.predictions.eligibility import RULED_OUT
from python_runners.predictions.picks import ensure_picks

Row = Mapping[str, Any]
Rows = tuple[Row, ...]

CHAMPION = "ensemble_v1"
_SQL = Path(__file__).parent / "sql"


@dataclass(frozen=True)
class GradedDay:
    """What the record of one date is made of.

    Attributes:
        day: Eastern game date.
        games: its games.
        predictions: newest version per game, player and system.
        results: graded predictions.
        shown_picks: picks that best-bets/{day} shows or showed last, with what was predicted; none withdrawn.
    """

    day: date
    games: Rows = ()
    predictions: Rows = ()
    results: Rows = ()
    shown_picks: Rows = ()


@dataclass(frozen=True)
class SlateRows:
    """Everything that the documents of one date need.

    Attributes:
        games: games of the date.
        predictions: newest version per game, player and system.
        players: one row per player listed for a game.
        recent_games: per player his games of the season before the date, newest first.
        results: graded predictions of the date.
        systems: one row per system and window.
        next_game_date: next date with a game, if any.
        season_phase: phase of the season calendar.
        season: season that the calendar counts the date to, such as 2025-26.
        season_dates: dates of that season with the number of their games; preseason and All-Star games do not count.
        league_players: everybody who belongs to a team on the date.
        shown_picks: picks of the date that stand in the ledger of shown picks.
        last_graded: the newest date with graded predictions, up to this one.
    """

    games: Rows
    predictions: Rows
    players: Rows
    recent_games: Mapping[str, Rows]
    results: Rows
    systems: Rows
    next_game_date: date | None
    season_phase: str | None
    season: str | None = None
    season_dates: Rows = ()
    league_players: Rows = ()
    shown_picks: Rows = ()
    last_graded: GradedDay | None = None

    @property
    def shown_predictions(self) -> Rows:
        """Predictions but those of players who were ruled out after they were made: nobody would predict these now."""
        return tuple(row for row in self.predictions if row["current_injury_status"] not in RULED_OUT)

    @property
    def champion(self) -> str:
        """The system whose predictions are shown where only one is."""
        return next((row["system_id"] for row in self.systems if row["is_champion"]), CHAMPION)


@lru_cache(maxsize=16)
def _sql(name: str) -> str:
    return (_SQL / f"{name}.sql").read_text(encoding="utf-8")


def read_slate(warehouse: Warehouse, day: date) -> SlateRows:
    """Read the rows of one date."""

    def rows(name: str, **more: Any) -> Rows:
        return tuple(warehouse.query(_sql(name), {"date": day, **more}).to_pylist())

    ensure_picks(warehouse)
    season_start = date(day.year if day.month >= 8 else day.year - 1, 8, 1)
    recent: dict[str, list[Row]] = defaultdict(list)
    for row in rows("recent_games", season_start=season_start):
        recent[row["player_id"]].append(row)
    calendar = rows("calendar")[0]
    last_graded = calendar["last_graded_date"]
    return SlateRows(
        games=rows("games"),
        predictions=rows("predictions"),
        players=rows("players"),
        recent_games={player: tuple(games) for player, games in recent.items()},
        results=rows("results"),
        systems=rows("systems"),
        next_game_date=calendar["next_game_date"],
        season_phase=calendar["season_phase"],
        season=calendar["season"],
        season_dates=rows("season_dates"),
        league_players=rows("league_players"),
        shown_picks=rows("shown_picks"),
        last_graded=None
        if last_graded is None
        else GradedDay(
            last_graded,
            *(rows(name, date=last_graded) for name in ("games", "predictions", "results", "shown_picks")),
        ),
    )
