"""Whether picks are halted: predictions stay on show, picks do not."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Literal, get_args

from python_runners.errors import PermanentError
from python_runners.pipeline.ledger import Ledger
from python_runners.platform.warehouse import Warehouse
from python_runners.publishers.envelope import Halt

RELATION = "nba_orchestration.halt_state"
Reason = Literal["off_season", "edge_collapse", "tight_market", "data_outage", "manual"]
REASONS: tuple[Reason, ...] = get_args(Reason)

_HOLDING = f"""
select effective_date, halt_active, halt_reason, halt_since from {RELATION}
where effective_date <= ? order by effective_date desc limit 1
"""
UNKNOWN = Halt(active=True, reason="data_outage")
"""What holds while nobody can say whether picks are halted."""


@dataclass(frozen=True)
class HaltState:
    """A halt as it is read, and whether it could be read."""

    halt: Halt
    is_known: bool = True


def halt_on(warehouse: Warehouse, day: date) -> HaltState:
    """Return whether picks of a game date are halted; without the table they are, because nobody can say.

    Args:
        warehouse: where the state is.
        day: US Eastern game date.
    """
    if not warehouse.exists(RELATION):
        return HaltState(UNKNOWN, is_known=False)
    rows = warehouse.query(_HOLDING, [day]).to_pylist()
    if not rows or not rows[0]["halt_active"]:
        return HaltState(Halt())
    (row,) = rows
    return HaltState(Halt(True, row["halt_reason"], row["halt_since"], row["effective_date"]))


def declare(
    warehouse: Warehouse, ledger: Ledger, effective: date, reason: str | None, *, source: str, now: datetime
) -> Halt:
    """Halt picks from a game date on, or let them go on.

    Args:
        warehouse: where the state is.
        ledger: writes the row.
        effective: first game date for which this holds; what was said for it before is replaced.
        reason: one of `REASONS`; None lifts a halt.
        source: who decides.
        now: instant of the decision, aware.

    Returns:
        What holds on that date now.

    Raises:
        PermanentError: the reason is not known, nobody decides, or there is no halt to lift.
    """
    if reason is not None and reason not in REASONS:
        raise PermanentError(f"no reason for a halt: {reason}; known are {', '.join(REASONS)}")
    if not source.strip():
        raise PermanentError("--by wants a name: the ledger keeps who halted picks or let them go on")
    before = halt_on(warehouse, effective).halt
    if reason is None and not before.active:
        raise PermanentError(f"picks of {effective} are not halted")
    with warehouse.transaction():
        warehouse.execute(f"delete from {RELATION} where effective_date = ?", [effective])
        row = {
            "effective_date": effective,
            "halt_active": reason is not None,
            "halt_reason": reason,
            "halt_since": (before.since or effective) if reason is not None else None,
            "source": source,
            "written_at": now.astimezone(UTC).replace(tzinfo=None),
        }
        ledger.insert("halt_state", {name: value for name, value in row.items() if value is not None})
    return halt_on(warehouse, effective).halt
