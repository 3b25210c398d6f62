"""Known facts about the real seasons 2020-21 to 2025-26 (until 2025-11-15), checked on the built tables.

The expected numbers are NBA.com's: games per season from the league's schedule (1,080 in the shortened 2020-21), season
averages as the league publishes them, and row counts of the official player logs of regular season and playoffs.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from rich.console import Console
from rich.table import Table

from python_runners.errors import InvariantViolated
from python_runners.pipeline.composition import configured_platform
from python_runners.platform.warehouse import Warehouse

Number = int | float

BOX_ROWS = {"playergamelogs": 136_554, "leaguegamelog": 4_266}
REGULAR_GAMES = {"2020-21": 1080, "2021-22": 1230, "2022-23": 1230, "2023-24": 1230, "2024-25": 1230}
TEAM_GAMES = 13_216
SUMMED = (
    "points",
    "fg_makes",
    "fg_attempts",
    "three_makes",
    "three_attempts",
    "ft_makes",
    "ft_attempts",
    "rebounds",
    "assists",
)
SEASON_AVERAGES = (
    ("Joel Embiid", "203954", "2022-23", 33.08),
    ("Luka Doncic", "1629029", "2023-24", 33.86),
    ("Shai Gilgeous-Alexander", "1628983", "2024-25", 32.68),
)

_SUMMARY = "nba_analytics.player_game_summary"
_BOX = "nba_raw.nbac_player_boxscores"
_TEAM = "nba_analytics.team_offense_game_summary"
_TEAM_SUMS = (
    f"(select game_id, team, {', '.join(f'sum({column}) as {column}' for column in SUMMED)} "
    f"from {_SUMMARY} group by game_id, team)"
)


@dataclass(frozen=True)
class HistoryCheck:
    """One fact: `sql` returns a single number, which must equal `expected`."""

    name: str
    sql: str
    expected: Number


@dataclass(frozen=True)
class CheckResult:
    """A check with the number that the warehouse gave; None when it gave no number."""

    name: str
    expected: Number
    found: Number | None

    @property
    def is_met(self) -> bool:
        """Whether the fact holds."""
        return self.found == self.expected


def history_checks() -> tuple[HistoryCheck, ...]:
    """Return all checks of the imported and built history."""
    return (*_row_checks(), *_game_checks(), *_team_checks(), *_average_checks())


def _row_checks() -> Iterator[HistoryCheck]:
    for variant, rows in BOX_ROWS.items():
        yield HistoryCheck(
            f"raw player rows of {variant}", f"select count(*) from {_BOX} where source_variant = '{variant}'", rows
        )
        yield HistoryCheck(
            f"played rows of {variant} in the summary, with its points",
            f"select count(*) from {_BOX} as box inner join {_SUMMARY} as summary "
            "on box.game_id = summary.game_id and box.player_id = summary.player_id "
            "and box.team = summary.team and box.points = summary.points "
            f"where box.source_variant = '{variant}' and not summary.is_dnp",
            rows,
        )
    yield HistoryCheck(
        "rows of player_game_summary", f"select count(*) from {_SUMMARY} where not is_dnp", sum(BOX_ROWS.values())
    )
    yield HistoryCheck(
        "(game, player) pairs with more than one row",
        f"select count(*) from (select 1 from {_SUMMARY} group by game_id, player_id having count(*) > 1)",
        0,
    )
    yield HistoryCheck(
        "games with player rows that are held back",
        f"select count(*) from nba_analytics.held_games where game_id in (select game_id from {_BOX})",
        0,
    )


def _game_checks() -> Iterator[HistoryCheck]:
    for season, games in REGULAR_GAMES.items():
        regular = f"where season = '{season}' and season_type = 'regular'"
        yield HistoryCheck(
            f"regular games {season}, schedule",
            f"select count(*) from nba_reference.dim_game {regular} and is_final",
            games,
        )
        for label, table in (("players", _SUMMARY), ("teams", _TEAM)):
            yield HistoryCheck(
                f"regular games {season}, {label}", f"select count(distinct game_id) from {table} {regular}", games
            )


def _team_checks() -> Iterator[HistoryCheck]:
    # No alias is named like a column: BigQuery would take the name for the whole row.
    joined = f"from {_TEAM_SUMS} as players inner join {_TEAM} as totals using (game_id, team)"
    yield HistoryCheck("team games with player rows", f"select count(*) {joined}", TEAM_GAMES)
    for column in SUMMED:
        yield HistoryCheck(
            f"team games in which the players' {column} differ",
            f"select count(*) {joined} where players.{column} is distinct from totals.{column}",
            0,
        )
    yield HistoryCheck(
        "team games whose points differ from the final score",
        f"select count(*) from {_TEAM} as totals inner join nba_reference.dim_game as game using (game_id) "
        "where totals.points is distinct from case when totals.is_home then game.home_score else game.away_score end",
        0,
    )


def _average_checks() -> Iterator[HistoryCheck]:
    for name, player_id, season, average in SEASON_AVERAGES:
        yield HistoryCheck(
            f"points per game, {name} {season}",
            f"select round(avg(points), 2) from {_SUMMARY} where player_id = '{player_id}' "
            f"and season = '{season}' and season_type = 'regular' and not is_dnp",
            average,
        )


def run_checks(warehouse: Warehouse) -> list[CheckResult]:
    """Run every check, in order."""
    return [
        CheckResult(check.name, check.expected, warehouse.query(check.sql).column(0)[0].as_py())
        for check in history_checks()
    ]


def verify_once(console: Console) -> None:
    """Check the history in the warehouse of this process and print every result.

    Raises:
        InvariantViolated: a fact does not hold.
    """
    platform = configured_platform()
    try:
        results = run_checks(platform.warehouse)
    finally:
        platform.warehouse.close()
    table = Table(title="Known facts of the imported history")
    for heading in ("fact", "expected", "found", ""):
        table.add_column(heading, justify="right" if heading in {"expected", "found"} else "left")
    for result in results:
        found = "none" if result.found is None else f"{result.found:,}"
        verdict = "[green]holds[/green]" if result.is_met else "[red]differs[/red]"
        table.add_row(result.name, f"{result.expected:,}", found, verdict)
    console.print(table)
    broken = [result.name for result in results if not result.is_met]
    if broken:
        raise InvariantViolated(f"{len(broken)} of {len(results)} facts differ: {'; '.join(broken)}")
    console.print(f"All {len(results)} facts hold.")
