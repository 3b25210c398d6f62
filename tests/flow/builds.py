"""Builds of the dbt project in a warehouse of the test's own, and comparison of what they built."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest

from python_runners.events import Envelope, Phase
from python_runners.pipeline.dbt_runner import DbtRunner
from python_runners.settings import get_settings

# What the contract leaves out of every comparison: when and by which run a row was made, and from how recent inputs.
LINEAGE = (
    "column_name in ('run_id', 'updated_at', 'as_of', 'graded_at', 'source_last_updated') or "
    "regexp_matches(column_name, '^source_.*_(last_updated|rows_found|completeness_pct)$')"
)


@contextmanager
def project_paths(folder: Path) -> Iterator[None]:
    """Let dbt work on `folder/warehouse.duckdb` and leave its own files in the folder too.

    The settings of the process are read anew inside: its models lie in the folder as well.
    """
    try:
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("NBA_PROPS_DATA_DIR", str(folder))
            patch.setenv("DBT_TARGET_PATH", str(folder / "target"))
            patch.setenv("DBT_LOG_PATH", str(folder / "logs"))
            get_settings.cache_clear()
            yield
    finally:
        get_settings.cache_clear()


def raw_change(name: str, tables: Sequence[str], as_of: datetime) -> Envelope:
    """Return the message that raw tables changed, as a loader announces it.

    Args:
        name: of the journey, and of who says so.
        tables: the raw tables, the first of which the message is about.
        as_of: when it was said, aware.
    """
    return Envelope(
        processor_name=name,
        phase=Phase.RAW,
        execution_id=name,
        correlation_id=name,
        status="success",
        source_table=tables[0],
        trigger_source="manual",
        timestamp=as_of,
        metadata={"source_tables": list(tables)},
    )


def build(
    dbt: DbtRunner,
    folder: Path,
    variables: Mapping[str, Any],
    *,
    select: Sequence[str] = (),
    exclude_seeds: bool = False,
) -> None:
    """Run the seeds and the selected models; all but the audit of changes when nothing is selected.

    Raises:
        BuildFailed: a node failed.
    """
    with project_paths(folder):
        if not exclude_seeds:
            dbt.invoke("seed")
        dbt.invoke("run", select=select, exclude=("tag:changes",), variables=variables)


def open_warehouse(folder: Path) -> closing[duckdb.DuckDBPyConnection]:
    """Connect to the warehouse in a folder, closed at the end of the `with` block."""
    return closing(duckdb.connect(str(folder / "warehouse.duckdb")))


def value_columns(warehouse: duckdb.DuckDBPyConnection, table: str, *, without: Sequence[str] = ()) -> str:
    """Return the columns of a table that carry values, as a select list: all but those of when and by which run.

    Args:
        warehouse: connection whose current database holds the table.
        table: schema and name.
        without: further columns to leave out.
    """
    schema, name = table.split(".")
    found = warehouse.execute(
        "select column_name from duckdb_columns() where database_name = current_database() and schema_name = ? "
        f"and table_name = ? and not ({LINEAGE}) and not list_contains(?::varchar[], column_name) "
        "order by column_index",
        [schema, name, list(without)],
    ).fetchall()
    return ", ".join(f'"{column}"' for (column,) in found)


def count(warehouse: duckdb.DuckDBPyConnection, sql: str) -> int:
    """Return the number that a query counts."""
    row = warehouse.execute(sql).fetchone()
    assert row is not None
    return int(row[0])


def differing_rows(warehouse: duckdb.DuckDBPyConnection, columns: str, one: str, other: str) -> int:
    """Count the rows that only one of two relations has, repeated rows included, by a 64 bit hash of each row."""
    ours, theirs = (f"select hash({columns}) as row_hash from {relation}" for relation in (one, other))
    return count(
        warehouse,
        f"select count(*) from (({ours} except all {theirs}) union all ({theirs} except all {ours}))",
    )
