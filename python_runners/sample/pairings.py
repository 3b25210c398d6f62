"""How often each pair of teams meets, and in whose arena."""

from __future__ import annotations

import csv
from collections import Counter
from functools import lru_cache
from itertools import combinations
from random import Random

from python_runners.settings import PROJECT_ROOT

Pairings = Counter[tuple[str, str]]
_NBA_TEAMS, _NBA_GAMES = 30, 82


@lru_cache(maxsize=1)
def _groups() -> dict[str, tuple[str, str]]:
    with (PROJECT_ROOT / "seeds" / "teams.csv").open(encoding="utf-8", newline="") as handle:
        return {row["team"]: (row["conference"], row["division"]) for row in csv.DictReader(handle)}


def conference_of(team: str) -> str:
    """Return `East` or `West`."""
    return _groups()[team][0]


def division_of(team: str) -> str:
    """Return the division of a team."""
    return _groups()[team][1]


def games_between(rng: Random, teams: tuple[str, ...], games_per_team: int) -> Pairings:
    """Return how many games each (home, away) pair plays.

    The full league follows the league's formula: four games inside the division, two against the other conference,
    and four or three against the other teams of the conference. Any other league plays an even round robin.
    """
    if len(teams) == _NBA_TEAMS and games_per_team == _NBA_GAMES:
        return _formula(rng, teams)
    pairings: Pairings = Counter()
    rounds = _rounds(list(teams))
    for number in range(games_per_team):
        for first, second in rounds[number % len(rounds)]:
            swap = (number // len(rounds) + number) % 2 == 1
            pairings[(second, first) if swap else (first, second)] += 1
    return pairings


def _rounds(teams: list[str]) -> list[list[tuple[str, str]]]:
    """Circle method: in each round everybody plays once; with an odd number somebody pauses."""
    circle: list[str | None] = [*teams, None] if len(teams) % 2 else [*teams]
    rounds = []
    for _ in range(len(circle) - 1):
        half = len(circle) // 2
        pairs = zip(circle[:half], reversed(circle[half:]), strict=True)
        rounds.append([(one, two) for one, two in pairs if one is not None and two is not None])
        circle = [circle[0], circle[-1], *circle[1:-1]]
    return rounds


def _formula(rng: Random, teams: tuple[str, ...]) -> Pairings:
    pairings: Pairings = Counter()
    three_games = _three_game_pairs(rng, teams)
    extra_home: Counter[str] = Counter()
    for one, two in combinations(teams, 2):
        if conference_of(one) != conference_of(two):
            home_games = (1, 1)
        elif (one, two) in three_games:
            # The odd game goes to the team that has had fewer odd home games.
            home_games = (2, 1) if extra_home[one] <= extra_home[two] else (1, 2)
            extra_home[one if home_games == (2, 1) else two] += 1
        else:
            home_games = (2, 2)
        pairings[one, two] += home_games[0]
        pairings[two, one] += home_games[1]
    return pairings


def _three_game_pairs(rng: Random, teams: tuple[str, ...]) -> set[tuple[str, str]]:
    """Choose four conference opponents a team, outside its division, that it meets three times only."""
    pairs: set[tuple[str, str]] = set()
    for conference in ("East", "West"):
        divisions: dict[str, list[str]] = {}
        for team in teams:
            if conference_of(team) == conference:
                divisions.setdefault(division_of(team), []).append(team)
        for one, two in combinations(divisions.values(), 2):
            rng.shuffle(two)
            for index, team in enumerate(one):
                for step in (0, 1):
                    pairs.add(tuple(sorted((team, two[(index + step) % len(two)]))))  # type: ignore[arg-type]
    return pairs
