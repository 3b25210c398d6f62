"""The circuit breaker: back-off, budget, new content, reset."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from python_runners.errors import PermanentError
from python_runners.loaders.write import create_tables
from python_runners.operations.reset_breaker import reset_circuits
from python_runners.pipeline.protection.breaker import Budget, Circuit, after_run, read_circuits, write_circuits
from python_runners.platform.warehouse import DuckDBWarehouse
from python_runners.settings import Settings

DAY = date(2025, 11, 15)
NOW = datetime.fromisoformat("2025-11-15T20:00")
BUDGET = Budget(3, timedelta(seconds=60), timedelta(seconds=100))


def failed(circuit: Circuit, *, is_new_content: bool = False) -> Circuit:
    return circuit.failed(BUDGET, NOW, "boom", is_new_content=is_new_content)


def test_a_failure_opens_for_the_back_off_and_the_wait_grows_to_its_limit() -> None:
    once = failed(Circuit("cache", DAY))
    assert (once.state, once.consecutive_failures) == ("open", 1)
    assert once.next_attempt_at == NOW + timedelta(seconds=60)
    assert failed(once).next_attempt_at == NOW + timedelta(seconds=100)
    assert BUDGET.wait(10_000) == BUDGET.longest


def test_an_open_circuit_holds_until_the_back_off_is_over_whatever_comes() -> None:
    once = failed(Circuit("cache", DAY))
    assert once.holds(NOW + timedelta(seconds=59), is_new_content=True)
    assert not once.holds(NOW + timedelta(seconds=60), is_new_content=False)


def test_a_spent_budget_is_terminal_for_the_same_content_only() -> None:
    spent = failed(failed(failed(Circuit("cache", DAY))))
    assert (spent.state, spent.next_attempt_at) == ("terminal", None)
    assert spent.holds(NOW + timedelta(days=9), is_new_content=False)
    assert not spent.holds(NOW, is_new_content=True)
    again = failed(spent, is_new_content=True)
    assert (again.state, again.consecutive_failures, again.reset_by) == ("open", 1, "new content")


def test_a_run_charges_who_failed_and_closes_who_recovered() -> None:
    moved = after_run(
        [failed(Circuit("cache", DAY)), failed(Circuit("zones", DAY)), Circuit("store", DAY)],
        day=DAY,
        failed=["cache", "summary"],
        succeeded=["zones", "store"],
        budget=BUDGET,
        now=NOW,
        error="boom",
        is_new_content=False,
    )
    assert [(c.consumer, c.state, c.consecutive_failures) for c in moved] == [
        ("cache", "open", 2),
        ("summary", "open", 1),
        ("zones", "closed", 0),
    ]


def test_a_run_without_failures_writes_nothing() -> None:
    moved = after_run(
        [], day=DAY, failed=(), succeeded=["zones"], budget=BUDGET, now=NOW, error="", is_new_content=True
    )
    assert moved == []


def test_the_budget_comes_from_the_settings() -> None:
    settings = Settings(breaker_attempts=2, breaker_backoff_seconds=5, breaker_longest_backoff_seconds=9)
    assert Budget.of(settings) == Budget(2, timedelta(seconds=5), timedelta(seconds=9))


@pytest.fixture
def warehouse(tmp_path: Path) -> Iterator[DuckDBWarehouse]:
    opened = DuckDBWarehouse(tmp_path / "w.duckdb")
    create_tables(opened)
    yield opened
    opened.close()


def test_a_circuit_is_stored_in_place_of_its_former_row(warehouse: DuckDBWarehouse) -> None:
    once = failed(Circuit("cache", DAY))
    write_circuits(warehouse, [once])
    write_circuits(warehouse, [failed(once)])
    assert read_circuits(warehouse, DAY) == [failed(once)]
    assert read_circuits(warehouse, DAY, "zones") == []
    assert read_circuits(warehouse, DAY + timedelta(days=1)) == []


def test_a_person_resets_with_a_reason(warehouse: DuckDBWarehouse) -> None:
    write_circuits(warehouse, [failed(Circuit("cache", DAY)), failed(Circuit("zones", DAY))])
    assert [c.consumer for c in reset_circuits(warehouse, DAY, "cache", "ada", "the feed is mended")] == ["cache"]
    cache, zones = read_circuits(warehouse, DAY)
    assert (cache.state, cache.attempts, cache.reset_by) == ("closed", 0, "ada")
    assert (cache.reset_reason, cache.last_error) == ("the feed is mended", "boom")
    assert zones.state == "open"


def test_a_reset_of_nothing_or_for_no_reason_is_refused(warehouse: DuckDBWarehouse) -> None:
    with pytest.raises(PermanentError, match="is open for 2025-11-15"):
        reset_circuits(warehouse, DAY, None, "ada", "why not")
    with pytest.raises(PermanentError, match="--reason"):
        reset_circuits(warehouse, DAY, None, "ada", " ")
