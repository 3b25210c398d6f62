"""The barrier: lets one trigger go when every expected completion has come, whatever order and however often.

   open ──(complete: one claims)──> claimed ──(bus acknowledges)──> triggered
    ^                                  │
    └──(publish failed, or claim expired)┘

Completions are documents of their own, so that many at a time do not fight over one; the barrier's document changes by
compare-and-set only. It is latched after the publish is acknowledged: a death in between repeats the trigger under the
same execution id, and never loses it.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Literal

from python_runners.dates import parse_instant
from python_runners.errors import NbaPropsError, PermanentError, PreconditionFailed
from python_runners.events import Envelope
from python_runners.pipeline.barrier_state import BarrierKey, BarrierState, Completion, members_of
from python_runners.platform.state import Fields, StateDocument, StateStore, change

CLAIM = timedelta(minutes=2)

Verb = Literal["wait", "trigger", "blocked", "forced", "expired", "repaired"]


@dataclass(frozen=True)
class Decision:
    """What was decided about a barrier, and why; `message_id` is that of the trigger, when one went out."""

    verb: Verb
    reason: str
    barrier: BarrierState
    message_id: str | None = None


@dataclass(frozen=True)
class Barrier:
    """Every barrier of a state store.

    Attributes:
        store: where they are kept.
        announce: publishes the trigger of a barrier and returns the id that the bus acknowledged it with.
        gate: why a complete barrier must not trigger yet; None when it may.
        record: is told every decision.
        clock: what time it is.
    """

    store: StateStore
    announce: Callable[[BarrierState], str]
    gate: Callable[[BarrierState], str | None]
    record: Callable[[Decision], None]
    clock: Callable[[], datetime]

    def complete(
        self,
        key: BarrierKey,
        completion: Completion,
        parent: Envelope,
        expect: Callable[[int], Sequence[str]],
    ) -> Decision:
        """Take a completion, and trigger when it was the last one.

        Args:
            key: which barrier.
            completion: what completed.
            parent: its message.
            expect: returns the models that a round waits for, by its number from 1; asked when a round opens.

        Raises:
            NbaPropsError: the state store or the bus failed; the same completion may come again.
        """
        name = self._round_of(key, completion, parent, expect)

        def add(fields: Fields | None) -> Fields | None:
            if fields is None:
                return completion.fields
            if completion.execution_id in fields["executions"]:
                return None
            is_newer = parse_instant(fields["completed_at"]) <= completion.completed_at
            newest = completion.fields if is_newer else fields
            return {**newest, "executions": [*fields["executions"], completion.execution_id]}

        change(self.store, members_of(key.collection, name), completion.processor, add)
        return self._decide(key.collection, name, "trigger")

    def sweep(self, collection: str, prefix: str, patience: timedelta) -> list[Decision]:
        """Trigger what is complete and has not triggered, and point out what has waited longer than `patience`."""
        decisions = []
        for document in self.store.documents(collection, prefix):
            barrier = self._read(document)
            if barrier.status == "triggered":
                continue
            if barrier.missing and (barrier.expired_at or self.clock() - barrier.opened_at <= patience):
                continue
            if not barrier.missing:
                decisions.append(self._decide(collection, barrier.name, "repaired"))
                continue
            expired = {"expired_at": self.clock().isoformat()}
            self._edit(barrier, partial(_with, expired))
            reason = f"waits since {barrier.opened_at.isoformat()}: {barrier.waits_for}"
            decisions.append(self._told(Decision("expired", reason, barrier)))
        return decisions

    def force(self, collection: str, prefix: str, reason: str) -> list[Decision]:
        """Trigger every barrier that has not triggered, complete or not, because a person says so."""
        waiting = [barrier for barrier in self.show(collection, prefix) if barrier.status != "triggered"]
        return [self._trigger(barrier, "forced", reason) for barrier in waiting]

    def show(self, collection: str, prefix: str) -> list[BarrierState]:
        """Return the barriers of a collection whose names start with `prefix`."""
        return [self._read(document) for document in self.store.documents(collection, prefix)]

    def _round_of(
        self, key: BarrierKey, completion: Completion, parent: Envelope, expect: Callable[[int], Sequence[str]]
    ) -> str:
        rounds = self.store.documents(key.collection, key.prefix)
        for document in reversed(rounds):
            if self._has_seen(document, completion):
                return document.name
        if rounds and (not key.has_rounds or self._takes(rounds[-1], completion)):
            return rounds[-1].name
        number = len(rounds) + 1
        fields = {
            "phase": key.phase,
            "game_date": key.game_date.isoformat(),
            "mode": key.mode.value,
            "journey": key.journey,
            "expected": list(expect(number)),
            "parent": parent.to_bytes().decode(),
            "status": "open",
            "claim": None,
            "closed_at": None,
            "opened_at": self.clock().isoformat(),
            "expired_at": None,
            "message_id": None,
        }
        name = f"{key.prefix}{number:04d}"
        try:
            self.store.create(key.collection, name, fields)
        except PreconditionFailed:
            # Another completion opened the same round at the same moment.
            return name
        return name

    def _has_seen(self, document: StateDocument, completion: Completion) -> bool:
        member = self.store.get(members_of(document.collection, document.name), completion.processor)
        return member is not None and completion.execution_id in member.fields["executions"]

    def _takes(self, document: StateDocument, completion: Completion) -> bool:
        """Whether a completion belongs to the newest round: the run that it triggers sees what was done before it."""
        if document.fields["status"] == "open" or completion.completed_at <= parse_instant(
            document.fields["closed_at"]
        ):
            return True
        is_late = self.store.get(members_of(document.collection, document.name), completion.processor) is None
        return is_late and completion.processor in document.fields["expected"]

    def _decide(self, collection: str, name: str, verb: Verb) -> Decision:
        document = self.store.get(collection, name)
        if document is None:
            raise PermanentError(f"{collection}/{name} was deleted while it was in use")
        barrier = self._read(document)
        if barrier.status == "triggered":
            return self._told(Decision("wait", f"has triggered already, by message {barrier.message_id}", barrier))
        if barrier.missing:
            return self._told(Decision("wait", f"not yet, because {barrier.waits_for}", barrier))
        blocked = self.gate(barrier)
        if blocked is not None:
            return self._told(Decision("blocked", blocked, barrier))
        return self._trigger(barrier, verb, "every expected model is complete")

    def _trigger(self, barrier: BarrierState, verb: Verb, reason: str) -> Decision:
        claim = uuid.uuid4().hex
        now = self.clock()
        until = (now + CLAIM).isoformat()

        def take(fields: Fields) -> Fields | None:
            is_free = fields["status"] == "open" or (
                fields["status"] == "claimed" and parse_instant(fields["claim"]["until"]) < now
            )
            taken = {"status": "claimed", "claim": {"owner": claim, "until": until}, "closed_at": now.isoformat()}
            return {**fields, **taken} if is_free else None

        if not _is_owner(self._edit(barrier, take).fields, claim):
            return self._told(Decision("wait", "another completion triggers it at this moment", barrier))
        try:
            message_id = self.announce(barrier)
        except NbaPropsError:
            self._edit(
                barrier,
                lambda fields: {**fields, "status": "open", "claim": None} if _is_owner(fields, claim) else None,
            )
            raise
        latched = {"status": "triggered", "message_id": message_id, "claim": None}
        self._edit(barrier, lambda fields: None if fields["status"] == "triggered" else {**fields, **latched})
        return self._told(Decision(verb, reason, barrier, message_id))

    def _edit(self, barrier: BarrierState, edit: Callable[[Fields], Fields | None]) -> StateDocument:
        def edit_present(fields: Fields | None) -> Fields | None:
            if fields is None:
                raise PermanentError(f"{barrier.key.collection}/{barrier.name} was deleted while it was in use")
            return edit(fields)

        edited = change(self.store, barrier.key.collection, barrier.name, edit_present)
        if edited is None:
            raise PermanentError(f"{barrier.key.collection}/{barrier.name} was deleted while it was in use")
        return edited

    def _read(self, document: StateDocument) -> BarrierState:
        return BarrierState.of(document, self.store.documents(members_of(document.collection, document.name)))

    def _told(self, decision: Decision) -> Decision:
        self.record(decision)
        return decision


def _with(changed: Fields, fields: Fields) -> Fields:
    return {**fields, **changed}


def _is_owner(fields: Fields, claim: str) -> bool:
    return bool(fields["claim"] and fields["claim"]["owner"] == claim)
