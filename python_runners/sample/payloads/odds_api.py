"""The Odds API, version 4: events, props and game lines, now or at an earlier instant."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from python_runners.dates import eastern_date
from python_runners.sample.books import BOOKMAKERS, Books, half_point
from python_runners.sample.league import FINAL, League
from python_runners.sample.markets import Oddsmaker, american, event_id, over_probability
from python_runners.sample.payloads.common import Document, team_names, utc_text
from python_runners.sample.schedule import ScheduledGame

_ANNOUNCED_AFTER_TIP = timedelta(minutes=10)
_AHEAD = timedelta(days=2)
_SNAPSHOT_EVERY = timedelta(minutes=5)


class OddsApi:
    """The feed over one league."""

    def __init__(self, league: League, maker: Oddsmaker) -> None:
        """Show what the oddsmaker's books show."""
        self._league, self._maker, self._books = league, maker, Books(maker)

    def commence_time(self, game: ScheduledGame, now: datetime) -> datetime:
        """Return the start that the feed shows: ten minutes after the tip, rewritten to the real start later."""
        tip_off = game.tip_off or now
        if now >= tip_off:
            start = tip_off + timedelta(seconds=self._league.tape(game.game_id).wall_seconds[0])
            if now >= start:
                return start
        announced = self._league.amendments.expected_commence.get(game.game_id, [])
        shown = [commence for at, commence in announced if at <= now]
        return shown[-1] if shown else tip_off + _ANNOUNCED_AFTER_TIP

    def _upcoming(self, now: datetime) -> Iterator[tuple[str, ScheduledGame]]:
        today = eastern_date(now)
        for offset in range(-1, _AHEAD.days + 1):
            for game in self._league.games_on(today + timedelta(days=offset), now):
                is_hidden = game.game_id in self._league.amendments.without_events
                if self._league.status(game, now) == FINAL or is_hidden:
                    continue
                yield event_id(self._league, game.game_id), game
                if game.game_id in self._league.amendments.second_events:
                    yield event_id(self._league, game.game_id, 1), game

    def _event(self, identifier: str, game: ScheduledGame, now: datetime) -> Document:
        home, away = (self._name(team) for team in game.teams)
        return {
            "id": identifier,
            "sport_key": "basketball_nba",
            "sport_title": "NBA",
            "commence_time": utc_text(self.commence_time(game, now)),
            "home_team": home,
            "away_team": away,
        }

    def _name(self, team: str) -> str:
        return "Los Angeles Clippers" if team == "LAC" else team_names()[team].full_name

    def events(self, now: datetime) -> list[Document]:
        """Return the events that have not ended yet."""
        return [self._event(identifier, game, now) for identifier, game in self._upcoming(now)]

    def odds(self, identifier: str, markets: tuple[str, ...], now: datetime) -> Document | None:
        """Return an event with its odds in American prices; None for an event that is unknown or has ended."""
        for found, game in self._upcoming(now):
            if found == identifier:
                return {**self._event(identifier, game, now), "bookmakers": list(self._bookmakers(game, markets, now))}
        return None

    def wrapped(self, document: Any, now: datetime) -> Document:
        """Return a historical answer: the document of the last snapshot before an instant."""
        return {
            "timestamp": utc_text(now),
            "previous_timestamp": utc_text(now - _SNAPSHOT_EVERY),
            "next_timestamp": utc_text(now + _SNAPSHOT_EVERY),
            "data": document,
        }

    def snapshot_at(self, asked: datetime) -> datetime:
        """Return the instant of the last snapshot at or before the one that was asked for."""
        past = (asked - datetime(asked.year, 1, 1, tzinfo=asked.tzinfo)) % _SNAPSHOT_EVERY
        return asked - past

    def _bookmakers(self, game: ScheduledGame, markets: tuple[str, ...], now: datetime) -> Iterator[Document]:
        for key, title in BOOKMAKERS.items():
            shown: list[Document] = []
            if "player_points" in markets:
                shown.extend(self._props(game, key, now))
            shown.extend(self._lines(game, key, markets, now))
            if shown:
                yield {"key": key, "title": title, "markets": shown}

    def _props(self, game: ScheduledGame, key: str, now: datetime) -> Iterator[Document]:
        prices = self._books.shown(game, key, now)
        if not prices:
            return
        outcomes: list[Document] = []
        for price in prices:
            for side, american_price in (("Over", price.over), ("Under", price.under)):
                if american_price is not None:
                    outcomes.append(
                        {"name": side, "description": price.name, "price": american_price, "point": price.line}
                    )
        updated = max(price.updated_at for price in prices)
        yield {"key": "player_points", "last_update": utc_text(updated), "outcomes": outcomes}

    def _lines(self, game: ScheduledGame, key: str, markets: tuple[str, ...], now: datetime) -> Iterator[Document]:
        tip_off = game.tip_off or now
        opening = tip_off - timedelta(hours=20)
        if now < opening:
            return
        rng = self._league.config.rng("game lines", game.game_id, key)
        margin, total = self._maker.margin_and_total(game)
        margin += rng.gauss(0, 0.35) + (0.5 if now > tip_off - timedelta(hours=4) and rng.random() < 0.3 else 0.0)
        spread, over = -half_point(abs(margin)) * (1 if margin >= 0 else -1), half_point(total + rng.gauss(0, 0.6))
        updated = utc_text(max(opening, now - timedelta(seconds=rng.randrange(20, 280))))
        home, away = (self._name(team) for team in game.teams)
        chance = min(max(over_probability(margin * 0.52, 0.0), 0.04), 0.96)
        sides: dict[str, list[Document]] = {
            "spreads": [
                {"name": home, "price": -110, "point": spread},
                {"name": away, "price": -110, "point": -spread},
            ],
            "totals": [
                {"name": "Over", "price": -110 + 5 * rng.choice((-1, 0, 1)), "point": over},
                {"name": "Under", "price": -110, "point": over},
            ],
            "h2h": [
                {"name": home, "price": american(chance)},
                {"name": away, "price": american(1 - chance)},
            ],
        }
        for market, outcomes in sides.items():
            if market in markets:
                yield {"key": market, "last_update": updated, "outcomes": outcomes}
