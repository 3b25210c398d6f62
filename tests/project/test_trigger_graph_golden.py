"""The trigger graph of the project, against the copy that was last looked at by a person."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from python_runners.operations.plan_view import graph_document

GOLDEN = Path(__file__).parent / "trigger_graph.json"
RENEW = "nba-props plan --all --json > tests/project/trigger_graph.json"


def test_every_raw_table_sets_off_what_the_golden_file_says(manifest: Mapping[str, Any]) -> None:
    expected = json.loads(GOLDEN.read_text(encoding="utf-8"))
    found = graph_document(manifest)
    assert sorted(found) == sorted(expected), f"other raw tables; if that is meant, run: {RENEW}"
    differing = {table: found[table] for table in found if found[table] != expected[table]}
    assert differing == {}, f"another trigger graph; if that is meant, run: {RENEW}"
