"""What Google clients raise, as the platform words it."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

import pytest
from google.api_core import exceptions
from google.auth import exceptions as auth

from python_runners.errors import NbaPropsError, PermanentError, PreconditionFailed, TransientError
from python_runners.platform.firestore import FirestoreStateStore
from python_runners.platform.gcs import GcsObjectStore
from python_runners.platform.google_errors import platform_errors
from python_runners.platform.state import SqliteStateStore


@pytest.mark.parametrize(
    ("raised", "expected"),
    [
        (exceptions.ServiceUnavailable("x"), TransientError),
        (exceptions.DeadlineExceeded("x"), TransientError),
        (exceptions.ResourceExhausted("x"), TransientError),
        (exceptions.Aborted("x"), TransientError),
        (exceptions.RetryError("x", None), TransientError),
        (auth.TransportError("x"), TransientError),
        (ConnectionResetError("x"), TransientError),
        (exceptions.AlreadyExists("x"), PreconditionFailed),
        (exceptions.FailedPrecondition("x"), PreconditionFailed),
        (exceptions.PreconditionFailed("x"), PreconditionFailed),
        (exceptions.InvalidArgument("x"), PermanentError),
        (exceptions.PermissionDenied("x"), PermanentError),
        (auth.RefreshError("x"), PermanentError),
        (TypeError("x"), PermanentError),
        (ValueError("x"), PermanentError),
    ],
    ids=lambda value: value.__name__ if isinstance(value, type) else type(value).__name__,
)
def test_each_error_is_permanent_or_transient(raised: Exception, expected: type[NbaPropsError]) -> None:
    with pytest.raises(NbaPropsError, match=r"a/b: .*x") as caught, platform_errors("a/b"):
        raise raised
    assert type(caught.value) is expected


def test_other_errors_pass() -> None:
    with pytest.raises(ZeroDivisionError), platform_errors("a/b"):
        raise ZeroDivisionError


class Broken:
    """A client of which every call ends in the same error."""

    def __init__(self, error: Exception) -> None:
        self.error = error

    def collection(self, path: str) -> Broken:
        return self

    def document(self, name: str) -> Broken:
        return self

    def order_by(self, field: str) -> Broken:
        return self

    def bucket(self, name: str) -> Broken:
        return self

    def blob(self, name: str) -> Broken:
        return self

    def _fail(self, *arguments: Any, **named: Any) -> Any:
        raise self.error

    create = get = delete = stream = get_blob = upload_from_string = list_blobs = _fail


def test_firestore_that_is_away_is_transient() -> None:
    store = FirestoreStateStore("p", client=Broken(exceptions.ServiceUnavailable("away")))
    with pytest.raises(TransientError, match=r"c/d: .*away"):
        store.get("c", "d")
    with pytest.raises(TransientError, match=r"c/d: .*away"):
        store.create("c", "d", {})
    with pytest.raises(TransientError, match=r"c/d: .*away"):
        store.delete("c", "d")
    with pytest.raises(TransientError, match=r"c: .*away"):
        store.documents("c")


def test_storage_that_is_away_is_transient() -> None:
    store = GcsObjectStore("p", "b", client=Broken(exceptions.ServiceUnavailable("away")))
    with pytest.raises(TransientError, match=r"x: .*away"):
        store.get("x")
    with pytest.raises(TransientError, match=r"x: .*away"):
        store.put("x", b"", content_type="t/t")
    with pytest.raises(TransientError, match=r"x.*: .*away"):
        list(store.names("x"))


class Busy(Broken):
    """A bucket whose object is replaced whenever somebody reads it."""

    generation = 1

    def get_blob(self, name: str, timeout: float) -> Busy:
        return self

    def download_as_bytes(self, **named: Any) -> bytes:
        raise self.error


def test_an_object_that_is_replaced_while_it_is_read_is_read_again() -> None:
    store = GcsObjectStore("p", "b", client=Busy(exceptions.PreconditionFailed("replaced")))
    with pytest.raises(TransientError, match="x: replaced 5 times while it was read"):
        store.get("x")


def test_a_sqlite_file_that_another_process_holds_is_transient(tmp_path: Path) -> None:
    store = SqliteStateStore(tmp_path / "state.sqlite", patience_seconds=0.01)
    other = sqlite3.connect(tmp_path / "state.sqlite", isolation_level=None)
    other.execute("begin immediate")
    with pytest.raises(TransientError, match="the state store does not answer"):
        store.create("c", "d", {})
    other.execute("rollback")
    store.create("c", "d", {})
    other.close()
    store.close()
