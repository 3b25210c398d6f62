"""What failures of the pipeline tell people: given up, nothing there, something missing, too few predicted."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from python_runners.errors import TransientError
from python_runners.events import Envelope
from python_runners.pipeline.composition import Platform
from python_runners.platform.bus import MAX_ATTEMPTS, Message

MOST_NAMED = 3


def alert_on_exhaustion(platform: Platform, delivery: Message, error: TransientError) -> None:
    """Tell that infrastructure failed a message for the last time; earlier attempts tell nothing."""
    if delivery.attempt < MAX_ATTEMPTS:
        return
    platform.alerts.send(
        "critical",
        f"given up on {delivery.topic}: {type(error).__name__}",
        f"message {delivery.message_id} failed {delivery.attempt} times and is a dead letter now: {error}",
    )


def alert_on_missing_sources(
    platform: Platform, message: Envelope, day: date, missing: Sequence[str], blocking: Sequence[str]
) -> None:
    """Tell what the sources of a run lack: critical when the run waits for them, a warning when it went on without.

    Args:
        platform: the platform.
        message: what asked for the run.
        day: date of the run.
        missing: what its sources lack, in words, each beginning with the name of the source.
        blocking: those of them that the run waits for; none when it takes place.
    """
    if not missing:
        return
    sources = sorted({text.partition(":")[0] for text in blocking or missing})
    named = ", ".join(sources) if len(sources) <= MOST_NAMED else f"{len(sources)} sources, such as {sources[0]}"
    platform.alerts.send(
        "critical" if blocking else "warning",
        f"{'blocked' if blocking else 'sources incomplete'} {day}: {named}",
        "; ".join(missing),
        game_date=day,
        correlation_id=message.correlation_id,
    )


def alert_on_coverage(platform: Platform, day: date, predicted: int, eligible: int, least: float) -> None:
    """Tell that too few of the eligible players are predicted; nobody eligible is no failure.

    Args:
        platform: the platform.
        day: US Eastern game date.
        predicted: eligible players who are predicted.
        eligible: players who can be predicted.
        least: coverage below which people are told, 0..1.
    """
    if not eligible or predicted / eligible >= least:
        return
    platform.alerts.send(
        "critical",
        f"prediction coverage {day}",
        f"{predicted} of {eligible} eligible players are predicted ({predicted / eligible:.0%}, target {least:.0%})",
        game_date=day,
    )
