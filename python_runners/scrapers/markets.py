"""Betting sources: The Odds API and BettingPros."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any, ClassVar

from python_runners.dates import parse_instant
from python_runners.errors import PermanentError, SourceUnavailable
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


class BettingProsScraper(Scraper):
    """Offers of the points market for the events of one date, all pages as one object."""

    name = "bettingpros_props"
    source_system = "bettingpros"
    variant = "offers"
    required = ("game_date",)

    def request(self, params: Params) -> Request:
        """Ask for the events of the date."""
        return self._request("events", {"sport": "NBA", "date": params["game_date"]})

    def _request(self, endpoint: str, query: Mapping[str, str]) -> Request:
        key = self.settings.secret("bettingpros_api_key", "BettingPros asks for a key on every request")
        return Request(f"{self.settings.bettingpros_base_url}/v3/{endpoint}", query, {"x-api-key": key})

    def folder(self, params: Params) -> str:
        """One folder a date."""
        return f"bettingpros/offers/{params['game_date']}"

    def fetch(self, params: Params, validators: Mapping[str, str]) -> Payload:
        """Fetch the events, then every page of their offers, and return both as `{events, offers}`.

        Raises:
            PermanentError: a page is no JSON object, or fewer offers came than were announced.
            SourceUnavailable: the source does not answer.
        """
        events_answer = self.payload(self.http.get(self.request(params)))
        if events_answer.status != 200:
            return events_answer
        events = _document(events_answer.body)
        identifiers = ":".join(str(event["id"]) for event in events.get("events", []))
        if not identifiers:
            return Payload(b"[]", 200, events_answer.attempts)
        offers: list[Any] = []
        attempts, page, pages, total = events_answer.attempts, 0, 1, 0
        while page < pages:
            page += 1
            query = {"sport": "NBA", "market_id": _POINTS_MARKET, "event_id": identifiers, "page": str(page)}
            answer = self.payload(self.http.get(self._request("offers", query)))
            document = _document(answer.body)
            pagination = document.get("_pagination", {})
            pages, total = int(pagination.get("total_pages", 1)), int(pagination.get("total_items", 0))
            offers += document.get("offers", [])
            attempts += answer.attempts
        if total and len(offers) < total:
            raise PermanentError(f"{self.name}: {len(offers)} of {total} announced offers came")
        body = json.dumps({"events": events["events"], "offers": offers}, sort_keys=True).encode()
        return Payload(body if offers else b"[]", 200, attempts)


def _document(body: bytes) -> dict[str, Any]:
    try:
        document = json.loads(body)
    except ValueError as error:
        raise PermanentError(f"BettingPros answered something that is no JSON: {error}") from error
    if not isinstance(document, dict):
        raise SourceUnavailable("BettingPros answered without an object")
    return document
