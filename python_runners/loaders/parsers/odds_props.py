"""The Odds API: points lines of players."""

from __future__ import annotations

from python_runners.errors import InvariantViolated, UnknownPayloadShape
from python_runners.loaders.base import ParsedRows, RawObject, Row
from python_runners.loaders.parsers.odds_events import Market, american_price, read_snapshot, required_point
from python_runners.loaders.parsers.shapes import one_of, parsed, text

TABLE = "odds_api_player_points_props"
MARKET = "player_points"
_SIDES = {"Over": "over_price", "Under": "under_price"}


def parse(obj: RawObject) -> ParsedRows:
    """Parse event odds into odds_api_player_points_props: one row per player and line with both sides.

    Every line that a book lists is kept; a side may be missing. Markets other than points are left out and counted.

    Raises:
        NoData: no bookmaker lists a points line.
        InvariantViolated: a side of a line listed twice at different prices, or a price in another notation.
    """
    snapshot = read_snapshot(obj)
    rows: list[Row] = []
    for market in snapshot.markets:
        if market.key == MARKET:
            rows.extend(_lines(market, snapshot.odds_format))
        else:
            snapshot.dropped["other_market"] += 1
    return parsed(TABLE, rows, snapshot.scopes, snapshot.dropped)


def _lines(market: Market, odds_format: str) -> list[Row]:
    lines: dict[tuple[str, float], Row] = {}
    for outcome in market.outcomes:
        where = f"{market.keys['odds_event_id']} {market.keys['bookmaker']} {outcome.get('description')}"
        side = _SIDES[one_of(outcome["name"], _SIDES, where)]
        player = text(outcome.get("description"))
        if player is None:
            raise UnknownPayloadShape(f"{where}: an outcome without player")
        line = required_point(outcome, where)
        price = american_price(outcome["price"], odds_format, where)
        row = lines.setdefault(
            (player, line),
            {
                **market.keys,
                "market": MARKET,
                "player_name_raw": player,
                "line": line,
                "over_price": None,
                "under_price": None,
                "market_last_update": market.last_update,
            },
        )
        if row[side] not in (None, price):
            raise InvariantViolated(f"{where}: {outcome['name']} {line} at {row[side]} and at {price}")
        row[side] = price
    return list(lines.values())
