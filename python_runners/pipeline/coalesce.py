"""Coalescing: several raw tables that one journey changed become one run."""

from __future__ import annotations

from collections.abc import Sequence

from python_runners.events import Envelope, Phase
from python_runners.pipeline.composition import Platform


def source_tables(message: Envelope) -> tuple[str, ...]:
    """Return the raw tables whose change a message carries, those it was united with included."""
    return tuple(message.metadata.get("source_tables") or (str(message.source_table),))


def united(messages: Sequence[Envelope]) -> Envelope:
    """Return the first message carrying the changes of all: every source table, and the earliest date.

    A change without a date (a directory, say) can reach any row, so then the union has none either.
    """
    first = messages[0]
    dates = [message.metadata.get("from_date") for message in messages]
    return first.model_copy(
        update={
            "changed_fields": tuple(sorted({name for message in messages for name in message.changed_fields})),
            "metadata": {
                **first.metadata,
                "source_tables": [table for message in messages for table in source_tables(message)],
                "from_date": min(str(day) for day in dates) if all(dates) else None,
            },
        }
    )


def record_coalesced(platform: Platform, message: Envelope, attempt: int) -> None:
    """Write the ledger row of a message that another run took along."""
    run = platform.ledger.start(
        Phase.ANALYTICS,
        Phase.ANALYTICS.value,
        correlation_id=message.correlation_id,
        parent=message,
        attempt=attempt,
    )
    platform.ledger.finish(run, "skipped", skip_reason="coalesced", entities_processed=0)
