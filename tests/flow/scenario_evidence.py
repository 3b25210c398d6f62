"""What the tables say about the game of one scenario."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from python_runners.errors import PermanentError
from python_runners.sample.league import League
from python_runners.sample.scenarios import Stage
from tests.flow.scenario_season import TABLES, Row, Season

SUMMARY = "nba_analytics.player_game_summary"
CONTEXT = "nba_analytics.upcoming_player_game_context"
STORE = "nba_precompute.ml_feature_store_v2"
GAMES = "nba_reference.dim_game"
LINES = frozenset({
    *("points_line", "points_line_book", "points_line_observed_at", "opening_points_line", "line_movement"),
    *("over_under_result", "line_margin", "source_props_rows_found", "source_props_completeness_pct"),
})  # fmt: skip
QUALITY = frozenset({"quality_tier", "quality_issues", "source_injury_rows_found", "source_injury_completeness_pct"})
RESULTS = tuple(table for table in TABLES if table.endswith("_summary"))


@dataclass(frozen=True)
class Evidence:
    """A scenario's game in the built season.

    Attributes:
        season: what was built.
        name: name of the scenario.
        game_id: game to look at; the scenario's own unless it fills a slot.
    """

    season: Season
    name: str
    game_id: str

    @property
    def stage(self) -> Stage:
        """Where it took place."""
        return self.season.stages[self.name]

    @property
    def league(self) -> League:
        """The league with all scenarios."""
        return self.season.world.league

    @property
    def star(self) -> str:
        """The best available home player before the scenario."""
        return str(self.season.stars[self.name])

    def rows(self, table: str, state: str = "after", where: str = "true") -> list[Row]:
        """Return the game's rows of a table."""
        return self.season.rows(state, table, f"game_id = '{self.game_id}' and ({where})")

    def by_player(self, table: str = SUMMARY, state: str = "after") -> dict[str, Row]:
        """Return the game's rows of a table by player."""
        return {row["player_id"]: row for row in self.rows(table, state)}

    def raw(self, table: str, where: str = "true") -> list[Row]:
        """Return the game's rows of a raw table, lineage included."""
        return self.query(f"select * from nba_raw.{table} where game_id = '{self.game_id}' and ({where})")

    def query(self, sql: str) -> list[Row]:
        """Return the rows of a query on the season's warehouse."""
        found: list[Row] = self.season.world.platform.warehouse.query(sql).to_pylist()
        return found

    def star_context(self, state: str = "after") -> Row:
        """Return what was known of the star before the tip."""
        return self.by_player(CONTEXT, state)[self.star]

    def outcomes(self) -> dict[str, str]:
        """Return what loading the later deliveries came to, by table."""
        return {outcome.table: outcome.status for outcome in self.season.outcomes.get(self.name, [])}

    def errors(self) -> list[PermanentError]:
        """Return the refusals among the later deliveries."""
        return [each.error for each in self.season.outcomes.get(self.name, []) if each.error is not None]

    def scraped(self, scraper: str) -> list[Row]:
        """Return the log of one scraper's requests for the date of the game."""
        return self.query(
            f"select * from nba_orchestration.scraper_execution_log where scraper_name = '{scraper}' "
            f"and game_date = date '{self.stage.game.game_date}' order by started_at"
        )

    def changed(self, one: str = "before", other: str = "after", table: str = SUMMARY) -> dict[str, set[str]]:
        """Return, by player, the columns in which two states differ; who is in one state only is not named."""
        left, right = self.by_player(table, one), self.by_player(table, other)
        found = {player: {name for name in row if row[name] != right[player][name]}
                 for player, row in left.items() if player in right}  # fmt: skip
        return {player: names for player, names in found.items() if names}

    def changed_columns(self, one: str = "before", other: str = "after", table: str = SUMMARY) -> set[str]:
        """Return all columns in which two states differ."""
        return set().union(*self.changed(one, other, table).values())

    def stands(self, one: str = "before", other: str = "after") -> bool:
        """Tell whether the game has the same rows in every table of results in two states, and some."""
        pairs = [(self.rows(table, one), self.rows(table, other)) for table in RESULTS]
        return all(left == right for left, right in pairs) and any(left for left, _ in pairs)


Case = Callable[[Evidence], Any]


class Cases(dict[str, Case]):
    """Cases by name of the scenario."""

    def of(self, *names: str) -> Callable[[Case], Case]:
        """Register a case under the names of its scenarios."""

        def register(case: Case) -> Case:
            for name in names:
                assert name not in self, name
                self[name] = case
            return case

        return register
