"""Whose turn it is among leased messages: a message that failed holds back the later ones of its ordering key."""

from __future__ import annotations

from dataclasses import dataclass

from python_runners.platform.bus import Message


@dataclass(frozen=True)
class Lease:
    """A message that this process holds until it answers.

    Attributes:
        message: what was delivered.
        subscription: full name of where it came from.
        handle: what the answer refers to; another one at each delivery.
    """

    message: Message
    subscription: str
    handle: str


class Turns:
    """Leased messages in order of arrival, and the failed ones that are to come again."""

    def __init__(self) -> None:
        """Hold nothing."""
        self._waiting: list[Lease] = []
        self._due: dict[str, float] = {}
        self._heads: dict[tuple[str, str], str] = {}

    def add(self, lease: Lease) -> None:
        """Take a delivery in; one of a message that waits already renews its lease."""
        for position, known in enumerate(self._waiting):
            if known.message.message_id == lease.message.message_id:
                self._waiting[position] = lease
                return
        self._waiting.append(lease)

    def next(self, now: float) -> Lease | None:
        """Take out the first message whose turn it is, if there is one."""
        passed: set[tuple[str, str]] = set()
        for position, lease in enumerate(self._waiting):
            key, message_id = _key(lease), lease.message.message_id
            is_held = key is not None and (key in passed or self._heads.get(key, message_id) != message_id)
            if not is_held and self._due.get(message_id, 0.0) <= now:
                return self._waiting.pop(position)
            # A message that waits for its time holds back its key; one that waits for the failed head does not hold
            # back that head.
            if key is not None and not is_held:
                passed.add(key)
        return None

    def remove(self, message_id: str) -> Lease | None:
        """Take out a message that waits, whoever's turn it is, if it is there."""
        for position, lease in enumerate(self._waiting):
            if lease.message.message_id == message_id:
                return self._waiting.pop(position)
        return None

    def failed(self, lease: Lease, due: float) -> None:
        """Say that a message comes again, not before `due`, and that its key waits for it."""
        self._due[lease.message.message_id] = due
        key = _key(lease)
        if key is not None:
            self._heads[key] = lease.message.message_id

    def finished(self, lease: Lease) -> None:
        """Say that a message does not come again; its key goes on."""
        self._due.pop(lease.message.message_id, None)
        key = _key(lease)
        if key is not None and self._heads.get(key) == lease.message.message_id:
            del self._heads[key]

    @property
    def waiting(self) -> tuple[Lease, ...]:
        """Leased messages that had no turn yet, in order of arrival."""
        return tuple(self._waiting)

    @property
    def is_empty(self) -> bool:
        """Whether nothing waits and nothing is to come again."""
        return not self._waiting and not self._due


def _key(lease: Lease) -> tuple[str, str] | None:
    key = lease.message.ordering_key
    return (lease.message.topic, key) if key else None
