"""Every adapter of a Protocol, so that one suite is the contract of all of them."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from google.auth.credentials import AnonymousCredentials
from google.cloud import storage

from python_runners.platform.firestore import FirestoreStateStore
from python_runners.platform.gcs import GcsObjectStore
from python_runners.platform.objects import FolderObjectStore, ObjectStore
from python_runners.platform.state import SqliteStateStore, StateStore
from tests.support.emulators import Emulator

OpenState = Callable[[], StateStore]


@pytest.fixture(params=["sqlite", "firestore"])
def open_state(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[OpenState]:
    """Opens further stores on one database of the test's own."""
    if request.param == "firestore":
        emulator: Emulator = request.getfixturevalue("firestore_emulator")
        monkeypatch.setenv(emulator.variable, emulator.value)
    project = f"test-{uuid.uuid4().hex[:12]}"
    with ExitStack() as opened:

        def open_one() -> StateStore:
            store = (
                SqliteStateStore(tmp_path / "state.sqlite")
                if request.param == "sqlite"
                else FirestoreStateStore(project)
            )
            opened.callback(store.close)
            return store

        yield open_one


@pytest.fixture
def state(open_state: OpenState) -> StateStore:
    return open_state()


@pytest.fixture(params=["folder", "gcs"])
def store(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ObjectStore]:
    if request.param == "folder":
        yield FolderObjectStore(tmp_path)
        return
    server: Emulator = request.getfixturevalue("gcs_server")
    monkeypatch.setenv(server.variable, server.value)
    client = storage.Client(project="test", credentials=AnonymousCredentials())
    bucket = client.create_bucket(f"test-{uuid.uuid4().hex[:12]}")
    opened = GcsObjectStore("test", bucket.name)
    yield opened
    opened.close()
    client.close()
