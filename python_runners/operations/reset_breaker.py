"""`nba-props reset-breaker`: a person lets a consumer that failed too often be tried again."""

from __future__ import annotations

from datetime import date

from rich.console import Console
from rich.table import Table

from python_runners.errors import PermanentError
from python_runners.pipeline.composition import configured_platform
from python_runners.pipeline.protection.breaker import Circuit, read_circuits, write_circuits
from python_runners.platform.warehouse import Warehouse


def reset_circuits(warehouse: Warehouse, day: date, consumer: str | None, by: str, reason: str) -> list[Circuit]:
    """Close the circuits of a game date that are not closed, and return them as they were.

    Args:
        warehouse: where the circuits are.
        day: game date.
        consumer: only this one; None for all.
        by: who resets.
        reason: why trying again can help.

    Raises:
        PermanentError: no circuit is open, or the reason is empty.
    """
    if not reason.strip() or not by.strip():
        raise PermanentError("--reason and --by want a text: the ledger keeps who reset a circuit and why")
    held = [circuit for circuit in read_circuits(warehouse, day, consumer) if circuit.state != "closed"]
    if not held:
        raise PermanentError(f"no circuit of {consumer or 'any consumer'} is open for {day}")
    write_circuits(warehouse, [circuit.closed(by=by, reason=reason) for circuit in held])
    return held


def reset_once(console: Console, day: date, consumer: str | None, by: str, reason: str) -> None:
    """Reset and print what was reset; the next event of the date runs again."""
    platform = configured_platform()
    try:
        held = reset_circuits(platform.warehouse, day, consumer, by, reason)
    finally:
        platform.close()
    table = Table("consumer", "was", "failures", "last error", title=f"Reset for {day}")
    for circuit in held:
        table.add_row(circuit.consumer, circuit.state, str(circuit.consecutive_failures), circuit.last_error or "")
    console.print(table)
