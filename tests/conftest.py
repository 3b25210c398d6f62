"""Fixtures that every test may use."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NoReturn

import pytest

from python_runners.settings import get_settings
from tests.support.emulators import Emulator, EmulatorMissing, start_firestore, start_gcs, start_pubsub


def _refuse(reason: str) -> NoReturn:
    """Skip the test with a visible reason; in continuous integration fail it."""
    if os.environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Folder of real NBA data; without one the test is skipped, in continuous integration it fails."""
    folder = get_settings().shared_data
    if folder is None or not folder.is_dir():
        _refuse("real data absent: set NBA_PROPS_SHARED_DATA to the folder that holds boxscores/, odds/, payloads/")
    return folder


def _running(start: Callable[[], Emulator]) -> Iterator[Emulator]:
    try:
        emulator = start()
    except EmulatorMissing as error:
        _refuse(str(error))
    yield emulator
    emulator.stop()


@pytest.fixture(scope="session")
def pubsub_emulator() -> Iterator[Emulator]:
    """The Pub/Sub emulator, one for all tests: tests keep apart by project."""
    yield from _running(start_pubsub)


@pytest.fixture(scope="session")
def firestore_emulator() -> Iterator[Emulator]:
    """The Firestore emulator, one for all tests: tests keep apart by project."""
    yield from _running(start_firestore)


@pytest.fixture(scope="session")
def gcs_server() -> Iterator[Emulator]:
    """The Cloud Storage server, one for all tests: tests keep apart by bucket."""
    yield from _running(start_gcs)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Say how long the proof looks for a counter-example."""
    parser.addoption("--sequences", type=int, default=25, help="random sequences of events that the proof tries")
