"""One contract for both warehouses: queries, transactions, rows that come from this process, and the raw write path."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pytest

from python_runners.errors import InvariantViolated, WarehouseRefused
from python_runners.loaders.write import Lineage, WriteResult, replace_scopes, to_arrow
from python_runners.loaders.write_sql import BULK_ROWS, WATERMARKS
from python_runners.platform.warehouse import Warehouse
from tests.contract.warehouses import (
    DAY,
    MOVEMENTS,
    OBSERVED,
    PLAYS,
    ROSTERS,
    logged,
    open_bigquery,
    open_duckdb,
    player,
    stored,
    write_roster,
)  # fmt: skip

pytestmark = pytest.mark.bigquery

REFUSALS = (duckdb.Error, WarehouseRefused)
INSTANT = datetime(2025, 3, 9, 7, 30, 0, 123456, tzinfo=UTC)
EVERY_TYPE = pa.table(
    {
        "text": pa.array(['Ćo\'s "?" $x \\ \n line', None], pa.string()),
        "number": pa.array([2**62, None], pa.int64()),
        "ratio": pa.array([0.1 + 0.2, None], pa.float64()),
        "flag": pa.array([True, None], pa.bool_()),
        "day": pa.array([date(2025, 2, 28), None], pa.date32()),
        "instant": pa.array(
            [datetime(2025, 3, 9, 7, 30, 0, 123456, tzinfo=UTC).replace(tzinfo=None), None], pa.timestamp("us")
        ),
        "words": pa.array([["a", "b"], []], pa.list_(pa.string())),
    }
)


@pytest.fixture(params=["duckdb", "bigquery"])
def warehouse(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Warehouse]:
    if request.param == "duckdb":
        opened: Any = open_duckdb(tmp_path)
    else:
        opened = open_bigquery(request.getfixturevalue("bigquery_emulator"))
    yield opened
    opened.close()


def test_values_of_every_type_come_back_as_they_went(warehouse: Warehouse) -> None:
    with warehouse.attached("came", EVERY_TYPE):
        found = warehouse.query("select text, number, ratio, flag, day, instant, words from came order by text")
    assert sorted(found.to_pylist(), key=str) == sorted(EVERY_TYPE.to_pylist(), key=str)
    assert [field.type for field in found.schema] == [field.type for field in EVERY_TYPE.schema]


def test_parameters_have_every_type_and_text_with_marks_is_no_parameter(warehouse: Warehouse) -> None:
    values = {name: value for name, value in EVERY_TYPE.to_pylist()[0].items() if name != "words"}
    selected = ", ".join(f"${name} as {name}" for name in values)
    found = warehouse.query(f"select {selected}, '? $other' as quoted", values).to_pylist()
    assert found == [values | {"quoted": "? $other"}]
    found = warehouse.query("select ? as a, 'who ?' as b, ? as c", ["x", 7]).to_pylist()
    assert found == [{"a": "x", "b": "who ?", "c": 7}]


def test_an_unknown_value_fits_every_column(warehouse: Warehouse) -> None:
    names = list(ROSTERS.arrow_schema().names)
    row = player(1)
    marks = ", ".join("?" for _ in names)
    lineage = "'f', 'v', timestamp '2025-10-01 12:00:00', 'd', 'r', timestamp '2025-10-01 12:00:00'"
    warehouse.execute(
        f"insert into {ROSTERS.relation} ({', '.join(names)}, source_file, source_variant, observed_at, row_digest, "
        f"run_id, loaded_at) values ({marks}, {lineage})",
        [row.get(name) for name in names],
    )
    found = warehouse.query(f"select * from {ROSTERS.relation}").to_pylist()[0]
    assert {name: found[name] for name in names} == {name: row.get(name) for name in names}


def test_an_empty_table_is_attached_with_its_columns(warehouse: Warehouse) -> None:
    with warehouse.attached("came", EVERY_TYPE.slice(0, 0)):
        assert warehouse.query("select text, instant from came").num_rows == 0
    with pytest.raises(REFUSALS):
        warehouse.query("select text from came")


def test_loaded_rows_are_appended_by_name(warehouse: Warehouse) -> None:
    now = pa.array([INSTANT.replace(tzinfo=None)], pa.timestamp("us"))
    log = pa.table({"updated_at": now, "change_id": [7], "consumer": ["a"], "as_of": now})
    assert warehouse.load(WATERMARKS, log) == 1
    assert warehouse.load(WATERMARKS, log) == 1
    assert stored(warehouse, "consumer, change_id", WATERMARKS) == [{"consumer": "a", "change_id": 7}] * 2


def test_it_knows_which_tables_are_there(warehouse: Warehouse) -> None:
    assert warehouse.exists(ROSTERS.relation)
    assert not warehouse.exists("nba_raw.no_such_table")


def test_a_transaction_leaves_everything_or_nothing(warehouse: Warehouse) -> None:
    write_roster(warehouse, [player(1), player(2)])
    forget = f"delete from {ROSTERS.relation} where player_id = ?"

    def forget_and(then: Callable[[], None]) -> None:
        with warehouse.transaction():
            warehouse.execute(forget, ["1"])
            then()

    def stop() -> None:
        raise RuntimeError("halfway")

    with pytest.raises(RuntimeError, match="halfway"):
        forget_and(stop)
    with pytest.raises(REFUSALS):
        forget_and(lambda: warehouse.execute(f"delete from {ROSTERS.relation} where no_such_column = 1"))
    assert len(stored(warehouse, "player_id")) == 2
    with warehouse.transaction():
        warehouse.execute(forget, ["1"])
        with warehouse.transaction():
            warehouse.execute(forget, ["2"])
    assert stored(warehouse, "player_id") == []


def test_what_was_staged_is_read_inside_a_transaction(warehouse: Warehouse) -> None:
    with warehouse.transaction():
        warehouse.stage("create or replace temp table few as select $number as number", {"number": 4})
        assert warehouse.query("select number + 1 as number from few").to_pylist() == [{"number": 5}]
        warehouse.execute("drop table few")


@pytest.mark.parametrize("condition", ["player_id = ?", "age >= ?", "team <> ? and true"])
def test_an_unknown_value_is_written_and_never_compared(warehouse: Warehouse, condition: str) -> None:
    write_roster(warehouse, [player(1)])
    warehouse.execute(f"update {ROSTERS.relation} set jersey_number = ?, age = ? where player_id = ?", [None, 3, "1"])
    for run in (warehouse.query, warehouse.execute, warehouse.stage):
        with pytest.raises(InvariantViolated, match="unknown value is compared"):
            run(f"select 1 as one from {ROSTERS.relation} where {condition}", [None])
    assert stored(warehouse, "age") == [{"age": 3}]


@pytest.mark.parametrize("late", ["query", "stage"])
def test_a_transaction_reads_and_stages_before_it_writes(warehouse: Warehouse, late: str) -> None:
    write_roster(warehouse, [player(1)])

    def read_late() -> None:
        with warehouse.transaction():
            warehouse.query("select 1 as one")
            warehouse.execute(f"delete from {ROSTERS.relation} where player_id = ?", ["1"])
            getattr(warehouse, late)("select 1 as one")

    with pytest.raises(InvariantViolated, match="before it writes"):
        read_late()
    assert len(stored(warehouse, "player_id")) == 1


def test_a_statement_that_finds_something_wrong_ends_its_transaction(warehouse: Warehouse) -> None:
    write_roster(warehouse, [player(1)])

    def look_late() -> None:
        with warehouse.transaction():
            warehouse.execute(f"delete from {ROSTERS.relation} where player_id = ?", ["1"])
            warehouse.execute(
                f"select case when count(*) <> ? then error('not five') end from {ROSTERS.relation} where true", [5]
            )

    with pytest.raises((InvariantViolated, WarehouseRefused), match="not five"):
        look_late()
    assert len(stored(warehouse, "player_id")) == 1


def test_rows_are_new_then_unchanged_then_changed_then_removed(warehouse: Warehouse) -> None:
    first = write_roster(warehouse, [player(1, age=30), player(2, age=20)])
    assert (first.new, first.row_count, first.game_dates) == (2, 2, (DAY,))
    assert first.affected == {"player": ("1", "2"), "team": ("BOS",)}
    assert write_roster(
        warehouse, [player(2, age=20), player(1, age=30)], observed=OBSERVED + timedelta(1)
    ).is_unchanged
    changed = write_roster(warehouse, [player(1, age=31), player(2, age=20)])
    assert (changed.changed, changed.unchanged, changed.changed_fields) == (1, 1, ("age",))
    removed = write_roster(warehouse, [player(1, age=31)])
    assert (removed.removed, removed.row_count, removed.affected["player"]) == (1, 1, ("2",))
    assert stored(warehouse, "player_id, age") == [{"player_id": "1", "age": 31}]
    entries = [(row["change_id"], row["change_kind"], row["player_id"], row["game_date"]) for row in logged(warehouse)]
    kinds = {(kind, who) for _, kind, who, _ in entries}
    assert kinds == {("new", "1"), ("new", "2"), ("changed", "1"), ("removed", "2")}
    assert [number for number, *_ in entries] == [1, 2, 3, 4]
    assert {day for *_, day in entries} == {DAY}


def test_other_scopes_stand_and_an_older_observation_is_ignored(warehouse: Warehouse) -> None:
    write_roster(warehouse, [player(1, "BOS", age=31)])
    write_roster(warehouse, [player(2, "NYK")], team="NYK")
    write_roster(warehouse, [], team="NYK")
    stale = write_roster(warehouse, [player(1, age=30)], observed=OBSERVED - timedelta(days=1))
    assert stale == WriteResult(ROSTERS.name, stale_scopes=1, is_stale=True, affected={"player": (), "team": ()})
    assert stored(warehouse, "player_id, age") == [{"player_id": "1", "age": 31}]


def test_what_was_shown_before_the_newest_observation_does_not_win(warehouse: Warehouse) -> None:
    hours = [OBSERVED + timedelta(hours=number) for number in range(5)]
    write_roster(warehouse, [player(1, age=31)], observed=hours[0])
    assert write_roster(warehouse, [player(1, age=31)], observed=hours[2], is_news=True).is_unchanged
    assert write_roster(warehouse, [player(1, age=30)], observed=hours[1]).is_stale
    assert write_roster(warehouse, [], observed=hours[4]).removed == 1
    assert write_roster(warehouse, [player(1)], observed=hours[3]).is_stale
    assert stored(warehouse, "player_id") == []


def test_two_rows_for_one_key_are_refused_and_change_nothing(warehouse: Warehouse) -> None:
    write_roster(warehouse, [player(1, age=31)])
    with pytest.raises(InvariantViolated, match="several rows for one key"):
        write_roster(warehouse, [player(3), player(3)])
    assert stored(warehouse, "player_id, age") == [{"player_id": "1", "age": 31}]
    assert write_roster(warehouse, [player(3)]).new == 1


def test_keys_with_unknown_parts_are_one_key(warehouse: Warehouse) -> None:
    pick = {
        "transaction_date": DAY, "transaction_type": "Trade", "group_sort": "g", "team_id": 1, "team": "BOS",
        "description": "a pick", "player_slug": None,
    }  # fmt: skip
    rows = [
        pick | {"player_id": None, "counterpart_team_id": None},
        pick | {"player_id": "7", "counterpart_team_id": 2},
    ]
    lineage = Lineage("run", "movement.json", "playermovement", OBSERVED)

    def deliver(given: list[dict[str, Any]]) -> WriteResult:
        return replace_scopes(warehouse, MOVEMENTS, to_arrow(MOVEMENTS, given), None, lineage)

    assert deliver(rows).new == 2
    assert deliver(rows).is_unchanged
    assert deliver(rows[1:]).removed == 1


def test_a_bulk_load_of_a_table_with_arrays_and_a_partition_filter_is_logged_by_date(warehouse: Warehouse) -> None:
    fillers = {"string": "x", "int64": 0, "float64": 0.5, "bool": True}
    required = {column.name: fillers.get(column.data_type) for column in PLAYS.value_columns if column.is_required}
    game = required | {"game_id": "0022500001", "game_date": DAY, "qualifiers": ["fastbreak", "2ndchance"]}
    rows = [game | {"action_number": number, "player_id": str(number)} for number in range(BULK_ROWS + 1)]
    lineage = Lineage("run", "pbp.json", "cdn", OBSERVED)

    def deliver(given: list[dict[str, Any]]) -> WriteResult:
        return replace_scopes(warehouse, PLAYS, to_arrow(PLAYS, given), [{"game_id": "0022500001"}], lineage)

    result = deliver(rows)
    assert (result.new, result.row_count) == (BULK_ROWS + 1, BULK_ROWS + 1)
    entries = [(row["change_kind"], row["game_date"], row["player_id"]) for row in logged(warehouse)]
    assert entries == [("rebuilt", DAY, None)]
    assert deliver(rows).is_unchanged
    changed = deliver([rows[0] | {"qualifiers": ["fastbreak"]}, *rows[1:]])
    assert (changed.changed, changed.unchanged, changed.changed_fields) == (1, BULK_ROWS, ("qualifiers",))
