"""The statement that creates a declared table if it is absent, in the SQL of either warehouse."""

from __future__ import annotations

from python_runners.loaders.contracts import Column, OperationalTable, RawTable
from python_runners.platform.warehouse import Dialect

_DUCKDB_TYPES = {
    "string": "varchar",
    "int64": "bigint",
    "float64": "double",
    "bool": "boolean",
    "date": "date",
    "timestamp": "timestamp",
    "array<string>": "varchar[]",
}


def create_table_ddl(table: RawTable | OperationalTable, dialect: Dialect) -> str:
    """Return the statement that creates a table; partitions and clusters are BigQuery's."""
    columns = ", ".join(_definition(column, dialect) for column in table.columns)
    statement = f"create table if not exists {table.relation} ({columns})"
    if dialect == "duckdb":
        return statement
    layout = table.layout
    if layout.partition_by:
        statement += f" partition by {layout.partition_by}"
    if layout.cluster_by:
        statement += f" cluster by {', '.join(layout.cluster_by)}"
    if layout.require_partition_filter:
        statement += " options (require_partition_filter = true)"
    return statement


def _definition(column: Column, dialect: Dialect) -> str:
    # An array is never NULL in BigQuery, and may not be declared so.
    is_bound = column.is_required and not (dialect == "bigquery" and column.data_type.startswith("array"))
    kind = _DUCKDB_TYPES[column.data_type] if dialect == "duckdb" else column.data_type
    return f"{column.name} {kind}{' not null' if is_bound else ''}"
