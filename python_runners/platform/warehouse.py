"""The warehouse: a Protocol and its embedded DuckDB adapter."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any, Literal, Protocol

import duckdb
import pyarrow as pa

from python_runners.errors import InvariantViolated, TransientError
from python_runners.platform.parameters import check_parameters

SCHEMAS = (
    "nba_raw",
    "nba_reference",
    "nba_analytics",
    "nba_precompute",
    "nba_predictions",
    "nba_orchestration",
    "nba_processing",
)

# Dataset of rows on their way into a transaction, which BigQuery needs and DuckDB does not.
SCRATCH = "nba_scratch"
SCRATCH_LIFE = timedelta(hours=6)

Parameters = Sequence[Any] | Mapping[str, Any]
Dialect = Literal["duckdb", "bigquery"]


class Warehouse(Protocol):
    """What the platform asks of a warehouse. Timestamps are naive and hold UTC on both sides."""

    @property
    def dialect(self) -> Dialect:
        """The SQL that it takes."""

    def query(self, sql: str, parameters: Parameters = ()) -> pa.Table:
        """Run one statement and return its rows; inside a transaction before its first `execute`."""

    def execute(self, sql: str, parameters: Parameters = ()) -> None:
        """Run one statement for its effect, inside a transaction as a part of it."""

    def stage(self, sql: str, parameters: Parameters = ()) -> None:
        """Run one statement over temporary tables, at once; inside a transaction before its first `execute`."""

    def load(self, table: str, rows: pa.Table) -> int:
        """Append rows to a table at once, outside of any transaction, and return how many."""

    def exists(self, relation: str) -> bool:
        """Whether `schema.table` is there."""

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Commit everything inside, or nothing when an exception leaves the block."""

    @contextmanager
    def attached(self, name: str, rows: pa.Table) -> Iterator[None]:
        """Make an Arrow table readable under `name` for the statements inside the block."""

    def close(self) -> None:
        """Give the warehouse free."""


def read_too_late(sql: str) -> InvariantViolated:
    """Return the refusal of a statement that would read in a transaction which has written."""
    return InvariantViolated(f"a transaction reads and stages before it writes: {' '.join(sql.split())[:200]}")


class DuckDBWarehouse:
    """One DuckDB file in this process.

    DuckDB lets one process own a file; dbt opens its own connection to the same instance inside the same process.
    """

    dialect: Literal["duckdb"] = "duckdb"

    def __init__(self, path: Path) -> None:
        """Open or create the file and its schemas.

        Raises:
            TransientError: another process holds the file.
        """
        self.path = path
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            self._connection = duckdb.connect(str(path))
        except duckdb.IOException as error:
            raise TransientError(
                f"the warehouse {path} is in use by another process; wait for it to finish or stop it"
            ) from error
        self._lock = threading.RLock()
        self._in_transaction = self._reads_back = self._has_written = False
        self._connection.execute("set TimeZone = 'UTC'")
        for schema in SCHEMAS:
            self._connection.execute(f"create schema if not exists {schema}")

    def query(self, sql: str, parameters: Parameters = ()) -> pa.Table:
        """Run one statement and return its rows.

        Raises:
            InvariantViolated: a transaction has written, which BigQuery runs at its end and could not answer; or an
                unknown value is compared, which BigQuery does not take.
        """
        with self._lock:
            self._check_reading(sql, parameters)
            return self._connection.sql(sql, params=parameters or None).to_arrow_table()

    def execute(self, sql: str, parameters: Parameters = ()) -> None:
        """Run one statement for its effect.

        Raises:
            InvariantViolated: the statement called `error`, its values do not fit, or an unknown value is compared.
        """
        with self._lock:
            self._has_written = self._in_transaction and not self._reads_back
            check_parameters(sql, parameters)
            try:
                self._connection.execute(sql, parameters or None)
            except duckdb.InvalidInputException as error:
                raise InvariantViolated(str(error)) from error

    def stage(self, sql: str, parameters: Parameters = ()) -> None:
        """Run one statement over temporary tables.

        Raises:
            InvariantViolated: as `query`.
        """
        with self._lock:
            self._check_reading(sql, parameters)
            self._connection.execute(sql, parameters or None)

    def _check_reading(self, sql: str, parameters: Parameters) -> None:
        if self._has_written:
            raise read_too_late(sql)
        check_parameters(sql, parameters)

    def load(self, table: str, rows: pa.Table) -> int:
        """Append rows to a table and return how many; columns are matched by name."""
        with self.attached("loaded_rows", rows):
            self.execute(f"insert into {table} by name select * from loaded_rows")
        return int(rows.num_rows)

    def exists(self, relation: str) -> bool:
        """Whether `schema.table` is there."""
        schema, table = relation.split(".")
        sql = "select 1 from information_schema.tables where table_schema = ? and table_name = ?"
        return bool(self.query(sql, [schema, table]).num_rows)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Commit everything inside, or nothing; a nested block joins the outer one."""
        with self._begun(reads_back=False):
            yield

    @contextmanager
    def interactive_transaction(self) -> Iterator[None]:
        """A transaction that may read what it wrote, which no other warehouse can; blocks inside join it."""
        with self._begun(reads_back=True):
            yield

    @contextmanager
    def _begun(self, *, reads_back: bool) -> Iterator[None]:
        with self._lock:
            if self._in_transaction:
                yield
                return
            self._connection.execute("begin transaction")
            self._in_transaction, self._reads_back, self._has_written = True, reads_back, False
            try:
                yield
            except BaseException:
                self._connection.execute("rollback")
                raise
            else:
                self._connection.execute("commit")
            finally:
                self._in_transaction = self._has_written = False

    @contextmanager
    def attached(self, name: str, rows: pa.Table) -> Iterator[None]:
        """Make an Arrow table readable under `name` for the statements inside the block."""
        with self._lock:
            self._connection.register(name, rows)
            try:
                yield
            finally:
                self._connection.unregister(name)

    def close(self) -> None:
        """Close the connection; the file is free for another process."""
        self._connection.close()
