"""The batch of a fused run: its predictions are made, what it came to is put on record."""

from __future__ import annotations

from datetime import UTC, date, datetime

from python_runners.dates import slate_date
from python_runners.events import Envelope
from python_runners.pipeline.coalesce import source_tables
from python_runners.pipeline.composition import Platform
from python_runners.predictions.batches import Batch, ensure_batches, run_batch
from python_runners.predictions.inputs import predictions_exist
from python_runners.predictions.predict_command import run_variables
from python_runners.predictions.run import PredictionRun

LINE_TABLES = frozenset({"odds_api_player_points_props", "bettingpros_player_points_props"})

# Rows of the journey's runs that no batch accounts for yet.
_UNRECORDED = """
select rows_made.batch_id, min(rows_made.game_date) as first_date
from nba_predictions.player_points_predictions as rows_made
where
    rows_made.correlation_id = $correlation_id
    and rows_made.mode = 'live'
    and rows_made.game_date >= $day
    and not exists (
        select 1 from nba_predictions.prediction_batches as known where known.batch_id = rows_made.batch_id
    )
group by rows_made.batch_id
order by max(rows_made.written_at) desc, rows_made.batch_id
limit 1
"""


def record_fused_batch(platform: Platform, message: Envelope, as_of: datetime) -> Batch | None:
    """Record the batch that the run of a completion made, with the coverage that stands; None when it made none."""
    if not predictions_exist(platform.warehouse):
        return None
    ensure_batches(platform.warehouse)
    found = platform.warehouse.query(
        _UNRECORDED, {"correlation_id": message.correlation_id, "day": slate_date(as_of)}
    ).to_pylist()
    if not found:
        return None
    batch_id, day = found[0]["batch_id"], found[0]["first_date"]
    variables = run_variables(platform, day, batch_id, correlation_id=message.correlation_id, as_of=as_of)

    def built() -> None:
        """The run that announced the completion has built it."""

    return run_batch(
        platform.warehouse,
        PredictionRun.from_parameters(variables),
        built,
        mode=_mode(message, day, as_of),
        trigger_source=message.trigger_source,
        clock=lambda: platform.clock().astimezone(UTC).replace(tzinfo=None),
    )


def _mode(message: Envelope, day: date, as_of: datetime) -> str:
    if LINE_TABLES.issuperset(source_tables(message)):
        return "line_update"
    return "early" if day > slate_date(as_of) else "main"
