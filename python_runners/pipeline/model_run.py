"""Unfused runs: some models of one phase by one dbt invocation, and a completion per model for the barriers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from python_runners.errors import BuildFailed
from python_runners.events import Envelope, Phase, Topic, chained
from python_runners.pipeline.change_run import as_of_message, run_models
from python_runners.pipeline.composition import Platform
from python_runners.pipeline.engine_use import bytes_of
from python_runners.pipeline.ledger import Run
from python_runners.pipeline.run_records import ModelCounts, affected_by_run, record_models

COMPLETION_TOPICS = {Phase.ANALYTICS: Topic.ANALYTICS_COMPLETE, Phase.PRECOMPUTE: Topic.PROCESSOR_COMPLETE}

_DONE = """
select execution_id from nba_orchestration.pipeline_execution_log
where phase = ? and parent_execution_id = ? and output_table = ? and status = 'success'
limit 1
"""


def run_and_complete(
    platform: Platform,
    message: Envelope,
    phase: Phase,
    models: Sequence[str],
    metadata: Mapping[str, Any],
    *,
    attempt: int = 1,
) -> None:
    """Run models and announce how each of them ended, unless a run for the same message has done so.

    Args:
        platform: the platform.
        message: what asks for the run.
        phase: phase of the models.
        models: their names; they read nothing of one another.
        metadata: what their completions carry beside the message's own.
        attempt: number of the delivery.

    Raises:
        BuildFailed: a model failed; the others are complete, and its completion says that it failed.
    """
    table = ",".join(models)
    if has_succeeded(platform, message, phase, table):
        run = _start(platform, message, phase, table, attempt)
        platform.ledger.finish(run, "skipped", skip_reason="duplicate_delivery")
        return
    run = _start(platform, message, phase, table, attempt)
    used, error = run_models(platform, models, run)
    counts = {count.consumer: count for count in record_models(platform, run, run.execution_id, message, used)}
    told = () if message.skip_downstream_trigger else models
    completions = [_completion(platform, message, run, model, counts.get(model), error, metadata) for model in told]
    with platform.warehouse.transaction():
        for completion in completions:
            platform.ledger.announce_later(COMPLETION_TOPICS[phase], completion)
        platform.ledger.finish(
            run,
            "failed" if error else "success",
            record_count=sum(count.rows_moved for count in counts.values()),
            bytes_processed=bytes_of(used, models),
            error_type=type(error).__name__ if error else None,
            error_message=str(error) if error else None,
        )
    if error is not None:
        raise error


def has_succeeded(platform: Platform, message: Envelope, phase: Phase, table: str) -> bool:
    """Whether a run for the same message has computed these models, named as one list with commas."""
    return bool(platform.warehouse.query(_DONE, [phase.number, message.execution_id, table]).num_rows)


def _start(platform: Platform, message: Envelope, phase: Phase, table: str, attempt: int) -> Run:
    return platform.ledger.start(
        phase,
        phase.value,
        correlation_id=message.correlation_id,
        parent=message,
        attempt=attempt,
        as_of=as_of_message(platform, message),
        processing_mode="entity",
        output_table=table,
    )


def _completion(
    platform: Platform,
    message: Envelope,
    run: Run,
    model: str,
    count: ModelCounts | None,
    error: BuildFailed | None,
    metadata: Mapping[str, Any],
) -> Envelope:
    # What was counted is committed, also when another model of the invocation failed.
    has_failed = count is None and error is not None
    return chained(
        message,
        processor_name=model,
        phase=run.phase,
        execution_id=run.execution_id,
        source_table=message.source_table,
        output_table=model,
        status="failed" if has_failed else "success",
        record_count=count.rows_moved if count else 0,
        change_type=message.change_type,
        affected_entities=affected_by_run(platform, run.execution_id, (model,)),
        changed_fields=message.changed_fields,
        error_type=type(error).__name__ if has_failed else None,
        error_message=str(error) if has_failed else None,
        metadata={**message.metadata, "as_of": run.as_of.isoformat(), **metadata},
    )
