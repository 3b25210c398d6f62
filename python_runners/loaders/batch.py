"""Loading many objects at once: one transaction per table, as a backfill wants it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC

import pyarrow as pa

from python_runners.errors import NoData, PermanentError
from python_runners.events import Envelope, Phase
from python_runners.loaders.base import Scope
from python_runners.loaders.contracts import RAW_SCHEMA, RawTable, raw_tables
from python_runners.loaders.load import read_object
from python_runners.loaders.registry import feeds_of
from python_runners.loaders.write import Lineage, replace_scopes, to_arrow
from python_runners.pipeline.ledger import Ledger
from python_runners.platform.objects import ObjectStore
from python_runners.platform.warehouse import Warehouse


@dataclass
class BatchReport:
    """Rows per table after the write, and the reason of every refusal by object path."""

    rows: dict[str, int] = field(default_factory=dict)
    refused: dict[str, str] = field(default_factory=dict)


@dataclass
class _Collected:
    parts: list[pa.Table] = field(default_factory=list)
    scopes: list[Scope] = field(default_factory=list)


def load_batch(
    warehouse: Warehouse, ledger: Ledger, objects: ObjectStore, messages: Iterable[Envelope], *, correlation_id: str
) -> BatchReport:
    """Load the objects of many scraper completions, one transaction and one ledger row per table; nothing is announced.

    An object that is refused is left out and reported; it never takes the others with it. Where two objects describe
    one scope, the later observation stands.
    """
    report = BatchReport()
    collected: dict[str, dict[str, _Collected]] = defaultdict(dict)
    for message in messages:
        path = message.metadata.get("object_path")
        if message.status == "success" and path:
            _collect(objects, path, collected, report)
    for name, by_scope in collected.items():
        report.rows[name] = _write(warehouse, ledger, raw_tables()[name], list(by_scope.values()), correlation_id)
    return report


def _collect(objects: ObjectStore, path: str, collected: dict[str, dict[str, _Collected]], report: BatchReport) -> None:
    raw_object, scraper = read_object(objects, path)
    for feed in feeds_of(scraper, raw_object.source_variant):
        table = raw_tables()[feed.table]
        try:
            parsed = feed.parse(raw_object)
            rows = to_arrow(table, parsed.rows)
        except NoData:
            continue
        except PermanentError as error:
            report.refused[path] = f"{feed.table}: {error}"
            continue
        observed = raw_object.observed_at.astimezone(UTC).replace(tzinfo=None)
        lineage = {
            "source_file": pa.array([raw_object.path] * rows.num_rows, pa.string()),
            "source_variant": pa.array([feed.table_variant] * rows.num_rows, pa.string()),
            "observed_at": pa.array([observed] * rows.num_rows, pa.timestamp("us")),
        }
        for column, values in lineage.items():
            rows = rows.append_column(column, values)
        key = repr(sorted((name, str(value)) for scope in parsed.scopes for name, value in scope.items()))
        collected[feed.table][key] = _Collected([rows], list(parsed.scopes))


def _write(warehouse: Warehouse, ledger: Ledger, table: RawTable, parts: list[_Collected], correlation_id: str) -> int:
    rows = pa.concat_tables([part for collected in parts for part in collected.parts])
    scopes = [scope for collected in parts for scope in collected.scopes]
    run = ledger.start(
        Phase.RAW,
        f"load_{table.name}",
        correlation_id=correlation_id,
        output_dataset=RAW_SCHEMA,
        output_table=table.name,
        source_table=table.name,
        backfill_mode=True,
        skip_downstream_trigger=True,
        processing_mode="full_refresh",
    )
    try:
        with warehouse.transaction():
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
