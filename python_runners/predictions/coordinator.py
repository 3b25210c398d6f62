"""The coordinator of phase 5: decides when a slate is predicted, for whom, and what is said about the result.

    phase 4 complete ── trigger ── the batch that its run made is put on record
    06:00 PT ── start ── wait for phase 4 ──┐
    06:15, 06:30 ── retry ── stragglers ────┼── process_batch ── predictions complete ── documents
    a line moved ── line_update ── players ─┘
    07:00 ── status ── coverage below 90 %: alert

Predictions are made by the dbt model alone; whatever asks twice finds equal inputs and writes nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from typing import Any, Literal

from python_runners.dates import eastern_date, slate_date
from python_runners.errors import BuildFailed
from python_runners.events import Envelope, Phase
from python_runners.pipeline.change_run import as_of_message
from python_runners.pipeline.composition import Platform
from python_runners.pipeline.ledger import new_execution_id
from python_runners.predictions.alerts import alert_on_failure, alert_on_readiness, alert_on_slate
from python_runners.predictions.batch_run import BatchRequest, process_batch
from python_runners.predictions.batches import LEAST_COVERAGE, Batch
from python_runners.predictions.coverage import batch_status, last_batch, players_needing_retry
from python_runners.predictions.fused_batch import record_fused_batch
from python_runners.predictions.line_moves import players_whose_line_moved
from python_runners.predictions.readiness import Readiness, validate_phase_4_ready, wait_for_phase_4
from python_runners.predictions.requests import CoordinatorRequest

Outcome = Literal["predicted", "unchanged", "complete", "no_games", "blocked"]


@dataclass(frozen=True)
class Answer:
    """What a call came to.

    Attributes:
        outcome: predicted; unchanged (no line moved); complete (nobody needs a retry); no_games; or blocked (phase 4 is
            not ready).
        game_date: US Eastern game date.
        correlation_id: journey of the call.
        batch: the batch that ran, if one did.
        reasons: what phase 4 lacks, in words.
    """

    outcome: Outcome
    game_date: date
    correlation_id: str
    batch: Batch | None = None
    reasons: tuple[str, ...] = ()

    def to_document(self) -> dict[str, Any]:
        """Return the answer as JSON values."""
        document = {"outcome": self.outcome, "correlation_id": self.correlation_id, "reasons": list(self.reasons)}
        batch = asdict(self.batch) | {"game_date": self.game_date.isoformat()} if self.batch else None
        return document | {"game_date": self.game_date.isoformat(), "batch": batch}


def trigger(platform: Platform, message: Envelope) -> None:
    """Record the batch that the run of a completion made, and tell when it covers too few; none, where it made none."""
    batch = record_fused_batch(platform, message, as_of_message(platform, message))
    if batch is not None:
        alert_on_slate(platform, batch)


def start(platform: Platform, request: CoordinatorRequest, sleep: Callable[[float], None]) -> Answer:
    """Predict a whole slate once phase 4 is ready, waiting up to 30 minutes for it.

    Args:
        platform: the platform.
        request: what is asked.
        sleep: waits that many seconds.

    Raises:
        BuildFailed: the dbt model failed.
    """
    day, message = _asked(platform, request)
    readiness = wait_for_phase_4(platform, day, sleep)
    as_of = platform.as_of()
    if readiness.state != "ready":
        _record_not_run(platform, message, day, readiness, as_of, 1)
        return _not_run(message, day, readiness)
    batch = _run(platform, BatchRequest(day, _mode(day, as_of), message, as_of, request.player_ids))
    return Answer("predicted", day, message.correlation_id, batch)


def retry(platform: Platform, request: CoordinatorRequest) -> Answer:
    """Predict the stragglers of a slate alone: who is eligible and has no prediction.

    Raises:
        BuildFailed: the dbt model failed.
    """
    day, message = _asked(platform, request)
    as_of = platform.as_of()
    readiness = validate_phase_4_ready(platform, day, as_of)
    if readiness.state == "no_games":
        return _not_run(message, day, readiness)
    stragglers = players_needing_retry(batch_status(platform, day, as_of))
    wanted = tuple(p for p in stragglers if request.player_ids is None or p in request.player_ids)
    if not wanted:
        return Answer("complete", day, message.correlation_id)
    return process_retry_batch(platform, day, message, as_of, wanted)


def process_retry_batch(
    platform: Platform, day: date, message: Envelope, as_of: datetime, players: tuple[str, ...]
) -> Answer:
    """Predict the given stragglers as a batch of their own.

    Raises:
        BuildFailed: the dbt model failed.
    """
    batch = _run(platform, BatchRequest(day, "retry", message, as_of, players))
    return Answer("predicted", day, message.correlation_id, batch)


def line_update(platform: Platform, request: CoordinatorRequest) -> Answer:
    """Predict anew the players whose line is another one than they were predicted against, and nobody else.

    Raises:
        BuildFailed: the dbt model failed.
    """
    day, message = _asked(platform, request)
    as_of = platform.as_of()
    moved = players_whose_line_moved(platform, day, request.player_ids, as_of=as_of)
    if not moved:
        return Answer("unchanged", day, message.correlation_id)
    batch = _run(platform, BatchRequest(day, "line_update", message, as_of, moved))
    return Answer("predicted", day, message.correlation_id, batch)


def status(platform: Platform, request: CoordinatorRequest, *, alerts: bool) -> dict[str, Any]:
    """Return how a slate stands against the target, as JSON values; with `alerts`, too low a coverage is told."""
    day, _ = _asked(platform, request)
    coverage = batch_status(platform, day)
    readiness = validate_phase_4_ready(platform, day)
    if alerts:
        alert_on_slate(platform, coverage)
        alert_on_readiness(platform, day, readiness)
    return coverage.to_document() | {
        "phase_4": asdict(readiness),
        "last_batch": last_batch(platform, day),
        "target_coverage": LEAST_COVERAGE,
    }


def _asked(platform: Platform, request: CoordinatorRequest) -> tuple[date, Envelope]:
    """Return the date of a call, and the call as the message that the batch answers."""
    day = request.game_date or slate_date(platform.as_of())
    call_id = new_execution_id()
    message = Envelope(
        processor_name="prediction_coordinator",
        phase=Phase.PREDICTIONS,
        execution_id=call_id,
        correlation_id=request.correlation_id or f"prediction_coordinator_{call_id}",
        game_date=day,
        status="success",
        timestamp=platform.clock(),
        trigger_source=request.trigger_source,
    )
    return day, message


def _mode(day: date, as_of: datetime) -> str:
    return "early" if day > eastern_date(as_of) else "main"


def _run(platform: Platform, request: BatchRequest) -> Batch:
    try:
        return process_batch(platform, request)
    except BuildFailed as error:
        alert_on_failure(platform, request.day, error, request.asked_by.correlation_id)
        raise
    finally:
        platform.ledger.relay(platform.bus)


def _not_run(message: Envelope, day: date, readiness: Readiness) -> Answer:
    outcome: Outcome = "no_games" if readiness.state == "no_games" else "blocked"
    return Answer(outcome, day, message.correlation_id, reasons=readiness.unready)


def _record_not_run(
    platform: Platform, message: Envelope, day: date, readiness: Readiness, as_of: datetime, attempt: int
) -> None:
    run = platform.ledger.start(
        Phase.PREDICTIONS,
        Phase.PREDICTIONS.value,
        correlation_id=message.correlation_id,
        parent=message,
        attempt=attempt,
        as_of=as_of.astimezone(UTC),
        game_date=day,
        dependencies_met=readiness.state == "no_games",
        missing_dependencies=list(readiness.unready),
    )
    if readiness.state == "no_games":
        platform.ledger.finish(run, "skipped", skip_reason="no_games")
        return
    platform.ledger.finish(run, "blocked")
    alert_on_readiness(platform, day, readiness, message.correlation_id)
