"""Reasons to skip a run: each needs certainty, and any doubt runs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import pytest

from python_runners.loaders.write import create_tables
from python_runners.pipeline.protection.consumption import Consumption
from python_runners.pipeline.protection.run_state import RunState, read_state
from python_runners.pipeline.protection.verdict import skip_reason, slate_only_dates
from python_runners.pipeline.protection.waiting import WaitingChange, read_waiting, signature_of
from python_runners.platform.warehouse import DuckDBWarehouse

DAY = date(2025, 11, 15)
NOW = datetime.fromisoformat("2025-11-15T20:00")
CONSUMPTION = Consumption(
    reads={("line", "props"): frozenset({"price"}), ("context", "line"): None},
    looks_ahead=frozenset({"context"}),
    slate_inputs=frozenset({"props"}),
)
PRICE = WaitingChange("props", "changed", ("price",), "d1", (DAY,), is_dated=True, newest=3)
STAMP = replace(PRICE, changed_fields=("book_updated_at",))
SETTLED = RunState(consumers_computed=2, computed_for=NOW)


def reason(
    waiting: list[WaitingChange],
    state: RunState = SETTLED,
    *,
    as_of: datetime = NOW,
    is_logged: bool = True,
    has_slate: bool = True,
) -> str | None:
    return skip_reason(CONSUMPTION, waiting, state, as_of, is_logged=is_logged, has_slate=has_slate)


def test_what_may_move_something_runs() -> None:
    assert reason([PRICE]) is None


def test_a_message_whose_run_succeeded_is_a_duplicate() -> None:
    assert reason([PRICE], replace(SETTLED, is_handled=True)) == "duplicate_delivery"


def test_nothing_above_the_watermarks_is_unchanged() -> None:
    assert reason([]) == "unchanged"


def test_fields_that_nobody_reads_are_irrelevant() -> None:
    assert reason([STAMP]) == "irrelevant_fields"
    assert reason([STAMP, PRICE]) is None


def test_a_date_without_games_ends_early_for_changes_of_the_slate_only() -> None:
    idle = replace(SETTLED, has_games=False)
    assert reason([PRICE], idle) == "no_games"
    assert reason([PRICE], idle, has_slate=False) is None


@pytest.mark.parametrize("waiting", [[], [STAMP]])
def test_seeds_first_runs_and_a_later_date_always_run(waiting: list[WaitingChange]) -> None:
    assert reason(waiting, is_logged=False) is None
    assert reason(waiting, replace(SETTLED, consumers_computed=1)) is None
    assert reason(waiting, as_of=datetime.fromisoformat("2025-11-16T01:00")) is None
    # The slate rolls over at six in the morning Eastern, within one UTC date.
    assert reason(waiting, as_of=datetime.fromisoformat("2025-11-15T10:00")) is None


def test_slate_dates_include_the_days_around_and_need_certainty() -> None:
    around = {date(2025, 11, 14), DAY, date(2025, 11, 16)}
    assert slate_only_dates(CONSUMPTION, [PRICE]) == around
    assert slate_only_dates(CONSUMPTION, [PRICE, replace(PRICE, input_name="line")]) == frozenset()
    assert slate_only_dates(CONSUMPTION, [replace(PRICE, change_kind="rebuilt")]) == frozenset()
    assert slate_only_dates(CONSUMPTION, [replace(PRICE, is_dated=False)]) == frozenset()
    assert slate_only_dates(CONSUMPTION, []) == frozenset()


def test_a_signature_stands_for_models_and_changes() -> None:
    signature = signature_of(["line"], [PRICE])
    assert signature == signature_of(["line"], [replace(PRICE)])
    others = [signature_of(["line", "context"], [PRICE]), signature_of(["line"], [])]
    others.append(signature_of(["line"], [replace(PRICE, digest="d2")]))
    assert len({signature, *others}) == 4


@pytest.fixture
def warehouse(tmp_path: Path) -> Iterator[DuckDBWarehouse]:
    opened = DuckDBWarehouse(tmp_path / "w.duckdb")
    create_tables(opened)
    yield opened
    opened.close()


def test_a_run_that_no_message_asked_for_repeats_none(warehouse: DuckDBWarehouse) -> None:
    state = read_state(
        warehouse,
        CONSUMPTION,
        message_id=None,
        signature="s",
        game_date=None,
        day=DAY,
        dates=(),
        now=NOW,
    )
    assert not state.is_handled
    assert not state.has_failed_before


def log(warehouse: DuckDBWarehouse, change_id: int, name: str, day: date | None, *fields: str) -> None:
    warehouse.execute(
        "insert into nba_orchestration.change_log (change_id, input_name, change_kind, game_date, changed_fields, "
        "run_id, changed_at) values (?, ?, ?, ?, ?, 'r', ?)",
        [change_id, name, "changed" if fields else "new", day, list(fields), NOW],
    )


def test_what_waits_stands_above_the_lowest_watermark_of_its_consumers(warehouse: DuckDBWarehouse) -> None:
    for number, name, day, *fields in (
        (1, "props", DAY),
        (2, "shots", DAY),
        (3, "props", DAY, "price"),
        (4, "props", None, "price"),
        (5, "line", DAY),
    ):
        log(warehouse, number, name, day, *fields)
    for consumer, change_id in (("line", 2), ("context", 5)):
        warehouse.execute(
            "insert into nba_orchestration.watermarks values (?, ?, ?, ?)", [consumer, change_id, NOW, NOW]
        )
    (waiting,) = read_waiting(warehouse, CONSUMPTION)
    assert (waiting.input_name, waiting.changed_fields, waiting.dates) == ("props", ("price",), (DAY,))
    assert not waiting.is_dated
    log(warehouse, 6, "props", DAY, "price")
    assert read_waiting(warehouse, CONSUMPTION)[0].digest != waiting.digest


def test_a_consumer_without_a_watermark_waits_for_everything(warehouse: DuckDBWarehouse) -> None:
    log(warehouse, 1, "props", DAY)
    assert [change.input_name for change in read_waiting(warehouse, CONSUMPTION)] == ["props"]
