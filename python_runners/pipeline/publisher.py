"""The one publisher: every message of every phase leaves through here, alike in key and attributes, and is logged."""

from __future__ import annotations

import logging

from python_runners.errors import InvalidMessage
from python_runners.events import Envelope, Topic, parse_message
from python_runners.platform.bus import Bus

_log = logging.getLogger(__name__)


def is_silent(envelope: Envelope) -> bool:
    """Whether nothing may follow from a completion: a backfill, or a run whose caller goes on himself."""
    return envelope.skip_downstream_trigger or envelope.backfill_mode


def checked(topic: Topic, envelope: Envelope) -> bytes:
    """Return the bytes of an envelope that every consumer can read.

    Raises:
        InvalidMessage: a field does not validate, or the topic belongs to another phase.
    """
    body = envelope.to_bytes()
    parse_message(body)
    # The trigger of phase 4 is what phase 3, or a level of phase 4, announces.
    allowed = {3, 4} if topic is Topic.PRECOMPUTE_TRIGGER else {number_of(topic)}
    if envelope.phase.number not in allowed:
        raise InvalidMessage(f"{topic.value}: a message of {envelope.phase.value} does not belong here")
    return body


def number_of(topic: Topic) -> int:
    """Return the number of the phase that a topic belongs to."""
    return int(topic.value.removeprefix("nba-phase")[0])


def ordering_key(envelope: Envelope) -> str:
    """Return the key whose messages keep their order: the game date, none for what belongs to no date."""
    return envelope.game_date.isoformat() if envelope.game_date else ""


def attributes_of(envelope: Envelope) -> dict[str, str]:
    """Return what a consumer or filter may know without reading the body; the key too, as a push does not carry it."""
    attributes = {
        "correlation_id": envelope.correlation_id,
        "processor_name": envelope.processor_name,
        "phase": envelope.phase.value,
        "status": envelope.status,
        "schema_version": str(envelope.schema_version),
    }
    key = ordering_key(envelope)
    return attributes | {"ordering_key": key} if key else attributes


def publish(bus: Bus, topic: Topic, envelope: Envelope) -> str | None:
    """Publish and return the id that the bus acknowledged with; None when nothing may follow from the message.

    Raises:
        InvalidMessage: the envelope does not validate.
        BusUnavailable: the bus did not acknowledge.
    """
    body = checked(topic, envelope)
    if is_silent(envelope):
        _log.info(
            "%s not published: %s of %s, %s",
            topic.value,
            envelope.processor_name,
            envelope.correlation_id,
            (envelope.backfill_reason or "backfill") if envelope.backfill_mode else "skip_downstream_trigger",
        )
        return None
    message_id = bus.publish(topic.value, body, ordering_key=ordering_key(envelope), attributes=attributes_of(envelope))
    _log.info(
        "%s published as %s: %s of %s for %s, %s, %d rows",
        topic.value,
        message_id,
        envelope.processor_name,
        envelope.correlation_id,
        envelope.game_date,
        envelope.status,
        envelope.record_count,
    )
    return message_id
