"""One message in, one step done, its completion announced: the handlers that every runtime hosts.

scrapers complete ─> load ─> raw complete ─> phases 3, 4 and 5 in one dbt run
    ─> analytics complete, precompute complete, predictions complete ─> publish ─> publishing complete

The completions of a fused run start nothing but the publication; those of unfused runs meet at barriers.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import ExitStack

from python_runners.errors import InvalidMessage, PermanentError, TransientError
from python_runners.events import Envelope, Topic, parse_message
from python_runners.loaders.load import load_object
from python_runners.pipeline.change_run import run_change
from python_runners.pipeline.coalesce import record_coalesced, taken_along, united
from python_runners.pipeline.composition import Platform
from python_runners.pipeline.failures import alert_on_exhaustion
from python_runners.pipeline.orchestrate import (
    analytics_complete_step,
    precompute_step,
    processor_complete_step,
    run_unfused,
)
from python_runners.pipeline.phases import predict_step, publish_step
from python_runners.platform.bus import Message

Step = Callable[[Platform, Envelope, int], None]


def load_step(platform: Platform, message: Envelope, attempt: int) -> None:
    """Load the object of a scraper completion; completions without new content end here.

    Raises:
        PermanentError: a table refused the object; the object is kept and the others are loaded.
    """
    if message.status != "success":
        return
    outcomes = load_object(platform.warehouse, platform.ledger, platform.objects, message, attempt=attempt)
    refused = [outcome for outcome in outcomes if outcome.error is not None]
    if refused:
        reasons = "; ".join(f"{outcome.table}: {outcome.error}" for outcome in refused)
        raise PermanentError(f"{message.metadata.get('object_path')}: {reasons}") from refused[0].error


def analytics_step(platform: Platform, message: Envelope, attempt: int) -> None:
    """Run phases 3 to 5 for a change of a raw table, together with the alike changes that still wait.

    Unfused, the models of phase 3 run one by one and a barrier lets phase 4 go.
    """
    if not platform.settings.fused_runs:
        run_unfused(platform, message, attempt)
        return
    if message.trigger_message_id in platform.coalesced:
        platform.coalesced.discard(message.trigger_message_id)
        record_coalesced(platform, message, attempt)
        return
    others = taken_along(platform, message)
    with ExitStack() as when_it_fails:
        when_it_fails.callback(platform.coalesced.difference_update, {str(each.trigger_message_id) for each in others})
        run_change(platform, united([message, *others]), attempt=attempt)
        when_it_fails.pop_all()


STEPS: Mapping[Topic, Step] = {
    Topic.SCRAPERS_COMPLETE: load_step,
    Topic.RAW_COMPLETE: analytics_step,
    Topic.ANALYTICS_COMPLETE: analytics_complete_step,
    Topic.PRECOMPUTE_TRIGGER: precompute_step,
    Topic.PROCESSOR_COMPLETE: processor_complete_step,
    Topic.PRECOMPUTE_COMPLETE: predict_step,
    Topic.PREDICTIONS_COMPLETE: publish_step,
}


def handle(platform: Platform, delivery: Message) -> None:
    """Handle one delivery: returning acknowledges it, raising has it delivered again.

    A permanent failure is acknowledged and goes to the dead letters with its reason; a transient one is raised.
    Announcements that the step wrote are sent before this returns.
    """
    try:
        message = parse_message(delivery.body, delivery.attributes)
        step = STEPS[Topic(delivery.topic)]
        step(platform, message.model_copy(update={"trigger_message_id": delivery.message_id}), delivery.attempt)
    except PermanentError as error:
        reason = f"{type(error).__name__}: {error}"
        kind = "invalid_message" if isinstance(error, InvalidMessage) else "permanent"
        platform.bus.publish(
            f"{delivery.topic}-dlq",
            delivery.body,
            attributes={
                **delivery.attributes,
                "dead_letter_reason": reason,
                "error_kind": kind,
                "delivery_attempts": str(delivery.attempt),
            },
        )
    except TransientError as error:
        alert_on_exhaustion(platform, delivery, error)
        raise
    finally:
        platform.ledger.relay(platform.bus)


def connect(platform: Platform) -> None:
    """Subscribe every step to its topic on the embedded bus.

    Raises:
        MissingSetting: a channel for alerts is named and not configured; found here, not with the first failure.
    """
    # The queries of an event are small: handing them to more threads costs more than it saves.
    if platform.warehouse.dialect == "duckdb":
        platform.warehouse.execute("set threads = 1")
    _ = platform.alerts
    for topic in STEPS:
        platform.bus.subscribe(topic.value, lambda delivery: handle(platform, delivery))


def drive(platform: Platform) -> None:
    """Send what is announced and handle it here, with all that it sets off.

    In the cloud it is only sent: the functions handle it, and what was pulled here would be taken from them.
    """
    platform.ledger.relay(platform.bus)
    if platform.settings.runtime == "embedded":
        connect(platform)
        platform.bus.drain()
