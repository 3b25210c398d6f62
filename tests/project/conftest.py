"""The project's manifest, parsed once for all convention tests, and what its runs send to BigQuery."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping
from typing import Any

import pytest

from python_runners.pipeline.dbt_runner import DbtRunner
from python_runners.settings import PROJECT_ROOT


@pytest.fixture(scope="session")
def manifest(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Any]:
    """The manifest of the default target."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("NBA_PROPS_DATA_DIR", str(tmp_path_factory.mktemp("data")))
        patch.setenv("DBT_TARGET_PATH", str(tmp_path_factory.mktemp("target")))
        return DbtRunner().manifest


@pytest.fixture(scope="session")
def submissions(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Every job that dbt sends to BigQuery for a rebuild, an audit, a date, some entities and an event."""
    folder = tmp_path_factory.mktemp("submissions")
    command = [sys.executable, "-m", "tests.support.bigquery_submissions", str(folder)]
    done = subprocess.run(command, cwd=PROJECT_ROOT, capture_output=True, text=True, check=False)  # noqa: S603
    assert done.returncode == 0, done.stdout + done.stderr
    answer: dict[str, Any] = json.loads((folder / "submissions.json").read_text(encoding="utf-8"))
    return answer
