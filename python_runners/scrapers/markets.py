"""Betting sources: The Odds API and BettingPros."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any, ClassVar

from python_runners.dates import parse_instant
from python_runners.scrapers.base import Params, Payload, Scraper
from python_runners.scrapers.http import Request

_SPORT = "basketball_nba"
_POINTS_MARKET = "156"


class _OddsApiScraper(Scraper):
    source_system = "odds_api"
    dataset: ClassVar[str]
    markets: ClassVar[str | None] = None

    def request(self, params: Params) -> Request:
        """Ask for the current answer, or with `snapshot_at` for a historical one; the key travels in a header."""
        key = self.settings.secret("odds_api_key", "The Odds API asks for a key on every request")
        history = "historical/" if params.get("snapshot_at") else ""
        event = f"/{params['odds_event_id']}/odds" if self.markets else ""
        query = {"dateFormat": "iso"}
        if self.markets:
            query |= {"regions": "us", "markets": self.markets, "oddsFormat": "american"}
        if params.get("snapshot_at"):
            query["date"] = params["snapshot_at"]
        url = f"{self.settings.odds_api_base_url}/v4/{history}sports/{_SPORT}/events{event}"
        return Request(url, query, {"X-API-Key": key})

    def folder(self, params: Params) -> str:
        """One folder a date and event."""
        return f"odds-api/{self.dataset}/{params['game_date']}/{params.get('odds_event_id', 'all')}"

    def is_empty(self, document: Any) -> bool:
        """No events, or an event without a bookmaker."""
        content = document.get("data", document) if isinstance(document, dict) else document
        return content == [] or (isinstance(content, dict) and content.get("bookmakers") == [])

    def snapshot_time(self, body: bytes) -> datetime | None:
        """Historical answers carry their snapshot time."""
        try:
            document = json.loads(body)
        except ValueError:
            return None
        stamp = document.get("timestamp") if isinstance(document, dict) else None
        return parse_instant(stamp) if isinstance(stamp, str) else None


class OddsEventsScraper(_OddsApiScraper):
    """The events of the sport; feeds no table, names the events to ask for."""

    name = "odds_events"
    variant = "events"
    dataset = "events"
    required = ("game_date",)


class OddsPlayerPropsScraper(_OddsApiScraper):
    """Points props of one event."""

    name = "odds_player_props"
    variant = "event_odds"
    dataset = "player-props"
    markets = "player_points"
    required = ("game_date", "odds_event_id")


class OddsGameLinesScraper(_OddsApiScraper):
    """Money lines, spreads and totals of one event."""

    name = "odds_game_lines"
    variant = "event_odds"
    dataset = "game-lines"
    markets = "spreads,totals,h2h"
    required = ("game_date", "odds_event_id")


class _BettingProsScraper(Scraper):
    source_system = "bettingpros"

    def ask(self, endpoint: str, query: Mapping[str, str]) -> Request:
        """Build the request; the key travels in a header."""
        key = self.settings.secret("bettingpros_api_key", "BettingPros asks for a key on every request")
        return Request(f"{self.settings.bettingpros_base_url}/v3/{endpoint}", query, {"x-api-key": key})


class BettingProsEventsScraper(_BettingProsScraper):
    """The events of one date; feeds no table, names the events to ask for."""

    name = "bettingpros_events"
    variant = "events"
    required = ("game_date",)

    def request(self, params: Params) -> Request:
        """One date."""
        return self.ask("events", {"sport": "NBA", "date": params["game_date"]})

    def folder(self, params: Params) -> str:
        """One folder a date."""
        return f"bettingpros/events/{params['game_date']}"

    def is_empty(self, document: Any) -> bool:
        """A date without events."""
        return isinstance(document, dict) and document.get("events") == []


class BettingProsOffersScraper(_BettingProsScraper):
    """Offers of the points market for one event: the pages, byte for byte, as one JSON list."""

    name = "bettingpros_props"
    variant = "offers"
    required = ("game_date", "event_id", "scheduled")

    def request(self, params: Params) -> Request:
        """The first page."""
        return self._page(params, 1)

    def _page(self, params: Params, page: int) -> Request:
        query = {"sport": "NBA", "market_id": _POINTS_MARKET, "event_id": params["event_id"], "page": str(page)}
        return self.ask("offers", query)

    def folder(self, params: Params) -> str:
        """One folder a date and event."""
        return f"bettingpros/offers/{params['game_date']}/{params['event_id']}"

    def is_empty(self, document: Any) -> bool:
        """Pages without an offer."""
        return isinstance(document, list) and all(isinstance(p, dict) and p.get("offers") == [] for p in document)

    def fetch(self, params: Params, validators: Mapping[str, str]) -> Payload:
        """Follow the pages to the last one."""
        first = self.payload(self.http.get(self.request(params)))
        if first.status != 200:
            return first
        bodies, attempts = [first.body], first.attempts
        for page in range(2, _page_count(first.body) + 1):
            answer = self.payload(self.http.get(self._page(params, page)))
            bodies.append(answer.body)
            attempts += answer.attempts
        return Payload(b"[" + b",".join(bodies) + b"]", 200, attempts)


def _page_count(body: bytes) -> int:
    try:
        document = json.loads(body)
    except ValueError:
        # No JSON: stored as evidence, refused by the parser.
        return 1
    pagination = document.get("_pagination") if isinstance(document, dict) else None
    return int(pagination.get("total_pages", 1)) if isinstance(pagination, dict) else 1
