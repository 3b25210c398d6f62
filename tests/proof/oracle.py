"""The oracle: what a rebuild of every table from the same raw tables gives, by the SQL that dbt compiles for it."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb

from python_runners.pipeline.dbt_runner import DbtRunner
from python_runners.pipeline.trigger_graph import build_order
from tests.flow.builds import differing_rows, project_paths, value_columns

_RELATION = re.compile(r'"warehouse"\."(\w+)"\."(\w+)"')


@dataclass(frozen=True)
class Rebuild:
    """How one table is rebuilt.

    Attributes:
        table: schema and name.
        names: its columns, as a list of SQL.
        sql: all of its rows.
        inputs: the tables that the SQL reads, also through views.
    """

    table: str
    names: str
    sql: str
    inputs: frozenset[str]


class Oracle:
    """Rebuilds the incremental SQL models beside a warehouse and counts the rows that differ.

    Everything is rebuilt once, for the warehouse that all begins with. Of another one a table is rebuilt when the
    tables that its SQL reads, or the instant in it, differ from those of the first: equal inputs give equal rows.
    """

    def __init__(self, dbt: DbtRunner, folder: Path, variables: Mapping[str, Any]) -> None:
        """Compile the whole project once, as a full refresh with these vars would run it, and rebuild everything.

        Args:
            dbt: resident runner.
            folder: folder of the built warehouse that all begins with; the rebuilt one is kept there too.
            variables: vars of the rebuild; its as_of counts.
        """
        self._stamp = _stamp(datetime.fromisoformat(variables["as_of"]))
        with project_paths(folder):
            compiled = dbt.compiled_sql(full_refresh=True, variables=variables)
        nodes = dbt.manifest["nodes"]
        views = {
            f"{nodes[node]['schema']}.{nodes[node]['name']}": sql
            for node, sql in compiled.items()
            if nodes[node]["config"]["materialized"] == "view"
        }
        self._rebuilds = [
            Rebuild(
                f"{nodes[node]['schema']}.{nodes[node]['name']}",
                ", ".join(nodes[node]["columns"]),
                compiled[node],
                frozenset(_tables_read(compiled[node], views)),
            )
            for node in build_order(dbt.manifest)
            if nodes[node]["config"]["materialized"] == "incremental" and nodes[node]["language"] == "sql"
        ]
        assert len(self._rebuilds) > 15
        rebuilt = {rebuild.table for rebuild in self._rebuilds}
        self._given = sorted({table for rebuild in self._rebuilds for table in rebuild.inputs} - rebuilt)
        self._base = folder / "rebuilt_base.duckdb"
        _copy(folder / "warehouse.duckdb", self._base)
        with _attached(warehouse=self._base) as connection:
            for rebuild in self._rebuilds:
                _replace(connection, rebuild, self._stamp, self._stamp)
            self._compared = {table: value_columns(connection, table) for table in rebuilt}
            self._digests = {table: _digest(connection, f"warehouse.{table}") for table in [*self._given, *rebuilt]}

    def differences(self, warehouse: Path, as_of: datetime) -> dict[str, int]:
        """Return how many rows differ from a rebuild of the same raw tables, by table, those that agree left out.

        Args:
            warehouse: the file to judge.
            as_of: instant for which it was computed, aware; it goes into the SQL for the one that was compiled.
        """
        now = _stamp(as_of)
        # Copies: dbt keeps the warehouse itself open in this process.
        rebuilt, stood = warehouse.with_name("rebuilt.duckdb"), warehouse.with_name("stood.duckdb")
        _copy(warehouse, stood)
        shutil.copy(self._base, rebuilt)
        try:
            with _attached(warehouse=rebuilt, incremental=stood) as connection:
                self._rebuild(connection, now)
                found = {
                    table: differing_rows(connection, columns, f"incremental.{table}", f"warehouse.{table}")
                    for table, columns in self._compared.items()
                }
        finally:
            rebuilt.unlink()
            stood.unlink()
        return {table: rows for table, rows in found.items() if rows}

    def _rebuild(self, connection: duckdb.DuckDBPyConnection, now: str) -> None:
        moved = {table for table in self._given if _digest(connection, f"incremental.{table}") != self._digests[table]}
        for table in moved:
            connection.execute(f"delete from {table}")
            connection.execute(f"insert into {table} by name select * from incremental.{table}")
        for rebuild in self._rebuilds:
            is_later = now != self._stamp and self._stamp in rebuild.sql
            if is_later or not moved.isdisjoint(rebuild.inputs):
                _replace(connection, rebuild, self._stamp, now)
                if _digest(connection, f"warehouse.{rebuild.table}") != self._digests[rebuild.table]:
                    moved.add(rebuild.table)


def _tables_read(sql: str, views: Mapping[str, str]) -> set[str]:
    """Return the tables that SQL names, and those that the views among them are made of."""
    found: set[str] = set()
    for schema, name in set(_RELATION.findall(sql)):
        relation = f"{schema}.{name}"
        found |= _tables_read(views[relation], views) if relation in views else {relation}
    return found


def _replace(connection: duckdb.DuckDBPyConnection, rebuild: Rebuild, stamp: str, now: str) -> None:
    connection.execute(f"delete from {rebuild.table}")
    sql = rebuild.sql.replace(stamp, now)
    connection.execute(f"insert into {rebuild.table} ({rebuild.names}) select {rebuild.names} from ({sql}) as rebuilt")


def _digest(connection: duckdb.DuckDBPyConnection, relation: str) -> tuple[Any, ...] | None:
    return connection.execute(f"select count(*), sum(hash(stored)) from {relation} as stored").fetchone()


@contextmanager
def _attached(**databases: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(":memory:") as connection:
        for name, path in databases.items():
            connection.execute(f"attach '{path}' as {name}")
        # The processes that share the sequences keep all processors busy; a second thread would only cost.
        connection.execute("use warehouse; set TimeZone = 'UTC'; set threads = 1")
        yield connection


def _copy(warehouse: Path, copy: Path) -> None:
    with duckdb.connect(str(warehouse)) as connection:
        connection.execute("checkpoint")
    shutil.copy(warehouse, copy)


def _stamp(instant: datetime) -> str:
    return instant.strftime("%Y-%m-%d %H:%M:%S")
