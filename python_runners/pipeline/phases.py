"""Phases 3 to 6 as steps: run the models that a change reaches, or publish the documents that show them."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from typing import Any

from python_runners.dates import parse_instant, slate_date
from python_runners.errors import NbaPropsError
from python_runners.events import Envelope, Phase, Topic, chained
from python_runners.pipeline.coalesce import source_tables
from python_runners.pipeline.composition import Platform
from python_runners.pipeline.dbt_runner import DbtRun
from python_runners.pipeline.ledger import Run
from python_runners.pipeline.scope import RunScope
from python_runners.pipeline.trigger_graph import merge, route_of
from python_runners.version import code_version

_PHASES = {3: Phase.ANALYTICS, 4: Phase.PRECOMPUTE, 5: Phase.PREDICTIONS}


def run_models(platform: Platform, message: Envelope, *, phase: int, topic: Topic, attempt: int = 1) -> None:
    """Run the models of one phase that the change of `message.source_table` reaches, record them, announce.

    Raises:
        BuildFailed: a model failed; the ledger row of the run says which.
    """
    manifest = platform.dbt.manifest
    reference, phases = merge([route_of(manifest, table) for table in source_tables(message)], manifest)
    models = (*reference, *phases[phase]) if phase == min(_PHASES) else phases[phase]
    scope = RunScope.of_change(message)
    as_of = _as_of(platform, message)
    run = platform.ledger.start(
        _PHASES[phase],
        f"{_PHASES[phase].value}",
        correlation_id=message.correlation_id,
        parent=message,
        attempt=attempt,
        as_of=as_of,
        processing_mode=scope.mode,
        changed_fields=list(message.changed_fields),
        affected_entities=message.affected_entities.model_dump_json(),
    )
    if models:
        try:
            built = build(platform, models, scope, run)
        except NbaPropsError as error:
            platform.ledger.finish(run, "failed", error_type=type(error).__name__, error_message=str(error))
            raise
        counts = record_models(platform, built, scope, run, message)
    else:
        counts = {}
    announcement = chained(
        message,
        processor_name=run.processor_name,
        phase=run.phase,
        execution_id=run.execution_id,
        source_table=message.source_table,
        output_table=",".join(models) or None,
        status="success",
        record_count=sum(counts.values()),
        change_type=message.change_type,
        affected_entities=message.affected_entities,
        changed_fields=message.changed_fields,
        metadata={**message.metadata, "as_of": as_of.isoformat(), "models": list(models)},
    )
    with platform.warehouse.transaction():
        if not message.skip_downstream_trigger:
            platform.ledger.announce_later(topic, announcement)
        platform.ledger.finish(run, "success", record_count=sum(counts.values()))


def build(platform: Platform, models: tuple[str, ...], scope: RunScope, run: Run) -> DbtRun:
    """Build models for a scope in one dbt invocation."""
    variables = scope.variables(as_of=run.as_of, run_id=run.execution_id) | {
        "written_at": platform.clock().isoformat(),
        "batch_id": run.execution_id,
        "correlation_id": run.correlation_id,
        "code_version": code_version(),
    }
    return platform.dbt.invoke("run", select=models, variables=variables)


def record_models(
    platform: Platform, built: DbtRun, scope: RunScope, run: Run, message: Envelope | None
) -> dict[str, int]:
    """Write one row per model of a dbt run into analytics_processor_runs; return rows per model, read back."""
    nodes = {node["name"]: node for node in platform.dbt.manifest["nodes"].values() if node["resource_type"] == "model"}
    counts: dict[str, int] = {}
    for node in built.nodes:
        meta = nodes[node.name]["config"].get("meta", {})
        if meta.get("phase") not in (3, 4) or "scope_columns" not in meta:
            continue
        measured = _measure(platform, nodes[node.name], run)
        counts[node.name] = measured["rows"]
        started = run.started_at.astimezone(UTC).replace(tzinfo=None)
        platform.ledger.insert(
            "analytics_processor_runs",
            {
                "run_id": run.execution_id,
                "run_date": started.date(),
                "processor_name": node.name,
                "date_range_start": scope.from_date or measured["first_date"] or started.date(),
                "date_range_end": scope.to_date or measured["last_date"] or started.date(),
                "records_processed": measured["rows"],
                "duration_seconds": node.seconds,
                "success": True,
                "status": "success",
                "entities_processed": measured["entities"],
                "processing_mode": scope.mode,
                "trigger_chain": json.dumps(list(message.trigger_chain) if message else []),
                "decisions_made": json.dumps([f"scope:{scope.mode}"]),
                "optimizations_used": json.dumps(["scoped_replace"] if scope.mode != "full_refresh" else []),
                "execution_id": run.execution_id,
                "correlation_id": run.correlation_id,
                "source_table": message.source_table if message else None,
                "quality_issues": [],
                "code_version": code_version(),
                "started_at": started,
            },
        )
    return counts


def _measure(platform: Platform, node: dict[str, Any], run: Run) -> dict[str, Any]:
    columns = node["config"]["meta"]["scope_columns"]
    entity = columns.get("player") or columns["team"]
    rows = platform.warehouse.query(
        f"select count(*) as rows, count(distinct {entity}) as entities, "
        f"min({columns['date']}) as first_date, max({columns['date']}) as last_date "
        f"from {node['relation_name']} where run_id = ?",
        [run.execution_id],
    ).to_pylist()
    return dict(rows[0])


def _as_of(platform: Platform, message: Envelope) -> datetime:
    given = message.metadata.get("as_of")
    return parse_instant(str(given)) if given else platform.as_of()


def publish_step(platform: Platform, message: Envelope, attempt: int) -> None:
    """Publish the documents of the slate that the journey's as_of belongs to, after predictions."""
    from python_runners.publishers.publish import publish_date

    as_of = _as_of(platform, message)
    run = platform.ledger.start(
        Phase.PUBLISHING,
        Phase.PUBLISHING.value,
        correlation_id=message.correlation_id,
        parent=message,
        attempt=attempt,
        as_of=as_of,
    )
    day: date = slate_date(as_of)
    try:
        report = publish_date(
            platform.warehouse, platform.documents, day, as_of=as_of, correlation_id=message.correlation_id
        )
    except NbaPropsError as error:
        platform.ledger.finish(run, "failed", error_type=type(error).__name__, error_message=str(error))
        raise
    announcement = chained(
        message,
        processor_name=run.processor_name,
        phase=run.phase,
        execution_id=run.execution_id,
        source_table=message.source_table,
        status="success" if not report.failed else "partial",
        record_count=len(report.written),
        records_failed=len(report.failed),
        metadata={**message.metadata, "documents": list(report.written)[:100]},
    )
    with platform.warehouse.transaction():
        if not message.skip_downstream_trigger:
            platform.ledger.announce_later(Topic.PUBLISHING_COMPLETE, announcement)
        platform.ledger.finish(
            run,
            announcement.status,
            record_count=len(report.written),
            records_failed=len(report.failed),
            error_message="; ".join(f"{path}: {reason}" for path, reason in report.failed.items()) or None,
        )
