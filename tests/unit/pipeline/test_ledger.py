"""The ledger: one row per run, one end state, announcements that are never lost."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from python_runners.dates import utc_now
from python_runners.errors import InvariantViolated, TransientError
from python_runners.events import Envelope, Phase, Topic, parse_message
from python_runners.loaders.write import create_tables
from python_runners.pipeline.ledger import LEASE, Ledger, Run
from python_runners.platform.bus import EmbeddedBus
from python_runners.platform.warehouse import DuckDBWarehouse


@pytest.fixture
def warehouse(tmp_path: Path) -> Iterator[DuckDBWarehouse]:
    opened = DuckDBWarehouse(tmp_path / "w.duckdb")
    create_tables(opened)
    yield opened
    opened.close()


def start(ledger: Ledger) -> Run:
    return ledger.start(Phase.RAW, "load_x", correlation_id="c1")


def envelope(run: Run, signature: str = "s1") -> Envelope:
    return Envelope(
        processor_name="load_x",
        phase=Phase.RAW,
        execution_id=run.execution_id,
        correlation_id="c1",
        status="success",
        change_signature=signature,
    )


def runs(warehouse: DuckDBWarehouse) -> list[dict[str, object]]:
    return warehouse.query("select * from nba_orchestration.pipeline_execution_log").to_pylist()


def test_a_run_is_one_row_from_start_to_end(warehouse: DuckDBWarehouse) -> None:
    ledger = Ledger(warehouse)
    run = start(ledger)
    assert [row["status"] for row in runs(warehouse)] == ["running"]
    ledger.finish(run, "success", record_count=3)
    (row,) = runs(warehouse)
    assert (row["status"], row["record_count"]) == ("success", 3)
    assert row["completed_at"] is not None


def test_an_end_state_is_final(warehouse: DuckDBWarehouse) -> None:
    ledger = Ledger(warehouse)
    run = start(ledger)
    ledger.finish(run, "failed")
    with pytest.raises(InvariantViolated, match="is not running"):
        ledger.finish(run, "success")


def test_unknown_columns_are_refused(warehouse: DuckDBWarehouse) -> None:
    ledger = Ledger(warehouse)
    with pytest.raises(InvariantViolated, match="surprise"):
        ledger.start(Phase.RAW, "x", correlation_id="c", surprise=1)
    with pytest.raises(InvariantViolated, match="surprise"):
        ledger.finish(start(ledger), "success", surprise=1)


def test_a_run_that_outlives_its_lease_is_lost_once(warehouse: DuckDBWarehouse) -> None:
    ledger = Ledger(warehouse)
    run = start(ledger)
    assert ledger.expire_leases() == []
    later = utc_now() + LEASE + timedelta(seconds=1)
    assert ledger.expire_leases(later) == [run.execution_id]
    assert ledger.expire_leases(later) == []
    assert runs(warehouse)[0]["status"] == "lost"


def test_the_same_announcement_is_written_once(warehouse: DuckDBWarehouse, tmp_path: Path) -> None:
    ledger, bus = Ledger(warehouse), EmbeddedBus(tmp_path / "bus.sqlite")
    run = start(ledger)
    ledger.announce_later(Topic.RAW_COMPLETE, envelope(run))
    ledger.announce_later(Topic.RAW_COMPLETE, envelope(run))
    ledger.announce_later(Topic.RAW_COMPLETE, envelope(run, signature="s2"))
    assert ledger.relay(bus) == 2
    assert ledger.relay(bus) == 0
    received = [parse_message(message.body) for message in bus.pending(Topic.RAW_COMPLETE.value)]
    assert [message.change_signature for message in received] == ["s1", "s2"]
    assert runs(warehouse)[0]["announced_at"] is not None


class BrokenBus:
    """A bus that refuses."""

    def publish(self, topic: str, body: bytes, *, ordering_key: str = "", attributes: object = None) -> str:
        raise TransientError("no bus")


def test_what_could_not_be_sent_stays_pending(warehouse: DuckDBWarehouse, tmp_path: Path) -> None:
    ledger = Ledger(warehouse)
    ledger.announce_later(Topic.RAW_COMPLETE, envelope(start(ledger)))
    with pytest.raises(TransientError):
        ledger.relay(BrokenBus())
    assert ledger.relay(EmbeddedBus(tmp_path / "bus.sqlite")) == 1


def test_an_announcement_goes_with_its_transaction(warehouse: DuckDBWarehouse, tmp_path: Path) -> None:
    ledger = Ledger(warehouse)

    def announce_and_die() -> None:
        with warehouse.transaction():
            ledger.announce_later(Topic.RAW_COMPLETE, envelope(start(ledger)))
            raise RuntimeError("killed")

    with pytest.raises(RuntimeError, match="killed"):
        announce_and_die()
    assert ledger.relay(EmbeddedBus(tmp_path / "bus.sqlite")) == 0
    assert runs(warehouse) == []
