"""The Odds API: events, snapshots and prices, shared by player props and game lines."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from python_runners.dates import eastern_date, parse_instant
from python_runners.errors import InvariantViolated, NoData, UnknownPayloadShape
from python_runners.loaders.base import RawObject, Row, Scope
from python_runners.loaders.parsers.shapes import (
    LIST,
    NULLABLE_NUMBER,
    NULLABLE_TEXT,
    NUMBER,
    TEXT,
    fields,
    one_of,
    read_json,
    record,
    records,
)
from python_runners.loaders.parsers.sides import FOREIGN_TEAM
from python_runners.teams import tricode_of

SPORT = "basketball_nba"
AMERICAN = "american"
DECIMAL = "decimal"
_SMALLEST_AMERICAN = 100

_WRAPPER = {"timestamp": TEXT, "data": (dict, list)}
_WRAPPER_OPTIONAL = fields(NULLABLE_TEXT, "previous_timestamp", "next_timestamp")
_EVENT = {**fields(TEXT, "id", "sport_key", "commence_time", "home_team", "away_team"), "bookmakers": LIST}
_BOOKMAKER = {"key": TEXT, "markets": LIST}
_MARKET = {"key": TEXT, "outcomes": LIST}
_OUTCOME = {"name": TEXT, "price": NUMBER}
_OUTCOME_OPTIONAL = {"description": NULLABLE_TEXT, "point": NULLABLE_NUMBER}


@dataclass(frozen=True)
class Market:
    """One market of one bookmaker at one event."""

    keys: Row
    home_name: str
    away_name: str
    key: str
    last_update: datetime | None
    outcomes: list[dict[str, Any]]


@dataclass(frozen=True)
class Snapshot:
    """What an answer shows at one instant: markets of events, the scopes it describes, and what was left out."""

    markets: list[Market]
    scopes: list[Scope]
    dropped: Counter[str]
    odds_format: str


def read_snapshot(obj: RawObject) -> Snapshot:
    """Read an answer, historical or current, for one event or several.

    The snapshot's instant is the wrapper's timestamp of a historical answer, else the time of the response. Prices are
    American, as the scrapers ask for them, unless the request parameter `oddsFormat` says decimal.

    Raises:
        NoData: no event or no bookmaker.
        UnknownPayloadShape: another structure or sport.
    """
    document = read_json(obj)
    odds_format = one_of(obj.params.get("oddsFormat", AMERICAN), (AMERICAN, DECIMAL), "oddsFormat")
    snapshot_at, kind = obj.observed_at, "current"
    if type(document) is dict and "timestamp" in document:
        wrapper = record(document, "historical answer", _WRAPPER, _WRAPPER_OPTIONAL, is_closed=True)
        snapshot_at, kind, document = parse_instant(wrapper["timestamp"]), "historical", wrapper["data"]
    events = document if type(document) is list else [document]
    dropped: Counter[str] = Counter()
    markets: list[Market] = []
    scopes: list[Scope] = []
    for value in events:
        event = record(value, "event", _EVENT, {"sport_title": TEXT}, is_closed=True)
        one_of(event["sport_key"], (SPORT,), f"{event['id']}.sport_key")
        keys = _event_keys(event, snapshot_at, kind)
        if None in (keys["home_team"], keys["away_team"]):
            dropped[FOREIGN_TEAM] += 1
            continue
        scopes.append({"odds_event_id": event["id"], "snapshot_at": snapshot_at})
        markets.extend(_markets(event, keys))
    if events and not scopes:
        raise InvariantViolated(f"{obj.path}: no event is between two of the 30 teams")
    if not markets:
        raise NoData("no bookmaker has a market yet")
    return Snapshot(markets=markets, scopes=scopes, dropped=dropped, odds_format=odds_format)


def _event_keys(event: dict[str, Any], snapshot_at: datetime, kind: str) -> Row:
    commence_time = parse_instant(event["commence_time"])
    return {
        "odds_event_id": event["id"],
        "commence_time": commence_time,
        "game_date": eastern_date(commence_time),
        "home_team": tricode_of(event["home_team"]),
        "away_team": tricode_of(event["away_team"]),
        "snapshot_at": snapshot_at,
        "snapshot_kind": kind,
    }


def _markets(event: dict[str, Any], keys: Row) -> Iterator[Market]:
    where = f"event {event['id']}"
    for bookmaker in records(event["bookmakers"], f"{where}.bookmakers", _BOOKMAKER):
        place = f"{where} {bookmaker['key']}"
        for market in records(bookmaker["markets"], place, _MARKET, {"last_update": NULLABLE_TEXT}):
            last_update = market.get("last_update")
            yield Market(
                keys={**keys, "bookmaker": bookmaker["key"]},
                home_name=event["home_team"],
                away_name=event["away_team"],
                key=market["key"],
                last_update=parse_instant(last_update) if last_update else None,
                outcomes=records(market["outcomes"], f"{place} {market['key']}", _OUTCOME, _OUTCOME_OPTIONAL),
            )


def american_price(value: float, odds_format: str, where: str) -> int:
    """Return a price as an American integer.

    A decimal price d of 2 and more is 100 * (d - 1), one below 2 is -100 / (d - 1), rounded half away from zero.

    Raises:
        InvariantViolated: the value cannot be a price in the notation that was asked for.
    """
    if odds_format == AMERICAN:
        if abs(value) < _SMALLEST_AMERICAN or int(value) != value:
            raise InvariantViolated(f"{where}: {value} is no American price")
        return int(value)
    if not 1 < value < _SMALLEST_AMERICAN:
        raise InvariantViolated(f"{where}: {value} is no decimal price")
    profit = Decimal(str(value)) - 1
    price = 100 * profit if value >= 2 else -100 / profit
    return int(price.quantize(Decimal(1), rounding=ROUND_HALF_UP))


def required_point(outcome: dict[str, Any], where: str) -> float:
    """Return the line of an outcome that must have one.

    Raises:
        UnknownPayloadShape: it has none.
    """
    if outcome.get("point") is None:
        raise UnknownPayloadShape(f"{where}: no point")
    return float(outcome["point"])
