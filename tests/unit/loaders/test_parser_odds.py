"""The Odds API: points props and game lines."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pyarrow as pa
import pytest

from python_runners.errors import InvariantViolated, NoData, UnknownPayloadShape
from python_runners.loaders.base import RawObject
from python_runners.loaders.parsers import odds_lines, odds_props
from python_runners.loaders.parsers.odds_events import AMERICAN, DECIMAL, american_price

Stored = Callable[..., RawObject]
Fits = Callable[..., pa.Table]
Body = dict[str, Any]

EVENT_ID = "f54c4a22568ce9dc33fb410d1b0e75e9"


def outcome(name: str, price: float, point: float | None = None, player: str | None = None) -> Body:
    return {
        "name": name,
        "price": price,
        **({} if point is None else {"point": point}),
        **({} if player is None else {"description": player}),
    }


def event(*markets: Body, **more: Any) -> Body:
    return {
        "id": EVENT_ID,
        "sport_key": "basketball_nba",
        "sport_title": "NBA",
        "commence_time": "2024-02-23T00:10:00Z",
        "home_team": "Cleveland Cavaliers",
        "away_team": "LA Clippers",
        "bookmakers": [{"key": "draftkings", "title": "DraftKings", "markets": list(markets)}] if markets else [],
        **more,
    }


def market(key: str, *outcomes: Body) -> Body:
    return {"key": key, "last_update": "2024-02-22T23:55:07Z", "outcomes": list(outcomes)}


def points(*outcomes: Body) -> Body:
    return event(market("player_points", *outcomes))


@pytest.mark.parametrize(
    ("price", "expected"),
    [
        *((2.0, 100), (2.5, 150), (3.3, 230), (1.91, -110), (1.5, -200), (1.26, -385), (1.01, -10000)),
        *((2.125, 113), (99.0, 9800)),
    ],
)
def test_decimal_prices_become_american(price: float, expected: int) -> None:
    assert american_price(price, DECIMAL, "x") == expected


@pytest.mark.parametrize(
    ("price", "notation"),
    [
        (1.91, AMERICAN),
        (99, AMERICAN),
        (-50, AMERICAN),
        (110.5, AMERICAN),
        (-130, DECIMAL),
        (100, DECIMAL),
        (1, DECIMAL),
    ],
)
def test_a_price_in_the_other_notation_fails(price: float, notation: str) -> None:
    with pytest.raises(InvariantViolated):
        american_price(price, notation, "x")


def test_both_sides_of_a_line_are_one_row(stored: Stored, fits_contract: Fits) -> None:
    body = points(
        outcome("Under", 100, 11.5, "Caris LeVert"),
        outcome("Over", -130, 11.5, "Caris LeVert"),
        outcome("Over", 150, 14.5, "Caris LeVert"),
    )
    parsed = odds_props.parse(stored(body, oddsFormat="american"))
    fits_contract(parsed)
    main, alternate = parsed.rows
    assert (main["line"], main["over_price"], main["under_price"]) == (11.5, -130, 100)
    assert (alternate["line"], alternate["over_price"], alternate["under_price"]) == (14.5, 150, None)
    assert (main["home_team"], main["away_team"], main["bookmaker"]) == ("CLE", "LAC", "draftkings")
    assert main["game_date"] == date(2024, 2, 22)
    assert main["market_last_update"] == datetime(2024, 2, 22, 23, 55, 7, tzinfo=UTC)
    assert main["snapshot_kind"] == "current"


def test_a_current_answer_is_of_the_time_of_the_response(stored: Stored) -> None:
    at = datetime(2024, 2, 22, 20, 0, tzinfo=UTC)
    body = points(outcome("Over", -130, 11.5, "A"))
    parsed = odds_props.parse(stored(body, observed_at=at, oddsFormat="american"))
    assert parsed.rows[0]["snapshot_at"] == at
    assert parsed.scopes == [{"odds_event_id": EVENT_ID, "snapshot_at": at}]


def test_a_historical_answer_is_of_its_own_time(stored: Stored) -> None:
    wrapper = {"timestamp": "2024-02-22T21:55:40Z", "previous_timestamp": None, "next_timestamp": "x"}
    body = {**wrapper, "data": points(outcome("Over", 1.91, 11.5, "A"))}
    row = odds_props.parse(stored(body, oddsFormat="decimal")).rows[0]
    assert row["snapshot_at"] == datetime(2024, 2, 22, 21, 55, 40, tzinfo=UTC)
    assert (row["snapshot_kind"], row["over_price"]) == ("historical", -110)
    with pytest.raises(UnknownPayloadShape):
        odds_props.parse(stored({**body, "cursor": 1}, oddsFormat="decimal"))


def test_other_markets_are_left_out_of_the_props(stored: Stored) -> None:
    body = event(
        market("player_points", outcome("Over", -130, 11.5, "A")),
        market("player_rebounds", outcome("Over", -130, 4.5, "A")),
    )
    parsed = odds_props.parse(stored(body, oddsFormat="american"))
    assert (len(parsed.rows), parsed.dropped) == (1, {"other_market": 1})
    with pytest.raises(NoData):
        odds_props.parse(stored(event(market("player_rebounds")), oddsFormat="american"))


def test_no_event_or_no_book_is_no_data(stored: Stored) -> None:
    for body in ([], event(), [event()]):
        with pytest.raises(NoData):
            odds_props.parse(stored(body, oddsFormat="american"))


def test_contradictory_props_fail(stored: Stored) -> None:
    twice = points(outcome("Over", -130, 11.5, "A"), outcome("Over", -120, 11.5, "A"))
    with pytest.raises(InvariantViolated, match="at -130 and at -120"):
        odds_props.parse(stored(twice, oddsFormat="american"))
    stranger = points(outcome("Over", -130, 11.5, "A")) | {"home_team": "Team LeBron"}
    with pytest.raises(InvariantViolated, match="30 teams"):
        odds_props.parse(stored(stranger, oddsFormat="american"))


def test_prices_are_american_unless_the_request_said_otherwise(stored: Stored) -> None:
    assert odds_props.parse(stored(points(outcome("Over", -130, 11.5, "A")))).rows[0]["over_price"] == -130
    with pytest.raises(InvariantViolated, match="American"):
        odds_props.parse(stored(points(outcome("Over", 1.91, 11.5, "A"))))
    with pytest.raises(UnknownPayloadShape, match="oddsFormat"):
        odds_props.parse(stored(points(outcome("Over", 1.91, 11.5, "A")), oddsFormat="fractional"))


@pytest.mark.parametrize(
    "body",
    [
        points(outcome("Yes", -130, 11.5, "A")),
        points(outcome("Over", -130, None, "A")),
        points(outcome("Over", -130, 11.5)),
        points({"name": "Over", "price": "-130", "point": 1.5, "description": "A"}),
        {**points(outcome("Over", -130, 11.5, "A")), "league": "NBA"},
        {**points(outcome("Over", -130, 11.5, "A")), "sport_key": "basketball_ncaab"},
        {"message": "expired"},
    ],
)
def test_another_shape_of_props_is_refused(stored: Stored, body: Body) -> None:
    with pytest.raises(UnknownPayloadShape):
        odds_props.parse(stored(body, oddsFormat="american"))


def test_game_lines_keep_the_sign_of_the_spread(stored: Stored, fits_contract: Fits) -> None:
    body = event(
        market("spreads", outcome("LA Clippers", -110, 6.5), outcome("Cleveland Cavaliers", -120, -6.5)),
        market("totals", outcome("Over", -105, 224.5), outcome("Under", -115, 224.5)),
        market("h2h", outcome("Cleveland Cavaliers", -250), outcome("LA Clippers", 210)),
        market("h2h_lay", outcome("Cleveland Cavaliers", -230), outcome("LA Clippers", 230)),
    )
    parsed = odds_lines.parse(stored(body, oddsFormat="american"))
    fits_contract(parsed)
    found = {(row["market"], row["side"]): (row["point"], row["price"]) for row in parsed.rows}
    assert found == {
        ("spreads", "home"): (-6.5, -120),
        ("spreads", "away"): (6.5, -110),
        ("totals", "over"): (224.5, -105),
        ("totals", "under"): (224.5, -115),
        ("h2h", "home"): (None, -250),
        ("h2h", "away"): (None, 210),
    }
    assert parsed.dropped == {"lay_price": 1}


@pytest.mark.parametrize(
    "broken",
    [
        market("spreads", outcome("LA Clippers", -110, 6.5), outcome("Cleveland Cavaliers", -110, 6.5)),
        market("totals", outcome("Over", -110, 224.5), outcome("Under", -110, 225.5)),
        market("totals", outcome("Over", -110, 224.5), outcome("Over", -110, 224.5)),
    ],
)
def test_contradictory_game_lines_fail(stored: Stored, broken: Body) -> None:
    with pytest.raises(InvariantViolated):
        odds_lines.parse(stored(event(broken), oddsFormat="american"))


@pytest.mark.parametrize(
    "broken",
    [
        market("h2h", outcome("Boston Celtics", -110)),
        market("totals", outcome("Push", 900, 1.5)),
        market("spreads", outcome("LA Clippers", -110)),
    ],
)
def test_another_shape_of_game_lines_is_refused(stored: Stored, broken: Body) -> None:
    with pytest.raises(UnknownPayloadShape):
        odds_lines.parse(stored(event(broken), oddsFormat="american"))


def test_several_events_in_one_answer(stored: Stored, fits_contract: Fits) -> None:
    line = market("h2h", outcome("Cleveland Cavaliers", -250), outcome("LA Clippers", 210))
    guests = {"id": "1" * 32, "home_team": "Team Shaq"}
    parsed = odds_lines.parse(stored([event(line), event(id="2" * 32), event(**guests)], oddsFormat="american"))
    fits_contract(parsed)
    assert [scope["odds_event_id"] for scope in parsed.scopes] == [EVENT_ID, "2" * 32]
    assert parsed.dropped == {"foreign_team": 1}


def test_real_props(real: Stored, fits_contract: Fits) -> None:
    obj = real("odds_api/event_player_props_2024-02-23_f54c4a22.json.gz", oddsFormat="american")
    books = json.loads(obj.body)["bookmakers"]
    sides = Counter(
        (book["key"], o["description"], o["point"], o["name"])
        for book in books
        for listed in book["markets"]
        for o in listed["outcomes"]
    )
    parsed = odds_props.parse(obj)
    fits_contract(parsed)
    assert len(parsed.rows) == 241
    assert len(sides) == 482 == 2 * len(parsed.rows)
    for row in parsed.rows:
        key = (row["bookmaker"], row["player_name_raw"], row["line"])
        assert sides[(*key, "Over")] == (row["over_price"] is not None)
        assert sides[(*key, "Under")] == (row["under_price"] is not None)
        assert min(abs(row["over_price"]), abs(row["under_price"])) >= 100
    assert {row["game_date"] for row in parsed.rows} == {date(2024, 2, 22)}
    with pytest.raises(InvariantViolated):
        odds_props.parse(real("odds_api/event_player_props_2024-02-23_f54c4a22.json.gz", oddsFormat="decimal"))


@pytest.mark.parametrize(
    ("name", "rows"), [("historical_event_odds_h2h.json", 4), ("historical_event_odds_spreads_totals.json", 8)]
)
def test_real_historical_lines(real: Stored, fits_contract: Fits, name: str, rows: int) -> None:
    obj = real(f"odds_api/{name}", oddsFormat="decimal")
    parsed = odds_lines.parse(obj)
    fits_contract(parsed)
    assert len(parsed.rows) == rows
    first = parsed.rows[0]
    assert (first["home_team"], first["away_team"], first["game_date"]) == ("GSW", "ATL", date(2024, 1, 24))
    # An in-play snapshot, 35 minutes after the tip: stored as what it is.
    assert first["snapshot_at"] == datetime(2024, 1, 25, 3, 55, 40, tzinfo=UTC)
    assert first["snapshot_at"] > first["commence_time"]
    spreads = [row["point"] for row in parsed.rows if row["market"] == "spreads"]
    assert sum(spreads) == 0


def test_real_money_lines_of_many_events(real: Stored, fits_contract: Fits) -> None:
    obj = real("odds_api/current_odds_h2h_2026-01-02.json.gz", oddsFormat="decimal")
    markets = Counter(m["key"] for e in json.loads(obj.body) for b in e["bookmakers"] for m in b["markets"])
    parsed = odds_lines.parse(obj)
    fits_contract(parsed)
    assert len(parsed.rows) == 2 * markets["h2h"] == 638
    assert parsed.dropped == {"lay_price": markets["h2h_lay"]}
    assert len(parsed.scopes) == 10
    with pytest.raises(InvariantViolated):
        odds_lines.parse(real("odds_api/current_odds_h2h_2026-01-02.json.gz", oddsFormat="american"))
