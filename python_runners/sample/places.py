"""Arenas of the sample league: where each team is at home, and the neutral sites, as the project's seeds have them."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import lru_cache

from python_runners.settings import PROJECT_ROOT

_FIRST_ID = 1_000_100
_STATES = {
    "ATL": "GA", "BKN": "NY", "BOS": "MA", "CHA": "NC", "CHI": "IL", "CLE": "OH", "DAL": "TX", "DEN": "CO", "DET": "MI",
    "GSW": "CA", "HOU": "TX", "IND": "IN", "LAC": "CA", "LAL": "CA", "MEM": "TN", "MIA": "FL", "MIL": "WI", "MIN": "MN",
    "NOP": "LA", "NYK": "NY", "OKC": "OK", "ORL": "FL", "PHI": "PA", "PHX": "AZ", "POR": "OR", "SAC": "CA", "SAS": "TX",
    "TOR": "ON", "UTA": "UT", "WAS": "DC",
}  # fmt: skip
_NEUTRAL = {"las_vegas": ("NV", "US"), "mexico_city": ("", "MX"), "paris": ("", "FR")}


@dataclass(frozen=True)
class Arena:
    """An arena as the schedule names it.

    Attributes:
        arena_id: id of the feed.
        name: name in use.
        city: city.
        state: state or province; empty abroad.
        country: two letters.
        time_zone: IANA name.
    """

    arena_id: int
    name: str
    city: str
    state: str
    country: str
    time_zone: str


def _rows(seed: str) -> list[dict[str, str]]:
    with (PROJECT_ROOT / "seeds" / f"{seed}.csv").open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


@lru_cache(maxsize=1)
def _arenas() -> dict[str, tuple[int, dict[str, str]]]:
    return {row["arena_id"]: (_FIRST_ID + number, row) for number, row in enumerate(_rows("arenas"))}


@lru_cache(maxsize=1)
def _home_ids() -> dict[str, str]:
    return {row["team"]: row["home_arena_id"] for row in _rows("teams")}


def _arena(arena_id: str, state: str, country: str) -> Arena:
    number, row = _arenas()[arena_id]
    return Arena(number, row["name"], row["city"], state, country, row["time_zone"])


def home_arena(team: str) -> Arena:
    """Return the arena in which a team is at home.

    Raises:
        KeyError: the tricode is not one of the 30 teams.
    """
    return _arena(_home_ids()[team], _STATES[team], "CA" if team == "TOR" else "US")


def neutral_site(name: str) -> Arena:
    """Return a neutral site: las_vegas, mexico_city or paris.

    Raises:
        KeyError: another name.
    """
    return _arena(name, *_NEUTRAL[name])
