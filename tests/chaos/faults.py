"""Services that refuse while a file says so, and a process that dies in the middle of its work.

The files lie in a folder that the parent process writes: `now` holds the instant of the clock, `state` and `warehouse`
exist while that service refuses, `dies_after` holds the number of statements after which the process is killed.
"""

from __future__ import annotations

import os
import signal
from datetime import datetime
from pathlib import Path

import duckdb
import pyarrow as pa

from python_runners.errors import TransientError
from python_runners.platform.state import Fields, StateDocument, StateStore
from python_runners.platform.warehouse import DuckDBWarehouse, Parameters

DIES_AFTER = "dies_after"
NOW = "now"
STATE = "state"
WAREHOUSE = "warehouse"


class FileClock:
    """Shows the instant that stands in a file."""

    def __init__(self, control: Path) -> None:
        self._path = control / NOW

    def __call__(self) -> datetime:
        return datetime.fromisoformat(self._path.read_text())


class FailingWarehouse(DuckDBWarehouse):
    """Refuses statements while it is told to, and kills the process at one of them."""

    def __init__(self, path: Path, control: Path) -> None:
        super().__init__(path)
        self._control = control
        death = control / DIES_AFTER
        self._left = int(death.read_text()) if death.exists() else None
        self.is_failing = False

    def query(self, sql: str, parameters: Parameters = ()) -> pa.Table:
        self._fail()
        return super().query(sql, parameters)

    def execute(self, sql: str, parameters: Parameters = ()) -> None:
        self._fail()
        super().execute(sql, parameters)

    def _fail(self) -> None:
        if not self.is_failing:
            return
        if self._left is not None:
            self._left -= 1
            if self._left <= 0:
                os.kill(os.getpid(), signal.SIGKILL)
        if (self._control / WAREHOUSE).exists():
            raise duckdb.IOException("the warehouse refuses for a while")


class RefusingStateStore:
    """A state store that refuses while it is told to."""

    def __init__(self, inner: StateStore, control: Path) -> None:
        self._inner, self._flag = inner, control / STATE

    def _open(self) -> StateStore:
        if self._flag.exists():
            raise TransientError("the state store refuses for a while")
        return self._inner

    def create(self, collection: str, name: str, fields: Fields) -> StateDocument:
        return self._open().create(collection, name, fields)

    def get(self, collection: str, name: str) -> StateDocument | None:
        return self._open().get(collection, name)

    def replace(self, former: StateDocument, fields: Fields) -> StateDocument:
        return self._open().replace(former, fields)

    def documents(self, collection: str, prefix: str = "") -> list[StateDocument]:
        return self._open().documents(collection, prefix)

    def delete(self, collection: str, name: str) -> None:
        self._open().delete(collection, name)

    def close(self) -> None:
        self._inner.close()


def written(path: Path, text: str) -> Path:
    """Write a file so that no reader sees half of it."""
    fresh = path.with_suffix(".new")
    fresh.write_text(text)
    fresh.replace(path)
    return path
