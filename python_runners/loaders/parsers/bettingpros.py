"""BettingPros offers: points lines of players at one event."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from python_runners.dates import eastern_date, parse_instant
from python_runners.errors import InvariantViolated, NoData
from python_runners.loaders.base import ParsedRows, RawObject, Row
from python_runners.loaders.parsers.odds_events import AMERICAN, american_price
from python_runners.loaders.parsers.shapes import (
    ANYTHING,
    FLAG,
    INT,
    LIST,
    NULLABLE_TEXT,
    NUMBER,
    OBJECT,
    fields,
    one_of,
    param,
    parsed,
    read_json,
    record,
    records,
    text,
)
from python_runners.teams import tricode_of

TABLE = "bettingpros_player_points_props"
POINTS_MARKET = 156
CONSENSUS_BOOK = "0"
BOOKMAKERS = {"10": "fanduel", "12": "draftkings", "19": "betmgm"}

_ID = (int, str)
_PAGE = {"offers": LIST, "_pagination": OBJECT}
_PAGE_UNUSED = fields(ANYTHING, "_parameters", "ts", "utc")
_OFFER = {**fields(_ID, "id", "event_id"), **fields(LIST, "participants", "selections")}
_OFFER_OPTIONAL = {"active": FLAG, "market_id": INT}
_PARTICIPANT = {"id": _ID, "name": (str,)}
_SELECTION = {"selection": (str,), "books": LIST}
_SELECTION_OPTIONAL = {"opening_line": (dict, type(None))}
_BOOK = {"id": _ID, "lines": LIST}
_LINE = {"line": NUMBER, "cost": NUMBER, "active": FLAG}
_LINE_OPTIONAL = {"main": FLAG, "updated": NULLABLE_TEXT}
_SIDES = ("over", "under")


def parse(obj: RawObject) -> ParsedRows:
    """Parse the offers of one event into bettingpros_player_points_props: one row per offer, book and line.

    The body is the only page of the answer, or a list of all its pages. What the offers do not say about the event
    comes from the request parameters `event_id` and `scheduled` (UTC), and `home_team` and `away_team` where given.
    The consensus is no bookmaker and is left out and counted.

    Raises:
        NoData: no offers.
        InvariantViolated: pages missing, offers of another event or market, or a line listed twice at different prices.
    """
    offers = list(_offers(obj))
    if not offers:
        raise NoData(f"{obj.path}: no offers")
    event_id = param(obj, "event_id")
    scheduled_at = parse_instant(param(obj, "scheduled"))
    keys = {
        "bp_event_id": event_id,
        "scheduled_at": scheduled_at,
        "game_date": eastern_date(scheduled_at),
        "home_team": tricode_of(obj.params.get("home_team")),
        "away_team": tricode_of(obj.params.get("away_team")),
        "snapshot_at": obj.observed_at,
    }
    dropped: Counter[str] = Counter()
    rows: list[Row] = []
    for offer in offers:
        if str(offer["event_id"]) != event_id or offer.get("market_id", POINTS_MARKET) != POINTS_MARKET:
            raise InvariantViolated(f"offer {offer['id']} is not one for points at event {event_id}")
        rows.extend(_rows(keys, offer, dropped))
    return parsed(TABLE, rows, [{"bp_event_id": event_id, "snapshot_at": obj.observed_at}], dropped)


def _offers(obj: RawObject) -> Iterator[dict[str, Any]]:
    document = read_json(obj)
    pages = document if type(document) is list else [document]
    totals = set()
    for index, value in enumerate(pages, start=1):
        page = record(value, "offers page", _PAGE, _PAGE_UNUSED, is_closed=True)
        pagination = record(page["_pagination"], "_pagination", fields(INT, "page", "total_pages"))
        totals.add(pagination["total_pages"])
        if page["offers"] and pagination["page"] != index:
            raise InvariantViolated(f"{obj.path}: page {pagination['page']} where {index} was expected")
        yield from records(page["offers"], "offers", _OFFER, _OFFER_OPTIONAL)
    if len(totals) != 1 or max(totals) > len(pages):
        raise InvariantViolated(f"{obj.path}: {len(pages)} pages of {sorted(totals)}")


def _rows(keys: Row, offer: dict[str, Any], dropped: Counter[str]) -> list[Row]:
    where = f"offer {offer['id']}"
    participants = records(offer["participants"], f"{where}.participants", _PARTICIPANT, {"player": OBJECT})
    if len(participants) != 1:
        raise InvariantViolated(f"{where}: {len(participants)} participants")
    player = participants[0]
    base = {
        **keys,
        "offer_id": str(offer["id"]),
        "bp_player_id": str(player["id"]),
        "player_name_raw": player["name"].strip(),
        "player_team": tricode_of(text(player.get("player", {}).get("team"))),
    }
    selections = records(offer["selections"], f"{where}.selections", _SELECTION, _SELECTION_OPTIONAL)
    opening = _opening(selections, where)
    lines: dict[tuple[str, float], Row] = {}
    for selection in selections:
        side = one_of(selection["selection"].lower(), _SIDES, where)
        for book in records(selection["books"], f"{where}.books", _BOOK):
            book_id = str(book["id"])
            for line in records(book["lines"], f"{where}.lines", _LINE, _LINE_OPTIONAL):
                if book_id == CONSENSUS_BOOK:
                    dropped["consensus"] += 1
                    continue
                row = lines.setdefault((book_id, float(line["line"])), _empty(base, opening, book_id, line))
                _add_side(row, side, line, f"{where} book {book_id}")
    is_offered = offer.get("active", True)
    return [{**row, "is_active": is_offered and row["is_active"]} for row in lines.values()]


def _opening(selections: list[dict[str, Any]], where: str) -> Row:
    """The over's opening stands for the offer; both sides open at one line."""
    by_side = {selection["selection"].lower(): selection.get("opening_line") for selection in selections}
    found = by_side.get("over") or by_side.get("under")
    if not found:
        return {"opening_line": None, "opening_at": None}
    opening = record(found, f"{where}.opening_line", {"line": NUMBER}, {"created": NULLABLE_TEXT})
    created = text(opening.get("created"))
    return {"opening_line": float(opening["line"]), "opening_at": parse_instant(created) if created else None}


def _empty(base: Row, opening: Row, book_id: str, line: dict[str, Any]) -> Row:
    return {
        **base,
        **opening,
        "book_id": book_id,
        "bookmaker": BOOKMAKERS.get(book_id, f"bettingpros_{book_id}"),
        "line": float(line["line"]),
        "over_price": None,
        "under_price": None,
        "is_active": False,
        "is_main": None,
        "book_updated_at": None,
    }


def _add_side(row: Row, side: str, line: dict[str, Any], where: str) -> None:
    column, price = f"{side}_price", american_price(line["cost"], AMERICAN, where)
    if row[column] not in (None, price):
        raise InvariantViolated(f"{where}: {side} {row['line']} at {row[column]} and at {price}")
    row[column] = price
    row["is_active"] = row["is_active"] or line["active"]
    if "main" in line:
        row["is_main"] = bool(row["is_main"]) or line["main"]
    updated = text(line.get("updated"))
    if updated:
        stamps = [stamp for stamp in (row["book_updated_at"], parse_instant(updated)) if stamp is not None]
        row["book_updated_at"] = max(stamps)
