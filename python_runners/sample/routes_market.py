"""Which request of a betting or secondary source is answered by which renderer, and from when on."""

from __future__ import annotations

import re
from datetime import datetime

from python_runners.dates import parse_instant
from python_runners.errors import InvariantViolated
from python_runners.sample.answers import CSV, Answer, Asked, found, missing, unprocessable
from python_runners.sample.clock import LeagueClock
from python_runners.sample.league import FINAL, League
from python_runners.sample.payloads import balldontlie, bigdataball, espn
from python_runners.sample.payloads.bettingpros import POINTS_MARKET, BettingPros
from python_runners.sample.payloads.odds_api import OddsApi
from python_runners.sample.routes import Query, Routed, Routes, RouteTable, json_answer, parse_day

_MARKETS = frozenset({"player_points", "spreads", "totals", "h2h"})


class MarketRoutes(Routes):
    """The routes of The Odds API, BettingPros, BallDontLie, BigDataBall and ESPN."""

    def __init__(self, league: League, clock: LeagueClock, odds: OddsApi, pros: BettingPros) -> None:
        """Answer for a league under a clock."""
        super().__init__(league, clock)
        self._odds, self._pros = odds, pros

    def routes(self) -> RouteTable:
        """Return (base URL setting, pattern of the rest of the path, route)."""
        sport = r"/v4/(?P<history>historical/)?sports/basketball_nba/events"
        return [
            ("odds_api_base_url", sport, self._events),
            ("odds_api_base_url", rf"{sport}/(?P<event_id>[0-9a-f]{{32}})/odds", self._event_odds),
            ("bettingpros_base_url", r"/v3/events", self._pros_events),
            ("bettingpros_base_url", r"/v3/offers", self._pros_offers),
            ("balldontlie_base_url", r"/v1/box_scores", self._bdl),
            ("bigdataball_base_url", r"/(?P<day>[0-9-]{10})/(?P<game_id>\d{10})\.csv", self._big_data),
            ("espn_base_url", r"/apis/site/v2/sports/basketball/nba/teams/(?P<number>\d+)", self._espn),
        ]

    def _asked_instant(self, match: re.Match[str], query: Query) -> datetime | None:
        """Return the snapshot's instant: now, or the one that a historical request names; None for a bad one."""
        if not match["history"]:
            return self._clock()
        try:
            asked = parse_instant(query.get("date", ""))
        except InvariantViolated:
            return None
        return self._odds.snapshot_at(min(asked, self._clock()))

    def _events(self, match: re.Match[str], query: Query) -> Routed:
        instant = self._asked_instant(match, query)

        def render() -> Answer:
            if instant is None:
                return unprocessable("INVALID_HISTORICAL_TIMESTAMP")
            events = self._odds.events(instant)
            return json_answer(self._odds.wrapped(events, instant) if match["history"] else events)

        return Asked("odds_events"), render

    def _event_odds(self, match: re.Match[str], query: Query) -> Routed:
        instant = self._asked_instant(match, query)
        markets = tuple(query.get("markets", "h2h").split(","))
        scraper = "odds_player_props" if "player_points" in markets else "odds_game_lines"

        def render() -> Answer:
            if instant is None or not _MARKETS.issuperset(markets):
                return unprocessable("INVALID_MARKET")
            if query.get("oddsFormat", "decimal") != "american":
                return unprocessable("the sample league quotes American odds only")
            event = self._odds.odds(match["event_id"], markets, instant)
            if event is None:
                return missing("Event not found. The event may have expired or the event id is invalid.")
            return json_answer(self._odds.wrapped(event, instant) if match["history"] else event)

        return Asked(scraper, {"odds_event_id": match["event_id"]}), render

    def _pros_events(self, match: re.Match[str], query: Query) -> Routed:
        day = parse_day(query.get("date", ""))

        def render() -> Answer:
            return unprocessable("date") if day is None else json_answer(self._pros.events(day, self._clock()))

        return Asked("bettingpros_props", {"game_date": str(day)}), render

    def _pros_offers(self, match: re.Match[str], query: Query) -> Routed:
        numbers = [int(text) for text in query.get("event_id", "").split(":") if text.isdigit()]

        def render() -> Answer:
            if query.get("market_id") != str(POINTS_MARKET):
                return unprocessable("market_id")
            return json_answer(self._pros.offers(numbers, int(query.get("page", "1")), self._clock()))

        return Asked("bettingpros_props", {"event_id": query.get("event_id", "")}), render

    def _bdl(self, match: re.Match[str], query: Query) -> Routed:
        day = parse_day(query.get("date", ""))

        def render() -> Answer:
            return (
                unprocessable("date")
                if day is None
                else json_answer(balldontlie.render(self._league, day, self._clock()))
            )

        return Asked("bdl_box_scores", {"game_date": str(day)}), render

    def _big_data(self, match: re.Match[str], query: Query) -> Routed:
        game_id = match["game_id"]

        def render() -> Answer:
            now = self._clock()
            games = [game for game in self._league.schedule(now) if game.game_id == game_id]
            is_over = bool(games) and self._league.status(games[0], now) == FINAL
            if not is_over or now < self._league.final_at(game_id) + bigdataball.PUBLISHED_AFTER:
                return missing()
            return found(bigdataball.render(self._league, game_id, now), CSV)

        return Asked("bigdataball_pbp", {"game_id": game_id}), render

    def _espn(self, match: re.Match[str], query: Query) -> Routed:
        team = espn.team_of_id(int(match["number"]))

        def render() -> Answer:
            if team not in self._league.config.teams:
                return missing("no such team")
            return json_answer(espn.render(self._league, str(team), self._clock()))

        return Asked("espn_roster", {"team": str(team)}), render
