"""Which failures of BigQuery may pass by themselves, and which never do."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from google.api_core.exceptions import GoogleAPICallError, RetryError
from google.auth.exceptions import GoogleAuthError, TransportError
from requests.exceptions import ConnectionError as ConnectionLost

from python_runners.errors import WarehouseRefused, WarehouseUnavailable

_TRANSIENT_CODES = frozenset({408, 409, 429, 500, 502, 503, 504})
_TRANSIENT_REASONS = (
    "concurrent update",
    "rateLimitExceeded",
    "backendError",
    "jobRateLimitExceeded",
    "moved meanwhile",
)


@contextmanager
def sorted_failures(statement: str) -> Iterator[None]:
    """Turn the errors of Google's client inside the block into those of the platform.

    Args:
        statement: what is done in the block, for the message.

    Raises:
        WarehouseRefused: trying again cannot help.
        WarehouseUnavailable: trying again may help.
    """
    try:
        yield
    except (ConnectionLost, RetryError, TransportError) as error:
        raise WarehouseUnavailable(f"BigQuery does not answer: {error}") from error
    except GoogleAuthError as error:
        reason = str(error).split(". ")[0].splitlines()[0]
        raise WarehouseRefused(f"{reason}: `gcloud auth application-default login`") from error
    except GoogleAPICallError as error:
        text = f"{error.message} in: {' '.join(statement.split())[:300]}"
        if error.code in _TRANSIENT_CODES or any(reason in str(error) for reason in _TRANSIENT_REASONS):
            raise WarehouseUnavailable(text) from error
        raise WarehouseRefused(text) from error
