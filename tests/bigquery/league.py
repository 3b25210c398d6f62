"""A small league, scraped and loaded: rows in every raw table, and a slate ahead of the clock."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path

from python_runners.dates import eastern_wall_to_utc
from python_runners.operations.demo_events import history_events
from python_runners.pipeline.dbt_runner import DbtRunner
from python_runners.sample.config import LeagueConfig
from python_runners.sample.league import League
from python_runners.sample.replay import LEAN, LeagueEvent, events_of
from tests.flow.scenario_world import World

# The least that fills every table: zones of a team are compared with a league of at least 25, after some games of each.
DATES = 10
SLATE = time(17, 0)
# The second date: some sources deliver a game on the day after it.
_EVERY_SOURCE = slice(1, 2)


@dataclass(frozen=True)
class RawLeague:
    """A warehouse file with raw rows only, and the instant to compute for: before the games of its last day."""

    warehouse: Path
    as_of: datetime


def sample_league() -> League:
    """The league; every call gives the same."""
    return League(LeagueConfig(seed=7, dates=DATES + 1, has_postseason=False))


def scrape_league(folder: Path, dbt: DbtRunner) -> RawLeague:
    """Ask the sources for a league's history and the day after it, and load everything.

    Args:
        folder: where the warehouse is made.
        dbt: a runner; nothing is built with it.
    """
    league = sample_league()
    days = sorted({game.game_date for game in league.planned.values()})[: DATES + 1]
    as_of = eastern_wall_to_utc(days[-1], SLATE)
    world = World(folder, league, dbt)
    report = world.load_batch(_requests(league, days, as_of))
    world.close()
    assert report.refused == {}
    return RawLeague(folder / "warehouse.duckdb", as_of)


def _requests(league: League, days: list[date], as_of: datetime) -> Iterator[LeagueEvent]:
    *history, today = days
    yield from history_events(league, history, today)
    known = {event.scraper for event in events_of(league, history[0], LEAN)}
    for day in history[_EVERY_SOURCE]:
        yield from (event for event in events_of(league, day) if event.scraper not in known)
    yield from (event for event in events_of(league, today, LEAN) if event.at < as_of)
