"""One SQL for both engines: every model, compiled for BigQuery, is valid GoogleSQL."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from python_runners.pipeline.trigger_graph import build_order
from python_runners.settings import PROJECT_ROOT
from tests.project.googlesql import GoogleSqlAnalyzer, analyse_project, declared_type

SCOPES = {
    "full refresh": ["--full-refresh"],
    "one player": [
        "--vars",
        json.dumps({"assume_incremental": True, "player_ids": ["1630567"], "from_date": "2025-11-10"}),
    ],
}


def compile_for_bigquery(target: Path, extra: list[str]) -> Path:
    environment = {
        **os.environ,
        "NBA_PROPS_TARGET": "bigquery",
        "NBA_PROPS_BIGQUERY_METHOD": "oauth-secrets",
        "NBA_PROPS_BIGQUERY_TOKEN": "offline",
        "NBA_PROPS_BIGQUERY_PROJECT": "offline",
        "DBT_TARGET_PATH": str(target),
        "DBT_LOG_PATH": str(target),
    }
    command = [sys.executable, "-m", "dbt.cli.main", "compile", "--no-introspect", "--no-populate-cache", "--quiet"]
    done = subprocess.run(  # noqa: S603 - our own interpreter and arguments
        [*command, "--select", "resource_type:model", "--exclude", "path:models/**/*.py", *extra],
        cwd=PROJECT_ROOT, env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    return target / "compiled" / "nba_props"


@pytest.mark.parametrize("scope", sorted(SCOPES))
def test_every_compiled_model_passes_the_analyzer(tmp_path: Path, scope: str) -> None:
    compiled = compile_for_bigquery(tmp_path, SCOPES[scope])
    manifest = json.loads((tmp_path / "manifest.json").read_text())
    report = analyse_project(manifest, build_order(manifest), compiled, PROJECT_ROOT)
    assert report.refused == {}
    assert len(report.analysed) > 30


@pytest.mark.parametrize(
    "wrong",
    [
        "select a::string as a from t",
        "select max(a) filter (where a > 1) as a from t",
        "select b from t",
        "select * exclude (a) from t",
    ],
)
def test_the_analyzer_refuses_what_only_duckdb_takes(wrong: str) -> None:
    from zetasql.core.exceptions import ServerError

    analyzer = GoogleSqlAnalyzer()
    analyzer.tables["t"] = [("a", declared_type("int64"))]
    with pytest.raises(ServerError):
        analyzer.analyse(wrong, ["t"])
