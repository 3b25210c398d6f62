"""The league's own clock."""

from __future__ import annotations

from datetime import datetime, timedelta

from python_runners.errors import InvariantViolated


class LeagueClock:
    """A clock that stands still until it is moved; every part of the sample league asks it for the time.

    Calling the clock returns the instant, so that it can stand in for any `Callable[[], datetime]`.
    """

    def __init__(self, instant: datetime) -> None:
        """Set the clock.

        Raises:
            InvariantViolated: the instant has no time zone.
        """
        self._instant = _checked(instant)

    def __call__(self) -> datetime:
        """Return the instant, aware."""
        return self._instant

    def move_to(self, instant: datetime) -> None:
        """Set the clock to an instant, earlier or later.

        Raises:
            InvariantViolated: the instant has no time zone.
        """
        self._instant = _checked(instant)

    def advance(self, step: timedelta) -> None:
        """Move the clock on."""
        self._instant += step


def _checked(instant: datetime) -> datetime:
    if instant.tzinfo is None:
        raise InvariantViolated("the league's clock needs an instant with a time zone")
    return instant
