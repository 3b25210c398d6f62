"""Which models of a run the waiting changes can reach."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import pytest

from python_runners.loaders.write import create_tables
from python_runners.pipeline.protection.consumption import Consumption
from python_runners.pipeline.protection.reach import pass_over, reached
from python_runners.pipeline.protection.run_state import RunState
from python_runners.pipeline.protection.waiting import WaitingChange
from python_runners.platform.warehouse import DuckDBWarehouse

NOW = datetime.fromisoformat("2025-11-15T20:00")
MODELS = ("names", "line", "box", "context", "features", "always")
CONSUMPTION = Consumption(
    reads={
        ("names", "roster"): frozenset({"player_name"}),
        ("line", "props"): frozenset({"price"}),
        ("line", "names"): None,
        ("box", "score"): frozenset({"points"}),
        ("context", "line"): None,
        ("features", "context"): frozenset({"line"}),
        ("features", "box"): frozenset({"points"}),
    },
    looks_ahead=frozenset({"context"}),
    slate_inputs=frozenset(),
)
SETTLED = RunState(consumers_computed=5, computed_for=NOW)


def change(input_name: str, *fields: str, kind: str = "changed") -> WaitingChange:
    return WaitingChange(input_name, kind, fields, "d", (date(2025, 11, 15),), is_dated=True, newest=7)


def reach(
    *waiting: WaitingChange, state: RunState = SETTLED, as_of: datetime = NOW, is_logged: bool = True
) -> tuple[str, ...]:
    return reached(CONSUMPTION, MODELS, waiting, state, as_of, is_logged=is_logged)


def test_a_change_reaches_its_readers_and_whatever_follows_them() -> None:
    assert reach(change("props", "price")) == ("line", "context", "features", "always")
    assert reach(change("score", "points")) == ("box", "features", "always")
    assert reach(change("roster", "player_name")) == ("names", "line", "context", "features", "always")


def test_a_column_that_nobody_reads_reaches_only_what_always_runs() -> None:
    assert reach(change("props", "updated_at")) == ("always",)


def test_other_kinds_of_change_reach_every_reader() -> None:
    assert reach(change("score", kind="removed")) == ("box", "features", "always")


def test_a_later_instant_reaches_what_looks_ahead() -> None:
    assert reach(as_of=datetime.fromisoformat("2025-11-15T20:01")) == ("context", "features", "always")


@pytest.mark.parametrize("state", [replace(SETTLED, consumers_computed=4), RunState()])
def test_a_model_that_never_ran_makes_everything_run(state: RunState) -> None:
    assert reach(change("score", "points"), state=state) == MODELS


def test_a_cause_outside_the_log_makes_everything_run() -> None:
    assert reach(is_logged=False) == MODELS


@pytest.fixture
def warehouse(tmp_path: Path) -> Iterator[DuckDBWarehouse]:
    opened = DuckDBWarehouse(tmp_path / "w.duckdb")
    create_tables(opened)
    yield opened
    opened.close()


def test_what_was_left_out_passes_over_the_changes_that_were_seen_and_no_others(warehouse: DuckDBWarehouse) -> None:
    for consumer, position in (("names", 3), ("line", 3), ("box", 9)):
        mark = [consumer, position, NOW, NOW]
        warehouse.execute("insert into nba_orchestration.watermarks values (?, ?, ?, ?)", mark)
    pass_over(warehouse, ["names", "box"], [change("score", "points")])
    marks = warehouse.query("select consumer, change_id from nba_orchestration.watermarks order by consumer")
    assert marks.to_pylist() == [
        {"consumer": "box", "change_id": 9},
        {"consumer": "line", "change_id": 3},
        {"consumer": "names", "change_id": 7},
    ]
