"""What everybody knows before a date: the results so far, of players and of teams."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from python_runners.sample.league import League


@dataclass(frozen=True, slots=True)
class PastGame:
    """One game of a player: date, playing time and points."""

    day: date
    seconds: int
    points: int


@dataclass(frozen=True, slots=True)
class PastResult:
    """One game of a team: date, points scored and allowed."""

    day: date
    scored: int
    allowed: int


class History:
    """Results in order of date, filled up only as far as somebody asks."""

    def __init__(self, league: League) -> None:
        """Start before the season."""
        self._league = league
        self._known: date | None = None
        self._players: dict[int, list[PastGame]] = defaultdict(list)
        self._teams: dict[str, list[PastResult]] = defaultdict(list)

    def _fill(self, day: date) -> None:
        """Count every game before a date."""
        if self._known is not None and self._known >= day:
            return
        for game in self._league.schedule():
            is_new = self._known is None or game.game_date >= self._known
            if not (is_new and game.game_date < day and game.is_determined and not game.is_cancelled):
                continue
            box = self._league.box(game.game_id)
            for team, own, other in ((game.teams[0], box.home, box.away), (game.teams[1], box.away, box.home)):
                self._teams[team].append(PastResult(game.game_date, own.score, other.score))
                for line in own.lines:
                    past = PastGame(game.game_date, line.seconds, line.counts.points)
                    self._players[line.player_id].append(past)
        self._known = day

    def of_player(self, player_id: int, day: date) -> list[PastGame]:
        """Return the games of a player before a date, oldest first."""
        self._fill(day)
        games = self._players.get(player_id, [])
        return games[: bisect_left(games, day, key=lambda game: game.day)]

    def of_team(self, team: str, day: date) -> list[PastResult]:
        """Return the games of a team before a date, oldest first."""
        self._fill(day)
        games = self._teams.get(team, [])
        return games[: bisect_left(games, day, key=lambda game: game.day)]
