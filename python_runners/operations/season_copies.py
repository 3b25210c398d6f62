"""A history of any number of seasons: real ones, and copies of them moved back in time.

Run as a module in the environment of an empty data folder: `python -m python_runners.operations.season_copies
import 15`, and once the seeds stand `... copy 15`.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Sequence
from contextlib import closing

from python_runners.errors import MissingSetting
from python_runners.loaders.contracts import Column, RawTable, raw_tables
from python_runners.operations.history.imports import import_history
from python_runners.pipeline.composition import configured_platform
from python_runners.platform.warehouse import DuckDBWarehouse
from python_runners.settings import get_settings

REAL_SEASONS = range(2020, 2025)
# The season that the events happen in; it has only begun.
CURRENT = 2025
CALENDAR = "nba_reference.season_calendar"


def seasons_to_import(seasons: int) -> list[int]:
    """Return the first years of the seasons to import for a history of so many whole ones, with the current one."""
    real = sorted(REAL_SEASONS)[-min(seasons, len(REAL_SEASONS)) :]
    return [*real, CURRENT]


def years_back(seasons: int) -> list[int]:
    """Return by how many years the real seasons are moved for a history of this many whole ones."""
    return list(range(len(REAL_SEASONS), seasons, len(REAL_SEASONS)))


def copy_seasons(warehouse: DuckDBWarehouse, years: int) -> Counter[str]:
    """Copy the rows of the real seasons into the same tables, moved back in time; return the rows of each table.

    Args:
        warehouse: holds the real seasons and the seeds.
        years: how far back; a multiple of the number of real seasons, or copies meet originals.
    """
    copied: Counter[str] = Counter()
    with warehouse.interactive_transaction():
        known = f"select season_year from {CALENDAR}"
        warehouse.execute(
            f"insert into {CALENDAR} by name select season_year - {years} as season_year, "
            f"date_from - interval '{years} years' as date_from, date_to - interval '{years} years' as date_to, phase, "
            f"first_regular_date - interval '{years} years' as first_regular_date from {CALENDAR} "
            f"where season_year in {tuple(REAL_SEASONS)} and season_year - {years} not in ({known})"
        )
        for table in raw_tables().values():
            names = {column.name for column in table.columns}
            if "game_date" not in names:
                continue
            moved = ", ".join(f"{_moved(column, years)} as {column.name}" for column in table.columns)
            rows = f"from {table.relation} where {_of_real_seasons(table)}"
            copied[table.name] = warehouse.query(f"select count(*) as n {rows}").to_pylist()[0]["n"]
            warehouse.execute(f"insert into {table.relation} by name select {moved} {rows}")
    return copied


def _of_real_seasons(table: RawTable) -> str:
    if "season_year" in {column.name for column in table.columns}:
        return f"season_year in {tuple(REAL_SEASONS)}"
    return f"game_date between '{REAL_SEASONS[0]}-07-01' and '{REAL_SEASONS[-1] + 1}-06-30'"


def _moved(column: Column, years: int) -> str:
    name, kind = column.name, str(column.arrow_field.type)
    if name == "season_year":
        return f"season_year - {years}"
    if name == "season":
        return f"printf('%d-%02d', season_year - {years}, (season_year - {years} + 1) % 100)"
    if name == "game_id":
        # Characters 4 and 5 are the season.
        moved = f"printf('%02d', cast(substr(game_id, 4, 2) as int) - {years})"
        return f"concat(left(game_id, 3), {moved}, substr(game_id, 6))"
    if name == "game_code":
        return f"concat(strftime(game_date - interval '{years} years', '%Y%m%d'), substr(game_code, 9))"
    if name == "odds_event_id":
        return f"concat(odds_event_id, '-{years}')"
    if kind.startswith(("date", "timestamp")) and name != "loaded_at":
        return f"{name} - interval '{years} years'"
    return name


def main(arguments: Sequence[str]) -> None:
    """Import or copy seasons, as the arguments say.

    Raises:
        MissingSetting: no real history is configured.
    """
    what, seasons = arguments[0], int(arguments[1])
    shared = get_settings().shared_data
    if shared is None:
        raise MissingSetting("NBA_PROPS_SHARED_DATA", "the folder of real history that the benchmark copies")
    with closing(configured_platform()) as platform:
        if what == "import":
            for _ in import_history(platform.embedded_warehouse, shared, seasons=seasons_to_import(seasons)):
                pass
            return
        for years in years_back(seasons):
            copy_seasons(platform.embedded_warehouse, years)


if __name__ == "__main__":
    main(sys.argv[1:])
