"""Phases 5 and 6 as steps: predict what phase 4 reached, publish the documents that show what moved."""

from __future__ import annotations

from python_runners.dates import slate_date
from python_runners.events import Envelope, Phase, Topic, chained
from python_runners.pipeline.change_run import as_of_message, run_models
from python_runners.pipeline.coalesce import source_tables
from python_runners.pipeline.composition import Platform
from python_runners.pipeline.engine_use import bytes_of
from python_runners.pipeline.model_run import has_succeeded
from python_runners.pipeline.modes import expected_models, mode_of
from python_runners.pipeline.touched import remember_told, touched_documents


def predict_step(platform: Platform, message: Envelope, attempt: int) -> None:
    """Predict what an unfused phase 4 reached, and record the batch; a fused run has predicted already.

    Raises:
        BuildFailed: a model failed.
    """
    from python_runners.predictions.coordinator import trigger

    if not message.metadata.get("fused"):
        _predict(platform, message, attempt)
    trigger(platform, message)


def _predict(platform: Platform, message: Envelope, attempt: int) -> None:
    as_of = as_of_message(platform, message)
    mode = mode_of(message, message.game_date or slate_date(as_of), slate_date(as_of))
    models = expected_models(platform.dbt.manifest, 5, mode, source_tables(message) if message.source_table else ())
    table = ",".join(models)
    was_run = has_succeeded(platform, message, Phase.PREDICTIONS, table)
    run = platform.ledger.start(
        Phase.PREDICTIONS,
        Phase.PREDICTIONS.value,
        correlation_id=message.correlation_id,
        parent=message,
        attempt=attempt,
        as_of=as_of,
        output_table=table,
    )
    if was_run:
        platform.ledger.finish(run, "skipped", skip_reason="duplicate_delivery")
        return
    used, error = run_models(platform, models, run)
    if error is not None:
        platform.ledger.finish(run, "failed", error_type=type(error).__name__, error_message=str(error))
        raise error
    touched = touched_documents(platform, slate_date(as_of))
    announcement = chained(
        message,
        processor_name=Phase.PREDICTIONS.value,
        phase=Phase.PREDICTIONS,
        execution_id=run.execution_id,
        source_table=message.source_table,
        status="success",
        affected_entities=touched.affected,
        metadata={**message.metadata, "as_of": as_of.isoformat()},
    )
    with platform.warehouse.transaction():
        platform.ledger.announce_later(Topic.PREDICTIONS_COMPLETE, announcement)
        remember_told(platform, touched.change_id, as_of)
        platform.ledger.finish(
            run,
            "success",
            affected_entities=touched.affected.model_dump_json(),
            bytes_processed=bytes_of(used, models),
        )


def publish_step(platform: Platform, message: Envelope, attempt: int) -> None:
    """Publish what moved, as the message lists it, on the slate that the journey's as_of belongs to."""
    from python_runners.publishers.run import publish_slate

    as_of = as_of_message(platform, message)
    publish_slate(
        platform,
        slate_date(as_of),
        as_of=as_of,
        correlation_id=message.correlation_id,
        message=message,
        attempt=attempt,
    )
