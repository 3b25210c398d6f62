"""Six seasons of real history: imported, built whole, checked against known facts, and rebuilt for one player."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

import duckdb
import pytest

from python_runners.operations.history.checks import CheckResult, history_checks, run_checks
from python_runners.operations.history.imports import import_history
from python_runners.pipeline.dbt_runner import DbtRunner
from python_runners.platform.warehouse import DuckDBWarehouse
from tests.flow.builds import build, count, differing_rows, open_warehouse, value_columns
from tests.flow.conftest import AS_OF

PLAYER = "1630567"
FROM = "2025-11-10"


@pytest.fixture(scope="session")
def facts(built: Path) -> Mapping[str, CheckResult]:
    """Results of all checks by name."""
    warehouse = DuckDBWarehouse(built / "warehouse.duckdb")
    with closing(warehouse):
        return {result.name: result for result in run_checks(warehouse)}


@pytest.mark.parametrize("name", [check.name for check in history_checks()])
def test_the_built_history_has_the_known_facts(facts: Mapping[str, CheckResult], name: str) -> None:
    assert facts[name].found == facts[name].expected


def test_a_second_import_of_the_same_files_changes_nothing(
    imported_history: Path, shared_data: Path, tmp_path: Path
) -> None:
    def contents(warehouse: DuckDBWarehouse) -> list[tuple[str, int, str]]:
        tables = warehouse.query("select table_name from duckdb_tables() where schema_name = 'nba_raw' order by 1")
        return [
            (name, row["n"], str(row["digest"]))
            for name in tables.column(0).to_pylist()
            for row in warehouse.query(
                f"select count(*) as n, bit_xor(hash(row_digest, run_id, loaded_at)) as digest from nba_raw.{name}"
            ).to_pylist()
        ]

    shutil.copy(imported_history, tmp_path / "warehouse.duckdb")
    with closing(DuckDBWarehouse(tmp_path / "warehouse.duckdb")) as warehouse:
        before = contents(warehouse)
        results = list(import_history(warehouse, shared_data))
        assert all(result.is_resumed for result in results)
        assert contents(warehouse) == before
        assert sum(rows for _, rows, _ in before) > 1_000_000


@pytest.fixture(scope="session")
def tables(dbt: DbtRunner) -> Mapping[str, Mapping[str, Any]]:
    """The meta of every published table of phases 3 and 4, by qualified name."""
    return {
        f"{node['schema']}.{node['name']}": node["config"]["meta"]
        for node in dbt.manifest["nodes"].values()
        if node["resource_type"] == "model"
        and node["config"]["materialized"] == "incremental"
        and node["config"]["meta"].get("phase") in (3, 4)
    }


@pytest.fixture(scope="session")
def scoped(
    built: Path, facts: Mapping[str, CheckResult], dbt: DbtRunner, tables: Mapping[str, Mapping[str, Any]]
) -> Iterator[duckdb.DuckDBPyConnection]:
    """The warehouse after a run for one player, when every row looked changed; `before` has the tables as they were."""
    assert len(tables) >= 10
    with open_warehouse(built) as warehouse:
        warehouse.execute("create schema before")
        for table in tables:
            warehouse.execute(f"create table before.{table.split('.')[1]} as select * from {table}")
            warehouse.execute(f"update {table} set row_digest = 'outdated'")
    build(
        dbt,
        built,
        {"run_id": "scoped", "as_of": AS_OF, "player_ids": [PLAYER], "from_date": FROM},
        select=("tag:phase_3", "tag:phase_4"),
        exclude_seeds=True,
    )
    with open_warehouse(built) as warehouse:
        yield warehouse


def test_a_run_for_one_player_leaves_every_table_equal_to_the_full_build(
    scoped: duckdb.DuckDBPyConnection, tables: Mapping[str, Mapping[str, Any]]
) -> None:
    differences = {
        table: differing_rows(
            scoped,
            value_columns(scoped, table, without=("row_digest",)),
            table,
            f"before.{table.split('.')[1]}",
        )
        for table in tables
    }
    assert differences == dict.fromkeys(tables, 0)


def test_a_run_for_one_player_rewrites_only_his_rows(
    scoped: duckdb.DuckDBPyConnection, tables: Mapping[str, Mapping[str, Any]]
) -> None:
    for table, meta in tables.items():
        columns = meta["scope_columns"]
        rewritten = count(scoped, f"select count(*) from {table} where run_id = 'scoped'")
        if "player" not in meta["entities"]:
            assert rewritten == 0, table
            continue
        his = f"{columns['player']} = '{PLAYER}' and {columns['date']} >= date '{FROM}'"
        due = count(scoped, f"select count(*) from before.{table.split('.')[1]} where {his}")
        assert due > 0, table
        assert rewritten == due, table
        assert count(scoped, f"select count(*) from {table} where run_id = 'scoped' and {his}") == due, table
