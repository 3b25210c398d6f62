"""The oracle: what a rebuild of every table from the same raw tables gives, by the SQL that dbt compiles for it."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb

from python_runners.pipeline.dbt_runner import DbtRunner
from python_runners.pipeline.trigger_graph import build_order
from tests.flow.builds import differing_rows, project_paths, value_columns


class Oracle:
    """Rebuilds every incremental SQL model in a copy of a warehouse and counts the rows that differ."""

    def __init__(self, dbt: DbtRunner, folder: Path, variables: Mapping[str, Any]) -> None:
        """Compile the whole project once, as a full refresh with these vars would run it.

        Args:
            dbt: resident runner.
            folder: folder of any built warehouse of the project.
            variables: vars of the rebuild; its as_of counts.
        """
        self._stamp = _stamp(datetime.fromisoformat(variables["as_of"]))
        with project_paths(folder):
            compiled = dbt.compiled_sql(full_refresh=True, variables=variables)
        nodes = dbt.manifest["nodes"]
        self._models = [
            (nodes[node]["schema"] + "." + nodes[node]["name"], list(nodes[node]["columns"]), compiled[node])
            for node in build_order(dbt.manifest)
            if nodes[node]["config"]["materialized"] == "incremental" and nodes[node]["language"] == "sql"
        ]
        assert len(self._models) > 15

    def differences(self, warehouse: Path, as_of: datetime) -> dict[str, int]:
        """Rebuild everything in a copy, and return the rows that differ by table, tables that agree left out.

        Args:
            warehouse: the file to judge.
            as_of: instant for which it was computed, aware; it goes into the SQL for the one that was compiled.
        """
        now = _stamp(as_of)
        # Copies: dbt keeps the warehouse itself open in this process.
        copy, stood = warehouse.with_name("rebuilt.duckdb"), warehouse.with_name("stood.duckdb")
        with duckdb.connect(str(warehouse)) as connection:
            connection.execute("checkpoint")
        shutil.copy(warehouse, copy)
        shutil.copy(warehouse, stood)
        try:
            with duckdb.connect(":memory:") as connection:
                connection.execute(f"attach '{copy}' as warehouse; use warehouse; set TimeZone = 'UTC'")
                for table, columns, sql in self._models:
                    names = ", ".join(columns)
                    connection.execute(f"delete from {table}")
                    rebuilt = sql.replace(self._stamp, now)
                    connection.execute(f"insert into {table} ({names}) select {names} from ({rebuilt}) as rebuilt")
                connection.execute(f"attach '{stood}' as incremental (read_only)")
                found = {
                    table: differing_rows(
                        connection, value_columns(connection, table), f"incremental.{table}", f"warehouse.{table}"
                    )
                    for table, _, _ in self._models
                }
        finally:
            copy.unlink()
            stood.unlink()
        return {table: rows for table, rows in found.items() if rows}


def _stamp(instant: datetime) -> str:
    return instant.strftime("%Y-%m-%d %H:%M:%S")
