"""A real season that corrections happen to: imported, with some feeds as they are before the league corrects them."""

from __future__ import annotations

import itertools
import random
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

import duckdb

from python_runners.loaders.contracts import raw_tables
from python_runners.loaders.write import create_tables
from python_runners.operations.history.imports import import_history
from python_runners.pipeline.dbt_runner import DbtRunner
from python_runners.platform.warehouse import DuckDBWarehouse
from tests.proof.world import Row, World

BOX = "nbac_player_boxscores"
TEAM = "nbac_team_boxscore"
SHOTS = "nbac_shot_chart"
SCHEDULE = "nbac_schedule"
LINES = "odds_api_game_lines"
INJURIES = "nbac_injury_report"
DIRECTORY = "nbac_player_list_current"
SEASON = 2024


@dataclass
class Season(World):
    """The season and the weeks of the next one that follow it in the data.

    Attributes:
        window: game dates that are being corrected; the league puts a fortnight right before it looks at the next.
        withheld: player lines that the feed has not shown yet.
    """

    window: tuple[date, date] = (date.min, date.max)
    withheld: list[Row] = field(default_factory=list)

    @classmethod
    def imported(cls, folder: Path, shared_data: Path, dbt: DbtRunner, as_of: datetime) -> Season:
        """Import the seasons; nothing is built yet."""
        folder.mkdir(parents=True, exist_ok=True)
        with closing(DuckDBWarehouse(folder / "warehouse.duckdb")) as warehouse:
            create_tables(warehouse)
            imports = list(import_history(warehouse, shared_data, seasons=(SEASON, SEASON + 1)))
        assert sum(done.rows_loaded for done in imports if done.table == BOX) > 20_000
        return cls(folder, dbt, as_of)

    def forget_after(self, last: date) -> None:
        """Leave of the raw rows only those that were known when a date of the season had been played."""
        with duckdb.connect(str(self.folder / "warehouse.duckdb")) as connection:
            for table in raw_tables().values():
                if "game_date" in {column.name for column in table.value_columns}:
                    connection.execute(f"delete from {table.relation} where game_date > ?", [last])

    def list_twice(self, shots: int, chance: random.Random) -> None:
        """Have the feed list shots of different games twice."""
        for game in self._different_games(SHOTS, shots, chance):
            rows = self.rows(SHOTS, f"game_id = '{game}'")
            double = dict(chance.choice(rows))
            own = [row for row in rows if row["team"] == double["team"]]
            double["shot_ordinal"] = 1 + max(r["shot_ordinal"] for r in own if r["player_id"] == double["player_id"])
            self.deliver(SHOTS, [*own, double], [{"game_id": game, "team": double["team"]}])

    def withhold(self, lines: int, chance: random.Random) -> None:
        """Have the feed leave out one player's line in different games."""
        for game in self._different_games(BOX, lines, chance):
            rows = played(self, game)
            line = rows.pop(chance.randrange(len(rows)))
            self.withheld.append(line)
            send_box(self, rows)

    def _different_games(self, table: str, count: int, chance: random.Random) -> Sequence[str]:
        return chance.sample(games_of(self, table), count)


def games_of(world: World, table: str, first: date = date.min, last: date = date.max) -> list[str]:
    """Every game of the season, between two dates, that a table knows."""
    sql = f"select distinct game_id from nba_raw.{table} where season_year = ? and game_date between ? and ? order by 1"
    return column_of(world, sql, SEASON, first, last)


def fortnights(world: World, count: int) -> list[tuple[date, date]]:
    """Part the dates on which the season was played into windows of equally many."""
    sql = f"select distinct game_date from nba_raw.{BOX} where season_year = ? order by 1"
    days = column_of(world, sql, SEASON)
    bounds = [len(days) * number // count for number in range(count + 1)]
    return [(days[start], days[end - 1]) for start, end in itertools.pairwise(bounds)]


def column_of(world: World, sql: str, *parameters: Any) -> list[Any]:
    """Return the first column of a query over the warehouse."""
    with duckdb.connect(str(world.folder / "warehouse.duckdb")) as connection:
        return [row[0] for row in connection.execute(sql, list(parameters)).fetchall()]


def pick_game(world: Season, chance: random.Random, table: str = BOX) -> str:
    """A game of the window that a table knows; any game of the season where it knows none."""
    return chance.choice(games_of(world, table, *world.window) or games_of(world, table))


def played(world: World, game: str) -> list[Row]:
    """The game's player lines."""
    return world.rows(BOX, f"game_id = '{game}'")


def send_box(world: World, rows: list[Row]) -> None:
    """Deliver the player lines of a game again."""
    world.deliver(BOX, rows, [{name: rows[0][name] for name in ("game_id", "source_variant")}])


def send_totals(world: World, game: str, team: str, shifts: Mapping[str, int]) -> None:
    """Deliver a game's team lines again, one team's counts shifted in every feed that has them."""
    rows = world.rows(TEAM, f"game_id = '{game}'")
    for variant in sorted({row["source_variant"] for row in rows}):
        feed = [row for row in rows if row["source_variant"] == variant]
        line = next(row for row in feed if row["team"] == team)
        for name, shift in shifts.items():
            line[name] += shift
        world.deliver(TEAM, feed, [{"game_id": game, "source_variant": variant}])


def send_schedule(world: World, game: str, changes: Mapping[str, Any]) -> None:
    """Deliver the season's schedule again with one game changed."""
    rows = world.rows(SCHEDULE, f"season_year = {SEASON}")
    next(row for row in rows if row["game_id"] == game).update(changes)
    world.deliver(SCHEDULE, rows, [{"season_year": SEASON}])


def two_teammates(rows: list[Row], chance: random.Random, *, giver_has: str, at_least: float = 1) -> tuple[Row, Row]:
    """Somebody with enough of a count, and a teammate who played."""
    giver = chance.choice([row for row in rows if (row[giver_has] or 0) >= at_least])
    taker = chance.choice([row for row in rows if row["team"] == giver["team"] and row is not giver and row["minutes"]])
    return giver, taker
