"""What all routes share: dates of requests, files with validators, whether a game has begun."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from python_runners.dates import eastern_date
from python_runners.sample.answers import Answer, Asked, found, with_validators
from python_runners.sample.clock import LeagueClock
from python_runners.sample.league import FINAL, LIVE, SCHEDULED, League
from python_runners.sample.payloads.common import to_bytes

Query = Mapping[str, str]
Render = Callable[[], Answer]
Routed = tuple[Asked, Render]
Route = Callable[[re.Match[str], Query], Routed]
# Base URL setting, pattern of the rest of the path, route.
RouteTable = list[tuple[str, str, Route]]


def json_answer(document: Any) -> Answer:
    """Return a document as an answer."""
    return found(to_bytes(document))


def parse_day(text: str) -> date | None:
    """Return a date from `2025-11-05` or `11/05/2025`; None for anything else."""
    for pattern in ("%Y-%m-%d", "%m/%d/%Y"):
        try:
            return datetime.strptime(text, pattern).date()  # noqa: DTZ007 -- a calendar date has no zone
        except ValueError:
            continue
    return None


class Routes:
    """Routes over a league under a clock."""

    def __init__(self, league: League, clock: LeagueClock) -> None:
        """Answer for a league under a clock."""
        self._league, self._clock = league, clock

    def routes(self) -> RouteTable:
        """Return the routes."""
        raise NotImplementedError

    def _headers(self, query: Query) -> dict[str, str]:
        return {name[1:]: value for name, value in query.items() if name.startswith(":")}

    def _file(self, query: Query, changed_at: datetime, document: Any) -> Answer:
        return with_validators(json_answer(document), changed_at, self._headers(query))

    def _changed_at(self, now: datetime) -> datetime:
        """Return when a game last began or ended, or a scenario last changed something."""
        today = eastern_date(now)
        moments = [change.at for change in self._league.amendments.schedule if change.at <= now]
        for offset in range(-2, 1):
            for game in self._league.games_on(today + timedelta(days=offset), now):
                if self._league.status(game, now) == LIVE:
                    return now
                if self._league.status(game, now) == FINAL:
                    moments.append(self._league.final_at(game.game_id))
        return max(moments, default=now.replace(hour=0, minute=0, second=0, microsecond=0))

    def _is_begun(self, game_id: str) -> bool:
        """Tell whether a game is known, determined and has begun."""
        try:
            game = self._league.game(game_id)
        except KeyError:
            return False
        return self._league.status(game, self._clock()) != SCHEDULED
