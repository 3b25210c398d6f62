"""Errors of the Google clients as errors of the platform."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from google.api_core import exceptions
from google.auth import exceptions as auth

from python_runners.errors import PermanentError, PreconditionFailed, TransientError

_TRANSIENT = (
    exceptions.Aborted,
    exceptions.Cancelled,
    exceptions.RetryError,
    exceptions.ServerError,
    exceptions.TooManyRequests,
    auth.TransportError,
    # The storage client lets the errors of requests through, and those are OSErrors.
    OSError,
)
_LOST_THE_RACE = (exceptions.AlreadyExists, exceptions.FailedPrecondition, exceptions.PreconditionFailed)
_REFUSED = (exceptions.GoogleAPIError, auth.GoogleAuthError, TypeError, ValueError)


@contextmanager
def platform_errors(subject: str) -> Iterator[None]:
    """Raise what a Google client raises inside the block as an error of the platform, with `subject` in front.

    Raises:
        PreconditionFailed: another writer was faster.
        TransientError: the service did not answer, or asked to come back later.
        PermanentError: it refused the call.
    """
    try:
        yield
    except _TRANSIENT as error:
        raise TransientError(f"{subject}: {error}") from error
    except _LOST_THE_RACE as error:
        raise PreconditionFailed(f"{subject}: {error}") from error
    except _REFUSED as error:
        raise PermanentError(f"{subject}: {error}") from error
