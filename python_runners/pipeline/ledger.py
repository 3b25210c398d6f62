"""The run ledger: one row per run, written at its start and brought to exactly one end state."""

from __future__ import annotations

import json
import logging
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from python_runners.dates import utc_now
from python_runners.errors import InvariantViolated, NbaPropsError, TransientError
from python_runners.events import Envelope, Phase, Topic, parse_message
from python_runners.loaders.contracts import operational_tables
from python_runners.pipeline.publisher import checked, is_silent, publish
from python_runners.platform.bus import Bus
from python_runners.platform.warehouse import Warehouse
from python_runners.version import code_version, config_digest

LEASE = timedelta(minutes=30)
_RUNS = "nba_orchestration.pipeline_execution_log"
_OUTBOX = "nba_orchestration.outbox"
_ANNOUNCE = f"""
insert into {_OUTBOX} (outbox_id, idempotency_key, topic, envelope, created_at, attempts)
select ?, ?, ?, ?, ?, 0 from unnest([1]) as once
where not exists (select 1 from {_OUTBOX} where idempotency_key = ?)
"""
_log = logging.getLogger(__name__)


def new_execution_id() -> str:
    """Return a fresh id for one run."""
    return uuid.uuid4().hex[:16]


def _naive(instant: datetime) -> datetime:
    return instant.astimezone(UTC).replace(tzinfo=None)


@dataclass(frozen=True)
class Run:
    """A started run: what the ledger knows at its beginning."""

    execution_id: str
    correlation_id: str
    phase: Phase
    processor_name: str
    started_at: datetime
    as_of: datetime


