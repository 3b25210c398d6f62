"""The hand-made arena seed against an independent table of flights between the teams' airports."""

from __future__ import annotations

import csv
import math
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pyarrow.parquet as pq
import pytest

from python_runners.settings import PROJECT_ROOT

MIDWINTER_NOON = datetime(2025, 1, 15, 12)  # noqa: DTZ001 - a wall clock, placed into each zone below
EARTH_RADIUS_MILES = 3958.7613
# The matrix puts Indianapolis on Central time; the city keeps Eastern time.
WRONG_IN_THE_MATRIX = "IND"


def seed(name: str) -> list[dict[str, str]]:
    with (PROJECT_ROOT / "seeds" / f"{name}.csv").open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


def home_arenas() -> dict[str, dict[str, str]]:
    arenas = {arena["arena_id"]: arena for arena in seed("arenas")}
    return {team["team"]: arenas[team["home_arena_id"]] for team in seed("teams")}


def offset_hours(arena: dict[str, str]) -> float:
    offset = MIDWINTER_NOON.replace(tzinfo=ZoneInfo(arena["time_zone"])).utcoffset()
    assert offset is not None
    return offset.total_seconds() / 3600


def miles(start: dict[str, str], end: dict[str, str]) -> float:
    """Haversine distance."""
    first, second = (
        (math.radians(float(arena["latitude"])), math.radians(float(arena["longitude"]))) for arena in (start, end)
    )
    half_chord = (
        math.sin((second[0] - first[0]) / 2) ** 2
        + math.cos(first[0]) * math.cos(second[0]) * math.sin((second[1] - first[1]) / 2) ** 2
    )
    return 2 * EARTH_RADIUS_MILES * math.asin(math.sqrt(half_chord))


@pytest.fixture(scope="module")
def flights(shared_data: Path) -> list[dict[str, object]]:
    found: list[dict[str, object]] = pq.read_table(shared_data / "directory" / "team_flight_matrix.parquet").to_pylist()
    assert len(found) == 30 * 29
    return found


def test_time_zones_agree_with_the_flight_matrix(flights: list[dict[str, object]]) -> None:
    arenas = home_arenas()
    wrong = [
        (flight["team_abbr"], flight["opponent_team_abbr"])
        for flight in flights
        if offset_hours(arenas[str(flight["opponent_team_abbr"])]) - offset_hours(arenas[str(flight["team_abbr"])])
        != flight["timezone_shift"]
    ]
    assert [pair for pair in wrong if WRONG_IN_THE_MATRIX not in pair] == []


def test_distances_agree_with_flight_times(flights: list[dict[str, object]]) -> None:
    arenas = home_arenas()
    hours = {
        (flight["team_abbr"], flight["opponent_team_abbr"]): float(str(flight["est_flight_time"])) for flight in flights
    }
    # wind helps one way and hinders the other: the two directions together cancel it
    speeds = {
        (start, end): 2 * distance / (hours[start, end] + hours[end, start])
        for start, end in hours
        if (distance := miles(arenas[str(start)], arenas[str(end)])) > 500
    }
    assert len(speeds) > 500
    assert {pair: speed for pair, speed in speeds.items() if not 440 < speed < 600} == {}


def test_every_name_leads_to_an_arena() -> None:
    known = {arena["arena_id"] for arena in seed("arenas")}
    names = seed("arena_names")
    assert {name["arena_id"] for name in names} == known
    assert len({name["arena_name"] for name in names}) == len(names)
