"""One season with every scenario in it, built three times, beside the same season undisturbed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any

from python_runners.loaders.load import LoadOutcome
from python_runners.pipeline.dbt_runner import DbtRunner
from python_runners.sample.league import League
from python_runners.sample.markets import event_id
from python_runners.sample.replay import LeagueEvent
from python_runners.sample.scenarios import SCENARIOS, Stage
from tests.flow.scenario_plan import (
    LAST_DAY,
    PLAIN_DATES,
    asked_again,
    config,
    config_dates,
    noon_of_the_last_date,
    requests,
    stages_of,
)
from tests.flow.scenario_world import World

TABLES = (
    "nba_analytics.player_game_summary",
    "nba_analytics.team_offense_game_summary",
    "nba_analytics.team_defense_game_summary",
    "nba_analytics.upcoming_player_game_context",
    "nba_analytics.upcoming_team_game_context",
    "nba_analytics.held_games",
    "nba_precompute.player_daily_cache",
    "nba_precompute.player_composite_factors",
    "nba_precompute.player_shot_zone_analysis",
    "nba_precompute.team_defense_zone_analysis",
    "nba_precompute.ml_feature_store_v2",
    "nba_reference.dim_game",
)
RESULTS = ("+player_game_summary", "+team_offense_game_summary", "+team_defense_game_summary")
_BEFORE_A_GAME = frozenset({"nbac_injury_report", "odds_player_props", "odds_game_lines"})
REPLANNED = ("results_out_of_order", "duplicate_deliveries", "in_play_snapshots", "snapshot_loaded_late")
Row = dict[str, Any]


@dataclass
class Season:
    """What was built.

    Attributes:
        world: the season with scenarios, after everything.
        plain: the undisturbed season up to the first dates' end.
        backfilled: a season whose first dates were all asked for at once.
        stages: where each scenario takes place.
        stars: the best available home player there before the scenario was put on.
        runs: ids of the runs that recomputed what moved: `price`, `corrections` and `evening`.
        refused: objects that the batches refused, with the reason.
        outcomes: per scenario and table, what loading the later deliveries came to.
    """

    world: World
    plain: World
    backfilled: World
    stages: Mapping[str, Stage]
    stars: Mapping[str, int]
    runs: dict[str, str] = field(default_factory=dict)
    refused: dict[str, str] = field(default_factory=dict)
    outcomes: dict[str, list[LoadOutcome]] = field(default_factory=dict)

    @cached_property
    def dates(self) -> tuple[date, ...]:
        """The fourteen dates as they were planned."""
        return config_dates(self.world.league)

    def rows(self, state: str, table: str, where: str = "true") -> list[Row]:
        """Return rows without their lineage from the state `before`, `moved`, `after`, `plain` or `backfilled`."""
        world = {"plain": self.plain, "backfilled": self.backfilled}.get(state, self.world)
        name = f"{state}.{table.split('.')[1]}" if state in ("before", "moved") else table
        found = world.platform.warehouse.query(f"select * from {name} where {where} order by all").to_pylist()
        return [{key: value for key, value in row.items() if not _is_lineage(key)} for row in found]


def _is_lineage(column: str) -> bool:
    return column in ("run_id", "updated_at", "row_digest") or (
        column.startswith("source_") and column.endswith("_last_updated")
    )


def build_plain(folder: Path, dbt: DbtRunner) -> World:
    """Build the undisturbed season up to the end of the dates that scenarios are compared on."""
    world = World(folder, League(config()), dbt)
    days = config_dates(world.league)
    last = days[PLAIN_DATES - 1] + timedelta(days=1)
    world.load_batch(requests(world.league, days[0], last, lambda day, events: events))
    world.build(datetime.combine(last, datetime.min.time(), tzinfo=UTC))
    return world


def build_backfilled(folder: Path, dbt: DbtRunner) -> World:
    """Ask at one instant for everything before a game, and build once."""
    world = World(folder, League(config()), dbt)
    stages, _ = stages_of(World(folder / "unused", League(config()), dbt).sources)
    stage = Stage(world.sources, stages["back_fill"].game_id)
    asked = SCENARIOS["back_fill"].replan(stage, [])
    # Only results are compared. Reading injury reports and odds would take most of the time.
    world.load_batch(event for event in asked if event.scraper not in _BEFORE_A_GAME)
    world.build(stage.tip_off, RESULTS)
    return world


def build_season(folder: Path, dbt: DbtRunner, plain: World, backfilled: World) -> Season:
    """Play the season with all scenarios: up to the last noon, then corrections of few dates, then the rest."""
    world = World(folder, League(config()), dbt)
    stages, stars = stages_of(world.sources)
    season = Season(world, plain, backfilled, stages, stars)
    noon = noon_of_the_last_date(world.league)
    planned = list(
        requests(world.league, season.dates[0], LAST_DAY, lambda day, events: _replanned(season, day, events))
    )
    removed = stages["player_removed"].game_id
    # The book lists idle players too: whoever the box no longer has would come back from it.
    planned = [e for e in planned if not (e.scraper == "nbac_gamebook" and e.params["game_id"] == removed)]
    asked = _props_of(stages["price_only_move"], planned)
    planned.append(replace(asked, at=noon - timedelta(minutes=2)))
    season.refused |= world.load_batch(event for event in planned if event.at < noon).refused
    world.build(noon)
    _keep(world, "before", (*TABLES, "nba_reference.unresolved_player_names"))
    _move_a_price(season, asked, noon + timedelta(minutes=2))
    _name_the_nickname(season)
    for name, event in asked_again(dict(stages)):
        season.outcomes.setdefault(name, []).extend(world.load(event))
    season.runs["corrections"] = world.settle(noon + timedelta(hours=1), {*_changed(season.outcomes), "player_aliases"})
    late = world.load_batch(event for event in planned if event.at >= noon)
    season.refused |= late.refused
    season.runs["evening"] = world.settle(datetime.combine(LAST_DAY, datetime.max.time(), tzinfo=UTC), late.rows)
    return season


def _replanned(season: Season, day: date, events: list[LeagueEvent]) -> list[LeagueEvent]:
    for name in REPLANNED:
        stage = season.stages[name]
        if stage.game.game_date == day:
            events = SCENARIOS[name].replan(stage, events)
    stage = season.stages["two_events_of_a_pair"]
    if stage.game.game_date == day:
        events = [*events, *_of_the_second_event(stage, events)]
    return events


def _of_the_second_event(stage: Stage, events: Sequence[LeagueEvent]) -> list[LeagueEvent]:
    first, second = (event_id(stage.league, stage.game_id, number) for number in (0, 1))
    return [
        replace(event, params={**event.params, "odds_event_id": second})
        for event in events
        if event.scraper == "odds_player_props" and event.params["odds_event_id"] == first
    ]


def _changed(outcomes: Mapping[str, Sequence[LoadOutcome]]) -> set[str]:
    """Name the raw tables that deliveries changed."""
    return {each.table for found in outcomes.values() for each in found if each.status == "success"}


def _keep(world: World, state: str, tables: Sequence[str]) -> None:
    """Keep tables as they stand for comparison."""
    world.platform.warehouse.execute(f"create schema {state}")
    for table in tables:
        world.platform.warehouse.execute(f"create table {state}.{table.split('.')[1]} as select * from {table}")


def _props_of(stage: Stage, planned: Sequence[LeagueEvent]) -> LeagueEvent:
    """Return a planned request for the props of a game."""
    wanted = event_id(stage.league, stage.game_id)
    return next(e for e in planned if e.scraper == "odds_player_props" and e.params["odds_event_id"] == wanted)


def _move_a_price(season: Season, asked: LeagueEvent, at: datetime) -> None:
    """Ask again for the props of the game whose price moves, and run what that sets off."""
    world = season.world
    outcomes = world.load(replace(asked, at=at))
    season.outcomes["price_only_move"] = outcomes
    season.runs["price"] = world.settle(
        at + timedelta(minutes=5), (each.table for each in outcomes if each.status == "success")
    )
    _keep(world, "moved", ("nba_analytics.upcoming_player_game_context",))


def _name_the_nickname(season: Season) -> None:
    """Add an alias for the nickname by which one book calls a player."""
    player = season.stars["alias_of_one_book"]
    season.world.platform.warehouse.execute(
        "insert into nba_reference.player_aliases (source, player_lookup, valid_from, player_id) "
        "select distinct 'odds_api', player_lookup, date '2025-10-01', ? "
        "from nba_staging.stg_odds_api__player_points_props where player_name_raw in "
        "(select player_name_raw from before.unresolved_player_names where source = 'odds_api')",
        [str(player)],
    )
