"""The recorded column lineage is that of the SQL, and every stored input of a model has a rule of what it re-opens."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from python_runners.pipeline.column_lineage import column_lineage
from python_runners.pipeline.column_reads import RECORDED, column_reads
from python_runners.pipeline.dbt_runner import DbtRunner
from python_runners.predictions.slate import HISTORY_SCHEMA
from python_runners.predictions.systems.similarity import LOOKBACK_DAYS

RENEW = "nba-props plan --record-columns"

# Read through a view that unites several sources, of which the model takes others only.
NEVER_TAKEN = {
    ("int_injury_report", "odds_api_player_points_props"),
    ("int_injury_report", "bettingpros_player_points_props"),
    ("int_points_line", "nbac_injury_report"),
}


def test_the_recorded_columns_are_those_that_the_sql_reads(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NBA_PROPS_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("DBT_TARGET_PATH", str(tmp_path / "target"))
    monkeypatch.setenv("DBT_LOG_PATH", str(tmp_path / "logs"))
    dbt = DbtRunner()
    found = column_lineage(dbt.manifest, dbt.compiled_sql(full_refresh=True))
    assert found == column_reads(), f"{RECORDED.name} is out of date; run: {RENEW}"


def test_every_stored_input_has_a_rule(manifest: Mapping[str, Any]) -> None:
    seeds = {node["name"] for node in manifest["nodes"].values() if node["resource_type"] == "seed"}
    rules = {
        node["name"]: {rule["input"] for rule in node["config"]["meta"].get("widening", [])}
        for node in manifest["nodes"].values()
        if node["resource_type"] == "model" and node["config"]["materialized"] == "incremental"
    }
    without = [
        (model, name)
        for model, inputs in column_reads().items()
        for name in inputs
        if name not in seeds and name not in rules[model] and (model, name) not in NEVER_TAKEN
    ]
    assert without == []


def test_every_input_of_a_python_model_has_a_rule(manifest: Mapping[str, Any]) -> None:
    models = [node for node in manifest["nodes"].values() if node.get("language") == "python"]
    assert models
    without = [
        (node["name"], manifest["nodes"][parent]["name"])
        for node in models
        for parent in node["depends_on"]["nodes"]
        if manifest["nodes"][parent]["name"] not in {rule["input"] for rule in node["config"]["meta"]["widening"]}
    ]
    assert without == []


def test_past_features_reopen_predictions_for_as_long_as_similar_games_reach_back(manifest: Mapping[str, Any]) -> None:
    (model,) = [node for node in manifest["nodes"].values() if node["name"] == "player_points_predictions"]
    reaching = {
        rule["input"]: set(rule.get("fields", ()))
        for rule in model["config"]["meta"]["widening"]
        if rule.get("days", 0) >= LOOKBACK_DAYS
    }
    assert set(reaching) == {"ml_feature_store_v2", "player_game_summary"}
    assert reaching["ml_feature_store_v2"] == {name for name in HISTORY_SCHEMA.names if name.startswith("f")}


def test_a_rule_names_only_what_the_model_reads(manifest: Mapping[str, Any]) -> None:
    reads = column_reads()
    idle = [
        (node["name"], rule["input"])
        for node in manifest["nodes"].values()
        if node["name"] in reads and node["resource_type"] == "model"
        for rule in node["config"]["meta"].get("widening", [])
        if rule["input"] not in reads[node["name"]]
    ]
    assert idle == []


def test_what_a_feature_does_not_read_is_not_listed() -> None:
    assert "plus_minus" not in column_reads()["player_daily_cache"]["player_game_summary"]
    assert "points" in column_reads()["player_daily_cache"]["player_game_summary"]
