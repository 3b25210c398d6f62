"""The message bus: a Protocol and its embedded adapter, a durable queue in SQLite.

The embedded bus keeps what Pub/Sub promises: at-least-once delivery, order per key, retry with back-off, and a
dead-letter topic after a fixed number of attempts. It survives a restart because every message is a row.
"""

from __future__ import annotations

import json
import sqlite3
import threading
import time
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from python_runners.errors import BusUnavailable, NbaPropsError

MAX_ATTEMPTS = 5


@dataclass(frozen=True)
class Message:
    """One delivery: the payload, what was stored with it, and how often it has been tried (from 1)."""

    message_id: str
    topic: str
    body: bytes
    ordering_key: str = ""
    attributes: Mapping[str, str] = field(default_factory=dict)
    attempt: int = 1


Handler = Callable[[Message], None]
"""Returns to acknowledge; raises a platform error to have the message delivered again."""


class Bus(Protocol):
    """What the platform asks of a bus."""

    def publish(
        self, topic: str, body: bytes, *, ordering_key: str = "", attributes: Mapping[str, str] | None = None
    ) -> str:
        """Hand over a message; the returned id is the acknowledgement.

        Raises:
            BusUnavailable: the bus did not acknowledge; it may have the message all the same.
        """

    def subscribe(self, topic: str, handler: Handler) -> None:
        """Deliver the messages of a topic to `handler`, those of one ordering key in the order of publishing."""

    def drain(self, max_deliveries: int = ...) -> int:
        """Deliver until nothing is due and return the number of deliveries; waits out back-offs.

        A message whose handler fails comes again; after the last attempt it goes to `<topic>-dlq` with the reason.
        An error that is not the platform's is a bug: it is raised, and the message stays.
        """

    def pending(self, topic: str) -> list[Message]:
        """Return the undelivered messages of a topic that can be seen without taking them, in order."""

    def acknowledge(self, message_id: str) -> None:
        """Take a message that is pending off its topic; without effect when it is off already."""

    def close(self) -> None:
        """Stop delivering; what was not acknowledged comes again."""


def dead_letter_attributes(message: Message, reason: str) -> dict[str, str]:
    """Return the attributes under which a message goes to the dead letters."""
    return {**message.attributes, "dead_letter_reason": reason, "delivery_attempts": str(message.attempt)}


_SCHEMA = """
create table if not exists messages (
    position integer primary key autoincrement,
    message_id text not null unique,
    topic text not null,
    ordering_key text not null,
    body blob not null,
    attributes text not null,
    attempts integer not null default 0,
    not_before real not null default 0,
    state text not null default 'pending',
    last_error text
);
create index if not exists messages_pending on messages (state, position);
"""

_NEXT = """
select position, message_id, topic, ordering_key, body, attributes, attempts
from messages as candidate
where state = 'pending' and not_before <= ?
  and topic in (select value from json_each(?))
  and not exists (
    select 1 from messages as earlier
    where earlier.state = 'pending' and earlier.topic = candidate.topic and candidate.ordering_key <> ''
      and earlier.ordering_key = candidate.ordering_key and earlier.position < candidate.position
  )
order by position limit 1
"""


