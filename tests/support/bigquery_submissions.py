"""What dbt sends to BigQuery: the whole project against a BigQuery that keeps every job and runs none.

`python -m tests.support.bigquery_submissions FOLDER` runs dbt in this process, because it holds adapters and flags in
process-wide state, and writes what was sent to `FOLDER/submissions.json`.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from python_runners.pipeline.column_reads import column_reads
from python_runners.pipeline.engine_use import engine_use
from python_runners.settings import PROJECT_ROOT
from tests.support.recording_bigquery import Recorded, Row, recording_bigquery

PLAYER, GAME, TEAM, DAY = "1630567", "0022500225", "BOS", "2025-11-10"
_STORED = ["--select", "config.materialized:incremental"]
_NOT_PYTHON = ["--exclude", "player_points_predictions"]

# Runs of models that are narrowed to what moved.
SCOPED_RUNS = ("dates", "entities", "event")

# What each run is called, and what it is told.
RUNS: Mapping[str, tuple[str, list[str], Mapping[str, Any]]] = {
    "full refresh": ("build", ["--full-refresh", "--exclude-resource-type", "seed", "unit_test", *_NOT_PYTHON], {}),
    "audit": ("build", ["--select", "resource_type:snapshot", "path:models/changes"], {"from_date": DAY}),
    "dates": ("run", [*_STORED, *_NOT_PYTHON], {"from_date": DAY, "to_date": DAY}),
    "entities": (
        "run",
        [*_STORED, *_NOT_PYTHON],
        {"player_ids": [PLAYER], "game_ids": [GAME], "team_ids": [TEAM], "from_date": DAY},
    ),
    "event": (
        "run",
        [*_STORED, *_NOT_PYTHON],
        {"event": {"scopes": {}, "reads": column_reads()}, "as_of": f"{DAY} 18:00:00"},
    ),
}  # fmt: skip

_NODE = re.compile(r'/\* \{[^}]*"node": "([^"]+)"')
_INPUTS = re.compile(r"log\.input_name in \(([^)]*)\)")


def answer_for(nodes: Mapping[str, Mapping[str, Any]], sql: str) -> list[Row]:
    """Answer as a warehouse would in which no test fails and every input of a model moved for one entity."""
    if "should_error" in sql:
        return [{"failures": 0, "should_warn": False, "should_error": False}]
    node = nodes.get(_named(sql))
    if node is None:
        return []
    inputs = _INPUTS.search(sql)
    if inputs and "mark.ran_at" in sql:
        names = re.findall(r"'(\w+)'", inputs.group(1)) or [None]
        state = {"newest": 7, "as_of": "2025-11-10 06:00:00", "ran_at": "2025-11-10 06:00:00"}
        return [{**state, "input_name": name, "rebuilt": False} for name in names]
    if "as __dbt_sbq" in sql:
        columns = dict.fromkeys(node["columns"]) if "dbt_change_type" in sql else {"digest": None}
        return [columns | {"dbt_change_type": None, "dbt_unique_key": None}]
    if "ids.position <= 51" in sql:
        kind = node["config"]["meta"]["entities"][0]
        entity = {"player": PLAYER, "game": GAME, "team": TEAM}[kind]
        return [{"entity_kind": kind, "entity_id": entity, "from_date": DAY, "to_date": "9999-12-31"}]
    if "limit 51" in sql:
        return [{"game_id": GAME}]
    return []


def submit(folder: Path, project: Path = PROJECT_ROOT, runs: Mapping[str, Any] = RUNS) -> dict[str, Any]:
    """Run dbt and return what it sent per run, with the SQL of every model, what it used and the manifest."""
    from dbt.cli.main import dbtRunner

    recorded = Recorded({})
    with recording_bigquery(recorded) as address:
        (folder / "profiles.yml").write_text(_profile(address), encoding="utf-8")
        common = ["--project-dir", str(project), "--profiles-dir", str(folder), "--target-path", str(folder)]
        quiet = ["--log-path", str(folder), "--log-level", "none", "--no-use-colors"]
        parsed = dbtRunner().invoke(["parse", *common, *quiet])
        if not parsed.success:
            raise RuntimeError(f"dbt parse: {parsed.exception}")
        manifest: Any = parsed.result
        plain = manifest.writable_manifest().to_dict(omit_none=False)
        recorded.tables = _tables(plain)
        nodes = {node["name"]: node for node in plain["nodes"].values()}
        recorded.answer = lambda sql: answer_for(nodes, sql)
        sent: dict[str, Any] = {}
        compiled: dict[str, str] = {}
        used: dict[str, dict[str, Any]] = {}
        for name, (command, arguments, variables) in runs.items():
            before = len(recorded.jobs)
            words = [command, *common, *quiet, *arguments, "--vars", json.dumps(variables)]
            done = dbtRunner(manifest=manifest).invoke(words)
            if not done.success:
                raise RuntimeError(f"{name}: {done.exception or [r.message for r in done.result if r.message]}")
            sent[name] = [_submission(nodes, sql) for sql in recorded.statements[before:]]
            for result in done.result:
                if name in SCOPED_RUNS:
                    used[result.node.unique_id] = asdict(engine_use(result.execution_time, result.adapter_response))
                if name == "full refresh" and result.node.resource_type == "model":
                    compiled[result.node.unique_id] = result.node.compiled_code
    return {"runs": sent, "compiled": compiled, "used": used, "manifest": plain}


def _named(sql: str) -> str:
    """Name of the node in the labels of a job, which head its SQL; empty for what dbt asks by itself."""
    found = _NODE.search(sql)
    return found.group(1) if found else ""


def _submission(nodes: Mapping[str, Mapping[str, Any]], sql: str) -> dict[str, str]:
    node = nodes.get(_named(sql))
    return {"node": node["unique_id"] if node else "", "sql": sql}


def _profile(address: str) -> str:
    output = {
        "type": "bigquery", "method": "oauth-secrets", "token": "offline", "project": "offline",
        "dataset": "nba_staging", "location": "US", "api_endpoint": address, "job_retries": 0, "threads": 1,
    }  # fmt: skip
    return json.dumps({"nba_props": {"target": "bigquery", "outputs": {"bigquery": output}}})


def _tables(manifest: Mapping[str, Any]) -> dict[str, dict[str, str]]:
    """Columns of every table that stands in a warehouse after a first build."""
    tables = {}
    for node in (*manifest["nodes"].values(), *manifest["sources"].values()):
        if node["resource_type"] not in {"model", "seed", "snapshot", "source"}:
            continue
        if node["config"].get("materialized") != "view":
            columns = {name: column["data_type"] or "string" for name, column in node["columns"].items()}
            tables[f"{node['schema']}.{node.get('alias') or node['identifier']}"] = columns
    return tables


if __name__ == "__main__":
    target = Path(sys.argv[1])
    (target / "submissions.json").write_text(json.dumps(submit(target), default=str), encoding="utf-8")
