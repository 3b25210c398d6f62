"""A change of raw tables becomes one dbt run over everything that it reaches, and one announcement per phase.

The run is fused: inputs and phases 3 to 5 are one dbt invocation, in which each model takes its scope from what really
moved before it. What a crash leaves undone stays above the watermarks and belongs to the scope of the next run.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from python_runners.dates import as_of_variable, parse_instant, slate_date
from python_runners.errors import BuildFailed
from python_runners.events import Envelope, Phase, Topic, chained
from python_runners.pipeline.coalesce import source_tables
from python_runners.pipeline.column_reads import column_reads
from python_runners.pipeline.composition import Platform
from python_runners.pipeline.engine_use import EngineUse, bytes_of
from python_runners.pipeline.failures import alert_on_missing_sources
from python_runners.pipeline.ledger import Run
from python_runners.pipeline.model_build import PREDICTIONS, build_models
from python_runners.pipeline.protection.reach import pass_over
from python_runners.pipeline.protection.verdict import end_early, judge, record_outcome
from python_runners.pipeline.publisher import is_silent
from python_runners.pipeline.run_records import ModelCounts, affected_by_run, phases_by_model, record_models
from python_runners.pipeline.touched import remember_told, touched_documents
from python_runners.pipeline.trigger_graph import merge, raw_sources, route_of
from python_runners.version import code_version

_PHASES = {3: Phase.ANALYTICS, 4: Phase.PRECOMPUTE, 5: Phase.PREDICTIONS}
_TOPICS = {3: Topic.ANALYTICS_COMPLETE, 4: Topic.PRECOMPUTE_COMPLETE, 5: Topic.PREDICTIONS_COMPLETE}


@dataclass(frozen=True)
class ChangePlan:
    """What a change reaches: inputs and dimensions, then models per phase, in build order.

    Attributes:
        reference: inputs and dimensions.
        phases: models per phase.
        sources: unique ids of the sources upstream of them.
        is_logged: the changes stand in the change log; those of seeds do not.
    """

    reference: tuple[str, ...]
    phases: Mapping[int, tuple[str, ...]]
    sources: tuple[str, ...] = ()
    is_logged: bool = True

    @property
    def models(self) -> tuple[str, ...]:
        """All of them."""
        return self.reference + tuple(name for phase in sorted(self.phases) for name in self.phases[phase])


def plan_of(platform: Platform, message: Envelope) -> ChangePlan:
    """Derive from the manifest what the raw tables of a message reach."""
    manifest = platform.dbt.manifest
    tables = source_tables(message)
    routes = [route_of(manifest, table) for table in tables]
    reference, phases = merge(routes, manifest)
    ids = raw_sources(manifest)
    sources = sorted({ids[table] for route in routes for table in route.gate})
    return ChangePlan(reference, phases, tuple(sources), is_logged=all(table in ids for table in tables))


def as_of_message(platform: Platform, message: Envelope) -> datetime:
    """The instant that a journey computes for: what its messages carry, else the platform's."""
    given = message.metadata.get("as_of")
    return parse_instant(str(given)) if given else platform.as_of()


def run_change(platform: Platform, message: Envelope, *, attempt: int = 1) -> None:
    """Recompute what a change reaches, record it, and announce every phase in which something moved.

    A run that would move nothing, or whose sources are not there, ends before dbt starts; its changes stay above the
    watermarks, so the next run takes them along.

    Raises:
        BuildFailed: a model failed; what ran before it stands, and the rest is picked up by the next run.
    """
    plan = plan_of(platform, message)
    as_of = as_of_message(platform, message)
    verdict = judge(platform, message, as_of, models=plan.models, sources=plan.sources, is_logged=plan.is_logged)
    alert_on_missing_sources(platform, message, verdict.day, verdict.missing, verdict.blocking)
    if verdict.status != "running":
        run = end_early(platform, message, verdict, as_of, attempt)
        if verdict.skip_reason == "unchanged":
            _tell_documents(platform, message, run, as_of)
        return
    message = message.model_copy(update={"change_signature": verdict.signature})
    runs = {
        number: platform.ledger.start(
            phase,
            phase.value,
            correlation_id=message.correlation_id,
            parent=message,
            attempt=attempt,
            as_of=as_of,
            processing_mode="entity",
            changed_fields=list(message.changed_fields),
            **verdict.fields,
        )
        for number, phase in _PHASES.items()
    }
    run_id = runs[3].execution_id
    used, error = run_models(platform, verdict.models, runs[3])
    left_out = [name for name in plan.models if name not in verdict.models]
    counts = record_models(platform, runs[3], run_id, message, used, verdict.missing, left_out)
    pass_over(platform.warehouse, left_out, verdict.waiting)
    _finish(platform, message, plan, runs, counts, used, error, as_of)
    done = verdict.models if error is None else [count.consumer for count in counts if count.mode != "left_out"]
    record_outcome(platform, verdict, succeeded=done, error=error)
    if error is not None:
        raise error


