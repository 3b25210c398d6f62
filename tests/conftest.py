"""Fixtures that every test may use."""

from __future__ import annotations

from pathlib import Path

import pytest

from python_runners.settings import get_settings


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Folder of real NBA data; the test is skipped where the setting does not point to one."""
    folder = get_settings().shared_data
    if folder is None or not folder.is_dir():
        pytest.skip("real data absent: set NBA_PROPS_SHARED_DATA to the folder that holds boxscores/, odds/, payloads/")
    return folder
