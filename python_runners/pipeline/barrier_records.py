"""What barriers saw and decided, in the warehouse: for people, never read by the barriers themselves."""

from __future__ import annotations

from datetime import UTC, datetime

from python_runners.events import Envelope
from python_runners.pipeline.barrier import Decision
from python_runners.pipeline.barrier_state import BarrierKey, Completion
from python_runners.pipeline.composition import Platform
from python_runners.pipeline.modes import Mode


def record_decision(platform: Platform, decision: Decision) -> None:
    """Append a decision to `barrier_decisions`."""
    barrier = decision.barrier
    platform.ledger.insert(
        "barrier_decisions",
        {
            "game_date": barrier.key.game_date,
            "phase": barrier.key.phase,
            "mode": barrier.key.mode.value,
            "decision": decision.verb,
            "reason": decision.reason,
            "expected": list(barrier.expected),
            "completed": list(barrier.completed),
            "missing": list(barrier.missing),
            "decided_at": _naive(platform.clock()),
            "trigger_message_id": decision.message_id,
            "correlation_id": barrier.parent.correlation_id,
        },
    )


def record_completion(platform: Platform, key: BarrierKey, completion: Completion, message: Envelope) -> None:
    """Write the newest completion of a model for a date into `phase_completion`."""
    identity = {
        "game_date": key.game_date,
        "phase": key.phase,
        "mode": key.mode.value,
        "processor_name": completion.processor,
    }
    with platform.warehouse.transaction():
        platform.warehouse.execute(
            "delete from nba_orchestration.phase_completion "
            "where game_date = ? and phase = ? and mode = ? and processor_name = ?",
            list(identity.values()),
        )
        platform.ledger.insert(
            "phase_completion",
            identity
            | {
                "status": completion.status,
                "record_count": completion.record_count,
                "is_incremental": key.mode is Mode.INCREMENTAL,
                "affected_entities": completion.affected.model_dump_json(),
                "execution_id": completion.execution_id,
                "correlation_id": message.correlation_id,
                "completed_at": _naive(completion.completed_at),
            },
        )


def _naive(instant: datetime) -> datetime:
    return instant.astimezone(UTC).replace(tzinfo=None)
