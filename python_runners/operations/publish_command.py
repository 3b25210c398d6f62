"""`nba-props publish`: the documents of one date."""

from __future__ import annotations

from datetime import date, datetime, time

from rich.console import Console

from python_runners.dates import eastern_wall_to_utc, slate_date
from python_runners.errors import PermanentError
from python_runners.pipeline.composition import Platform, configured_platform
from python_runners.pipeline.ledger import new_execution_id
from python_runners.publishers.run import publish_slate

LATE_EVENING = time(23, 59)


def is_past(day: date) -> bool:
    """Return whether a game date lies before the slate of now."""
    return day < slate_date(configured_platform().as_of())


def as_of_for(platform: Platform, day: date) -> datetime:
    """Return the instant that documents of a date stand for: now on its own day, the end of that day afterwards."""
    now = platform.as_of()
    return now if slate_date(now) <= day else eastern_wall_to_utc(day, LATE_EVENING)


def publish_once(console: Console, day: date) -> None:
    """Publish a date and print what happened.

    Raises:
        PermanentError: a document was refused; the others are written.
    """
    platform = configured_platform()
    correlation_id = f"publish_{new_execution_id()}"
    report = publish_slate(platform, day, as_of=as_of_for(platform, day), correlation_id=correlation_id)
    console.print(
        f"{len(report.written)} documents written, {len(report.unchanged)} unchanged, "
        f"{len(report.kept_degraded)} kept, {len(report.failed)} refused: {platform.settings.published_dir / 'v1'}"
    )
    if report.failed:
        path, reason = next(iter(report.failed.items()))
        raise PermanentError(f"{len(report.failed)} documents refused, first {path}: {reason}")
