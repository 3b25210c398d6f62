"""`nba-props predict`: one batch for a date, built by the dbt model and recorded."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from rich.console import Console

from python_runners.dates import utc_now
from python_runners.pipeline.composition import Platform, configured_platform
from python_runners.pipeline.failures import alert_on_coverage
from python_runners.predictions.batches import LEAST_COVERAGE, Batch, run_batch
from python_runners.predictions.in_warehouse import predict_in_process
from python_runners.predictions.inputs import PREDICTIONS
from python_runners.predictions.run import BACKFILL, LIVE, PredictionRun
from python_runners.predictions.system_table import ensure_systems
from python_runners.version import code_version


def run_variables(
    platform: Platform,
    day: date,
    run_id: str,
    *,
    batch_mode: str = "main",
    correlation_id: str | None = None,
    player_ids: tuple[str, ...] | None = None,
    as_of: datetime | None = None,
) -> dict[str, Any]:
    """Return the parameters under which the dbt model predicts a date, or some players of it."""
    variables: dict[str, Any] = {
        "run_id": run_id,
        "batch_id": run_id,
        "correlation_id": correlation_id or f"predict_{run_id}",
        "code_version": code_version(),
        "prediction_mode": BACKFILL if batch_mode == BACKFILL else LIVE,
        "as_of": (as_of or platform.as_of()).isoformat().replace("+00:00", "Z"),
        "written_at": platform.clock().isoformat(),
        "from_date": day.isoformat(),
        "to_date": day.isoformat(),
    }
    return variables if player_ids is None else variables | {"player_ids": list(player_ids)}


def predict_date(
    platform: Platform,
    day: date,
    run_id: str,
    *,
    batch_mode: str = "main",
    trigger_source: str = "manual",
    correlation_id: str | None = None,
    player_ids: tuple[str, ...] | None = None,
    as_of: datetime | None = None,
) -> Batch:
    """Predict the games of one date as a batch; a `backfill` batch replays it, any other is live.

    Raises:
        BuildFailed: the dbt model failed; the batch is recorded as failed.
    """
    variables = run_variables(
        platform,
        day,
        run_id,
        batch_mode=batch_mode,
        correlation_id=correlation_id,
        player_ids=player_ids,
        as_of=as_of,
    )
    run = PredictionRun.from_parameters(variables)
    ensure_systems(platform.warehouse, run.written_at)

    def build() -> None:
        predict_in_process(platform, platform.dbt.invoke("run", select=[PREDICTIONS], variables=variables))

    batch = run_batch(
        platform.warehouse,
        run,
        build,
        mode=batch_mode,
        trigger_source=trigger_source,
        clock=lambda: platform.clock().replace(tzinfo=None),
    )
    if batch_mode != BACKFILL:
        alert_on_coverage(platform, day, batch.predicted_players, batch.eligible_players, LEAST_COVERAGE)
    return batch


def predict_once(console: Console, day: date, run_id: str, *, backfill: bool) -> None:
    """Predict a date on the warehouse of this process and print the batch."""
    batch = predict_date(configured_platform(utc_now), day, run_id, batch_mode="backfill" if backfill else "main")
    console.print(
        f"{batch.batch_id}: {batch.status}, {batch.predicted_players} of {batch.eligible_players} eligible players"
        f" by {', '.join(batch.systems) or 'no system'}"
    )
    for reason, count in sorted(batch.skipped.items()):
        console.print(f"  not eligible: {count} {reason}")
