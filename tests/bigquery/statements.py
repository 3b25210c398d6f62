"""Everything that is sent to BigQuery while a block runs, and whether GoogleSQL takes it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pyarrow as pa
import pytest
from google.cloud.bigquery import ArrayQueryParameter
from zetasql.core.exceptions import ServerError

from python_runners.platform.bigquery import BigQueryWarehouse
from python_runners.platform.bigquery_rows import schema_of
from python_runners.platform.bigquery_sql import literal
from tests.project.googlesql import Columns, GoogleSqlAnalyzer, declared_type

_NAMES = {"STRING": "string", "INT64": "int64", "FLOAT64": "float64", "BOOL": "bool", "DATE": "date"}


@dataclass
class Sent:
    """What was sent.

    Attributes:
        statements: in their order, parameters written as literals; each may be a script.
        loaded: columns of every table that rows were loaded into, by `dataset.table`.
    """

    statements: list[str] = field(default_factory=list)
    loaded: dict[str, Columns] = field(default_factory=dict)

    def refused(self, manifest: Mapping[str, Any]) -> dict[str, str]:
        """Return the reason of the analyzer by statement that it refuses, over the tables that the project declares."""
        analyzer = GoogleSqlAnalyzer()
        for node in (*manifest["sources"].values(), *manifest["nodes"].values()):
            if node["resource_type"] in ("source", "model", "seed", "snapshot"):
                name = f"{node['schema']}.{node.get('alias') or node['identifier']}"
                columns = node["columns"].items()
                analyzer.tables[name] = [(key, declared_type(c["data_type"])) for key, c in columns if c["data_type"]]
        analyzer.tables |= self.loaded
        refused: dict[str, str] = {}
        session: dict[str, Columns] = {}
        analysed: set[str] = set()
        for statement in self.statements:
            # One that stages is met again: what follows it reads its temporary table, not one of another load.
            if statement in analysed and "temp table" not in statement:
                continue
            analysed.add(statement)
            try:
                analyzer.analyse_script(statement, session)
            except ServerError as error:
                refused[statement] = str(error)
        return refused


@contextmanager
def sent_statements() -> Iterator[Sent]:
    """Note what is sent inside the block, without the names of the project."""
    sent = Sent()
    run, load = BigQueryWarehouse._run, BigQueryWarehouse.load

    def noted(self: BigQueryWarehouse, sql: str, **options: Any) -> Any:
        values = {
            parameter.name: literal(parameter.values if isinstance(parameter, ArrayQueryParameter) else parameter.value)
            for parameter in options.get("query_parameters", ())
        }
        text = re.sub(r"@(\w+)", lambda found: values.get(found[1], found[0]), sql)
        sent.statements.append(text.replace(f"`{self.project}`.", ""))
        return run(self, sql, **options)

    def loaded(self: BigQueryWarehouse, table: str, rows: pa.Table) -> int:
        sent.loaded[table] = [
            (column.name, declared_type("array<string>" if column.mode == "REPEATED" else _type(column.field_type)))
            for column in schema_of(rows.schema)
        ]
        return load(self, table, rows)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(BigQueryWarehouse, "_run", noted)
        patch.setattr(BigQueryWarehouse, "load", loaded)
        yield sent


def _type(name: str) -> str:
    return _NAMES.get(name, name.lower())
