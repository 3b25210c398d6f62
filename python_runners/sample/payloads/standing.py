"""Where the teams stand: records that scoreboards and schedules print beside a game."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime

from python_runners.sample.league import FINAL, League


class Records:
    """Wins and losses of the teams, counted day by day as the season goes on."""

    def __init__(self, league: League) -> None:
        """Start before the first game."""
        self._league = league
        self._days: dict[date, dict[str, tuple[int, int]]] = {}

    def before(self, day: date) -> dict[str, tuple[int, int]]:
        """Return wins and losses of every team in the games before a date."""
        if day not in self._days:
            wins: Counter[str] = Counter()
            losses: Counter[str] = Counter()
            earlier = max((known for known in self._days if known < day), default=None)
            for team, (won, lost) in (self._days[earlier] if earlier else {}).items():
                wins[team], losses[team] = won, lost
            for game in self._league.schedule():
                if game.is_determined and not game.is_cancelled and (earlier or date.min) <= game.game_date < day:
                    box = self._league.box(game.game_id)
                    home, away = game.teams
                    winner, loser = (home, away) if box.home.score > box.away.score else (away, home)
                    wins[winner] += 1
                    losses[loser] += 1
            self._days[day] = {team: (wins[team], losses[team]) for team in self._league.config.teams}
        return self._days[day]

    def at(self, team: str, day: date, now: datetime) -> tuple[int, int]:
        """Return wins and losses of a team at an instant of a date, a game finished that day included."""
        won, lost = self.before(day)[team]
        for game in self._league.games_on(day, now):
            if team in game.teams and self._league.status(game, now) == FINAL:
                box = self._league.box(game.game_id)
                is_home_win = box.home.score > box.away.score
                return (won + 1, lost) if (team == game.home) == is_home_win else (won, lost + 1)
        return won, lost
