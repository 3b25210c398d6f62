"""Which predicates reach a scan, rule by rule."""

from __future__ import annotations

from datetime import date

import pytest

from python_runners.operations.cost.predicates import Predicate, date_range
from python_runners.operations.cost.scans import TableScans

DAY = Predicate("day", ">=", ("2025-11-10",))
OUTER = "select * from ({}) as inside where day >= cast('2025-11-10' as date)"


def node(name: str, columns: list[str], materialized: str = "incremental") -> dict[str, object]:
    return {
        "resource_type": "model", "schema": "d", "name": name, "unique_id": f"model.{name}",
        "columns": {column: {} for column in columns}, "config": {"materialized": materialized},
    }  # fmt: skip


def scans(view: str = "select * from d.t") -> TableScans:
    nodes = [node("t", ["day", "id", "x"]), node("u", ["day", "id", "y"]), node("v", ["day", "id", "x"], "view")]
    manifest = {"nodes": {item["unique_id"]: item for item in nodes}, "sources": {}}
    return TableScans(manifest, {"model.v": view}, "bigquery")


def reach(sql: str, relation: str = "d.t", view: str = "select * from d.t") -> set[frozenset[Predicate]]:
    return {scan.predicates for scan in scans(view).of_query(sql) if scan.relation == relation}


@pytest.mark.parametrize(
    "inside",
    [
        "select * from d.t",
        "select day, id from d.t",
        "with c as (select * from d.t) select * from c",
        "select day, sum(x) as x from d.t group by day",
        "select *, row_number() over (partition by day, id order by x) as n from d.t",
        "select *, sum(x) over w as s from d.t window w as (partition by day)",
        "select * from d.t union all select * from d.t",
        "select t.day, t.id from d.t as t inner join d.u as u on t.id = u.id",
        "select t.day, t.id from d.t as t left join d.u as u on t.id = u.id",
        "select * from d.v",
    ],
)
def test_a_predicate_reaches_the_scan(inside: str) -> None:
    assert reach(OUTER.format(inside)) == {frozenset({DAY})}


@pytest.mark.parametrize(
    "inside",
    [
        "select date_add(day, interval 1 day) as day, id from d.t",
        "select max(day) as day, id from d.t group by id",
        "select *, row_number() over (partition by id order by day) as n from d.t",
        "select * from d.t order by x limit 5",
        "select u.day, t.id from d.u as u left join d.t as t on t.id = u.id and t.day = u.day",
        "select t.day, u.id from d.u as u left join d.t as t on t.id = u.id",
        "select t.day, t.id from d.t as t full join d.u as u on t.id = u.id",
    ],
)
def test_a_predicate_does_not_reach_the_scan(inside: str) -> None:
    assert reach(OUTER.format(inside)) == {frozenset()}


def test_the_optional_side_of_a_join_is_narrowed_by_its_own_condition() -> None:
    on = "u.id = t.id and t.day >= '2025-11-10' and u.day >= '2025-11-11'"
    sql = f"select u.id from d.u as u left join d.t as t on {on}"
    assert reach(sql) == {frozenset({DAY})}
    assert reach(sql, "d.u") == {frozenset()}


def test_one_alternative_alone_narrows_nothing() -> None:
    assert reach("select id from d.t where day >= '2025-11-10' or id in ('1')") == {frozenset()}
    listed = Predicate("id", "in", ("1", "2"))
    assert reach("select x from d.t where (id in ('1', '2')) and day >= '2025-11-10'") == {frozenset({DAY, listed})}


def test_a_scan_that_can_give_nothing_is_none() -> None:
    assert reach("select id from d.t where false") == set()


def test_a_view_that_hides_the_date_narrows_nothing() -> None:
    view = "select id, x, min(day) as day from d.t group by id, x"
    assert reach(OUTER.format("select * from d.v"), view=view) == {frozenset()}


def test_only_the_columns_that_are_used_are_read() -> None:
    found = scans().of_query("with c as (select * from d.t) select id from c where day >= '2025-11-10'")
    assert {scan.columns for scan in found} == {frozenset({"id", "day"})}


def test_every_statement_of_a_script_is_looked_at() -> None:
    script = """
        begin transaction;
        create or replace temp table fresh as select day, id from d.t where day >= '2025-11-10';
        delete from d.u where day >= '2025-11-10' and exists (select 1 from fresh where fresh.id = u.id);
        insert into d.u (day, id) select day, id from fresh;
        merge into d.u as u using d.t as t on u.id = t.id when matched then update set y = t.x;
        commit transaction;
    """
    found = scans().of_script(script)
    assert [{scan.relation: scan.predicates for scan in statement} for statement in found] == [
        {"d.t": frozenset({DAY})},
        {"d.u": frozenset({DAY})},
        {},
        {"d.u": frozenset(), "d.t": frozenset()},
    ]


def test_bounds_of_dates() -> None:
    between = frozenset({DAY, Predicate("day", "<=", ("2025-11-12",)), Predicate("id", "in", ("1",))})
    assert date_range(between, "day") == (date(2025, 11, 10), date(2025, 11, 12))
    assert date_range(frozenset({Predicate("day", "in", ("2025-11-12", "2025-11-10"))}), "day") == (
        date(2025, 11, 10),
        date(2025, 11, 12),
    )
    assert date_range(frozenset({DAY}), "day") == (date(2025, 11, 10), None)
    assert date_range(frozenset({DAY}), "id") is None
