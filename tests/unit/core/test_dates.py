"""Dates: every hour, both clock changes, midnight tips, season labels."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from python_runners.dates import (
    eastern_date,
    eastern_wall_to_utc,
    normalise_game_id,
    parse_instant,
    season_of,
    season_type_of,
    season_year_of,
    slate_date,
)
from python_runners.errors import InvariantViolated

SPRING_FORWARD = date(2025, 3, 9)
FALL_BACK = date(2025, 11, 2)


@pytest.mark.parametrize(
    ("wall", "expected"),
    [
        ((date(2025, 11, 15), time(19, 30)), datetime(2025, 11, 16, 0, 30, tzinfo=UTC)),
        ((date(2025, 7, 4), time(23, 59)), datetime(2025, 7, 5, 3, 59, tzinfo=UTC)),
        ((SPRING_FORWARD, time(1, 59)), datetime(2025, 3, 9, 6, 59, tzinfo=UTC)),
        ((SPRING_FORWARD, time(3, 0)), datetime(2025, 3, 9, 7, 0, tzinfo=UTC)),
        ((FALL_BACK, time(0, 1)), datetime(2025, 11, 2, 4, 1, tzinfo=UTC)),
        ((FALL_BACK, time(12, 0)), datetime(2025, 11, 2, 17, 0, tzinfo=UTC)),
    ],
)
def test_wall_clock_to_utc(wall: tuple[date, time], expected: datetime) -> None:
    assert eastern_wall_to_utc(*wall) == expected


@given(st.dates(date(2015, 1, 1), date(2035, 12, 31)), st.integers(5, 23), st.integers(0, 59))
def test_the_date_of_a_wall_clock_is_its_own_date(day: date, hour: int, minute: int) -> None:
    assert eastern_date(eastern_wall_to_utc(day, time(hour, minute))) == day


@pytest.mark.parametrize("day", [SPRING_FORWARD, FALL_BACK, date(2025, 12, 31)])
def test_dates_change_at_eastern_midnight_only(day: date) -> None:
    midnight = eastern_wall_to_utc(day + timedelta(days=1), time(0, 0))
    assert eastern_date(midnight - timedelta(seconds=1)) == day
    assert eastern_date(midnight) == day + timedelta(days=1)


def test_before_six_the_slate_is_still_the_previous_day() -> None:
    assert slate_date(eastern_wall_to_utc(date(2025, 11, 16), time(5, 59))) == date(2025, 11, 15)
    assert slate_date(eastern_wall_to_utc(date(2025, 11, 16), time(6, 0))) == date(2025, 11, 16)


def test_an_instant_without_zone_has_no_date() -> None:
    with pytest.raises(InvariantViolated, match="time zone"):
        eastern_date(datetime(2025, 11, 15, 12, 0))  # noqa: DTZ001


def test_instants_parse_with_z_offset_or_nothing() -> None:
    noon = datetime(2025, 11, 15, 12, 0, tzinfo=UTC)
    assert parse_instant("2025-11-15T12:00:00Z") == noon
    assert parse_instant("2025-11-15T07:00:00-05:00") == noon
    assert parse_instant("2025-11-15 12:00:00") == noon
    with pytest.raises(InvariantViolated, match="not an instant"):
        parse_instant("yesterday")


@pytest.mark.parametrize(
    ("game_id", "season", "year", "kind"),
    [
        ("0022500225", "2025-26", 2025, "regular"),
        ("0042400101", "2024-25", 2024, "playoffs"),
        ("0052300111", "2023-24", 2023, "play_in"),
        ("0062400001", "2024-25", 2024, "cup_final"),
        ("0012500001", "2025-26", 2025, "preseason"),
        ("0032400001", "2024-25", 2024, "all_star"),
        ("0029900001", "1999-00", 1999, "regular"),
    ],
)
def test_a_game_id_tells_its_season(game_id: str, season: str, year: int, kind: str) -> None:
    assert (season_of(game_id), season_year_of(game_id), season_type_of(game_id)) == (season, year, kind)


def test_lost_leading_zeros_are_restored_and_nonsense_refused() -> None:
    assert normalise_game_id(42400407) == "0042400407"
    for wrong in ("", "2025", "0092400001", "abc"):
        with pytest.raises(InvariantViolated, match="not a game id"):
            normalise_game_id(wrong)
