"""The ledger: one row per run, one end state, announcements that are never lost."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from python_runners.dates import utc_now
from python_runners.errors import BusUnavailable, InvalidMessage, InvariantViolated
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


def outbox(warehouse: DuckDBWarehouse) -> list[dict[str, object]]:
    return warehouse.query("select * from nba_orchestration.outbox order by created_at").to_pylist()


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
        raise BusUnavailable(f"no bus for {topic}")


def test_what_could_not_be_sent_stays_pending(warehouse: DuckDBWarehouse, tmp_path: Path) -> None:
    ledger = Ledger(warehouse)
    run = start(ledger)
    ledger.announce_later(Topic.RAW_COMPLETE, envelope(run))
    ledger.finish(run, "success")
    assert ledger.relay(BrokenBus()) == 0
    (waiting,) = outbox(warehouse)
    assert (waiting["announced_at"], waiting["attempts"]) == (None, 1)
    assert waiting["last_error"] == f"BusUnavailable: no bus for {Topic.RAW_COMPLETE.value}"
    assert (runs(warehouse)[0]["status"], runs(warehouse)[0]["announced_at"]) == ("success", None)
    assert ledger.relay(EmbeddedBus(tmp_path / "bus.sqlite")) == 1
    assert runs(warehouse)[0]["announced_at"] is not None


class HalfBus(BrokenBus):
    """A bus that refuses the first publish of one topic."""

    def __init__(self, refused: Topic) -> None:
        self._refused, self.sent = refused, []

    def publish(self, topic: str, body: bytes, *, ordering_key: str = "", attributes: object = None) -> str:
        if topic == self._refused.value:
            self._refused = Topic.PUBLISHING_COMPLETE
            return super().publish(topic, body)
        self.sent.append((topic, parse_message(body).change_signature))
        return "id"


def test_what_cannot_be_sent_holds_back_its_own_topic_alone(warehouse: DuckDBWarehouse) -> None:
    ledger = Ledger(warehouse)
    run = start(ledger)
    for signature in ("s1", "s2"):
        ledger.announce_later(Topic.RAW_COMPLETE, envelope(run, signature))
    scraped = envelope(run, "s3").model_copy(update={"phase": Phase.SCRAPERS})
    ledger.announce_later(Topic.SCRAPERS_COMPLETE, scraped)
    bus = HalfBus(Topic.RAW_COMPLETE)
    assert ledger.relay(bus) == 1
    assert bus.sent == [(Topic.SCRAPERS_COMPLETE.value, "s3")]
    assert ledger.relay(bus) == 2
    assert [signature for _, signature in bus.sent] == ["s3", "s1", "s2"], "in the order of writing"


def test_an_announcement_that_no_longer_validates_is_kept_and_holds_back_nothing(
    warehouse: DuckDBWarehouse, tmp_path: Path
) -> None:
    ledger, bus = Ledger(warehouse), EmbeddedBus(tmp_path / "bus.sqlite")
    run = start(ledger)
    for signature in ("s1", "s2"):
        ledger.announce_later(Topic.RAW_COMPLETE, envelope(run, signature))
    warehouse.execute(
        "update nba_orchestration.outbox set envelope = '{}' where idempotency_key like '%s1%'",
    )
    assert ledger.relay(bus) == 1
    kept = [row for row in outbox(warehouse) if row["announced_at"] is None]
    assert [str(row["last_error"]).split(":")[0] for row in kept] == ["InvalidMessage"]


@pytest.mark.parametrize("silence", [{"skip_downstream_trigger": True}, {"backfill_mode": True}])
def test_nothing_follows_from_a_backfill(warehouse: DuckDBWarehouse, silence: dict[str, bool]) -> None:
    ledger = Ledger(warehouse)
    assert ledger.announce_later(Topic.RAW_COMPLETE, envelope(start(ledger)).model_copy(update=silence)) is False
    assert outbox(warehouse) == []


def test_an_envelope_that_nobody_could_read_is_refused_where_it_is_written(warehouse: DuckDBWarehouse) -> None:
    ledger = Ledger(warehouse)
    good = envelope(start(ledger))
    with pytest.raises(InvalidMessage, match="record_count"):
        ledger.announce_later(Topic.RAW_COMPLETE, good.model_copy(update={"record_count": -1}))
    with pytest.raises(InvalidMessage, match="phase_2_raw does not belong here"):
        ledger.announce_later(Topic.PREDICTIONS_COMPLETE, good)
    assert outbox(warehouse) == []


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
