"""Phase 6 as a step: publish the documents that show what moved."""

from __future__ import annotations

from datetime import date

from python_runners.dates import slate_date
from python_runners.errors import NbaPropsError
from python_runners.events import Envelope, Phase, Topic, chained
from python_runners.pipeline.change_run import as_of_message
from python_runners.pipeline.composition import Platform


def publish_step(platform: Platform, message: Envelope, attempt: int) -> None:
    """Publish the documents of the slate that the journey's as_of belongs to, after predictions."""
    from python_runners.publishers.publish import publish_date

    as_of = as_of_message(platform, message)
    run = platform.ledger.start(
        Phase.PUBLISHING,
        Phase.PUBLISHING.value,
        correlation_id=message.correlation_id,
        parent=message,
        attempt=attempt,
        as_of=as_of,
    )
    day: date = slate_date(as_of)
    try:
        report = publish_date(
            platform.warehouse, platform.documents, day, as_of=as_of, correlation_id=message.correlation_id
        )
    except NbaPropsError as error:
        platform.ledger.finish(run, "failed", error_type=type(error).__name__, error_message=str(error))
        raise
    announcement = chained(
        message,
        processor_name=run.processor_name,
        phase=run.phase,
        execution_id=run.execution_id,
        source_table=message.source_table,
        status="success" if not report.failed else "partial",
        record_count=len(report.written),
        records_failed=len(report.failed),
        metadata={**message.metadata, "documents": list(report.written)[:100]},
    )
    with platform.warehouse.transaction():
        if not message.skip_downstream_trigger:
            platform.ledger.announce_later(Topic.PUBLISHING_COMPLETE, announcement)
        platform.ledger.finish(
            run,
            announcement.status,
            record_count=len(report.written),
            records_failed=len(report.failed),
            error_message="; ".join(f"{path}: {reason}" for path, reason in report.failed.items()) or None,
        )
