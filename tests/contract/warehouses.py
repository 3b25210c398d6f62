"""The warehouses under contract: DuckDB in a file of the test's own, BigQuery in the emulator."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from python_runners.loaders.contracts import operational_tables, raw_tables
from python_runners.loaders.table_ddl import create_table_ddl
from python_runners.loaders.write import Lineage, WriteResult, replace_scopes, to_arrow
from python_runners.loaders.write_sql import CHANGE_LOG
from python_runners.platform.bigquery import BigQueryWarehouse
from python_runners.platform.warehouse import DuckDBWarehouse, Warehouse
from tests.support.emulators import Emulator

ROSTERS, MOVEMENTS, PLAYS = (
    raw_tables()[name] for name in ("nbac_team_rosters", "nbac_player_movement", "nbac_play_by_play")
)
DAY = date(2025, 10, 1)
OBSERVED = datetime(2025, 10, 1, 12, tzinfo=UTC)
_TABLES = (
    ROSTERS,
    MOVEMENTS,
    PLAYS,
    *(operational_tables()[name] for name in ("change_log", "watermarks", "scope_observations")),
)


def open_duckdb(folder: Path) -> DuckDBWarehouse:
    """Open an empty warehouse file with the tables of the contract tests."""
    warehouse = DuckDBWarehouse(folder / "warehouse.duckdb")
    _prepare(warehouse)
    return warehouse


def open_bigquery(emulator: Emulator, **options: Any) -> BigQueryWarehouse:
    """Open the emulator's warehouse with the tables of the contract tests, empty."""
    warehouse = BigQueryWarehouse("contract-tests", endpoint=emulator.url, **options)
    warehouse.create_datasets()
    _prepare(warehouse)
    for table in _TABLES:
        warehouse.execute(f"delete from {table.relation} where true")
    return warehouse


def _prepare(warehouse: Warehouse) -> None:
    for table in _TABLES:
        warehouse.execute(create_table_ddl(table, warehouse.dialect))


def player(number: int, team: str = "BOS", **more: Any) -> dict[str, Any]:
    """A row of the roster table."""
    base = {"roster_date": DAY, "season_year": 2025, "team": team, "player_id": str(number), "player_name": "A 'B' Ć"}
    return base | more


def write_roster(
    warehouse: Warehouse,
    rows: list[dict[str, Any]],
    team: str = "BOS",
    observed: datetime = OBSERVED,
    *,
    is_news: bool = False,
) -> WriteResult:
    """Replace the roster of a team on the day."""
    lineage = Lineage("run", "rosters/x.json", "commonteamroster", observed, is_news=is_news)
    return replace_scopes(warehouse, ROSTERS, to_arrow(ROSTERS, rows), [{"roster_date": DAY, "team": team}], lineage)


def stored(warehouse: Warehouse, columns: str, table: str = ROSTERS.relation) -> list[dict[str, Any]]:
    """Rows of a table in the order of their columns."""
    found: list[dict[str, Any]] = warehouse.query(f"select {columns} from {table} order by {columns}").to_pylist()
    return found


def logged(warehouse: Warehouse) -> list[dict[str, Any]]:
    """What the change log says, without when."""
    return stored(warehouse, "change_id, input_name, change_kind, game_date, player_id, team, run_id", CHANGE_LOG)
