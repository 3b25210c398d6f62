"""Dates for pairings, so that rest between games and games a date are spread as in a real season."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

from python_runners.sample.config import LeagueConfig
from python_runners.sample.pairings import games_between

ALL_STAR_GAP_DAYS = 7
_DAYS_TO_ALL_STAR = 115
_SEASON_DAYS = 174
_LIMIT_IN_SEVEN_DAYS = 5
# (days, games): a team has at most so many games in any so many days.
_MOST_IN_DAYS = ((3, 2), (7, _LIMIT_IN_SEVEN_DAYS))
# Chance that a team's next game comes 1, 2, 3, ... days after the last one.
_GAPS = ((1, 0.215), (2, 0.69), (3, 0.075), (4, 0.015), (5, 0.005))
# Monday first: how many games a date carries at most, for a league of 30 teams.
_MOST_GAMES = (9, 7, 13, 5, 13, 9, 10)
_DAYS_PER_GAME = 1.93


class Calendar:
    """Places pairings on dates so that rest between games is spread as in a real season."""

    def __init__(self, config: LeagueConfig, rng: Random) -> None:
        """Prepare the pairings of a season."""
        self._rng = rng
        self._opening = config.opening_date
        self._scale = len(config.teams) / 30
        self._due = {team: rng.randrange(2) for team in config.teams}
        self._played: dict[str, list[int]] = {team: [] for team in config.teams}
        self._left = games_between(rng, config.teams, config.games_per_team)
        self._has_break = config.games_per_team > 60

    def fill(self) -> list[tuple[date, str, str]]:
        """Return (date, home, away) of every game in order of date."""
        placed: list[tuple[date, str, str]] = []
        offset = 0
        while self._left:
            if self._is_break(offset):
                offset += 1
                continue
            day = self._opening + timedelta(days=offset)
            placed.extend((day, home, away) for home, away in self._day(day, offset))
            offset += 1
        return self._in_season(placed)

    def _is_break(self, offset: int) -> bool:
        return self._has_break and 0 <= offset - _DAYS_TO_ALL_STAR < ALL_STAR_GAP_DAYS

    def _in_season(self, placed: list[tuple[date, str, str]]) -> list[tuple[date, str, str]]:
        """Move what is left over after the last date of a season to dates before it on which both teams are free."""
        end = self._opening + timedelta(days=_SEASON_DAYS - 1)
        kept = [game for game in placed if game[0] <= end]
        busy = {team: {day for day, *teams in kept if team in teams} for team in self._due}
        for _, home, away in placed[len(kept) :]:
            day = next(
                day
                for day in (end - timedelta(days=back) for back in range(_SEASON_DAYS))
                if not self._is_break((day - self._opening).days)
                and _is_free(busy[home], day)
                and _is_free(busy[away], day)
            )
            for team in (home, away):
                busy[team].add(day)
            kept.append((day, home, away))
        return sorted(kept, key=lambda game: game[0])

    def _day(self, day: date, offset: int) -> list[tuple[str, str]]:
        most = max(round(_MOST_GAMES[day.weekday()] * self._scale + self._rng.gauss(0, 1.9 * self._scale)), 1)
        most = min(most, max(len(self._due) // 2, 1))
        free = [team for team in self._due if self._due[team] <= offset and self._may_play(team, offset)]
        # Who waits longest plays first; the draw breaks ties so that no team is favoured.
        free.sort(key=lambda team: (self._due[team], self._rng.random()))
        games: list[tuple[str, str]] = []
        taken: set[str] = set()
        for team in free:
            if len(games) >= most:
                break
            if team in taken:
                continue
            pair = self._pair(team, free, taken)
            if pair is not None:
                games.append(pair)
                taken.update(pair)
        for home, away in games:
            self._count_down(home, away)
            for team in (home, away):
                self._played[team].append(offset)
                self._due[team] = offset + self._gap(team, offset)
        return games

    def _gap(self, team: str, offset: int) -> int:
        days_played = offset - (ALL_STAR_GAP_DAYS if self._has_break and offset > _DAYS_TO_ALL_STAR else 0)
        is_behind = len(self._played[team]) < days_played / _DAYS_PER_GAME - 1
        draw = self._rng.random() * (0.8 if is_behind else 1.0)
        for days, share in _GAPS:
            draw -= share
            if draw < 0:
                return days
        return 2

    def _may_play(self, team: str, offset: int) -> bool:
        played = self._played[team]
        if played[-2:] == [offset - 2, offset - 1]:
            return False
        return sum(day > offset - 7 for day in played[-_LIMIT_IN_SEVEN_DAYS:]) < _LIMIT_IN_SEVEN_DAYS

    def _pair(self, team: str, free: list[str], taken: set[str]) -> tuple[str, str] | None:
        last = self._played[team][-1:]
        best: tuple[float, str, str] | None = None
        for other in free:
            if other == team or other in taken:
                continue
            for pair in ((team, other), (other, team)):
                left = self._left.get(pair, 0)
                if not left:
                    continue
                recent = last and self._played[other][-1:] == last
                weight = left + self._rng.random() * 2 - (0.5 if recent else 0.0)
                if best is None or weight > best[0]:
                    best = (weight, *pair)
        return None if best is None else (best[1], best[2])

    def _count_down(self, home: str, away: str) -> None:
        self._left[home, away] -= 1
        if not self._left[home, away]:
            del self._left[home, away]


def _is_free(busy: set[date], day: date) -> bool:
    """Whether a team with games on some dates can have one more on this date."""
    days = busy | {day}
    return day not in busy and all(
        sum(day + timedelta(days=distance - back) in days for distance in range(length)) <= most
        for length, most in _MOST_IN_DAYS
        for back in range(length)
    )