def run_models(platform: Platform, models: Sequence[str], run: Run) -> tuple[dict[str, EngineUse], BuildFailed | None]:
    """Run models by one dbt invocation in the name of a run of the ledger.

    Returns:
        What the engine used by node, and the failure when one failed.
    """
    variables: dict[str, Any] = {
        "as_of": as_of_variable(run.as_of),
        "run_id": run.execution_id,
        "written_at": platform.clock().isoformat(),
        "batch_id": run.execution_id,
        "correlation_id": run.correlation_id,
        "code_version": code_version(),
        "event": {"scopes": {}, "reads": column_reads()},
    }
    try:
        nodes = build_models(platform, models, variables)
    except BuildFailed as failure:
        return {}, failure
    return {node.name: node.use for node in nodes}, None


def _finish(
    platform: Platform,
    message: Envelope,
    plan: ChangePlan,
    runs: Mapping[int, Run],
    counts: list[ModelCounts],
    used: Mapping[str, EngineUse],
    error: BuildFailed | None,
    as_of: datetime,
) -> None:
    phases = phases_by_model(platform.dbt.manifest)
    run_id = runs[3].execution_id
    done = {count.consumer for count in counts}
    predicted = _rows_logged(platform, run_id, PREDICTIONS)
    # Everything is read before the first write: a transaction on BigQuery answers nothing after it.
    moved_entities = {number: affected_by_run(platform, run_id, plan.phases[number]) for number in runs if number != 5}
    told = touched_documents(platform, slate_date(as_of))
    former = message
    with platform.warehouse.transaction():
        for number, run in runs.items():
            models = plan.phases[number]
            own = [count for count in counts if count.phase == number]
            moved = sum(count.rows_moved for count in own) + (predicted if number == 5 else 0)
            touched = told if number == 5 else None
            affected = moved_entities[number] if touched is None else touched.affected
            missing = [name for name in models if name not in done and name != PREDICTIONS]
            processed = sum(count.processed for count in own)
            changed = sum(count.changed for count in own)
            fields = {
                "entities_in_scope": sum(count.in_scope for count in own),
                "entities_processed": processed,
                "entities_changed": changed,
                "waste_pct": 100.0 * (processed - changed) / processed if processed else None,
                "record_count": moved,
                "bytes_processed": bytes_of(used, models),
                "affected_entities": affected.model_dump_json(),
            }
            if error is not None and missing:
                platform.ledger.finish(
                    run, "failed", error_type=type(error).__name__, error_message=str(error), **fields
                )
                continue
            upstream = any(count.rows_moved for count in counts if phases.get(count.consumer, 0) <= number)
            if not moved and (touched is None or (touched.is_nothing and not upstream)):
                platform.ledger.finish(run, "skipped", skip_reason="unchanged", **fields)
                continue
            announcement = chained(
                former,
                processor_name=run.processor_name,
                phase=run.phase,
                execution_id=run.execution_id,
                source_table=message.source_table,
                output_table=",".join(models) or None,
                status="success",
                record_count=moved,
                change_type=message.change_type,
                affected_entities=affected,
                changed_fields=message.changed_fields,
                metadata={**message.metadata, "as_of": as_of.isoformat(), "models": list(models), "fused": True},
            )
            former = announcement
            if not is_silent(message):
                platform.ledger.announce_later(_TOPICS[number], announcement)
                if touched is not None:
                    remember_told(platform, touched.change_id, as_of)
            platform.ledger.finish(run, "success", **fields)


def _tell_documents(platform: Platform, message: Envelope, run: Run, as_of: datetime) -> None:
    """Announce what a run moved that died between its last model and its announcements."""
    touched = touched_documents(platform, slate_date(as_of))
    if touched.is_nothing or not touched.was_told or is_silent(message):
        return
    announcement = chained(
        message,
        processor_name=Phase.PREDICTIONS.value,
        phase=Phase.PREDICTIONS,
        execution_id=run.execution_id,
        source_table=message.source_table,
        status="success",
        affected_entities=touched.affected,
        metadata={**message.metadata, "as_of": as_of.isoformat(), "fused": True},
    )
    with platform.warehouse.transaction():
        platform.ledger.announce_later(Topic.PREDICTIONS_COMPLETE, announcement)
        remember_told(platform, touched.change_id, as_of)


def _rows_logged(platform: Platform, run_id: str, model: str) -> int:
    found = platform.warehouse.query(
        "select count(*) as n from nba_orchestration.change_log where run_id = ? and input_name = ?",
        [run_id, model],
    ).to_pylist()
    return int(found[0]["n"])
