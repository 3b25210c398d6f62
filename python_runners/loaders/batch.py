"""Loading many objects at once: one transaction per table, as a backfill wants it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pyarrow as pa

from python_runners.errors import InvariantViolated, NoData, PermanentError
from python_runners.events import Envelope, Phase
from python_runners.loaders.base import RawObject, Scope
from python_runners.loaders.contracts import RAW_SCHEMA, RawTable, raw_tables
from python_runners.loaders.load import read_object
from python_runners.loaders.registry import Feed, feeds_of
from python_runners.loaders.scope_sql import ScopeSql
from python_runners.loaders.write import Lineage, replace_scopes, to_arrow
from python_runners.pipeline.ledger import Ledger, Run
from python_runners.platform.objects import ObjectStore
from python_runners.platform.warehouse import Warehouse


@dataclass
class BatchReport:
    """Rows per table after the write, and the reason of every refusal by object path."""

    rows: dict[str, int] = field(default_factory=dict)
    refused: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class _Part:
    """Rows of one object for one table, with lineage, and the scopes that the object describes."""

    rows: pa.Table
    scopes: list[Scope]
    observed_at: datetime


_Key = tuple[Any, ...]


def load_batch(
    warehouse: Warehouse, ledger: Ledger, objects: ObjectStore, messages: Iterable[Envelope], *, correlation_id: str
) -> BatchReport:
    """Load the objects of many scraper completions, one transaction and one ledger row per table; nothing is announced.

    An object that is refused is left out, reported and recorded; it never takes the others with it. Where two objects
    describe one scope, or the table already holds it, the later observation stands.
    """
    report = BatchReport()
    parts: dict[str, list[_Part]] = defaultdict(list)
    for message in messages:
        path = message.metadata.get("object_path")
        if message.status != "success" or not path:
            continue
        raw_object, scraper = read_object(objects, path)
        for feed in feeds_of(scraper, raw_object.source_variant):
            try:
                parts[feed.table].append(_part_of(feed, raw_object))
            except NoData:
                continue
            except PermanentError as error:
                report.refused[path] = f"{feed.table}: {error}"
                run = _start(ledger, feed.table, correlation_id)
                ledger.finish(run, "failed", error_type=type(error).__name__, error_message=f"{path}: {error}")
    for name, found in parts.items():
        if found:
            report.rows[name] = _write(warehouse, ledger, raw_tables()[name], found, correlation_id)
    return report


def _part_of(feed: Feed, raw_object: RawObject) -> _Part:
    table = raw_tables()[feed.table]
    parsed = feed.parse(raw_object)
    rows = to_arrow(table, parsed.rows)
    observed = raw_object.observed_at.astimezone(UTC).replace(tzinfo=None)
    lineage = {
        "source_file": pa.array([raw_object.path] * rows.num_rows, pa.string()),
        "source_variant": pa.array([feed.table_variant] * rows.num_rows, pa.string()),
        "observed_at": pa.array([observed] * rows.num_rows, pa.timestamp("us")),
    }
    for column, values in lineage.items():
        rows = rows.append_column(column, values)
    keys = _keys(rows, table.primary_key)
    if len(set(keys)) < len(keys):
        raise InvariantViolated(f"{table.name}: several rows for one key")
    return _Part(rows, list(parsed.scopes), observed)


def _keys(rows: pa.Table, names: Sequence[str]) -> list[_Key]:
    if not names:
        return [()] * rows.num_rows
    return list(zip(*(rows.column(name).to_pylist() for name in names), strict=True))


def _scope_key(table: RawTable, scope: Scope) -> _Key:
    values = (scope[name] for name in table.scope)
    return tuple(
        value.astimezone(UTC).replace(tzinfo=None) if isinstance(value, datetime) and value.tzinfo else value
        for value in values
    )


def _latest(warehouse: Warehouse, table: RawTable, parts: list[_Part]) -> tuple[pa.Table, list[Scope]]:
    """Return, of every scope and of every key, what was observed last, without scopes that the table knows better."""
    stored = warehouse.query(ScopeSql(table, warehouse.dialect).newest_observations())
    known = dict(zip(_keys(stored, table.scope), stored.column("observed_at").to_pylist(), strict=True))
    in_order = sorted(parts, key=lambda part: part.observed_at)
    owners: dict[_Key, int] = {}
    scopes: dict[_Key, Scope] = {}
    for number, part in enumerate(in_order):
        for scope in part.scopes:
            key = _scope_key(table, scope)
            newest = known.get(key)
            if newest is None or part.observed_at >= newest:
                owners[key], scopes[key] = number, scope
    kept: list[pa.Table] = []
    for number, part in enumerate(in_order):
        mask = [owners.get(key) == number for key in _keys(part.rows, table.scope)]
        kept.append(part.rows.filter(pa.array(mask, pa.bool_())))
    last = {key: number for number, rows in enumerate(kept) for key in _keys(rows, table.primary_key)}
    for number, rows in enumerate(kept):
        mask = [last[key] == number for key in _keys(rows, table.primary_key)]
        kept[number] = rows.filter(pa.array(mask, pa.bool_()))
    return pa.concat_tables(kept), list(scopes.values())


def _start(ledger: Ledger, table: str, correlation_id: str) -> Run:
    return ledger.start(
        Phase.RAW,
        f"load_{table}",
        correlation_id=correlation_id,
        output_dataset=RAW_SCHEMA,
        output_table=table,
        source_table=table,
        backfill_mode=True,
        skip_downstream_trigger=True,
        processing_mode="full_refresh",
    )


def _write(warehouse: Warehouse, ledger: Ledger, table: RawTable, parts: list[_Part], correlation_id: str) -> int:
    run = _start(ledger, table.name, correlation_id)
    try:
        with warehouse.transaction():
            rows, scopes = _latest(warehouse, table, parts)
            result = replace_scopes(warehouse, table, rows, scopes, Lineage(run.execution_id))
            skipped = result.is_unchanged
            ledger.finish(
                run,
                "skipped" if skipped else "success",
                skip_reason="unchanged" if skipped else None,
                record_count=result.row_count,
                entities_changed=result.new + result.changed + result.removed,
            )
    except PermanentError as error:
        ledger.finish(run, "failed", error_type=type(error).__name__, error_message=str(error))
        raise
    return result.row_count
