"""Phase 6 as a step: publish the documents that show what moved."""

from __future__ import annotations

from python_runners.dates import slate_date
from python_runners.events import Envelope
from python_runners.pipeline.change_run import as_of_message
from python_runners.pipeline.composition import Platform


def publish_step(platform: Platform, message: Envelope, attempt: int) -> None:
    """Publish what moved, as the message lists it, on the slate that the journey's as_of belongs to."""
    from python_runners.publishers.run import publish_slate

    as_of = as_of_message(platform, message)
    publish_slate(
        platform,
        slate_date(as_of),
        as_of=as_of,
        correlation_id=message.correlation_id,
        message=message,
        attempt=attempt,
    )
