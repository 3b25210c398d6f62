"""Coalescing: raw tables that one journey changed, or journeys of one date within a short window, become one run."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta

from python_runners.errors import InvalidMessage
from python_runners.events import Envelope, Phase, Topic, parse_message
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
                "source_tables": list(dict.fromkeys(table for message in messages for table in source_tables(message))),
                "from_date": min(str(day) for day in dates) if all(dates) else None,
            },
        }
    )


def within_window(
    first: Envelope, others: Iterable[Envelope], *, window: timedelta, longest: timedelta
) -> list[Envelope]:
    """Return the messages that become one run with the first: its own journey, and alike journeys close in time.

    Args:
        first: message whose turn it is.
        others: messages that wait, in order.
        window: longest silence between two messages that still belong together.
        longest: a message later than this after the first begins a run of its own.
    """
    own = [other for other in others if other.correlation_id == first.correlation_id]
    alike = [other for other in others if other.correlation_id != first.correlation_id and _is_alike(first, other)]
    chosen, latest = {id(other) for other in own}, first.timestamp
    for other in sorted(alike, key=lambda message: message.timestamp):
        if other.timestamp - latest > window or other.timestamp - first.timestamp > longest:
            break
        chosen.add(id(other))
        latest = max(latest, other.timestamp)
    return [other for other in others if id(other) in chosen]


def _is_alike(first: Envelope, other: Envelope) -> bool:
    """Whether one run can stand for both: same date, same instant asked for, same way of going on."""
    return first.game_date is not None and all(
        one == two
        for one, two in (
            (first.game_date, other.game_date),
            (first.metadata.get("as_of"), other.metadata.get("as_of")),
            (first.skip_downstream_trigger, other.skip_downstream_trigger),
            (first.backfill_mode, other.backfill_mode),
        )
    )


def taken_along(platform: Platform, message: Envelope) -> list[Envelope]:
    """Return the waiting changes that become one run with a message; each is marked, so that its turn ends at once."""
    waiting: list[Envelope] = []
    for delivery in platform.bus.pending(Topic.RAW_COMPLETE.value):
        is_taken = delivery.message_id in {message.trigger_message_id, *platform.coalesced}
        if is_taken or delivery.attempt > 1:
            continue
        try:
            other = parse_message(delivery.body, delivery.attributes)
        except InvalidMessage:
            # It goes to the dead letters with its reason when its own turn comes.
            continue
        waiting.append(other.model_copy(update={"trigger_message_id": delivery.message_id}))
    settings = platform.settings
    together = within_window(
        message,
        waiting,
        window=timedelta(seconds=settings.coalesce_window_seconds),
        longest=timedelta(seconds=settings.coalesce_longest_wait_seconds),
    )
    platform.coalesced.update(str(other.trigger_message_id) for other in together)
    return together


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
