"""The project's manifest, parsed once for all convention tests."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from python_runners.pipeline.dbt_runner import DbtRunner


@pytest.fixture(scope="session")
def manifest(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Any]:
    """The manifest of the default target."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("NBA_PROPS_DATA_DIR", str(tmp_path_factory.mktemp("data")))
        patch.setenv("DBT_TARGET_PATH", str(tmp_path_factory.mktemp("target")))
        return DbtRunner().manifest
