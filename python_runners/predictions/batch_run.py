"""One batch as a run of the ledger: predicted, recorded, announced, and an alert when too few are predicted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from python_runners.dates import slate_date
from python_runners.errors import NbaPropsError
from python_runners.events import Envelope, Phase, Topic, chained
from python_runners.pipeline.composition import Platform
from python_runners.pipeline.ledger import Run
from python_runners.pipeline.run_records import affected_by_run
from python_runners.pipeline.touched import remember_told, touched_documents
from python_runners.predictions.batches import Batch
from python_runners.predictions.inputs import PREDICTIONS
from python_runners.predictions.predict_command import predict_date


@dataclass(frozen=True)
class BatchRequest:
    """What a batch is asked to do.

    Attributes:
        day: US Eastern game date.
        mode: early, main, retry or line_update.
        asked_by: the message, or the call put into one, that the batch answers.
        as_of: the instant that it may know up to, UTC.
        player_ids: players to predict; None for the whole slate.
        attempt: number of the delivery.
    """

    day: date
    mode: str
    asked_by: Envelope
    as_of: datetime
    player_ids: tuple[str, ...] | None = None
    attempt: int = 1


def process_batch(platform: Platform, request: BatchRequest) -> Batch:
    """Predict, record and announce one batch.

    Raises:
        BuildFailed: the dbt model failed; batch and run are recorded as failed.
    """
    message = request.asked_by
    run = platform.ledger.start(
        Phase.PREDICTIONS,
        Phase.PREDICTIONS.value,
        correlation_id=message.correlation_id,
        parent=message,
        attempt=request.attempt,
        as_of=request.as_of,
        game_date=request.day,
        processing_mode="date_range" if request.player_ids is None else "entity",
    )
    try:
        batch = predict_date(
            platform,
            request.day,
            run.execution_id,
            batch_mode=request.mode,
            trigger_source=message.trigger_source,
            correlation_id=message.correlation_id,
            player_ids=request.player_ids,
            as_of=request.as_of,
        )
    except NbaPropsError as error:
        platform.ledger.finish(run, "failed", error_type=type(error).__name__, error_message=str(error))
        raise
    record_batch_run(platform, request, run, batch)
    return batch


def record_batch_run(platform: Platform, request: BatchRequest, run: Run, batch: Batch) -> None:
    """Bring the run of a batch to its end and, in the same transaction, announce what it moved."""
    message = request.asked_by
    affected = affected_by_run(platform, run.execution_id, (PREDICTIONS,))
    rows = platform.warehouse.query(
        "select count(*) as n from nba_predictions.player_points_predictions where batch_id = ?", [batch.batch_id]
    ).to_pylist()[0]["n"]
    fields = {
        "entities_in_scope": batch.eligible_players,
        "entities_processed": batch.predicted_players,
        "record_count": rows,
        "affected_entities": affected.model_dump_json(),
    }
    if not rows:
        platform.ledger.finish(run, "skipped", skip_reason="unchanged", **fields)
        return
    touched = touched_documents(platform, slate_date(request.as_of))
    announcement = chained(
        message,
        processor_name=run.processor_name,
        phase=run.phase,
        execution_id=run.execution_id,
        game_date=request.day,
        output_table=PREDICTIONS,
        status="partial" if batch.is_below_target else "success",
        record_count=rows,
        change_type="full_load" if request.player_ids is None else "incremental",
        affected_entities=touched.affected,
        metadata={**message.metadata, "as_of": request.as_of.isoformat(), "batch_id": batch.batch_id},
    )
    with platform.warehouse.transaction():
        if not message.skip_downstream_trigger:
            platform.ledger.announce_later(Topic.PREDICTIONS_COMPLETE, announcement)
            remember_told(platform, touched.change_id, request.as_of)
        platform.ledger.finish(run, batch.status, **fields)