class EmbeddedBus:
    """A bus inside one process; `drain` delivers until nothing is due."""

    def __init__(
        self,
        path: Path,
        *,
        max_attempts: int = MAX_ATTEMPTS,
        backoff_seconds: float = 0.05,
        busy_seconds: float = 5.0,
        clock: Callable[[], float] = time.time,
    ) -> None:
        """Open or create the queue file.

        Args:
            path: the file.
            max_attempts: deliveries after which a failing message is dead.
            backoff_seconds: pause after the first failure; doubled at each further one.
            busy_seconds: how long to wait for another process that writes.
            clock: seconds since the epoch.
        """
        path.parent.mkdir(parents=True, exist_ok=True)
        self._connection = sqlite3.connect(path, check_same_thread=False, isolation_level=None, timeout=busy_seconds)
        self._connection.execute("pragma journal_mode = wal")
        self._connection.executescript(_SCHEMA)
        self._lock = threading.RLock()
        self._max_attempts = max_attempts
        self._backoff = backoff_seconds
        self._clock = clock
        self._handlers: dict[str, Handler] = {}

    def subscribe(self, topic: str, handler: Handler) -> None:
        """Deliver the messages of a topic to `handler`."""
        self._handlers[topic] = handler

    def publish(
        self, topic: str, body: bytes, *, ordering_key: str = "", attributes: Mapping[str, str] | None = None
    ) -> str:
        """Store a message; it is durable when this returns.

        Raises:
            BusUnavailable: the queue file cannot be written now.
        """
        message_id = uuid.uuid4().hex
        with self._lock:
            try:
                self._connection.execute(
                    "insert into messages (message_id, topic, ordering_key, body, attributes) values (?, ?, ?, ?, ?)",
                    (message_id, topic, ordering_key, body, json.dumps(dict(attributes or {}))),
                )
            except sqlite3.OperationalError as error:
                raise BusUnavailable(f"{topic}: {error}") from error
        return message_id

    def drain(self, max_deliveries: int = 100_000) -> int:
        """Deliver every message that is due and return the number of deliveries; waits out short back-offs."""
        deliveries = 0
        while deliveries < max_deliveries:
            message = self._next()
            if message is None:
                wait = self._seconds_until_next()
                if wait is None:
                    return deliveries
                time.sleep(wait)
                continue
            self._deliver(message)
            deliveries += 1
        return deliveries

    def _next(self) -> Message | None:
        topics = json.dumps(sorted(self._handlers))
        with self._lock:
            row = self._connection.execute(_NEXT, (self._clock(), topics)).fetchone()
        if row is None:
            return None
        _, message_id, topic, ordering_key, body, attributes, attempts = row
        return Message(message_id, topic, bytes(body), ordering_key, json.loads(attributes), attempts + 1)

    def _seconds_until_next(self) -> float | None:
        with self._lock:
            row = self._connection.execute(
                "select min(not_before) from messages where state = 'pending' "
                "and topic in (select value from json_each(?))",
                (json.dumps(sorted(self._handlers)),),
            ).fetchone()
        return None if row[0] is None else max(0.001, row[0] - self._clock())

    def _deliver(self, message: Message) -> None:
        try:
            self._handlers[message.topic](message)
        except NbaPropsError as error:
            self._after_failure(message, error)
        else:
            self._mark(message, "state = 'done', attempts = ?", message.attempt)

    def _after_failure(self, message: Message, error: NbaPropsError) -> None:
        reason = f"{type(error).__name__}: {error}"
        if message.attempt < self._max_attempts:
            due = self._clock() + self._backoff * 2 ** (message.attempt - 1)
            self._mark(message, "attempts = ?, not_before = ?, last_error = ?", message.attempt, due, reason)
            return
        attributes = dead_letter_attributes(message, reason)
        with self._lock:
            self._connection.execute("begin immediate")
            self.publish(f"{message.topic}-dlq", message.body, attributes=attributes)
            self._mark(message, "state = 'dead', attempts = ?, last_error = ?", message.attempt, reason)
            self._connection.execute("commit")

    def _mark(self, message: Message, assignments: str, *values: object) -> None:
        with self._lock:
            self._connection.execute(
                f"update messages set {assignments} where message_id = ?",
                (*values, message.message_id),
            )

    def pending(self, topic: str) -> list[Message]:
        """Return the undelivered messages of a topic in order; a dead-letter topic keeps them until someone acts."""
        with self._lock:
            rows = self._connection.execute(
                "select message_id, body, ordering_key, attributes, attempts from messages "
                "where topic = ? and state = 'pending' order by position",
                (topic,),
            ).fetchall()
        return [Message(row[0], topic, bytes(row[1]), row[2], json.loads(row[3]), row[4] + 1) for row in rows]

    def acknowledge(self, message_id: str) -> None:
        """Take an undelivered message off its topic; without effect when it is off already."""
        with self._lock:
            self._connection.execute(
                "update messages set state = 'done' where message_id = ? and state = 'pending'", (message_id,)
            )

    def close(self) -> None:
        """Close the queue file."""
        self._connection.close()
