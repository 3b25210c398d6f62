"""Bytes, jobs and dollars from the sizes of tables."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from python_runners.loaders.contracts import Layout
from python_runners.operations.cost.estimate import (
    REFERENCES_OF_A_SCRIPT,
    SCOPE_JOBS,
    SCOPE_REFERENCES,
    Scope,
    cost_of_models,
    write_scan,
)
from python_runners.operations.cost.predicates import Predicate
from python_runners.operations.cost.prices import MIB, billed, dollars_of_bytes
from python_runners.operations.cost.pruning import unpruned
from python_runners.operations.cost.scans import Scan
from python_runners.operations.cost.statistics import TableStatistics, measure
from python_runners.platform.warehouse import DuckDBWarehouse

LAYOUT = Layout("day", ("id",))
SIZE = TableStatistics(
    LAYOUT,
    rows={date(2025, 11, 10): 100, date(2025, 11, 11): 50, None: 7},
    column_bytes={"day": 8.0, "id": 3.0},
    distinct=10,
)
FROM = Predicate("day", ">=", ("2025-11-11",))
ONE = Predicate("id", "in", ("a",))


def test_a_scan_reads_the_columns_of_the_partitions_that_are_left() -> None:
    assert SIZE.bytes_read(Scan("d.t", frozenset({"day", "id"}), frozenset({FROM}))) == 50 * 11
    assert SIZE.bytes_read(Scan("d.t", frozenset({"id"}), frozenset({ONE}))) == 157 * 3
    assert SIZE.bytes_read(Scan("d.t", frozenset({"id"}), frozenset({Predicate("day", "<=", ("2025-11-10",))}))) == 300


def test_a_list_of_values_reaches_their_share_of_the_clusters() -> None:
    assert SIZE.cluster_share(frozenset({ONE})) == pytest.approx(0.1)
    assert SIZE.cluster_share(frozenset({FROM})) == 1.0


def test_every_named_table_bills_ten_mebibytes_at_least() -> None:
    assert billed([1, 10 * MIB + 1]) == (10 + 11) * MIB
    assert dollars_of_bytes(1024**4) == 6.25


def test_a_model_costs_its_script_and_the_search_for_its_scope() -> None:
    scan = Scan("d.t", frozenset({"day", "id"}), frozenset({FROM, ONE}))
    cost = cost_of_models({"m": frozenset({scan})}, {"m": scan}, lambda relation: SIZE)
    assert cost.jobs == 1 + SCOPE_JOBS
    assert cost.bytes_read == 3 * 550
    assert cost.bytes_clustered == 165
    assert cost.bytes_billed == (REFERENCES_OF_A_SCRIPT + SCOPE_REFERENCES) * 10 * MIB
    assert cost.largest == "d.t"


def test_the_write_scope_is_the_dates_and_one_kind_of_entity() -> None:
    columns = {"date": "day", "player": "id", "game": "game_id"}
    alone = write_scan("d.t", ["day", "id"], columns, Scope("", "2025-11-11", None, {"player": ["a"]}))
    assert alone.predicates == {FROM, ONE}
    either = write_scan(
        "d.t", ["day", "id"], columns, Scope("", "2025-11-11", "2025-11-12", {"player": ["a"], "game": ["g"]})
    )
    assert either.predicates == {FROM, Predicate("day", "<=", ("2025-11-12",))}


def test_a_scan_before_the_earliest_date_is_not_pruned() -> None:
    stored = {"d.t": LAYOUT, "d.whole": Layout()}
    wide = Scan("d.t", frozenset({"id"}), frozenset({Predicate("day", ">=", ("2000-01-01",))}))
    until = Scan("d.t", frozenset({"id"}), frozenset({Predicate("day", "<=", ("2025-11-11",))}))
    narrow = Scan("d.t", frozenset({"id"}), frozenset({FROM}))
    whole = Scan("d.whole", frozenset({"id"}), frozenset())
    assert set(unpruned([wide, until, narrow, whole], stored, date(2023, 1, 1))) == {wide, until}


def test_sizes_are_counted_as_bigquery_counts_them(tmp_path: Path) -> None:
    warehouse = DuckDBWarehouse(tmp_path / "w.duckdb")
    warehouse.execute("create table nba_raw.t (day date, id varchar, x bigint, ok boolean, names varchar[])")
    warehouse.execute(
        "insert into nba_raw.t values ('2025-11-10', 'ab', 1, true, ['a', 'bc']), ('2025-11-10', 'é', null, null, [])"
    )
    kinds = {"day": "date", "id": "string", "x": "int64", "ok": "bool", "names": "array<string>"}
    size = measure(warehouse, "nba_raw.t", kinds, LAYOUT)
    warehouse.close()
    assert size.rows == {date(2025, 11, 10): 2}
    assert size.column_bytes == {"day": 8.0, "id": 4.0, "x": 4.0, "ok": 0.5, "names": 3.5}
    assert size.distinct == 2
