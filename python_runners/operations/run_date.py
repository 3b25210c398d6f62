"""`nba-props run-date`: one date from phase 3 to the documents, model by model, as the scheduler starts it."""

from __future__ import annotations

from contextlib import closing
from datetime import date

from rich.console import Console

from python_runners.errors import PermanentError
from python_runners.events import Envelope, Phase
from python_runners.pipeline.composition import Platform, configured_platform
from python_runners.pipeline.handle import drive
from python_runners.pipeline.ledger import new_execution_id
from python_runners.pipeline.modes import Mode
from python_runners.pipeline.orchestrate import run_unfused

RUNNABLE = tuple(mode for mode in Mode if mode is not Mode.INCREMENTAL)


def start_date(platform: Platform, day: date, mode: Mode, reason: str | None = None) -> Envelope:
    """Run phase 3 of a date unfused and announce it; barriers and their subscribers do the rest.

    Args:
        platform: the platform.
        day: US Eastern game date.
        mode: overnight, same_day, tomorrow or backfill; a backfill ends with phase 3.
        reason: why a date is filled again.

    Returns:
        The message that the runs answer.

    Raises:
        PermanentError: a change is what starts an incremental run, not a date.
        BuildFailed: a model failed.
    """
    if mode not in RUNNABLE:
        raise PermanentError(f"--mode wants one of {', '.join(RUNNABLE)}; an incremental run starts with its change")
    execution_id = new_execution_id()
    is_backfill = mode is Mode.BACKFILL
    message = Envelope(
        processor_name="run_date",
        phase=Phase.RAW,
        execution_id=execution_id,
        correlation_id=f"{mode}_{execution_id}",
        game_date=day,
        status="success",
        trigger_source="manual",
        timestamp=platform.clock(),
        skip_downstream_trigger=is_backfill,
        backfill_mode=is_backfill,
        backfill_reason=reason,
        metadata={"mode": mode.value, "as_of": platform.as_of().isoformat()},
    )
    try:
        run_unfused(platform, message, 1)
    finally:
        platform.ledger.relay(platform.bus)
    return message


def run_date_once(console: Console, day: date, mode_name: str, reason: str | None) -> None:
    """Run a date and everything that it sets off, and say how to look at it.

    Raises:
        PermanentError: the mode does not exist or has no date.
        BuildFailed: a model failed.
    """
    try:
        mode = Mode(mode_name)
    except ValueError as error:
        raise PermanentError(f"--mode wants one of {', '.join(RUNNABLE)}, not {mode_name!r}") from error
    with closing(configured_platform()) as platform:
        message = start_date(platform, day, mode, reason)
        drive(platform)
    console.print(f"Journey: nba-props trace {message.correlation_id}")
    console.print(f"Barriers: nba-props barrier show {day}")
