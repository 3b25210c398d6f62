"""Promises of the sources and what breaks them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from python_runners.loaders.write import create_tables
from python_runners.pipeline.protection.dependencies import (
    Lack,
    SourceFacts,
    SourcePromise,
    lacks_of,
    promises_of,
    season_year_at,
)
from python_runners.pipeline.protection.dependency_facts import read_facts
from python_runners.platform.warehouse import DuckDBWarehouse

NOW = datetime.fromisoformat("2025-11-15T20:00")
PROMISE = SourcePromise(
    name="nba_com.games",
    table="games",
    relation="nba_raw.games",
    loaded_at="loaded_at",
    observed_at="observed_at",
    warn_after=timedelta(hours=24),
    error_after=timedelta(hours=48),
    date_column="game_date",
    minimum=2,
    per=("game_id",),
    is_critical=True,
)


def lacks(promise: SourcePromise, *, age: int, groups: int = 3, short: int = 0, ages_count: bool = True) -> list[Lack]:
    return lacks_of(promise, SourceFacts(NOW - timedelta(hours=age), groups, short), NOW, ages_count=ages_count)


def test_a_kept_promise_lacks_nothing() -> None:
    assert lacks(PROMISE, age=24) == []


def test_rows_from_after_the_as_of_are_not_old() -> None:
    assert lacks(PROMISE, age=-9000) == []


def test_late_is_a_warning_and_stale_is_as_grave_as_the_source() -> None:
    assert lacks(PROMISE, age=30) == [Lack("nba_com.games: late, 30 h > 24 h", is_critical=False)]
    assert lacks(PROMISE, age=49) == [Lack("nba_com.games: stale, 49 h > 48 h", is_critical=True)]
    assert not lacks(replace(PROMISE, is_critical=False), age=49)[0].is_critical


def test_ages_do_not_count_over_the_past() -> None:
    assert lacks(PROMISE, age=9000, ages_count=False) == []


def test_short_groups_are_named() -> None:
    (lack,) = lacks(PROMISE, age=1, short=1)
    assert lack == Lack("nba_com.games: at least 2 rows per game_id wanted, 1 of 3 short", is_critical=True)


def test_groups_of_dates_may_be_absent_but_a_season_may_not() -> None:
    assert lacks(PROMISE, age=1, groups=0) == []
    by_season = replace(PROMISE, date_column=None, per=("season_year",))
    assert lacks(by_season, age=1, groups=0) == [
        Lack("nba_com.games: at least 2 rows per season_year wanted, none found", is_critical=True)
    ]


def test_an_empty_table_says_so() -> None:
    nothing = SourceFacts(None, 0, 0)
    (recent,) = lacks_of(PROMISE, nothing, NOW, ages_count=True)
    assert recent == Lack("nba_com.games: no rows of the last 30 days", is_critical=True)
    (ever,) = lacks_of(replace(PROMISE, date_column=None), nothing, NOW, ages_count=True)
    assert ever.text == "nba_com.games: no rows"


@pytest.mark.parametrize(("day", "year"), [("2025-10-01", 2025), ("2026-06-20", 2025), ("2026-09-30", 2025)])
def test_a_season_begins_in_october(day: str, year: int) -> None:
    assert season_year_at(date.fromisoformat(day)) == year


def source(name: str) -> dict[str, Any]:
    return {
        "source_name": "nba_com",
        "name": name,
        "schema": "nba_raw",
        "loaded_at_field": "loaded_at",
        "freshness": {"warn_after": {"count": 1, "period": "day"}, "error_after": {"count": None, "period": None}},
        "columns": {"observed_at": {}},
        "config": {"meta": {"partition_by": "game_date"}},
    }


def rows_test(parent: str, severity: str) -> dict[str, Any]:
    return {
        "test_metadata": {"name": "minimum_rows", "kwargs": {"minimum": 2, "per": ["game_id"], "is_exact": True}},
        "depends_on": {"nodes": [parent]},
        "config": {"severity": severity},
    }


def test_promises_come_from_freshness_and_the_severity_of_the_rows_test() -> None:
    manifest = {
        "sources": {"s.a": source("a"), "s.b": source("b"), "s.c": source("c")},
        "nodes": {"t1": rows_test("s.a", "ERROR"), "t2": rows_test("s.b", "warn"), "t3": {"test_metadata": None}},
    }
    a, b, c = promises_of(manifest, {"s.c", "s.b", "s.a"})
    assert (a.name, a.minimum, a.per, a.is_exact, a.is_critical) == ("nba_com.a", 2, ("game_id",), True, True)
    assert (a.warn_after, a.error_after, a.date_column) == (timedelta(days=1), None, "game_date")
    assert (b.is_critical, c.is_critical, c.minimum) == (False, False, None)


@pytest.fixture
def warehouse(tmp_path: Path) -> Iterator[DuckDBWarehouse]:
    opened = DuckDBWarehouse(tmp_path / "w.duckdb")
    create_tables(opened)
    opened.execute(
        "create table nba_raw.games (game_id varchar, game_date date, season_year bigint, "
        "loaded_at timestamp, observed_at timestamp)"
    )
    for game, day in (("1", "2025-11-15"), ("1", "2025-11-15"), ("2", "2025-11-15"), ("3", "2025-11-12")):
        opened.execute(
            "insert into nba_raw.games values (?, ?, 2025, ?, ?)", [game, day, NOW, NOW - timedelta(hours=3)]
        )
    yield opened
    opened.close()


def facts(warehouse: DuckDBWarehouse, promise: SourcePromise) -> SourceFacts:
    return read_facts(warehouse, [promise], NOW, {date(2025, 11, 15)})[promise.name]


def test_groups_are_counted_on_the_dates_of_the_run(warehouse: DuckDBWarehouse) -> None:
    assert facts(warehouse, PROMISE) == SourceFacts(NOW, 2, 1)
    assert facts(warehouse, replace(PROMISE, is_exact=True, minimum=1)) == SourceFacts(NOW, 2, 1)


def test_groups_of_a_season_are_those_of_the_newest_season_begun(warehouse: DuckDBWarehouse) -> None:
    by_season = replace(PROMISE, per=("season_year",), date_column=None, minimum=4)
    warehouse.execute("insert into nba_raw.games values ('9', date '2026-10-20', 2026, null, null)")
    assert facts(warehouse, by_season) == SourceFacts(NOW, 1, 0)


def test_a_promise_over_the_whole_table_or_over_none(warehouse: DuckDBWarehouse) -> None:
    assert facts(warehouse, replace(PROMISE, per=(), date_column=None, minimum=5)) == SourceFacts(NOW, 1, 1)
    assert facts(warehouse, replace(PROMISE, minimum=None, observed_at=None)) == SourceFacts(NOW, 0, 0)
    assert read_facts(warehouse, [], NOW, set()) == {}


def test_a_load_that_found_everything_unchanged_keeps_a_table_fresh(warehouse: DuckDBWarehouse) -> None:
    from python_runners.events import Phase
    from python_runners.pipeline.ledger import Ledger

    ledger = Ledger(warehouse)
    ledger.finish(
        ledger.start(Phase.RAW, "load_games", correlation_id="c", source_table="games"),
        "skipped",
        skip_reason="unchanged",
    )
    newest = facts(warehouse, PROMISE).newest
    assert newest is not None
    assert newest > NOW
