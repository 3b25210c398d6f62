"""File names of injury reports."""

from __future__ import annotations

from datetime import datetime

from python_runners.dates import EASTERN, eastern_wall_to_utc
from python_runners.errors import PermanentError

_QUARTER_HOURS_SINCE = "2025-12-22"


def report_name(instant: datetime) -> str:
    """Return date and clock of a report's file name: hours only, with minutes since late December 2025."""
    local = instant.astimezone(EASTERN)
    has_minutes = local.date().isoformat() >= _QUARTER_HOURS_SINCE
    return f"{local.date().isoformat()}_{local.strftime('%I_%M%p' if has_minutes else '%I%p')}"


def report_instant(name: str) -> datetime:
    """Return the instant of a report from its file name.

    Raises:
        PermanentError: no report is ever named so.
    """
    day, _, clock = name.partition("_")
    pattern = "%Y-%m-%d %I_%M%p" if "_" in clock else "%Y-%m-%d %I%p"
    try:
        wall = datetime.strptime(f"{day} {clock}", pattern)  # noqa: DTZ007 -- Eastern wall clock, made an instant below
    except ValueError as error:
        raise PermanentError(f"no injury report is named {name!r}") from error
    if wall.minute % 15:
        raise PermanentError(f"reports come out on quarter hours, not at {clock}")
    return eastern_wall_to_utc(wall.date(), wall.time())
