"""The ledger on both warehouses: one end per run, one announcement per cause, nothing without its transaction."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from python_runners.dates import utc_now
from python_runners.errors import InvariantViolated, WarehouseRefused
from python_runners.events import Envelope, Phase, Topic
from python_runners.loaders.contracts import operational_tables
from python_runners.loaders.table_ddl import create_table_ddl
from python_runners.pipeline.ledger import Ledger
from python_runners.platform.bus import EmbeddedBus
from python_runners.platform.warehouse import Warehouse
from tests.contract.warehouses import open_bigquery, open_duckdb

pytestmark = pytest.mark.bigquery

_TABLES = [operational_tables()[name] for name in ("pipeline_execution_log", "outbox")]


@pytest.fixture(params=["duckdb", "bigquery"])
def warehouse(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Warehouse]:
    is_embedded = request.param == "duckdb"
    opened: Warehouse = (
        open_duckdb(tmp_path) if is_embedded else open_bigquery(request.getfixturevalue("bigquery_emulator"))
    )
    for table in _TABLES:
        opened.execute(create_table_ddl(table, opened.dialect))
        opened.execute(f"delete from {table.relation} where true")
    yield opened
    opened.close()


def _announcement(signature: str = "s1") -> Envelope:
    return Envelope(
        processor_name="load_t",
        phase=Phase.RAW,
        execution_id=f"run-{signature}",
        correlation_id="c1",
        status="success",
        source_table="t",
        output_table="t",
        trigger_source="manual",
        timestamp=utc_now(),
        change_signature=signature,
    )


def _rows(warehouse: Warehouse, columns: str, table: str) -> list[tuple[Any, ...]]:
    found = warehouse.query(f"select {columns} from nba_orchestration.{table} order by 1").to_pylist()
    return [tuple(row.values()) for row in found]


def test_a_run_has_one_end(warehouse: Warehouse) -> None:
    ledger = Ledger(warehouse)
    run = ledger.start(Phase.RAW, "load_t", correlation_id="c1")
    ledger.finish(run, "success", record_count=3)
    assert _rows(warehouse, "status, record_count", "pipeline_execution_log") == [("success", 3)]
    with pytest.raises((InvariantViolated, WarehouseRefused), match=f"run {run.execution_id} is not running"):
        ledger.finish(run, "failed")
    assert _rows(warehouse, "status, record_count", "pipeline_execution_log") == [("success", 3)]


def test_an_announcement_and_an_end_belong_to_one_transaction(warehouse: Warehouse) -> None:
    ledger = Ledger(warehouse)
    run = ledger.start(Phase.RAW, "load_t", correlation_id="c1")

    def conclude(fails: Callable[[], object]) -> None:
        with warehouse.transaction():
            for signature in ("s1", "s2", "s1"):
                assert ledger.announce_later(Topic.RAW_COMPLETE, _announcement(signature))
            ledger.finish(run, "success")
            fails()

    with pytest.raises(ZeroDivisionError):
        conclude(lambda: 1 / 0)
    assert _rows(warehouse, "count(*)", "outbox") == [(0,)]
    assert _rows(warehouse, "status", "pipeline_execution_log") == [("running",)]
    conclude(lambda: None)
    assert _rows(warehouse, "idempotency_key, attempts", "outbox") == [
        ("load_t|None|s1|t", 0),
        ("load_t|None|s2|t", 0),
    ]
    assert _rows(warehouse, "status", "pipeline_execution_log") == [("success",)]


def test_what_is_announced_is_sent_once(warehouse: Warehouse, tmp_path: Path) -> None:
    ledger, bus = Ledger(warehouse), EmbeddedBus(tmp_path / "bus.sqlite")
    ledger.announce_later(Topic.RAW_COMPLETE, _announcement())
    assert [ledger.relay(bus), ledger.relay(bus)] == [1, 0]
    assert _rows(warehouse, "attempts, announced_at is not null", "outbox") == [(1, True)]
    bus.close()


def test_a_run_that_outlives_its_lease_is_lost_once(warehouse: Warehouse) -> None:
    ledger = Ledger(warehouse)
    run = ledger.start(Phase.RAW, "load_t", correlation_id="c1")
    assert ledger.expire_leases() == []
    later = utc_now() + timedelta(hours=1)
    assert [ledger.expire_leases(later), ledger.expire_leases(later)] == [[run.execution_id], []]


def test_rows_are_written_together_and_checked_one_by_one(warehouse: Warehouse) -> None:
    ledger = Ledger(warehouse)
    row = {"outbox_id": "1", "idempotency_key": "k1", "topic": "t", "envelope": "{}", "created_at": None, "attempts": 0}
    rows = [row | {"created_at": utc_now(), "last_error": None}, row | {"outbox_id": "2", "last_error": "e"}]
    with pytest.raises(InvariantViolated, match="missing"):
        ledger.insert_all("outbox", rows)
    rows[1]["created_at"] = utc_now()
    ledger.insert_all("outbox", rows)
    ledger.insert_all("outbox", [])
    assert _rows(warehouse, "outbox_id, last_error", "outbox") == [("1", None), ("2", "e")]
