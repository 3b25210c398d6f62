"""`nba-props barrier`: what the barriers of a date wait for, and a person's hand on them."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from datetime import date, timedelta

from rich.console import Console
from rich.table import Table

from python_runners.errors import PermanentError
from python_runners.pipeline.barrier import Decision
from python_runners.pipeline.barrier_state import BarrierState
from python_runners.pipeline.composition import Platform, configured_platform
from python_runners.pipeline.orchestrate import barrier_of

COLLECTIONS = ("phase3_completion", "phase4_completion")


def barriers_on(platform: Platform, day: date) -> list[BarrierState]:
    """Return the barriers of a date, phase 3 first."""
    barrier = barrier_of(platform)
    return [state for collection in COLLECTIONS for state in barrier.show(collection, f"{day}~")]


def sweep_barriers(platform: Platform, days: Sequence[date]) -> list[Decision]:
    """Trigger what is complete and has not triggered, and point out what waits too long.

    Args:
        platform: the platform.
        days: game dates to look at.
    """
    barrier = barrier_of(platform)
    patience = timedelta(minutes=platform.settings.barrier_patience_minutes)
    return [
        decision
        for day in days
        for collection in COLLECTIONS
        for decision in barrier.sweep(collection, f"{day}~", patience)
    ]


def force_barriers(platform: Platform, day: date, by: str, reason: str) -> list[Decision]:
    """Trigger every barrier of a date that waits, whatever is missing.

    Raises:
        PermanentError: nothing waits, or nobody says why.
    """
    if not reason.strip() or not by.strip():
        raise PermanentError("--reason and --by want a text: the decision keeps who forced a barrier and why")
    barrier = barrier_of(platform)
    found = [
        decision for collection in COLLECTIONS for decision in barrier.force(collection, f"{day}~", f"{by}: {reason}")
    ]
    if not found:
        raise PermanentError(f"no barrier of {day} waits")
    return found


def show_barriers(console: Console, day: date) -> None:
    """Print the barriers of a date and the newest decision of each."""
    with closing(configured_platform()) as platform:
        states = barriers_on(platform, day)
    if not states:
        console.print(f"No barrier of {day}.")
        return
    table = Table("barrier", "status", "complete", "waits for", title=f"Barriers of {day}")
    for state in states:
        name = f"phase {state.key.phase}  {state.key.mode}  {state.key.journey}".rstrip()
        done = f"{len(state.completed)} of {len(state.expected)}"
        table.add_row(name, state.status, done, state.waits_for or "nothing")
    console.print(table)


def act_on_barriers(console: Console, day: date, *, by: str = "", reason: str | None = None) -> None:
    """Sweep the barriers of a date, or force them for a reason, and print what was decided.

    Raises:
        PermanentError: nothing is there to force.
    """
    with closing(configured_platform()) as platform:
        decisions = sweep_barriers(platform, [day]) if reason is None else force_barriers(platform, day, by, reason)
    for decision in decisions:
        console.print(f"{decision.verb}: {decision.barrier.name}: {decision.reason}")
    console.print(f"{sum(decision.message_id is not None for decision in decisions)} triggers sent")
