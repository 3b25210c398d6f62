"""Copies of seasons, moved back in time, beside their originals."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pyarrow as pa
import pytest

from python_runners.dates import parse_instant
from python_runners.loaders.contracts import raw_tables
from python_runners.loaders.write import create_tables, to_arrow
from python_runners.operations.season_copies import CALENDAR, copy_seasons, seasons_to_import, years_back
from python_runners.platform.warehouse import DuckDBWarehouse

SCHEDULE = raw_tables()["nbac_schedule"]
GAMES = (
    {"game_id": "0022000001", "game_code": "20201222/GSWBKN", "season": "2020-21", "season_year": 2020},
    {"game_id": "0022500001", "game_code": "20251021/HOUOKC", "season": "2025-26", "season_year": 2025},
)


def _row(game: dict[str, object]) -> dict[str, object]:
    blank = {
        column.name: {"STRING": "x", "INT64": 1, "BOOL": False, "DATE": date(2020, 12, 22)}.get(
            column.data_type.upper()
        )
        for column in SCHEDULE.value_columns
        if column.is_required
    }
    tip = parse_instant("2020-12-23T00:10:00Z")
    return {**blank, "tip_off_utc": tip, **game}


@pytest.fixture
def warehouse(tmp_path: Path) -> DuckDBWarehouse:
    warehouse = DuckDBWarehouse(tmp_path / "warehouse.duckdb")
    create_tables(warehouse)
    warehouse.execute(
        f"create table {CALENDAR} (season_year bigint, date_from date, date_to date, phase varchar, "
        "first_regular_date date)"
    )
    warehouse.execute(
        f"insert into {CALENDAR} values (2020, '2020-12-22', '2021-05-16', 'regular', '2020-12-22'), "
        "(2015, '2015-10-27', '2016-04-13', 'regular', '2015-10-27')"
    )
    rows = to_arrow(SCHEDULE, [_row(dict(game)) for game in GAMES])
    lineage = {"row_digest": pa.string(), "source_file": pa.string(), "source_variant": pa.string()}
    for name, kind in lineage.items():
        rows = rows.append_column(name, pa.array(["x"] * rows.num_rows, kind))
    for name in ("observed_at", "loaded_at"):
        rows = rows.append_column(name, pa.array([0] * rows.num_rows, pa.timestamp("us")))
    warehouse.load(SCHEDULE.relation, rows.append_column("run_id", pa.array(["x"] * rows.num_rows)))
    return warehouse


def test_a_copy_is_the_same_game_of_an_earlier_season(warehouse: DuckDBWarehouse) -> None:
    copied = copy_seasons(warehouse, 5)
    assert copied["nbac_schedule"] == 1
    columns = "game_id, game_code, season, season_year, game_date, tip_off_utc"
    found = warehouse.query(f"select {columns} from nba_raw.nbac_schedule order by game_date, game_id").to_pylist()
    assert [row["game_id"] for row in found] == ["0021500001", "0022000001", "0022500001"]
    assert found[0] == {
        "game_id": "0021500001",
        "game_code": "20151222/GSWBKN",
        "season": "2015-16",
        "season_year": 2015,
        "game_date": date(2015, 12, 22),
        "tip_off_utc": parse_instant("2015-12-23T00:10:00Z").replace(tzinfo=None),
    }


def test_a_season_that_the_calendar_knows_is_kept(warehouse: DuckDBWarehouse) -> None:
    copy_seasons(warehouse, 5)
    copy_seasons(warehouse, 10)
    found = warehouse.query(f"select season_year, first_regular_date from {CALENDAR} order by 1").to_pylist()
    assert [(row["season_year"], row["first_regular_date"]) for row in found] == [
        (2010, date(2010, 12, 22)),
        (2015, date(2015, 10, 27)),
        (2020, date(2020, 12, 22)),
    ]


def test_copies_never_meet_each_other_or_the_originals() -> None:
    assert seasons_to_import(1) == [2024, 2025]
    assert years_back(1) == []
    moved = [season - years for years in (0, *years_back(15)) for season in seasons_to_import(15)[:-1]]
    assert sorted(moved) == list(range(2010, 2025))
