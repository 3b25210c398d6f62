"""BettingPros, version 3: the events of a date and the offers of the points market, ten a page."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from python_runners.sample.books import Books, Price
from python_runners.sample.league import FINAL, League
from python_runners.sample.markets import Oddsmaker
from python_runners.sample.payloads.common import Document, team_names
from python_runners.sample.schedule import ScheduledGame

PAGE_SIZE = 10
POINTS_MARKET = 156
_BOOKS = {10: "fanduel", 12: "draftkings", 19: "betmgm"}
_CONSENSUS = 0
_FIRST_EVENT = 20_000
_FIRST_PLAYER = 8_900_000
_CODES = {"PHX": "PHO"}


class BettingPros:
    """The feed over one league."""

    def __init__(self, league: League, maker: Oddsmaker) -> None:
        """Show the books that the service follows."""
        self._league, self._maker, self._books = league, maker, Books(maker)

    @staticmethod
    def event_number(game: ScheduledGame) -> int:
        """Return the service's id of a game."""
        return _FIRST_EVENT + int(game.game_id[5:]) + 10_000 * int(game.game_id[2])

    def _game_of(self, number: int, now: datetime) -> ScheduledGame | None:
        return next((game for game in self._league.schedule(now) if self.event_number(game) == number), None)

    def events(self, day: date, now: datetime) -> Document:
        """Return the events of an Eastern date; `scheduled` is UTC without a mark."""
        return {
            "_parameters": {"sport": "NBA", "date": day.isoformat(), "lineups": "true"},
            "events": [self._event(game, now) for game in self._league.games_on(day, now)],
            "ts": int(now.timestamp()),
            "utc": now.strftime("%Y-%m-%d %H:%M:%S"),
        }

    def _event(self, game: ScheduledGame, now: datetime) -> Document:
        home, away = game.teams
        is_over = self._league.status(game, now) == FINAL
        return {
            "id": self.event_number(game),
            "sport": "NBA",
            "scheduled": (game.tip_off or now).strftime("%Y-%m-%d %H:%M:%S"),
            "season": self._league.config.season_year,
            "season_type": "REG",
            "event_name": None,
            "status": "closed" if is_over else "scheduled",
            "home": home,
            "visitor": away,
            "lineups": {"home_lineup": [], "away_lineup": []},
            "venue": {"name": game.arena.name, "city": game.arena.city, "state": game.arena.state},
            "participants": [
                {"id": team, "name": team_names()[team].name, "team": {"city": team_names()[team].city,
                                                                      "abbreviation": team}}
                for team in game.teams
            ],
            "results": {},
        }  # fmt: skip

    def offers(self, numbers: list[int], page: int, now: datetime) -> Document:
        """Return a page of the offers of some events."""
        offers = [offer for number in numbers for offer in self._offers(number, now)]
        pages = max((len(offers) + PAGE_SIZE - 1) // PAGE_SIZE, 1)
        return {
            "offers": offers[PAGE_SIZE * (page - 1) : PAGE_SIZE * page],
            "_pagination": {"page": page, "total_pages": pages, "total_items": len(offers), "limit": PAGE_SIZE},
        }

    def _offers(self, number: int, now: datetime) -> list[Document]:
        game = self._game_of(number, now)
        if game is None or not game.is_determined or self._league.status(game, now) == FINAL:
            return []
        by_player: dict[int, dict[int, Price]] = {}
        for book, key in _BOOKS.items():
            for price in self._books.shown(game, key, now):
                by_player.setdefault(price.player_id, {})[book] = price
        return [self._offer(game, number, person, prices, now) for person, prices in by_player.items()]

    def _offer(
        self, game: ScheduledGame, number: int, person: int, prices: dict[int, Price], now: datetime
    ) -> Document:
        player = self._league.players[person]
        team = self._league.rosters.team_of(person, game.game_date)
        first = next(iter(prices.values()))
        opening = self._maker.opening_at(game, is_late=False)
        opened = self._books.shown(game, _BOOKS[next(iter(prices))], opening + timedelta(seconds=1))
        start = next((price for price in opened if price.player_id == person), first)
        selections = []
        for side in ("over", "under"):
            books = [self._book(book, side, price) for book, price in ((_CONSENSUS, first), *sorted(prices.items()))]
            selections.append(
                {
                    "selection": side,
                    "label": side.title(),
                    "active": True,
                    "opening_line": {
                        "line": start.line,
                        "cost": start.over if side == "over" else start.under,
                        "book_id": next(iter(prices)),
                        "created": opening.strftime("%Y-%m-%d %H:%M:%S"),
                    },
                    "books": [book for book in books if book["lines"]],
                }
            )
        return {
            "id": number * 1000 + person % 1000,
            "event_id": number,
            "market_id": POINTS_MARKET,
            "active": True,
            "participants": [
                {
                    "id": str(person - _FIRST_PLAYER),
                    "name": first.name,
                    "player": {"first_name": player.first, "last_name": player.last, "position": player.short_position,
                               "team": _CODES.get(team or "", team), "slug": player.slug},
                }
            ],
            "selections": selections,
        }  # fmt: skip

    @staticmethod
    def _book(book: int, side: str, price: Price) -> dict[str, Any]:
        cost = price.over if side == "over" else price.under
        lines = []
        if cost is not None:
            lines.append(
                {
                    "line": price.line,
                    "cost": cost,
                    "updated": price.updated_at.strftime("%Y-%m-%d %H:%M:%S"),
                    "active": True,
                    "best": False,
                    "main": True,
                }
            )
        return {"id": book, "lines": lines}
