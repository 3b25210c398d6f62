"""Dead letters: kept in the ledger, and either replayed as a fresh event or discarded with a reason."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any

from python_runners.errors import InvalidMessage, PermanentError
from python_runners.events import Envelope, Topic, parse_message
from python_runners.operations.fresh_events import FreshEvent, Obsolete, fresh_event
from python_runners.pipeline.composition import Platform
from python_runners.platform.bus import Message

_TABLE = "nba_orchestration.dead_letters"
_DELIVERIES = ("delivery_attempts", "CloudPubSubDeadLetterSourceDeliveryCount")
_NO_REASON = "no reason was given: the bus gave the message up"

Row = dict[str, Any]


def dead_letter_topic(topic: Topic) -> str:
    """Return the twin of a topic that takes what it could not deliver."""
    return f"{topic.value}-dlq"


def record(platform: Platform, letter: Message) -> bool:
    """Write a dead letter into the ledger and return whether it was new there.

    Args:
        platform: the platform.
        letter: message of a dead-letter topic, with the attributes that it was given when it was given up.
    """
    known = platform.warehouse.query(f"select 1 from {_TABLE} where dead_letter_id = ?", [letter.message_id])
    if known.num_rows:
        return False
    reason = letter.attributes.get("dead_letter_reason") or _NO_REASON
    attempts = next((letter.attributes[name] for name in _DELIVERIES if name in letter.attributes), "1")
    message = _parsed(letter.body, letter.attributes)
    platform.ledger.insert(
        "dead_letters",
        {
            "dead_letter_id": letter.message_id,
            "received_at": _naive(platform.clock()),
            "topic": letter.topic.removesuffix("-dlq"),
            "envelope": _as_json(letter.body),
            "reason_code": _code(reason),
            "reason": reason,
            "error_kind": letter.attributes.get("error_kind", "transient_exhausted"),
            "delivery_attempts": int(attempts),
            "game_date": message.game_date if message else None,
            "source_table": message.source_table if message else None,
            "status": "open",
        },
    )
    return True


def collect(platform: Platform) -> int:
    """Move the dead letters of the embedded bus into the ledger and return how many came.

    On Pub/Sub the function `on_dead_letter` writes them as they come, and nothing is left to be moved.
    """
    if platform.settings.runtime != "embedded":
        return 0
    found = 0
    for topic in Topic:
        for letter in platform.bus.pending(dead_letter_topic(topic)):
            found += record(platform, letter)
            platform.bus.acknowledge(letter.message_id)
    return found


def dead_letters(platform: Platform, *, status: str | None = "open", day: date | None = None) -> list[Row]:
    """Return dead letters in order of arrival.

    Args:
        platform: the platform.
        status: open, replayed or discarded; None for all.
        day: US Eastern date that they are about; None for all.
    """
    asked = {name: value for name, value in {"status": status, "game_date": day}.items() if value is not None}
    wanted = " and ".join(["true", *(f"{name} = ${name}" for name in asked)])
    rows: list[Row] = platform.warehouse.query(
        f"select * from {_TABLE} where {wanted} order by received_at, dead_letter_id", asked
    ).to_pylist()
    return rows


def dead_letter(platform: Platform, start: str) -> Row:
    """Return the dead letter whose id begins with `start`.

    Raises:
        PermanentError: none or several do.
    """
    rows: list[Row] = platform.warehouse.query(
        f"select * from {_TABLE} where starts_with(dead_letter_id, ?) order by dead_letter_id", [start]
    ).to_pylist()
    if len(rows) != 1 or not start:
        raise PermanentError(f"{len(rows) if start else 'all'} dead letters begin with {start!r}; see `dlq list --all`")
    return rows[0]


def replay(platform: Platform, start: str) -> FreshEvent | Obsolete:
    """Replace an open dead letter by an event that current state gives, or discard it when it is obsolete.

    The event is written with the resolution in one transaction; the relay sends it.

    Raises:
        PermanentError: it is resolved already, or no event can be derived from it; it stays as it is.
    """
    row = _open(dead_letter(platform, start))
    message = _parsed(row["envelope"].encode(), {})
    if message is None:
        raise PermanentError(f"{row['dead_letter_id']} holds no valid message; discard it with --why")
    fresh = fresh_event(platform, Topic(row["topic"]), message)
    with platform.warehouse.transaction():
        if isinstance(fresh, Obsolete):
            _resolve(platform, row, "discarded", f"obsolete: {fresh.reason}")
        else:
            platform.ledger.announce_later(fresh.topic, fresh.envelope)
            _resolve(platform, row, "replayed", fresh.what, fresh.envelope.execution_id)
    return fresh


def discard(platform: Platform, starts: Sequence[str], why: str) -> list[Row]:
    """Close open dead letters without an event, all or none, and return them as they were.

    Raises:
        PermanentError: the reason is empty, or one of them is unknown or resolved already.
    """
    if not why.strip():
        raise PermanentError("--why wants a text: the ledger keeps why a message was thrown away")
    rows = [_open(dead_letter(platform, start)) for start in starts]
    with platform.warehouse.transaction():
        for row in rows:
            _resolve(platform, row, "discarded", why)
    return rows


def _open(row: Row) -> Row:
    if row["status"] != "open":
        raise PermanentError(f"{row['dead_letter_id']} is {row['status']} already: {row['resolution_reason']}")
    return row


def _resolve(platform: Platform, row: Row, status: str, reason: str, execution_id: str | None = None) -> None:
    platform.warehouse.execute(
        f"update {_TABLE} set status = ?, resolution_reason = ?, resolved_at = ?, replay_execution_id = ? "
        "where dead_letter_id = ? and status = 'open'",
        [status, reason, _naive(platform.clock()), execution_id, row["dead_letter_id"]],
    )


def _parsed(body: bytes, attributes: Any) -> Envelope | None:
    try:
        return parse_message(body, attributes)
    except InvalidMessage:
        return None


def _as_json(body: bytes) -> str:
    text = body.decode("utf-8", "replace")
    try:
        json.loads(text)
    except ValueError:
        return json.dumps({"not_json": text})
    return text


def _code(reason: str) -> str:
    name = reason.partition(":")[0]
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower() if name.isidentifier() else "unknown"


def _naive(instant: datetime) -> datetime:
    return instant.astimezone(UTC).replace(tzinfo=None)
