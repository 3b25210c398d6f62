"""Documents with the two operations that Firestore really offers, create-if-absent and compare-and-set.

A Protocol, its embedded adapter in SQLite, and the retry that turns compare-and-set into a safe change.
"""

from __future__ import annotations

import json
import random
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from python_runners.errors import PermanentError, PreconditionFailed, TransientError

Fields = Mapping[str, Any]
"""Content of a document: JSON values only; a list never lies directly in a list."""

CHANGE_ATTEMPTS = 40
_FIRST_PAUSE_SECONDS = 0.01
_LONGEST_PAUSE_SECONDS = 0.5


@dataclass(frozen=True)
class StateDocument:
    """One document as it was read.

    Attributes:
        collection: path of its collection, an odd number of segments.
        name: name within the collection.
        fields: its content.
        version: opaque; another one after every write.
    """

    collection: str
    name: str
    fields: Fields
    version: str


class StateStore(Protocol):
    """What the platform asks of a store of documents.

    Every operation raises `TransientError` when the store does not answer, and `PermanentError` when it refuses the
    call. A write whose answer was lost may have happened.
    """

    def create(self, collection: str, name: str, fields: Fields) -> StateDocument:
        """Write a document that does not exist yet; of several writers exactly one succeeds.

        Raises:
            PreconditionFailed: it exists.
        """

    def get(self, collection: str, name: str) -> StateDocument | None:
        """Return a document, or None."""

    def replace(self, former: StateDocument, fields: Fields) -> StateDocument:
        """Write the whole content anew, if nobody wrote since `former` was read.

        Raises:
            PreconditionFailed: somebody did, or deleted it.
        """

    def documents(self, collection: str, prefix: str = "") -> list[StateDocument]:
        """Return the documents of a collection whose names start with `prefix`, in order of their names."""

    def delete(self, collection: str, name: str) -> None:
        """Delete a document; one that is not there is no error."""

    def close(self) -> None:
        """Close the connection."""


def change(
    store: StateStore,
    collection: str,
    name: str,
    edit: Callable[[Fields | None], Fields | None],
    *,
    attempts: int = CHANGE_ATTEMPTS,
    sleep: Callable[[float], None] = time.sleep,
) -> StateDocument | None:
    """Read a document, edit it, and write it back unless somebody was faster; then again, after a random pause.

    Args:
        store: where the document is.
        collection: its collection.
        name: its name.
        edit: gets the content, None when the document is absent, and returns the new content, or None to leave it. It
            may be called several times, and must be able to recognise its own work: an answer may have been lost.
        attempts: tries before giving up.
        sleep: waits that many seconds.

    Returns:
        The document as it stands afterwards.

    Raises:
        TransientError: other writers were faster every time.
    """
    for attempt in range(attempts):
        if attempt:
            longest = min(_LONGEST_PAUSE_SECONDS, _FIRST_PAUSE_SECONDS * 2**attempt)
            # Spreading writers is all that the random number is for.
            sleep(random.uniform(0, longest))  # noqa: S311
        stored = store.get(collection, name)
        fields = edit(None if stored is None else stored.fields)
        if fields is None:
            return stored
        try:
            if stored is None:
                return store.create(collection, name, fields)
            return store.replace(stored, fields)
        except PreconditionFailed:
            continue
    raise TransientError(f"{collection}/{name}: other writers were faster {attempts} times")


def check_path(collection: str, name: str) -> None:
    """Check that a collection and a name make a path of a document.

    Raises:
        PermanentError: they do not.
    """
    segments = collection.split("/")
    reserved = name in {"", ".", ".."} or "/" in name or (name.startswith("__") and name.endswith("__"))
    if len(segments) % 2 == 0 or not all(segments) or reserved:
        raise PermanentError(f"not a path of a document: {collection!r}, {name!r}")


