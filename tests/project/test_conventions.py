"""Conventions of the dbt project: each is a list of offenders that must be empty."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from python_runners.loaders.contracts import raw_tables
from python_runners.settings import PROJECT_ROOT

Manifest = Mapping[str, Any]

DUCKDB_ONLY = {
    "double-colon cast": re.compile(r"::"),
    "aggregate filter clause": re.compile(r"\)\s*filter\s*\(", re.IGNORECASE),
    "star except in DuckDB spelling": re.compile(r"\*\s*exclude", re.IGNORECASE),
    "group by all": re.compile(r"group\s+by\s+all\b", re.IGNORECASE),
    "bool_or": re.compile(r"\bbool_(or|and)\s*\(", re.IGNORECASE),
    "max_by": re.compile(r"\b(max_by|min_by|arg_max|arg_min)\s*\(", re.IGNORECASE),
}
CLOCK = re.compile(r"\b(current_timestamp|current_date|now)\b", re.IGNORECASE)


def models(manifest: Manifest) -> list[dict[str, Any]]:
    found = [node for node in manifest["nodes"].values() if node["resource_type"] == "model"]
    assert len(found) > 30
    return found


def published(manifest: Manifest) -> list[dict[str, Any]]:
    return [node for node in models(manifest) if node["config"].get("meta", {}).get("phase") in (3, 4)]


def incremental(manifest: Manifest) -> list[dict[str, Any]]:
    return [
        node
        for node in models(manifest)
        if node["config"]["materialized"] == "incremental" and node["language"] == "sql"
    ]


def code(node: Mapping[str, Any]) -> str:
    """The SQL of a model without comments."""
    without_jinja_comments = re.sub(r"\{#.*?#\}", "", node["raw_code"], flags=re.DOTALL)
    return re.sub(r"--[^\n]*", "", without_jinja_comments)


def test_every_model_is_a_pair_of_files(manifest: Manifest) -> None:
    lonely = [
        node["original_file_path"]
        for node in models(manifest)
        if not (PROJECT_ROOT / node["original_file_path"]).with_suffix(".yml").exists()
    ]
    assert lonely == []


def test_every_model_and_every_column_is_described(manifest: Manifest) -> None:
    silent = [node["name"] for node in models(manifest) if not node["description"].strip()]
    silent += [
        f"{node['name']}.{column['name']}"
        for node in models(manifest)
        for column in node["columns"].values()
        if not column["description"].strip()
    ]
    silent += [node["name"] for node in models(manifest) if not node["columns"]]
    assert silent == []


def test_every_source_column_is_described(manifest: Manifest) -> None:
    silent = [
        f"{source['name']}.{column['name']}"
        for source in manifest["sources"].values()
        for column in source["columns"].values()
        if not column["description"].strip()
    ]
    assert silent == []


def test_every_published_model_enforces_its_contract(manifest: Manifest) -> None:
    loose = [node["name"] for node in published(manifest) if not node["contract"]["enforced"]]
    assert loose == []


def test_phases_three_and_four_have_their_ten_models(manifest: Manifest) -> None:
    names = {node["name"] for node in published(manifest) if node["config"]["materialized"] == "incremental"}
    assert names >= {
        "player_game_summary",
        "team_offense_game_summary",
        "team_defense_game_summary",
        "upcoming_player_game_context",
        "upcoming_team_game_context",
        "team_defense_zone_analysis",
        "player_shot_zone_analysis",
        "player_daily_cache",
        "player_composite_factors",
        "ml_feature_store_v2",
    }


def test_every_incremental_model_narrows_itself_by_the_macros_only(manifest: Manifest) -> None:
    offenders = []
    for node in incremental(manifest):
        body = code(node)
        if "write_scope(" not in body or "read_scope(" not in body:
            offenders.append(f"{node['name']}: read_scope and write_scope are needed")
        if "is_incremental(" in body or "player_ids" in body:
            offenders.append(f"{node['name']}: narrows itself by hand")
        if not {"scope_columns", "entities"} <= set(node["config"]["meta"]):
            offenders.append(f"{node['name']}: meta.scope_columns and meta.entities are needed")
    assert offenders == []


def test_no_model_reads_the_clock(manifest: Manifest) -> None:
    assert [node["name"] for node in models(manifest) if node["language"] == "sql" and CLOCK.search(code(node))] == []


@pytest.mark.parametrize("idiom", sorted(DUCKDB_ONLY))
def test_no_model_uses_sql_of_one_engine_only(manifest: Manifest, idiom: str) -> None:
    pattern = DUCKDB_ONLY[idiom]
    assert [n["name"] for n in models(manifest) if n["language"] == "sql" and pattern.search(code(n))] == []


def test_no_model_names_its_target(manifest: Manifest) -> None:
    offenders = [
        node["name"]
        for node in models(manifest)
        if re.search(r"target\.(type|name)|duckdb|bigquery", code(node), re.IGNORECASE)
    ]
    assert offenders == []


def test_every_model_has_a_key_test(manifest: Manifest) -> None:
    keyed = {
        node["attached_node"]
        for node in manifest["nodes"].values()
        if node["resource_type"] == "test"
        and node.get("test_metadata")
        and node["test_metadata"]["name"] in {"unique", "unique_combination"}
    }
    intermediate_or_later = [node for node in models(manifest) if "staging" not in node["fqn"]]
    assert [node["name"] for node in intermediate_or_later if node["unique_id"] not in keyed] == []


def test_the_raw_tables_are_the_sources(manifest: Manifest) -> None:
    declared = {source["name"] for source in manifest["sources"].values() if source["schema"] == "nba_raw"}
    assert declared == set(raw_tables())
    assert len(declared) == 19


def test_every_source_has_freshness(manifest: Manifest) -> None:
    raw = [source for source in manifest["sources"].values() if source["schema"] == "nba_raw"]
    assert [source["name"] for source in raw if not source["freshness"]["error_after"]["count"]] == []


def python_files() -> list[Path]:
    return [path for folder in ("python_runners", "cloud_functions") for path in (PROJECT_ROOT / folder).rglob("*.py")]


def test_modules_stay_readable() -> None:
    long = {str(p.relative_to(PROJECT_ROOT)): n for p in python_files() if (n := len(p.read_text().splitlines())) > 270}
    assert long == {}


def test_nothing_streams_into_the_warehouse() -> None:
    streaming = re.compile(r"insert_rows_json|insert_rows\(|tabledata\(\)\.insertAll|AppendRows")
    assert [str(path) for path in python_files() if streaming.search(path.read_text())] == []


def test_only_settings_reads_the_environment() -> None:
    reads = re.compile(r"os\.environ|os\.getenv|getenv\(")
    offenders = [path.name for path in python_files() if reads.search(path.read_text()) and path.name != "settings.py"]
    assert offenders == []
