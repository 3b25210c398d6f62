"""What a barrier remembers: documents of the state store, and how they read.

phase3_completion/2025-11-15~overnight~~0001                        one barrier: whom it waits for, and its latch
phase3_completion/2025-11-15~overnight~~0001/completions/{model}    one completion; whoever creates it was first
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from urllib.parse import quote

from python_runners.dates import parse_instant
from python_runners.events import AffectedEntities, Envelope
from python_runners.pipeline.modes import Mode
from python_runners.platform.state import StateDocument

DONE = frozenset({"success", "partial", "no_data", "skipped"})
"""End states of a run after which its successors may start."""


@dataclass(frozen=True)
class BarrierKey:
    """What makes completions belong together.

    Attributes:
        phase: phase whose models complete.
        game_date: US Eastern date that they are about.
        mode: mode of the run.
        journey: which run it is where a date has several at a time; empty where all of the date belong together.
    """

    phase: int
    game_date: date
    mode: Mode
    journey: str = ""

    @property
    def collection(self) -> str:
        """Collection of the barriers of the phase."""
        return f"phase{self.phase}_completion"

    @property
    def prefix(self) -> str:
        """Beginning of the names of the barriers of this key; the number of the round follows."""
        journey = quote(self.journey, safe="").replace("~", "%7E")
        return f"{self.game_date}~{self.mode}~{journey}~"

    @property
    def has_rounds(self) -> bool:
        """Whether a completion after the trigger opens the next round; a run of its own has nothing after it."""
        return not self.journey


@dataclass(frozen=True)
class Completion:
    """One model that came to its end, with the entities whose rows it moved."""

    processor: str
    execution_id: str
    status: str
    completed_at: datetime
    affected: AffectedEntities = field(default_factory=AffectedEntities)
    record_count: int = 0
    error: str | None = None

    @property
    def fields(self) -> dict[str, Any]:
        """The document of the completion; `executions` are all that were seen, so that a repetition is known."""
        return {
            "processor": self.processor,
            "execution_id": self.execution_id,
            "executions": [self.execution_id],
            "status": self.status,
            "completed_at": self.completed_at.isoformat(),
            "affected": self.affected.model_dump(mode="json"),
            "record_count": self.record_count,
            "error": self.error,
        }

    @classmethod
    def of(cls, fields: Mapping[str, Any]) -> Completion:
        """Read the document of a completion."""
        return cls(
            processor=fields["processor"],
            execution_id=fields["execution_id"],
            status=fields["status"],
            completed_at=parse_instant(fields["completed_at"]),
            affected=AffectedEntities.model_validate(fields["affected"]),
            record_count=fields["record_count"],
            error=fields["error"],
        )


@dataclass(frozen=True)
class BarrierState:
    """One barrier as it stands.

    Attributes:
        name: name of its document.
        expected: models that it waits for.
        parent: message that opened it; the trigger continues its journey.
        status: open, claimed (somebody publishes the trigger now) or triggered.
        opened_at: when the first completion came.
        expired_at: when it had waited too long; None while it has not.
        message_id: id under which the bus acknowledged the trigger.
        completions: what has come, by model.
    """

    key: BarrierKey
    name: str
    expected: tuple[str, ...]
    parent: Envelope
    status: str
    opened_at: datetime
    expired_at: str | None
    message_id: str | None
    completions: Mapping[str, Completion]

    @classmethod
    def of(cls, document: StateDocument, members: Sequence[StateDocument]) -> BarrierState:
        """Read a barrier and its completions."""
        fields = document.fields
        return cls(
            key=key_of(fields),
            name=document.name,
            expected=tuple(fields["expected"]),
            parent=Envelope.model_validate_json(fields["parent"]),
            status=fields["status"],
            opened_at=parse_instant(fields["opened_at"]),
            expired_at=fields["expired_at"],
            message_id=fields["message_id"],
            completions={member.name: Completion.of(member.fields) for member in members},
        )

    @property
    def completed(self) -> tuple[str, ...]:
        """Expected models that are done."""
        return tuple(name for name in self.expected if self._status(name) in DONE)

    @property
    def missing(self) -> tuple[str, ...]:
        """Expected models that are not done."""
        return tuple(name for name in self.expected if self._status(name) not in DONE)

    @property
    def waits_for(self) -> str:
        """Why the missing models are missing, in words."""
        failed = [
            f"{name} failed ({self.completions[name].error})" for name in self.missing if name in self.completions
        ]
        absent = [name for name in self.missing if name not in self.completions]
        return "; ".join([*failed, *([f"{', '.join(absent)} not complete"] if absent else [])])

    @property
    def affected(self) -> AffectedEntities:
        """Entities whose rows any of the completed models moved."""
        lists = [self.completions[name].affected for name in self.completed]
        return AffectedEntities(
            players=_united([entry.players for entry in lists]),
            teams=_united([entry.teams for entry in lists]),
            games=_united([entry.games for entry in lists]),
        )

    def _status(self, name: str) -> str | None:
        return self.completions[name].status if name in self.completions else None


def key_of(fields: Mapping[str, Any]) -> BarrierKey:
    """Return the key of a barrier from its document."""
    return BarrierKey(fields["phase"], date.fromisoformat(fields["game_date"]), Mode(fields["mode"]), fields["journey"])


def members_of(collection: str, name: str) -> str:
    """Return the collection of the completions of a barrier."""
    return f"{collection}/{name}/completions"


def _united(lists: Sequence[Any]) -> Any:
    if not lists or None in lists:
        return None
    return "all" if "all" in lists else tuple(sorted({entity for entry in lists for entity in entry}))