class Ledger:
    """Writes runs and pending announcements; the only writer of the tables of the ledger."""

    def __init__(self, warehouse: Warehouse) -> None:
        """Use the ledger tables of `warehouse`."""
        self._warehouse = warehouse

    def insert(self, table: str, row: Mapping[str, Any]) -> None:
        """Insert one row into a table of the ledger.

        Raises:
            InvariantViolated: a column is not in the contract, or a required one is missing.
        """
        self.insert_all(table, [row])

    def insert_all(self, table: str, rows: Sequence[Mapping[str, Any]]) -> None:
        """Insert rows that fill the same columns into a table of the ledger, by one statement.

        Raises:
            InvariantViolated: a column is not in the contract, or a required one is missing.
        """
        if not rows:
            return
        contract = operational_tables()[table]
        names = {column.name for column in contract.columns}
        for row in rows:
            missing = [c.name for c in contract.columns if c.is_required and row.get(c.name) is None]
            if missing or not set(row) <= names:
                raise InvariantViolated(f"{table}: missing {missing}, unknown {sorted(set(row) - names)}")
        marks = f"({', '.join('?' for _ in rows[0])})"
        statement = f"insert into {contract.relation} ({', '.join(rows[0])}) values {', '.join(marks for _ in rows)}"
        self._warehouse.execute(statement, [row[name] for row in rows for name in rows[0]])

    def start(
        self,
        phase: Phase,
        processor_name: str,
        *,
        correlation_id: str,
        as_of: datetime | None = None,
        parent: Envelope | None = None,
        attempt: int = 1,
        **fields: Any,
    ) -> Run:
        """Write the row of a run that begins now and return the run."""
        now = utc_now()
        run = Run(new_execution_id(), correlation_id, phase, processor_name, now, as_of or now)
        carried: dict[str, Any] = {}
        if parent is not None:
            carried = {
                "parent_processor": parent.processor_name,
                "parent_execution_id": parent.execution_id,
                "trigger_source": parent.trigger_source,
                "trigger_message_id": parent.trigger_message_id,
                "trigger_chain": json.dumps([*parent.trigger_chain, f"{parent.processor_name}:{parent.execution_id}"]),
                "game_date": parent.game_date,
                "backfill_mode": parent.backfill_mode,
                "backfill_reason": parent.backfill_reason,
                "skip_downstream_trigger": parent.skip_downstream_trigger,
                "source_table": parent.source_table,
            }
        defaults = {
            "execution_id": run.execution_id,
            "correlation_id": correlation_id,
            "phase": phase.number,
            "processor_name": processor_name,
            "status": "running",
            "started_at": _naive(now),
            "lease_expires_at": _naive(now + LEASE),
            "missing_dependencies": [],
            "changed_fields": [],
            "trigger_source": "manual",
            "attempt": attempt,
            "backfill_mode": False,
            "skip_downstream_trigger": False,
            "as_of": _naive(run.as_of),
            "code_version": code_version(),
            "config_digest": config_digest(),
        }
        self.insert("pipeline_execution_log", defaults | carried | fields)
        return run

    def finish(self, run: Run, status: str, **fields: Any) -> None:
        """Bring a run to its end state; a run that has one already is left alone.

        Raises:
            InvariantViolated: the run is unknown or already at an end.
            WarehouseRefused: the same, on BigQuery, where it comes out when the transaction ends.
        """
        now = utc_now()
        values = {
            "status": status,
            "completed_at": _naive(now),
            "duration_seconds": (now - run.started_at).total_seconds(),
        } | fields
        contract = {column.name for column in operational_tables()["pipeline_execution_log"].columns}
        if not set(values) <= contract:
            raise InvariantViolated(f"pipeline_execution_log: unknown columns {sorted(set(values) - contract)}")
        assignments = ", ".join(f"{name} = ?" for name in values)
        is_running = "execution_id = ? and status = 'running'"
        # A transaction on BigQuery gives nothing back before it ends, so the script itself looks and raises.
        reason = f"run {run.execution_id} is not running"
        with self._warehouse.transaction():
            self._warehouse.execute(
                f"select case when count(*) <> 1 then error('{reason}') end from {_RUNS} where {is_running}",
                [run.execution_id],
            )
            self._warehouse.execute(
                f"update {_RUNS} set {assignments} where {is_running}", [*values.values(), run.execution_id]
            )

    def expire_leases(self, now: datetime | None = None) -> list[str]:
        """Mark runs that outlived their lease as `lost` and return their ids."""
        instant = _naive(now or utc_now())
        is_overdue = "status = 'running' and lease_expires_at < ?"
        with self._warehouse.transaction():
            lost = self._warehouse.query(f"select execution_id from {_RUNS} where {is_overdue}", [instant])
            if lost.num_rows:
                self._warehouse.execute(
                    f"update {_RUNS} set status = 'lost', completed_at = ?, "
                    f"error_message = 'the run outlived its lease' where {is_overdue}",
                    [instant, instant],
                )
        return list(lost.column("execution_id").to_pylist())

    def announce_later(self, topic: Topic, envelope: Envelope) -> bool:
        """Write a pending announcement, in the transaction of the data; a repeated one is not written again.

        The idempotency key holds processor, date, signature and table, so a repeated run announces once.

        Returns:
            False for a message from which nothing may follow: then nothing is written.

        Raises:
            InvalidMessage: the envelope does not validate, or belongs to another topic.
        """
        body = checked(topic, envelope)
        if is_silent(envelope):
            return False
        parts = (envelope.processor_name, envelope.game_date, envelope.change_signature or envelope.execution_id)
        key = "|".join(str(part) for part in (*parts, envelope.output_table))
        # Not asked beforehand: a transaction on BigQuery answers nothing once it has written.
        self._warehouse.execute(
            _ANNOUNCE, [new_execution_id(), key, topic.value, body.decode(), _naive(utc_now()), key]
        )
        return True

    def relay(self, bus: Bus) -> int:
        """Publish every pending announcement in order of writing and return how many were sent.

        A row is marked only after the bus acknowledged, so a crash in between repeats the message and loses none. What
        cannot be sent now keeps its row with the reason, waits for the next relay, and holds back its own topic alone;
        the work that it announces stands. What no longer validates keeps its row as well and holds back nothing.
        """
        pending = self._warehouse.query(
            f"select outbox_id, topic, envelope from {_OUTBOX} "
            "where announced_at is null order by created_at, outbox_id"
        ).to_pylist()
        sent, closed = 0, set[str]()
        for row in pending:
            if row["topic"] in closed:
                continue
            try:
                envelope = parse_message(row["envelope"].encode())
                message_id = publish(bus, Topic(row["topic"]), envelope)
            except NbaPropsError as error:
                if isinstance(error, TransientError):
                    closed.add(row["topic"])
                self._keep_pending(row["outbox_id"], error)
                continue
            self._mark_announced(row["outbox_id"], envelope.execution_id, message_id)
            sent += 1
        return sent

    def _keep_pending(self, outbox_id: str, error: NbaPropsError) -> None:
        _log.warning("announcement %s waits for the next relay: %s", outbox_id, error)
        self._warehouse.execute(
            f"update {_OUTBOX} set attempts = attempts + 1, last_error = ? where outbox_id = ?",
            [f"{type(error).__name__}: {error}", outbox_id],
        )

    def _mark_announced(self, outbox_id: str, execution_id: str, message_id: str | None) -> None:
        now = _naive(utc_now())
        self._warehouse.execute(
            f"update {_OUTBOX} set announced_at = ?, message_id = ?, attempts = attempts + 1 where outbox_id = ?",
            [now, message_id, outbox_id],
        )
        self._warehouse.execute(f"update {_RUNS} set announced_at = ? where execution_id = ?", [now, execution_id])
