"""The Odds API: spreads, totals and money lines of games."""

from __future__ import annotations

from typing import Any

from python_runners.errors import InvariantViolated
from python_runners.loaders.base import ParsedRows, RawObject, Row
from python_runners.loaders.parsers.odds_events import Market, american_price, read_snapshot, required_point
from python_runners.loaders.parsers.shapes import one_of, parsed

TABLE = "odds_api_game_lines"
_MARKETS = ("h2h", "spreads", "totals")
_TOTAL_SIDES = {"Over": "over", "Under": "under"}


def parse(obj: RawObject) -> ParsedRows:
    """Parse event odds into odds_api_game_lines: one row per book, market and side.

    A spread is the named team's own. Lay prices of exchanges and other markets are left out and counted.

    Raises:
        NoData: no bookmaker lists a game line.
        InvariantViolated: a side listed twice, two spreads that do not mirror, or a price in another notation.
    """
    snapshot = read_snapshot(obj)
    rows: list[Row] = []
    for market in snapshot.markets:
        if market.key in _MARKETS:
            rows.extend(_sides(market, snapshot.odds_format))
        else:
            snapshot.dropped["lay_price" if market.key.endswith("_lay") else "other_market"] += 1
    return parsed(TABLE, rows, snapshot.scopes, snapshot.dropped)


def _sides(market: Market, odds_format: str) -> list[Row]:
    where = f"{market.keys['odds_event_id']} {market.keys['bookmaker']} {market.key}"
    sides: dict[str, Row] = {}
    for outcome in market.outcomes:
        side = _side(market, outcome, where)
        if side in sides:
            raise InvariantViolated(f"{where}: {side} is listed twice")
        sides[side] = {
            **market.keys,
            "market": market.key,
            "side": side,
            "point": None if market.key == "h2h" else required_point(outcome, where),
            "price": american_price(outcome["price"], odds_format, where),
            "market_last_update": market.last_update,
        }
    points = [row["point"] for row in sides.values()]
    if len(points) == 2 and market.key == "spreads" and sum(points) != 0:
        raise InvariantViolated(f"{where}: spreads {points} do not mirror")
    if len(points) == 2 and market.key == "totals" and points[0] != points[1]:
        raise InvariantViolated(f"{where}: totals {points} differ")
    return list(sides.values())


def _side(market: Market, outcome: dict[str, Any], where: str) -> str:
    if market.key == "totals":
        return _TOTAL_SIDES[one_of(outcome["name"], _TOTAL_SIDES, where)]
    one_of(outcome["name"], (market.home_name, market.away_name), where)
    return "home" if outcome["name"] == market.home_name else "away"
