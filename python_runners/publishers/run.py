"""Phase 6 as a run of the ledger: for a message, for a person, for a demonstration."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal

from python_runners.dates import slate_date
from python_runners.errors import NbaPropsError, TransientError
from python_runners.events import Envelope, Phase, Topic, chained
from python_runners.pipeline.composition import Platform
from python_runners.pipeline.ledger import Run
from python_runners.pipeline.touched import newest_change, remember_told
from python_runners.predictions.system_table import ensure_systems
from python_runners.publishers.halts import halt_on
from python_runners.publishers.publish import publish_date
from python_runners.publishers.storage import PublishReport


def publish_slate(
    platform: Platform,
    day: date,
    *,
    as_of: datetime,
    correlation_id: str,
    message: Envelope | None = None,
    attempt: int = 1,
) -> PublishReport:
    """Publish one date as a run of the ledger.

    Args:
        platform: what the run works with.
        day: Eastern game date.
        as_of: the instant that the data stands for.
        correlation_id: journey that asked for it.
        message: the completion that set it off, answered by an announcement of its own; None when a person did. Its
            affected entities say whose documents are made anew; without it all are.
        attempt: number of the delivery of the message.

    Returns:
        What happened to each document.

    Raises:
        NbaPropsError: the rows cannot be read; the ledger row of the run says why.
        TransientError: a store did not take some documents; all others are written, and it may be tried again.
    """
    ensure_systems(platform.warehouse, platform.clock())
    run = platform.ledger.start(
        Phase.PUBLISHING,
        Phase.PUBLISHING.value,
        correlation_id=correlation_id,
        parent=message,
        attempt=attempt,
        as_of=as_of,
        game_date=day,
    )
    is_current = day >= slate_date(platform.as_of())
    newest = newest_change(platform)
    halt = halt_on(platform.warehouse, day)
    if not halt.is_known:
        platform.alerts.send(
            "critical",
            "halt state unknown",
            "the table nba_orchestration.halt_state is missing: picks are withheld until `nba-props init` creates it",
            game_date=day,
            correlation_id=correlation_id,
        )
    try:
        report = publish_date(
            platform.warehouse,
            platform.documents,
            platform.state,
            day,
            as_of=as_of,
            correlation_id=correlation_id,
            is_current=is_current,
            halt=halt.halt,
            affected=None if message is None else message.affected_entities,
        )
    except NbaPropsError as error:
        platform.ledger.finish(run, "failed", error_type=type(error).__name__, error_message=str(error))
        raise
    with platform.warehouse.transaction():
        if message is not None and not report.transient:
            platform.ledger.announce_later(Topic.PUBLISHING_COMPLETE, _announcement(message, run, report))
        if message is None and day == slate_date(as_of) and not report.failed:
            remember_told(platform, newest, as_of)
        platform.ledger.finish(
            run,
            _status(report),
            record_count=len(report.written),
            records_failed=len(report.failed),
            error_message="; ".join(f"{path}: {reason}" for path, reason in report.failed.items()) or None,
        )
    if report.transient:
        first = report.transient[0]
        raise TransientError(f"{len(report.transient)} documents wait, first {first}: {report.failed[first]}")
    return report


def _status(report: PublishReport) -> Literal["success", "partial"]:
    return "partial" if report.failed else "success"


def _announcement(message: Envelope, run: Run, report: PublishReport) -> Envelope:
    return chained(
        message,
        processor_name=run.processor_name,
        phase=run.phase,
        execution_id=run.execution_id,
        source_table=message.source_table,
        status=_status(report),
        record_count=len(report.written),
        records_failed=len(report.failed),
        metadata={**message.metadata, "documents": list(report.written)[:100]},
    )
