"""Fixtures that every test may use."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from python_runners.settings import get_settings


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Folder of real NBA data; without one the test is skipped, in continuous integration it fails."""
    folder = get_settings().shared_data
    if folder is None or not folder.is_dir():
        refuse = pytest.fail if os.environ.get("CI") == "true" else pytest.skip
        refuse("real data absent: set NBA_PROPS_SHARED_DATA to the folder that holds boxscores/, odds/, payloads/")
    return folder


def pytest_addoption(parser: pytest.Parser) -> None:
    """Say how long the proof looks for a counter-example."""
    parser.addoption("--sequences", type=int, default=25, help="random sequences of events that the proof tries")
