"""The circuit breaker per consumer and game date: how often a model that fails is tried again, and when no more.

closed ── failure ──> open ── back-off over, tried, fails ──> open ... ── budget spent ──> terminal
   ^                    |                                                                     |
   └───── success ──────┘<────────────── new content, or a person, tries again ───────────────┘
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from python_runners.loaders.contracts import operational_tables
from python_runners.platform.warehouse import Warehouse
from python_runners.settings import Settings

TABLE = "nba_orchestration.run_attempts"
_ERROR_LIMIT = 500


@dataclass(frozen=True)
class Budget:
    """How often and how soon a failed consumer is tried again.

    Attributes:
        attempts: failures in a row that make the state terminal.
        backoff: wait after the first failure; doubled after each further one.
        longest: longest wait.
    """

    attempts: int
    backoff: timedelta
    longest: timedelta

    @classmethod
    def of(cls, settings: Settings) -> Budget:
        """Take the budget from the settings."""
        return cls(
            attempts=settings.breaker_attempts,
            backoff=timedelta(seconds=settings.breaker_backoff_seconds),
            longest=timedelta(seconds=settings.breaker_longest_backoff_seconds),
        )

    def wait(self, failures: int) -> timedelta:
        """Return the wait after so many failures in a row."""
        # Beyond twenty doublings the longest wait has long been reached, and a timedelta would overflow.
        doublings: int = 2 ** min(failures - 1, 20)
        return min(self.backoff * doublings, self.longest)


@dataclass(frozen=True)
class Circuit:
    """State of one consumer for one game date; instants are naive and hold UTC."""

    consumer: str
    game_date: date
    attempts: int = 0
    consecutive_failures: int = 0
    state: str = "closed"
    opened_at: datetime | None = None
    next_attempt_at: datetime | None = None
    last_error: str | None = None
    reset_by: str | None = None
    reset_reason: str | None = None

    def holds(self, now: datetime, *, is_new_content: bool) -> bool:
        """Whether the consumer must not be tried now."""
        if self.state == "terminal":
            return not is_new_content
        return self.state == "open" and self.next_attempt_at is not None and now < self.next_attempt_at

    def failed(self, budget: Budget, now: datetime, error: str, *, is_new_content: bool) -> Circuit:
        """Return the state after one more failure; new content begins a new budget."""
        is_reset = self.state == "terminal" and is_new_content
        failures = 1 if is_reset else self.consecutive_failures + 1
        is_spent = failures >= budget.attempts
        return replace(
            self,
            attempts=1 if is_reset else self.attempts + 1,
            consecutive_failures=failures,
            state="terminal" if is_spent else "open",
            opened_at=now,
            next_attempt_at=None if is_spent else now + budget.wait(failures),
            last_error=error[:_ERROR_LIMIT],
            reset_by="new content" if is_reset else self.reset_by,
            reset_reason="the change signature differs" if is_reset else self.reset_reason,
        )

    def closed(self, *, by: str | None = None, reason: str | None = None) -> Circuit:
        """Return the state after a success, or after a person reset it."""
        return replace(
            self,
            attempts=0 if by else self.attempts + 1,
            consecutive_failures=0,
            state="closed",
            opened_at=None,
            next_attempt_at=None,
            reset_by=by or self.reset_by,
            reset_reason=reason or self.reset_reason,
        )


def after_run(
    circuits: Iterable[Circuit],
    *,
    day: date,
    failed: Collection[str],
    succeeded: Collection[str],
    budget: Budget,
    now: datetime,
    error: str,
    is_new_content: bool,
) -> list[Circuit]:
    """Return the circuits that a run moved: a new one per first failure, none while everything goes well."""
    known = {circuit.consumer: circuit for circuit in circuits}
    moved = [
        known.get(name, Circuit(name, day)).failed(budget, now, error, is_new_content=is_new_content)
        for name in sorted(failed)
    ]
    moved += [
        circuit.closed()
        for name, circuit in sorted(known.items())
        if name in succeeded and name not in failed and circuit.state != "closed"
    ]
    return moved


def read_circuits(warehouse: Warehouse, day: date, consumer: str | None = None) -> list[Circuit]:
    """Return the circuits of a game date, of one consumer or of all, in the order of their names."""
    narrowed = "" if consumer is None else " and consumer = $consumer"
    rows = warehouse.query(
        f"select * from {TABLE} where game_date = $day{narrowed} order by consumer",
        {"day": day} | ({} if consumer is None else {"consumer": consumer}),
    ).to_pylist()
    return [Circuit(**row) for row in rows]


def write_circuits(warehouse: Warehouse, circuits: Iterable[Circuit]) -> None:
    """Store circuits, each in place of its former row."""
    names = [column.name for column in operational_tables()["run_attempts"].columns]
    marks = ", ".join("?" for _ in names)
    with warehouse.transaction():
        for circuit in circuits:
            warehouse.execute(
                f"delete from {TABLE} where consumer = ? and game_date = ?", [circuit.consumer, circuit.game_date]
            )
            warehouse.execute(
                f"insert into {TABLE} ({', '.join(names)}) values ({marks})",
                [getattr(circuit, name) for name in names],
            )
