"""One league in two warehouses: what happens to the one happens to the other, and their tables are compared."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pytest
from google.api_core.client_options import ClientOptions
from google.auth.credentials import AnonymousCredentials
from google.cloud.bigquery import Client
from rich.console import Console
from rich.table import Table

from python_runners.loaders.contracts import raw_tables
from python_runners.loaders.row_sql import row_digest
from python_runners.loaders.write import Lineage, WriteResult, create_tables, replace_scopes, to_arrow
from python_runners.pipeline.change_run import plan_of
from python_runners.pipeline.column_reads import column_reads
from python_runners.pipeline.dbt_runner import DbtRun, DbtRunner
from python_runners.platform.bigquery import BigQueryWarehouse
from python_runners.platform.warehouse import DuckDBWarehouse
from tests.bigquery.league import RawLeague
from tests.flow.builds import LINEAGE, differing_rows, project_paths, raw_change
from tests.proof.world import Row, World
from tests.support.emulators import Emulator

PROJECT = "parity-tests"
# Digests are compared inside one warehouse only: the engines write instants and decimals as text in their own ways.
_DIGESTS = "column_name in ('row_digest', 'features_digest')"
# When a row was written is lineage too, in raw tables.
_LOADED = "column_name = 'loaded_at'"
# The one seed that events add rows to.
_ALIASES = "nba_reference.player_aliases"


class EmulatorSide:
    """The project on the emulator: its warehouse, and a runner of dbt with the manifest of that target."""

    def __init__(self, emulator: Emulator, folder: Path, project: str = PROJECT) -> None:
        """Create the datasets and all tables, empty."""
        self.warehouse = BigQueryWarehouse(project, endpoint=emulator.url)
        self.warehouse.create_datasets()
        create_tables(self.warehouse)
        self.client = Client(
            project=project,
            credentials=AnonymousCredentials(),
            client_options=ClientOptions(api_endpoint=emulator.url),
        )
        self.dbt = DbtRunner()
        self._url, self._folder = emulator.url, folder

    @property
    def warehouse_settings(self) -> dict[str, Any]:
        """The settings of a platform that works here."""
        return {"target": "emulator", "bigquery_endpoint": self._url, "bigquery_project": self.warehouse.project}

    def close(self) -> None:
        """Close the connections."""
        self.client.close()
        self.warehouse.close()

    @contextmanager
    def target(self) -> Iterator[None]:
        """Let dbt work on the emulator."""
        with project_paths(self._folder), pytest.MonkeyPatch.context() as patch:
            patch.setenv("NBA_PROPS_TARGET", "emulator")
            patch.setenv("NBA_PROPS_BIGQUERY_ENDPOINT", self._url)
            patch.setenv("NBA_PROPS_BIGQUERY_PROJECT", self.warehouse.project)
            yield

    def invoke(self, command: str, **options: Any) -> DbtRun:
        """Run a dbt command here."""
        with self.target():
            return self.dbt.invoke(command, **options)


@dataclass
class Twins(World):
    """A world whose deliveries and runs happen on the emulator as well."""

    other: EmulatorSide | None = None
    delivered: set[str] = field(default_factory=set)

    @property
    def emulator(self) -> EmulatorSide:
        """The other side."""
        assert self.other is not None
        return self.other

    def close(self) -> None:
        """Give both warehouses free."""
        super().close()
        self.emulator.close()

    def start_from(self, league: Path) -> None:
        """Fill the raw tables of both sides from a built warehouse, on the emulator by one load job a table."""
        with self.platform() as platform:
            here = platform.warehouse
            with duckdb.connect(str(league)) as source:
                for table in raw_tables().values():
                    rows = source.sql(f"select * from {table.relation}").to_arrow_table()
                    if rows.num_rows:
                        self.emulator.warehouse.load(table.relation, rows)
                        # The digests came from DuckDB, and later writes are compared with those of this engine.
                        self.emulator.warehouse.execute(
                            f"update {table.relation} set row_digest = {row_digest(table, is_bigquery=True)} "
                            f"where {_every_partition(table.relation)}"
                        )
                        with here.attached("league_rows", rows):
                            here.execute(f"insert into {table.relation} by name select * from league_rows")

    def deliver(
        self, table: str, rows: Sequence[Row], scopes: Sequence[Row], *, minutes_late: float = 0, is_news: bool = True
    ) -> WriteResult:
        """Write rows on both sides; both must say the same about them."""
        result = super().deliver(table, rows, scopes, minutes_late=minutes_late, is_news=is_news)
        contract = raw_tables()[table]
        names = {column.name for column in contract.value_columns}
        variant = str(rows[0]["source_variant"]) if rows else str(scopes[0].get("source_variant", ""))
        plain = [{name: value for name, value in row.items() if name in names} for row in rows]
        observed = self.observed - timedelta(minutes=minutes_late)
        lineage = Lineage(f"load_{self.observed:%H%M%S}", f"proof/{table}", variant, observed, is_news=is_news)
        there = replace_scopes(self.emulator.warehouse, contract, to_arrow(contract, plain), scopes, lineage)
        assert there == result
        self.delivered.add(contract.relation)
        return result

    def build_both(self) -> DbtRun:
        """Seed and run the whole project on both sides, snapshots too on the emulator; return what it said there."""
        with project_paths(self.folder):
            self.dbt.invoke("seed")
            self.dbt.invoke("run", exclude=("tag:changes", "tag:phase_5"), variables=self.variables())
        return self.emulator.invoke("build", exclude_types=("test", "unit_test"), variables=self.variables())

    def settle(self, dies_after: int | None = None) -> None:
        """Run what the deliveries so far set off, up to the feature store."""
        if not self.touched:
            return
        if "player_aliases" in self.touched:
            self._copy_aliases()
        message = raw_change("parity", sorted(self.touched), self.as_of)
        with self.platform() as platform:
            plan = plan_of(platform, message)
        models = [*plan.reference, *plan.phases.get(3, ()), *plan.phases.get(4, ())][:dies_after]
        self._run_models(models)
        event = {"event": {"scopes": {}, "reads": column_reads()}}
        self.emulator.invoke("run", select=models, variables=self.variables() | event)
        if dies_after is None:
            self.touched.clear()

    def _copy_aliases(self) -> None:
        with self.platform() as platform:
            rows = platform.warehouse.query(f"select * from {_ALIASES}")
        self.emulator.warehouse.execute(f"delete from {_ALIASES} where true")
        self.emulator.warehouse.load(_ALIASES, rows)

    def differences(self) -> dict[str, int]:
        """Count the rows that differ between both sides, by table; tables that agree are left out."""
        return {relation: differing for relation, (_, differing) in self.compare().items() if differing}

    def assert_equal(self, after: str, *, empty: Collection[str] = ()) -> None:
        """Print every compared table with its rows: none may differ, and there must be some.

        Args:
            after: what had happened to both sides.
            empty: the tables that have none.
        """
        found = self.compare()
        table = Table("table", "rows", "differing", title=f"DuckDB and BigQuery after {after}")
        for relation, (rows, differing) in found.items():
            table.add_row(relation, f"{rows:,}", str(differing))
        total, differing = (sum(column) for column in zip(*found.values(), strict=True))
        table.add_row(f"{len(found)} tables", f"{total:,}", str(differing))
        Console(width=100).print(table)
        assert {relation: counts for relation, counts in found.items() if counts[1]} == {}
        assert {relation for relation, (rows, _) in found.items() if not rows} == set(empty)

    def relations(self) -> list[str]:
        """The raw tables and the stored models of phases 2 to 4; after deliveries only those of raw that got some."""
        nodes = self.dbt.manifest["nodes"].values()
        stored = [
            f"{node['schema']}.{node['name']}"
            for node in nodes
            if node["resource_type"] == "model" and node["config"]["materialized"] == "incremental"
        ]
        raw = self.delivered or {table.relation for table in raw_tables().values()}
        return sorted(raw) + [name for name in sorted(stored) if not name.startswith("nba_predictions.")]

    def compare(self) -> dict[str, tuple[int, int]]:
        """Return rows and differing rows by table; floats are compared as stored, rounded by the models themselves."""
        found: dict[str, tuple[int, int]] = {}
        with self.platform() as platform:
            warehouse: DuckDBWarehouse = platform.warehouse
            for relation in self.relations():
                schema, name = relation.split(".")
                columns = warehouse.query(
                    "select column_name from duckdb_columns() where schema_name = ? and table_name = ? "
                    f"and not ({LINEAGE} or {_DIGESTS} or {_LOADED}) order by column_index",
                    [schema, name],
                )
                names = ", ".join(columns.column("column_name").to_pylist())
                here = warehouse.query(f"select {names} from {relation}")
                found[relation] = (here.num_rows, self._differing(here, names, relation))
        return found

    def _differing(self, here: pa.Table, names: str, relation: str) -> int:
        there = self.emulator.warehouse.query(f"select {names} from {relation} where {_every_partition(relation)}")
        with duckdb.connect(":memory:") as connection:
            connection.register("here", here)
            connection.register("there", there)
            return differing_rows(connection, names, "here", "there")


def _every_partition(relation: str) -> str:
    table = raw_tables().get(relation.removeprefix("nba_raw."))
    if table is None or not table.layout.require_partition_filter:
        return "true"
    return f"{table.layout.partition_by} >= date '2000-01-01'"


def start(league: RawLeague, folder: Path, dbt: DbtRunner, emulator: Emulator) -> Twins:
    """Fill both sides with the raw rows of a league."""
    folder.mkdir(parents=True)
    twins = Twins(folder, dbt, league.as_of, other=EmulatorSide(emulator, folder))
    twins.start_from(league.warehouse)
    return twins
