"""Box-score counts: the names that each source gives them and the sums that must hold."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from python_runners.errors import InvariantViolated, UnknownPayloadShape
from python_runners.loaders.base import Row
from python_runners.loaders.parsers.shapes import whole

CAMEL_NAMES: Mapping[str, str] = {
    "points": "points",
    "fg_makes": "fieldGoalsMade",
    "fg_attempts": "fieldGoalsAttempted",
    "three_makes": "threePointersMade",
    "three_attempts": "threePointersAttempted",
    "ft_makes": "freeThrowsMade",
    "ft_attempts": "freeThrowsAttempted",
    "offensive_rebounds": "reboundsOffensive",
    "defensive_rebounds": "reboundsDefensive",
    "rebounds": "reboundsTotal",
    "assists": "assists",
    "steals": "steals",
    "blocks": "blocks",
    "turnovers": "turnovers",
    "personal_fouls": "foulsPersonal",
}
UPPER_NAMES: Mapping[str, str] = dict(
    zip(
        CAMEL_NAMES,
        ("PTS", "FGM", "FGA", "FG3M", "FG3A", "FTM", "FTA", "OREB", "DREB", "REB", "AST", "STL", "BLK", "TO", "PF"),
        strict=True,
    )
)
LOG_NAMES: Mapping[str, str] = {**UPPER_NAMES, "turnovers": "TOV"}
LOWER_NAMES: Mapping[str, str] = {
    **{column: name.lower() for column, name in UPPER_NAMES.items()},
    "turnovers": "turnover",
}
BOOK_NAMES: Mapping[str, str] = {
    "points": "points",
    "fg_makes": "field_goals_made",
    "fg_attempts": "field_goals_attempted",
    "three_makes": "three_pointers_made",
    "three_attempts": "three_pointers_attempted",
    "ft_makes": "free_throws_made",
    "ft_attempts": "free_throws_attempted",
    "offensive_rebounds": "offensive_rebounds",
    "defensive_rebounds": "defensive_rebounds",
    "rebounds": "total_rebounds",
    "assists": "assists",
    "steals": "steals",
    "blocks": "blocks",
    "turnovers": "turnovers",
    "personal_fouls": "personal_fouls",
}

PLAYER_COLUMNS = tuple(CAMEL_NAMES)
TEAM_COLUMNS = tuple(column for column in CAMEL_NAMES if column != "rebounds")
REGULATION_MINUTES = 240
OVERTIME_MINUTES = 25
_PAIRS = (("fg_makes", "fg_attempts"), ("three_makes", "three_attempts"), ("ft_makes", "ft_attempts"))
_NESTED = (("three_makes", "fg_makes"), ("three_attempts", "fg_attempts"))


def counts(statistics: Mapping[str, Any], names: Mapping[str, str], where: str) -> Row:
    """Read whole counts by the source's names.

    Raises:
        UnknownPayloadShape: a count is missing, NULL or no whole number.
    """
    row: Row = {}
    for column, name in names.items():
        value = whole(statistics.get(name), f"{where}.{name}")
        if value is None:
            raise UnknownPayloadShape(f"{where}: {name} is missing or NULL")
        row[column] = value
    return row


def no_counts(names: Iterable[str]) -> Row:
    """Return NULL for every count: somebody who did not appear has no statistics."""
    return dict.fromkeys(names)


def check_counts(row: Mapping[str, Any], where: str) -> None:
    """Check the identities inside one line: points = 2 * (FG - 3P) + 3 * 3P + FT, makes within attempts, rebounds.

    Raises:
        InvariantViolated: an identity does not hold.
    """
    points = 2 * (row["fg_makes"] - row["three_makes"]) + 3 * row["three_makes"] + row["ft_makes"]
    if points != row["points"]:
        raise InvariantViolated(f"{where}: shots give {points} points, the line says {row['points']}")
    for part, total in (*_PAIRS, *_NESTED):
        if row[part] > row[total]:
            raise InvariantViolated(f"{where}: {part} {row[part]} exceeds {total} {row[total]}")
    if "rebounds" in row and row["rebounds"] != row["offensive_rebounds"] + row["defensive_rebounds"]:
        raise InvariantViolated(f"{where}: rebounds are not offensive plus defensive")


def check_totals(players: Iterable[Row], team: Mapping[str, Any], columns: Iterable[str], where: str) -> None:
    """Check that the players' lines add up to the team's; NULL lines add nothing.

    Raises:
        InvariantViolated: a column does not add up.
    """
    lines = list(players)
    for column in columns:
        total = sum(line[column] for line in lines if line[column] is not None)
        if total != team[column]:
            raise InvariantViolated(f"{where}: players' {column} add up to {total}, the team has {team[column]}")


def check_unique_players(rows: Iterable[Row], key: str, where: str) -> None:
    """Refuse a box score that lists somebody twice.

    Raises:
        InvariantViolated: a value of `key` occurs twice.
    """
    seen: set[Any] = set()
    for row in rows:
        if row[key] in seen:
            raise InvariantViolated(f"{where}: {row[key]} is listed twice")
        seen.add(row[key])
