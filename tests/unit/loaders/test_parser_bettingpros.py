"""BettingPros offers; no real payload of offers is at hand."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pyarrow as pa
import pytest

from python_runners.errors import InvariantViolated, NoData, UnknownPayloadShape
from python_runners.loaders.base import RawObject
from python_runners.loaders.parsers import bettingpros

Stored = Callable[..., RawObject]
Fits = Callable[..., pa.Table]
Body = dict[str, Any]
PARAMS = {"event_id": "20879", "scheduled": "2021-10-21 23:30:00", "home_team": "ATL", "away_team": "DAL"}


def line(value: float, cost: int, **more: Any) -> Body:
    stamp = "2021-10-21 14:00:00"
    return {"line": value, "cost": cost, "updated": stamp, "active": True, "best": False, "main": True, **more}


def selection(side: str, books: dict[int, list[Body]], opening: float | None = 24.5) -> Body:
    opened = {"line": opening, "cost": -110, "book_id": 10, "created": "2021-10-20 18:00:00"}
    return {
        "selection": side,
        "active": True,
        "opening_line": opened if opening else None,
        "books": [{"id": book, "lines": lines} for book, lines in books.items()],
    }


def offer(*selections: Body, **more: Any) -> Body:
    player = {"id": "3473", "name": "Trae Young", "player": {"position": "G", "team": "ATL"}}
    base = {"id": 77, "event_id": 20879, "market_id": 156, "active": True, "participants": [player]}
    return {**base, "selections": list(selections), **more}


def page(*offers: Body, number: int = 1, total: int = 1, **more: Any) -> Body:
    return {"offers": list(offers), "_pagination": {"page": number, "total_pages": total}, "_parameters": {}, **more}


def pair() -> list[Body]:
    return [
        selection("over", {0: [line(25.0, -110)], 10: [line(25.5, -115)], 12: [line(25.5, -110), line(26.5, 120)]}),
        selection(
            "under", {10: [line(25.5, -105, active=False, updated="2021-10-21 15:00:00")], 33: [line(25.5, -120)]}
        ),
    ]


def test_one_row_per_book_and_line(stored: Stored, fits_contract: Fits) -> None:
    at = datetime(2021, 10, 21, 18, 0, tzinfo=UTC)
    parsed = bettingpros.parse(stored(page(offer(*pair())), observed_at=at, **PARAMS))
    fits_contract(parsed)
    found = {(row["bookmaker"], row["line"]): (row["over_price"], row["under_price"]) for row in parsed.rows}
    assert found == {
        ("fanduel", 25.5): (-115, -105),
        ("draftkings", 25.5): (-110, None),
        ("draftkings", 26.5): (120, None),
        ("bettingpros_33", 25.5): (None, -120),
    }
    row = parsed.rows[0]
    assert (row["game_date"], row["home_team"], row["player_team"]) == (date(2021, 10, 21), "ATL", "ATL")
    assert row["scheduled_at"] == datetime(2021, 10, 21, 23, 30, tzinfo=UTC)
    assert row["book_updated_at"] == datetime(2021, 10, 21, 15, 0, tzinfo=UTC)
    assert (row["opening_line"], row["opening_at"]) == (24.5, datetime(2021, 10, 20, 18, 0, tzinfo=UTC))
    assert (row["is_active"], row["is_main"], row["snapshot_at"]) == (True, True, at)
    assert parsed.dropped == {"consensus": 1}
    assert parsed.scopes == [{"bp_event_id": "20879", "snapshot_at": at}]


def test_a_withdrawn_offer_is_inactive(stored: Stored) -> None:
    rows = bettingpros.parse(stored(page(offer(*pair(), active=False)), **PARAMS)).rows
    assert {row["is_active"] for row in rows} == {False}


def test_all_pages_are_one_answer(stored: Stored) -> None:
    pages = [page(offer(*pair()), total=2), page(offer(*pair(), id=78), number=2, total=2)]
    assert {row["offer_id"] for row in bettingpros.parse(stored(pages, **PARAMS)).rows} == {"77", "78"}
    for missing in (pages[0], pages[1:], [pages[1], pages[0]]):
        with pytest.raises(InvariantViolated):
            bettingpros.parse(stored(missing, **PARAMS))


def test_no_offers(stored: Stored) -> None:
    with pytest.raises(NoData):
        bettingpros.parse(stored(page(), **PARAMS))


@pytest.mark.parametrize(
    "broken",
    [
        offer(*pair(), event_id=1),
        offer(*pair(), market_id=157),
        offer(*pair(), participants=[]),
        offer(selection("over", {10: [line(25.5, -115), line(25.5, -110)]})),
        offer(selection("over", {10: [line(25.5, 2)]})),
    ],
)
def test_contradictions_fail(stored: Stored, broken: Body) -> None:
    with pytest.raises(InvariantViolated):
        bettingpros.parse(stored(page(broken), **PARAMS))


@pytest.mark.parametrize(
    "body",
    [
        page(offer(*pair()), banner=1),
        page(offer(selection("yes", {}))),
        page(offer(selection("over", {10: [line(25.5, -110, active="yes")]}))),
        {"offers": []},
        {"events": []},
    ],
)
def test_another_shape_is_refused(stored: Stored, body: Body) -> None:
    with pytest.raises(UnknownPayloadShape):
        bettingpros.parse(stored(body, **PARAMS))


@pytest.mark.parametrize("name", ["event_id", "scheduled"])
def test_the_event_has_to_come_with_the_request(stored: Stored, name: str) -> None:
    with pytest.raises(InvariantViolated, match=name):
        bettingpros.parse(stored(page(offer(*pair())), **{**PARAMS, name: ""}))


def test_teams_that_the_request_does_not_name_are_null(stored: Stored) -> None:
    params = {name: PARAMS[name] for name in ("event_id", "scheduled")}
    row = bettingpros.parse(stored(page(offer(*pair())), **params)).rows[0]
    assert (row["home_team"], row["away_team"], row["player_team"]) == (None, None, "ATL")


def test_real_events_are_no_offers(real: Stored) -> None:
    with pytest.raises(UnknownPayloadShape):
        bettingpros.parse(real("bettingpros/events_2021-10-21.json", **PARAMS))
