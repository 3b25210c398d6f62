"""A small world that events happen to: the sample league in a warehouse of its own."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any

import duckdb

from python_runners.loaders.contracts import raw_tables
from python_runners.loaders.write import Lineage, WriteResult, replace_scopes, to_arrow
from python_runners.pipeline.change_run import plan_of, run_change
from python_runners.pipeline.column_reads import column_reads
from python_runners.pipeline.composition import Platform
from python_runners.pipeline.dbt_runner import DbtRunner
from python_runners.settings import Settings
from tests.flow.builds import project_paths, raw_change

Row = dict[str, Any]


@dataclass
class World:
    """One warehouse that events are delivered to.

    Attributes:
        folder: folder of the warehouse file.
        dbt: resident runner, shared by all worlds.
        as_of: instant for which everything is computed.
    """

    folder: Path
    dbt: DbtRunner
    as_of: datetime
    observed: datetime = field(init=False)
    touched: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        """Deliveries begin shortly before the instant that is computed for."""
        self.observed = self.as_of - timedelta(hours=1)

    @classmethod
    def from_base(cls, base: Path, folder: Path, dbt: DbtRunner, as_of: datetime) -> World:
        """Start from a copy of a built warehouse."""
        folder.mkdir(parents=True, exist_ok=True)
        with duckdb.connect(str(base)) as connection:
            connection.execute("checkpoint")
        shutil.copy(base, folder / "warehouse.duckdb")
        return cls(folder, dbt, as_of)

    @contextmanager
    def platform(self) -> Iterator[Platform]:
        """The platform on this world's warehouse: one for the life of the world, as in a resident process."""
        with project_paths(self.folder):
            yield self._platform

    @cached_property
    def _platform(self) -> Platform:
        platform = Platform(Settings(data_dir=self.folder), lambda: self.as_of)
        platform.__dict__["dbt"] = self.dbt
        # As in the oracle: the processes that share the sequences keep all processors busy.
        platform.warehouse.execute("set threads = 1")
        return platform

    def close(self) -> None:
        """Give the warehouse free."""
        self._platform.close()

    def rows(self, table: str, condition: str) -> list[Row]:
        """Read raw rows, value columns only, and their variant."""
        columns = ", ".join(column.name for column in raw_tables()[table].value_columns)
        with self.platform() as platform:
            found: list[Row] = platform.warehouse.query(
                f"select {columns}, source_variant from nba_raw.{table} where {condition} "
                f"order by {', '.join(raw_tables()[table].primary_key)}"
            ).to_pylist()
            return found

    def let_pass(self, hours: int) -> None:
        """Compute for a later instant from now on; the schedule's next delivery brings it up."""
        self.as_of += timedelta(hours=hours)
        self.observed = self.as_of - timedelta(hours=1)
        self.touched.add("nbac_schedule")

    def deliver(
        self, table: str, rows: Sequence[Row], scopes: Sequence[Row], *, minutes_late: float = 0, is_news: bool = True
    ) -> WriteResult:
        """Write rows as a loader would; each delivery is observed a second after the one before.

        Args:
            table: raw table.
            rows: its rows.
            scopes: what the rows describe completely.
            minutes_late: how long before its turn it was observed.
            is_news: whether the source showed something else before.
        """
        self.observed += timedelta(seconds=1)
        contract = raw_tables()[table]
        variant = str(rows[0]["source_variant"]) if rows else str(scopes[0].get("source_variant", ""))
        names = {column.name for column in contract.value_columns}
        plain = [{name: value for name, value in row.items() if name in names} for row in rows]
        lineage = Lineage(
            f"load_{self.observed:%H%M%S}",
            f"proof/{table}",
            variant,
            self.observed - timedelta(minutes=minutes_late),
            is_news=is_news,
        )
        with self.platform() as platform:
            result = replace_scopes(platform.warehouse, contract, to_arrow(contract, plain), scopes, lineage)
        if not result.is_unchanged and not result.is_stale:
            self.touched.add(table)
        return result

    def settle(self, dies_after: int | None = None) -> None:
        """Run what the deliveries so far set off.

        Args:
            dies_after: the run dies after this many models; what it did stands, its messages come again.
        """
        if not self.touched:
            return
        tables = sorted(self.touched)
        message = raw_change("proof", tables, self.as_of)
        with self.platform() as platform:
            if dies_after is not None:
                self._run_models(plan_of(platform, message).models[:dies_after])
                return
            run_change(platform, message)
        self.touched.clear()

    def _run_models(self, models: Sequence[str]) -> None:
        with project_paths(self.folder):
            self.dbt.run_models(models, self.variables() | {"event": {"scopes": {}, "reads": column_reads()}})

    def variables(self) -> dict[str, Any]:
        """The vars of a run of this world."""
        stamp = self.as_of.strftime("%Y-%m-%dT%H:%M:%S")
        return {"as_of": stamp, "written_at": stamp, "run_id": "proof"}
