"""Arrow rows on their way into BigQuery and out of it; timestamps are naive and hold UTC on this side."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

import pyarrow as pa
from google.cloud.bigquery import SchemaField

from python_runners.errors import InvariantViolated

_TYPES = {
    pa.string(): "STRING",
    pa.int64(): "INT64",
    pa.float64(): "FLOAT64",
    pa.bool_(): "BOOL",
    pa.date32(): "DATE",
    pa.timestamp("us"): "TIMESTAMP",
}


def schema_of(schema: pa.Schema) -> Sequence[SchemaField]:
    """Return the BigQuery columns of an Arrow schema.

    Raises:
        InvariantViolated: a column has a type that no contract uses.
    """
    fields = []
    for field in schema:
        is_list = pa.types.is_list(field.type)
        kind = _TYPES.get(field.type.value_type if is_list else field.type)
        if kind is None:
            raise InvariantViolated(f"{field.name}: {field.type} has no BigQuery type here")
        fields.append(SchemaField(field.name, kind, "REPEATED" if is_list else "NULLABLE"))
    return fields


def ndjson(rows: pa.Table) -> bytes:
    """Return the body of a load job: one JSON object a line, unknown values left out."""
    return b"".join(_line(row) for row in rows.to_pylist())


def naive_utc(rows: pa.Table) -> pa.Table:
    """Return a result with the types of the embedded warehouse."""
    columns = []
    for column in rows.columns:
        kind = column.type
        if pa.types.is_timestamp(kind):
            kind = pa.timestamp("us")
        elif pa.types.is_list(kind):
            # The elements come with a name of their own.
            kind = pa.list_(kind.value_type)
        columns.append(column.cast(kind))
    return pa.table(columns, names=rows.column_names)


def _line(row: Mapping[str, Any]) -> bytes:
    plain = {name: _json_value(value) for name, value in row.items() if value is not None}
    return json.dumps(plain, ensure_ascii=False, allow_nan=False).encode() + b"\n"


def _json_value(value: Any) -> Any:
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%dT%H:%M:%S.%f}Z"
    return value.isoformat() if isinstance(value, date) else value