_SCHEMA = """
create table if not exists documents (
    collection text not null,
    name text not null,
    fields text not null,
    version integer not null,
    primary key (collection, name)
) without rowid;
create table if not exists document_versions (newest integer not null);
insert into document_versions select 0 where not exists (select 1 from document_versions);
"""


class SqliteStateStore:
    """Documents in one SQLite file; threads share the store, and processes the file."""

    def __init__(self, path: Path, *, patience_seconds: float = 30.0) -> None:
        """Open or create the file; a write waits at most `patience_seconds` for another process."""
        path.parent.mkdir(parents=True, exist_ok=True)
        self._lock = threading.RLock()
        self._connection = sqlite3.connect(
            path, check_same_thread=False, isolation_level=None, timeout=patience_seconds
        )
        with self._transaction() as connection:
            connection.execute("select 1")
        self._connection.execute("pragma journal_mode = wal")
        self._connection.executescript(_SCHEMA)

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        with self._lock:
            try:
                self._connection.execute("begin immediate")
            except sqlite3.OperationalError as error:
                raise TransientError(f"the state store does not answer: {error}") from error
            try:
                yield self._connection
            except BaseException:
                self._connection.execute("rollback")
                raise
            self._connection.execute("commit")

    def create(self, collection: str, name: str, fields: Fields) -> StateDocument:
        """Write a document that does not exist yet; of several writers exactly one succeeds."""
        check_path(collection, name)
        body = _body(fields)
        with self._transaction() as connection:
            version = _next_version(connection)
            try:
                connection.execute("insert into documents values (?, ?, ?, ?)", (collection, name, body, version))
            except sqlite3.IntegrityError as error:
                raise PreconditionFailed(f"{collection}/{name} exists") from error
        return StateDocument(collection, name, json.loads(body), str(version))

    def get(self, collection: str, name: str) -> StateDocument | None:
        """Return a document, or None."""
        check_path(collection, name)
        with self._lock:
            row = self._connection.execute(
                "select fields, version from documents where collection = ? and name = ?", (collection, name)
            ).fetchone()
        return None if row is None else StateDocument(collection, name, json.loads(row[0]), str(row[1]))

    def replace(self, former: StateDocument, fields: Fields) -> StateDocument:
        """Write the whole content anew, if nobody wrote since `former` was read."""
        body = _body(fields)
        with self._transaction() as connection:
            version = _next_version(connection)
            changed = connection.execute(
                "update documents set fields = ?, version = ? where collection = ? and name = ? and version = ?",
                (body, version, former.collection, former.name, int(former.version)),
            )
            if changed.rowcount != 1:
                raise PreconditionFailed(f"{former.collection}/{former.name} has changed")
        return StateDocument(former.collection, former.name, json.loads(body), str(version))

    def documents(self, collection: str, prefix: str = "") -> list[StateDocument]:
        """Return the documents of a collection whose names start with `prefix`, in order of their names."""
        with self._lock:
            rows = self._connection.execute(
                "select name, fields, version from documents "
                "where collection = ? and substr(name, 1, ?) = ? order by name",
                (collection, len(prefix), prefix),
            ).fetchall()
        return [StateDocument(collection, name, json.loads(fields), str(version)) for name, fields, version in rows]

    def delete(self, collection: str, name: str) -> None:
        """Delete a document; one that is not there is no error."""
        check_path(collection, name)
        with self._transaction() as connection:
            connection.execute("delete from documents where collection = ? and name = ?", (collection, name))

    def close(self) -> None:
        """Close the file."""
        self._connection.close()


def _next_version(connection: sqlite3.Connection) -> int:
    # Counted over the whole file: a document that was deleted and written again never has a version twice.
    row = connection.execute("update document_versions set newest = newest + 1 returning newest").fetchone()
    return int(row[0])


def _body(fields: Fields) -> str:
    try:
        return json.dumps(dict(fields), ensure_ascii=False, allow_nan=False)
    except (TypeError, ValueError) as error:
        raise PermanentError(f"a document holds JSON values only: {error}") from error
