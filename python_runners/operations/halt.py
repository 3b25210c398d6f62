"""`nba-props halt`: a person halts picks, lets them go on, or looks."""

from __future__ import annotations

from datetime import date

from rich.console import Console

from python_runners.dates import slate_date
from python_runners.pipeline.composition import configured_platform
from python_runners.publishers.halts import declare, halt_on


def halt_once(console: Console, day: date | None, reason: str | None, *, lift: bool, by: str) -> None:
    """Halt picks for a reason, lift the halt, or without either print what holds.

    Args:
        console: where the outcome goes.
        day: first game date for which it holds; None for the slate of now.
        reason: why picks are halted.
        lift: let picks go on.
        by: who decides.

    Raises:
        PermanentError: the reason is not known, nobody decides, or there is no halt to lift.
    """
    platform = configured_platform()
    try:
        effective = day or slate_date(platform.as_of())
        if reason is not None or lift:
            declare(platform.warehouse, platform.ledger, effective, reason, source=by, now=platform.clock())
        halt = halt_on(platform.warehouse, effective).halt
    finally:
        platform.close()
    if halt.active:
        console.print(f"Halted on {effective}: {halt.reason}, since {halt.since}; documents show no picks")
    else:
        console.print(f"Not halted on {effective}")
    if reason is not None or lift:
        console.print(f"Shown with the next publication, or now: nba-props publish --date {effective}")
