"""The raw write path on BigQuery: every statement of a replace is valid GoogleSQL over the table's contract."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from python_runners.loaders.contracts import RawTable, operational_tables, raw_tables
from python_runners.loaders.write_sql import CHANGE_LOG, WATERMARKS, ReplaceSql
from python_runners.platform.bigquery_sql import inline
from tests.project.googlesql import GoogleSqlAnalyzer, declared_type

NOW = datetime(2025, 11, 1, tzinfo=UTC)
VALUES = {
    "run_id": "run",
    "source_file": None,
    "source_variant": "variant",
    "observed_at": NOW,
    "loaded_at": NOW,
    "changed_at": NOW,
}


def script_of(table: RawTable) -> str:
    """Every statement that a replace may run, in their order; queries stand among them."""
    sql = ReplaceSql(table, "bigquery")
    statements = [
        sql.incoming([column.name for column in table.value_columns]),
        sql.duplicate_keys(),
        sql.scopes_of_rows(),
        sql.newest_observations(),
        sql.equal_rows(),
        sql.stale_scopes(),
        sql.count_scopes(),
        *sql.drop_stale(),
        sql.row_changes(),
        sql.summary(),
        *sql.guards(),
        sql.log_changes(),
        sql.delete(),
        sql.insert(),
        sql.check_stored(3),
    ]
    return ";\n".join(inline(statement, VALUES) for statement in statements)


@pytest.fixture(scope="module")
def analyzer() -> GoogleSqlAnalyzer:
    made = GoogleSqlAnalyzer()
    for table in (*raw_tables().values(), *operational_tables().values()):
        made.tables[table.relation] = [(column.name, declared_type(column.data_type)) for column in table.columns]
    return made


@pytest.mark.parametrize("name", sorted(raw_tables()))
def test_every_statement_of_a_replace_passes_the_analyzer(analyzer: GoogleSqlAnalyzer, name: str) -> None:
    table = raw_tables()[name]
    rows = ", ".join(f"cast(null as {column.data_type}) as {column.name}" for column in table.value_columns)
    staged = f"create temp table incoming_rows as select {rows};\n"
    assert analyzer.analyse_script(staged + script_of(table)) > 15
    assert CHANGE_LOG in analyzer.tables
    assert WATERMARKS in analyzer.tables


@pytest.mark.parametrize("name", sorted(n for n, t in raw_tables().items() if t.layout.require_partition_filter))
def test_tables_that_want_a_partition_filter_get_one(name: str) -> None:
    table = raw_tables()[name]
    reads = [s for s in script_of(table).split(";\n") if f"{table.relation} as stored" in s]
    assert len(reads) >= 4
    assert all(f"stored.{table.layout.partition_by} >= " in statement for statement in reads)
