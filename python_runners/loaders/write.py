"""The one write path into raw tables: compare by key and digest, then replace by key scope in one transaction."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from typing import Any

import pyarrow as pa

from python_runners.errors import InvariantViolated
from python_runners.loaders.base import Row, Scope
from python_runners.loaders.contracts import OperationalTable, RawTable, operational_tables, raw_tables
from python_runners.loaders.table_ddl import create_table_ddl
from python_runners.loaders.write_sql import ReplaceSql
from python_runners.platform.warehouse import Warehouse


@dataclass(frozen=True)
class Lineage:
    """Where rows came from. `source_variant` and `source_file` may instead be columns of the rows (bulk imports).

    Attributes:
        source_file: object path.
        source_variant: feed variant.
        observed_at: instant at which the source showed the content, aware, UTC.
        run_id: execution that writes.
        is_news: the source showed something else before this observation, which may still be on its way: it must not
            win when it comes, even if these rows stand already as they came.
    """

    run_id: str
    source_file: str | None = None
    source_variant: str | None = None
    observed_at: datetime | None = None
    is_news: bool = False


@dataclass(frozen=True)
class WriteResult:
    """What a replace did. Scopes that the table holds from a later observation are left as they are.

    Attributes:
        table: name of the raw table.
        new: keys that were not stored.
        changed: keys whose digest differs.
        removed: stored keys of the scope that did not come.
        unchanged: keys that stood already as they came.
        stale_scopes: incoming scopes that are stored from a later observation; no other field counts their rows.
        is_stale: whether every incoming scope is, so that nothing was written.
        row_count: rows of the other scopes counted in the table after the write; their incoming rows when nothing was
            written.
        affected: ids per entity kind of the keys that are not unchanged.
        game_dates: dates of those keys, former dates of moved rows included.
        changed_fields: value columns in which a changed row differs; all of them when a row is new or removed.
    """

    table: str
    new: int = 0
    changed: int = 0
    removed: int = 0
    unchanged: int = 0
    stale_scopes: int = 0
    is_stale: bool = False
    row_count: int = 0
    affected: dict[str, tuple[str, ...]] = field(default_factory=dict)
    game_dates: tuple[Any, ...] = ()
    changed_fields: tuple[str, ...] = ()

    @property
    def is_unchanged(self) -> bool:
        """True when every row stood already as it came."""
        return not (self.new or self.changed or self.removed)


def create_tables(warehouse: Warehouse) -> None:
    """Create every raw and operational table that does not exist yet, empty."""
    declared: list[RawTable | OperationalTable] = [*raw_tables().values(), *operational_tables().values()]
    for table in declared:
        _create(warehouse, table)


def ensure_table(warehouse: Warehouse, name: str) -> None:
    """Create one operational table if it does not exist yet."""
    _create(warehouse, operational_tables()[name])


def _create(warehouse: Warehouse, table: RawTable | OperationalTable) -> None:
    # On BigQuery a look is cheaper than a job, and all that most identities may do to most tables.
    if warehouse.dialect == "duckdb" or not warehouse.exists(table.relation):
        warehouse.execute(create_table_ddl(table, warehouse.dialect))


def to_arrow(table: RawTable, rows: Sequence[Row]) -> pa.Table:
    """Convert parsed rows to Arrow by the table's contract; aware instants become naive UTC.

    Raises:
        InvariantViolated: a value does not fit its column, a required value is missing, or a column is unknown.
    """
    names = {column.name for column in table.value_columns}
    unknown = set().union(*(row.keys() for row in rows)) - names if rows else set()
    if unknown:
        raise InvariantViolated(f"{table.name}: columns outside the contract: {sorted(unknown)}")
    plain = [{name: _naive_utc(value) for name, value in row.items()} for row in rows]
    try:
        arrow = pa.Table.from_pylist(plain, schema=table.arrow_schema())
    except (pa.ArrowInvalid, pa.ArrowTypeError) as error:
        raise InvariantViolated(f"{table.name}: a value does not fit its column: {error}") from error
    _check_required(table, arrow)
    return arrow


def _naive_utc(value: Any) -> Any:
    if isinstance(value, datetime) and value.tzinfo is not None:
        return value.astimezone(UTC).replace(tzinfo=None)
    return value


def _check_required(table: RawTable, rows: pa.Table) -> None:
    for column in table.value_columns:
        if column.is_required and rows.column(column.name).null_count:
            raise InvariantViolated(f"{table.name}.{column.name} is NULL in {rows.column(column.name).null_count} rows")


def replace_scopes(
    warehouse: Warehouse, table: RawTable, rows: pa.Table, scopes: Sequence[Scope] | None, lineage: Lineage
) -> WriteResult:
    """Replace the rows of the given scopes by `rows`, in one transaction, if anything differs.

    Args:
        warehouse: where to write.
        table: contract of the raw table.
        rows: the value columns, plus any of source_file, source_variant, observed_at that vary by row.
        scopes: scope keys that the object describes completely; None takes the distinct ones of `rows`.
        lineage: lineage of all rows, for what is not a column of `rows`.

    Returns:
        Counts and the affected entities. Scopes that are stored from a later observation with other content are left
        out; when every row of the others is unchanged, no row is written.

    Raises:
        InvariantViolated: two rows share the primary key, or a required value is missing.
    """
    _check_required(table, rows)
    sql = ReplaceSql(table, warehouse.dialect)
    with warehouse.attached("incoming_rows", rows), warehouse.transaction():
        warehouse.stage(sql.incoming(rows.column_names), _lineage_parameters(lineage))
        duplicates = warehouse.query(sql.duplicate_keys()).to_pylist()
        if duplicates:
            raise InvariantViolated(f"{table.name}: several rows for one key, such as {duplicates[0]}")
        _stage_scopes(warehouse, sql, scopes)
        standing = None if lineage.is_news else _count_if_equal(warehouse, sql)
        result = (
            _replace(warehouse, table, sql, lineage)
            if standing is None
            else WriteResult(table.name, unchanged=standing, row_count=standing)
        )
        for name in ("incoming", "incoming_scopes", "stale_scopes", "row_changes"):
            warehouse.execute(f"drop table if exists {name}")
        return result


def _count_if_equal(warehouse: Warehouse, sql: ReplaceSql) -> int | None:
    """Return how many rows the scopes hold if those are the incoming ones, which needs no other comparison."""
    (found,) = warehouse.query(sql.equal_rows()).to_pylist()
    return int(found["stored"]) if found["stored"] == found["equal"] == found["came"] else None


def _replace(warehouse: Warehouse, table: RawTable, sql: ReplaceSql, lineage: Lineage) -> WriteResult:
    stale, fresh = _leave_out_stale(warehouse, sql, lineage)
    result = replace(_compare(warehouse, table, sql), stale_scopes=stale, is_stale=stale > 0 and fresh == 0)
    if not result.is_unchanged:
        _apply(warehouse, sql, result, lineage)
    if result.removed or (lineage.is_news and not result.is_stale):
        forget, note = sql.note_observations(is_news=lineage.is_news)
        warehouse.execute(forget)
        warehouse.execute(note, {"observed_at": _naive_utc(lineage.observed_at)})
    return result


def _apply(warehouse: Warehouse, sql: ReplaceSql, result: WriteResult, lineage: Lineage) -> None:
    now = {"changed_at": datetime.now(UTC).replace(tzinfo=None)}
    for guard in sql.guards():
        warehouse.execute(guard, now)
    warehouse.execute(sql.log_changes(), {"run_id": lineage.run_id} | now)
    warehouse.execute(sql.delete())
    warehouse.execute(sql.insert())
    warehouse.execute(sql.check_stored(result.row_count))


def _lineage_parameters(lineage: Lineage) -> dict[str, Any]:
    return {
        "run_id": lineage.run_id,
        "source_file": lineage.source_file,
        "source_variant": lineage.source_variant,
        "observed_at": _naive_utc(lineage.observed_at),
        "loaded_at": datetime.now(UTC).replace(tzinfo=None),
    }


def _stage_scopes(warehouse: Warehouse, sql: ReplaceSql, scopes: Sequence[Scope] | None) -> None:
    if scopes is None:
        warehouse.stage(sql.scopes_of_rows())
        return
    naive = [{name: _naive_utc(value) for name, value in scope.items()} for scope in scopes]
    with warehouse.attached("given_scopes", sql.scope_table(naive)):
        warehouse.stage("create or replace temp table incoming_scopes as select distinct * from given_scopes")


def _leave_out_stale(warehouse: Warehouse, sql: ReplaceSql, lineage: Lineage) -> tuple[int, int]:
    warehouse.stage(sql.stale_scopes(), {"observed_at": _naive_utc(lineage.observed_at)})
    (count,) = warehouse.query(sql.count_scopes()).to_pylist()
    if count["stale"]:
        for statement in sql.drop_stale():
            warehouse.stage(statement)
    return count["stale"], count["came"] - count["stale"]


def _compare(warehouse: Warehouse, table: RawTable, sql: ReplaceSql) -> WriteResult:
    warehouse.stage(sql.row_changes())
    found: dict[str, dict[str, int]] = defaultdict(dict)
    for row in warehouse.query(sql.summary()).to_pylist():
        found[row["what"]][row["id"]] = row["n"]
    counts = found["kind"]
    everything = tuple(column.name for column in table.digest_columns)
    return WriteResult(
        table=table.name,
        new=counts.get("new", 0),
        changed=counts.get("changed", 0),
        removed=counts.get("removed", 0),
        unchanged=counts.get("unchanged", 0),
        row_count=found["came"][""],
        affected={kind: tuple(sorted(found[kind])) for kind in table.entities},
        game_dates=tuple(date.fromisoformat(day) for day in sorted(found["date"])),
        changed_fields=everything if counts.get("new") or counts.get("removed") else tuple(sorted(found["field"])),
    )
