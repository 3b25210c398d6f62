"""A league with its sources, asked through the platform's own scrapers and read by its own parsers."""

from __future__ import annotations

from collections import Counter
from datetime import datetime

import httpx

from python_runners.loaders.base import ParsedRows, RawObject, Row
from python_runners.loaders.registry import SCRAPERS_WITHOUT_TABLE, feeds_of
from python_runners.sample.clock import LeagueClock
from python_runners.sample.league import League
from python_runners.sample.replay import LeagueEvent
from python_runners.sample.sources import Sources, settings_values
from python_runners.scrapers.base import Payload
from python_runners.scrapers.catalog import scraper_of
from python_runners.scrapers.http import HttpClient
from python_runners.settings import Settings


class Harness:
    """Plays requests against a league without a network."""

    def __init__(self, league: League) -> None:
        self.league = league
        first = next(game for game in league.schedule() if game.is_determined)
        self.clock = LeagueClock(first.start)
        self.sources = Sources(league, self.clock)
        self._settings = Settings(**settings_values("http://sample"), request_pause_scale=0)  # type: ignore[arg-type]
        transport = httpx.MockTransport(self._answer)
        self._http = HttpClient(self._settings, transport=transport, sleep=lambda seconds: None)
        self.dropped: Counter[tuple[str, str]] = Counter()

    def _answer(self, request: httpx.Request) -> httpx.Response:
        answer = self.sources.answer(request.url.path, dict(request.url.params), dict(request.headers))
        if answer.hang:
            raise httpx.ReadTimeout("no answer", request=request)
        return httpx.Response(answer.status, content=answer.body, headers=answer.headers)

    def fetch(self, event: LeagueEvent) -> Payload:
        """Ask at the instant of the event."""
        self.clock.move_to(event.at)
        return scraper_of(event.scraper, self._settings, self._http, event.variant).fetch(event.params, {})

    def parse(self, event: LeagueEvent, payload: Payload) -> list[ParsedRows]:
        """Read what came with every parser of the feed."""
        if event.scraper in SCRAPERS_WITHOUT_TABLE:
            return []
        scraper = scraper_of(event.scraper, self._settings, self._http, event.variant)
        observed_at = payload.observed_at or event.at
        obj = RawObject(f"test/{event.scraper}", payload.body, observed_at, scraper.variant, event.params)
        parsed = [feed.parse(obj) for feed in feeds_of(event.scraper, scraper.variant)]
        for each in parsed:
            for reason, count in each.dropped.items():
                self.dropped[each.table, reason] += count
        return parsed

    def rows(self, event: LeagueEvent) -> dict[str, list[Row]]:
        """Ask and read; rows by table."""
        return {each.table: each.rows for each in self.parse(event, self.fetch(event))}

    def game_event(
        self, scraper: str, game_id: str, at: datetime, variant: str | None = None, **extra: str
    ) -> LeagueEvent:
        """Return a request about one game."""
        game = self.league.game(game_id)
        home, away = game.teams
        params = {
            "game_id": game_id,
            "game_date": game.game_date.isoformat(),
            "home_team": home,
            "away_team": away,
            "game_code": game.code,
            "season_type": "regular",
            "season_year": str(self.league.config.season_year),
            **extra,
        }
        return LeagueEvent(at, scraper, params, variant)
