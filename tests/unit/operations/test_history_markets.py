"""Imported prices: two sides in one row, signed spreads, and the instants at which they were seen."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

PROPS_2024 = "odds/player_points_props_2024"
LINES = ("schedule", "game_lines")
SEEN = "2024-03-05 20:00:00"
LINE_COLUMNS = ("bookmaker", "market", "side", "point", "price", "snapshot_at")


@pytest.fixture
def game(history: Any) -> Any:
    history.put_game()
    history.put("schedule/schedule_cdn_2023", {})
    return history


def test_both_sides_of_a_line_become_one_row(history: Any) -> None:
    history.put(PROPS_2024, {}, {"outcome": "Under", "price_american": -120}, {"line": 28.5, "price_american": 105})
    result = history.load("props_2024")["props_2024"]
    columns = ("game_date", "home_team", "line", "over_price", "under_price", "snapshot_at")
    assert history.rows("odds_api_player_points_props", *columns) == [
        (date(2024, 3, 5), "BOS", 27.5, -110, -120, SEEN),
        (date(2024, 3, 5), "BOS", 28.5, 105, None, SEEN),
    ]
    assert (result.rows_read, result.rows_loaded) == (3, 2)


def test_a_side_with_two_prices_at_one_instant_is_refused(history: Any) -> None:
    history.put(PROPS_2024, {}, {"price_american": -125})
    assert history.load("props_2024")["props_2024"].refused == {"side_listed_twice": 1}


def test_a_team_nobody_knows_is_refused(history: Any) -> None:
    history.put(PROPS_2024, {"home_team": "Seattle SuperSonics"})
    assert history.load("props_2024")["props_2024"].refused == {"unknown_team": 1}


def test_a_daily_snapshot_has_the_time_of_its_file(history: Any) -> None:
    history.put("odds/player_points_props_2025", {}, {"line": 30.5, "snapshot_ts_basis": "local"})
    assert history.load("props_2025")["props_2025"].refused == {"snapshot_time_unknown": 1}
    columns = ("line", "over_price", "under_price", "snapshot_at", "market_last_update")
    assert history.rows("odds_api_player_points_props", *columns) == [(27.5, -115, -105, "2025-11-03 17:00:00", None)]


@pytest.mark.parametrize(("favourite", "home_spread"), [("home", -6.5), ("away", 6.5)])
def test_the_closing_spread_is_signed_by_the_favourite(game: Any, favourite: str, home_spread: float) -> None:
    game.put("odds/game_lines_closing", {"whos_favored": favourite})
    game.load(*LINES)
    hour_before = "2024-03-05 23:30:00"
    assert game.rows("odds_api_game_lines", *LINE_COLUMNS) == [
        ("closing_consensus", "spreads", "away", -home_spread, -110, hour_before),
        ("closing_consensus", "spreads", "home", home_spread, -110, hour_before),
        ("closing_consensus", "totals", "over", 220.5, -110, hour_before),
        ("closing_consensus", "totals", "under", 220.5, -110, hour_before),
    ]


@pytest.mark.parametrize(
    ("called", "utc"),
    [
        ("2024-03-05T07:00:00 PST", "2024-03-05 15:00:00"),
        ("2024-03-05T20:49:52Z", "2024-03-05 20:49:52"),
    ],
)
def test_spreads_of_a_bookmaker_keep_their_price_and_the_instant_of_the_call(game: Any, called: str, utc: str) -> None:
    game.put("odds/game_spreads_draftkings", {"api_call_date": called})
    game.load(*LINES)
    assert game.rows("odds_api_game_lines", *LINE_COLUMNS) == [
        ("draftkings", "spreads", "away", 6.0, -112, utc),
        ("draftkings", "spreads", "home", -6.0, -108, utc),
    ]


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"api_call_date": "2025-06-17T11:43:01 PDT"}, "called_after_tip_off"),
        ({"game_date": date(2024, 3, 6)}, "no_such_game"),
        ({"home_spread": None, "away_spread": None}, "no_line"),
        ({"home_team": "Seattle SuperSonics"}, "unknown_team"),
    ],
)
def test_lines_without_game_point_or_honest_time_are_refused(game: Any, change: dict[str, Any], reason: str) -> None:
    game.put("odds/game_spreads_draftkings", change)
    result = game.load(*LINES)["game_lines"]
    assert (result.rows_loaded, result.refused) == (0, {reason: 2})


def test_consensus_lines_are_rounded_to_halves(history: Any) -> None:
    history.put("schedule/schedule_2025", {})
    history.put("odds/game_lines_consensus_2025", {})
    history.load(*LINES)
    assert history.rows("odds_api_game_lines", "side", "point") == [
        ("away", 3.5),
        ("home", -3.5),
        ("over", 239.5),
        ("under", 239.5),
    ]
