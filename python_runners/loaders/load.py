"""Phase 2: one stored object becomes rows of its raw tables, the ledger knows, and the change is announced."""

from __future__ import annotations

import gzip
import json
from dataclasses import dataclass
from datetime import date

from python_runners.dates import parse_instant
from python_runners.errors import NoData, PermanentError, UnknownPayloadShape
from python_runners.events import AffectedEntities, Envelope, Phase, Topic, chained
from python_runners.loaders.base import RawObject
from python_runners.loaders.contracts import RAW_SCHEMA, raw_tables
from python_runners.loaders.registry import Feed, feeds_of
from python_runners.loaders.write import Lineage, WriteResult, replace_scopes, to_arrow
from python_runners.pipeline.ledger import Ledger, Run
from python_runners.platform.objects import ObjectStore
from python_runners.platform.warehouse import Warehouse


@dataclass(frozen=True)
class LoadOutcome:
    """What loading one object into one table came to; `error` is set when it was refused."""

    table: str
    status: str
    result: WriteResult | None = None
    error: PermanentError | None = None


def read_object(objects: ObjectStore, path: str) -> tuple[RawObject, str]:
    """Return a stored payload and the name of the scraper that brought it.

    Raises:
        UnknownPayloadShape: the object does not carry the metadata that scrapers write.
    """
    stored = objects.get(path)
    try:
        scraper = stored.metadata["scraper_name"]
        observed_at = parse_instant(stored.metadata["observed_at"])
        params = json.loads(stored.metadata["params"])
        variant = stored.metadata["source_variant"]
    except KeyError as error:
        raise UnknownPayloadShape(f"{path} carries no {error.args[0]} in its metadata") from error
    body = gzip.decompress(stored.body) if stored.metadata.get("content_encoding") == "gzip" else stored.body
    return RawObject(path, body, observed_at, variant, params), scraper


def load_object(
    warehouse: Warehouse, ledger: Ledger, objects: ObjectStore, message: Envelope, *, attempt: int = 1
) -> list[LoadOutcome]:
    """Load the object that a scraper completion names into every raw table it feeds.

    Tables are independent: a refused one leaves the others loaded, and leaves no row of its own.

    Returns:
        One outcome per table.

    Raises:
        UnknownPayloadShape: the object is no scraper object, or its scraper feeds no table.
    """
    path = message.metadata.get("object_path")
    if not path:
        raise UnknownPayloadShape(f"{message.processor_name}: the completion names no object")
    raw_object, scraper = read_object(objects, path)
    return [
        _load_table(warehouse, ledger, feed, raw_object, message, attempt)
        for feed in feeds_of(scraper, raw_object.source_variant)
    ]


def _load_table(
    warehouse: Warehouse,
    ledger: Ledger,
    feed: Feed,
    raw_object: RawObject,
    message: Envelope,
    attempt: int,
) -> LoadOutcome:
    table = feed.table
    run = ledger.start(
        Phase.RAW,
        f"load_{table}",
        correlation_id=message.correlation_id,
        parent=message,
        attempt=attempt,
        output_dataset=RAW_SCHEMA,
        output_table=table,
        source_table=table,
        processing_mode="date_range",
    )
    contract = raw_tables()[table]
    try:
        parsed = feed.parse(raw_object)
        rows = to_arrow(contract, parsed.rows)
        lineage = Lineage(
            run.execution_id,
            raw_object.path,
            feed.table_variant,
            raw_object.observed_at,
            is_news=bool(message.metadata.get("is_new", True)),
        )
        with warehouse.transaction():
            result = replace_scopes(warehouse, contract, rows, parsed.scopes, lineage)
            status = _record(ledger, run, message, result, sum(parsed.dropped.values()))
    except NoData as nothing:
        ledger.finish(run, "no_data", record_count=0, error_message=str(nothing))
        return LoadOutcome(table, "no_data")
    except PermanentError as error:
        ledger.finish(run, "failed", record_count=0, error_type=type(error).__name__, error_message=str(error))
        return LoadOutcome(table, "failed", error=error)
    return LoadOutcome(table, status, result)


def _record(ledger: Ledger, run: Run, message: Envelope, result: WriteResult, dropped: int) -> str:
    stale = f"{result.stale_scopes} scopes are stored from a later observation" if result.stale_scopes else None
    if result.is_unchanged:
        ledger.finish(
            run,
            "skipped",
            skip_reason="unchanged",
            record_count=result.row_count,
            entities_changed=0,
            error_message=stale,
        )
        return "skipped"
    affected = AffectedEntities(
        players=result.affected.get("player"), teams=result.affected.get("team"), games=result.affected.get("game")
    )
    moved = result.new + result.changed + result.removed
    ledger.announce_later(Topic.RAW_COMPLETE, _announcement(run, message, result, affected))
    ledger.finish(
        run,
        "success",
        record_count=result.row_count,
        records_failed=dropped,
        entities_changed=moved,
        affected_entities=affected.model_dump_json(),
        changed_fields=list(result.changed_fields),
        error_message=stale,
    )
    return "success"


def _announcement(run: Run, message: Envelope, result: WriteResult, affected: AffectedEntities) -> Envelope:
    dates: tuple[date, ...] = result.game_dates
    return chained(
        message,
        processor_name=run.processor_name,
        phase=Phase.RAW,
        execution_id=run.execution_id,
        game_date=min(dates) if dates else message.game_date,
        source_table=result.table,
        output_table=result.table,
        output_dataset=RAW_SCHEMA,
        status="success",
        record_count=result.row_count,
        change_type="full_load" if result.unchanged == 0 else "incremental",
        affected_entities=affected,
        changed_fields=result.changed_fields,
        metadata={
            "from_date": min(dates).isoformat() if dates else None,
            "to_date": max(dates).isoformat() if dates else None,
        },
    )
