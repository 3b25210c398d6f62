"""The 30 teams and what every source calls them, read from the project's seeds."""

from __future__ import annotations

import csv
from functools import lru_cache

from python_runners.settings import PROJECT_ROOT


@lru_cache(maxsize=1)
def _teams() -> tuple[dict[str, str], ...]:
    with (PROJECT_ROOT / "seeds" / "teams.csv").open(encoding="utf-8", newline="") as handle:
        return tuple(csv.DictReader(handle))


@lru_cache(maxsize=1)
def _aliases() -> dict[str, str]:
    with (PROJECT_ROOT / "seeds" / "team_aliases.csv").open(encoding="utf-8", newline="") as handle:
        return {row["code"].lower(): row["team"] for row in csv.DictReader(handle)}


@lru_cache(maxsize=1)
def tricodes() -> tuple[str, ...]:
    """Return the 30 NBA tricodes in alphabetical order."""
    return tuple(sorted(team["team"] for team in _teams()))


@lru_cache(maxsize=1)
def _by_id() -> dict[int, str]:
    return {int(team["team_id"]): team["team"] for team in _teams()}


def tricode_of_id(team_id: int | str | float | None) -> str | None:
    """Return the tricode of an NBA.com team id; None when it is not one of the 30 teams."""
    return None if team_id is None else _by_id().get(int(float(team_id)))


def team_id_of(team: str) -> int:
    """Return the NBA.com team id of a tricode.

    Raises:
        KeyError: the tricode is not one of the 30 teams.
    """
    return {tricode: team_id for team_id, tricode in _by_id().items()}[team]


@lru_cache(maxsize=1)
def _by_text() -> dict[str, str]:
    texts = {f"{team['city']} {team['name']}".lower(): team["team"] for team in _teams()}
    texts |= {team["team"].lower(): team["team"] for team in _teams()}
    return _aliases() | texts


def tricode_of(text: str | None) -> str | None:
    """Return the tricode for a code, alias or full name of any source; None when it is not one of the 30 teams."""
    return None if text is None else _by_text().get(text.strip().lower())


def names_of_all_teams() -> dict[str, str]:
    """Return the tricode for every lower-case code, alias and full name that the project knows."""
    return dict(_by_text())
