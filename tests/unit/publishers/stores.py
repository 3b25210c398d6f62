"""The state store that belongs to an object store in these tests."""

from __future__ import annotations

from python_runners.platform.objects import FolderObjectStore
from python_runners.platform.state import SqliteStateStore


def state_of(store: FolderObjectStore) -> SqliteStateStore:
    """Open the documents that apps listen to; they lie beside the objects."""
    return SqliteStateStore(store.root.with_suffix(".sqlite"))
