"""Jobs that the scheduler runs by name; each may run at any time and any number of times."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from python_runners.dates import slate_date
from python_runners.operations.barrier import sweep_barriers
from python_runners.operations.daily_summary import send_daily_summary
from python_runners.operations.decide import decide, record
from python_runners.pipeline.composition import Platform
from python_runners.predictions import coordinator
from python_runners.predictions.requests import CoordinatorRequest


def relay(platform: Platform) -> dict[str, Any]:
    """Send what was written and not yet announced, and mark runs that outlived their lease as lost."""
    return {"lost": platform.ledger.expire_leases(platform.clock()), "announced": platform.ledger.relay(platform.bus)}


def status_check(platform: Platform) -> dict[str, Any]:
    """Tell people when a slate lacks predictions."""
    return coordinator.status(platform, CoordinatorRequest(trigger_source="scheduler"), alerts=True)


def daily_summary(platform: Platform) -> dict[str, Any]:
    """Tell people how the slate before the present one went."""
    day = slate_date(platform.as_of()) - timedelta(days=1)
    return {"game_date": day.isoformat(), "alert": send_daily_summary(platform, day)}


def weekly_decision(platform: Platform) -> dict[str, Any]:
    """Decide per consumer whether a finer scope pays, and append the decisions to their log."""
    decisions = decide(platform, {})
    record(platform, decisions)
    return {"decisions": {row["processor_name"]: row["recommendation"] for row in decisions}}


def barrier_sweep(platform: Platform) -> dict[str, Any]:
    """Repair complete barriers of yesterday, today and tomorrow that have not let the next step go."""
    today = slate_date(platform.as_of())
    days = [today + timedelta(days=offset) for offset in (-1, 0, 1)]
    decisions = sweep_barriers(platform, days)
    return {"decisions": {decision.barrier.name: f"{decision.verb}: {decision.reason}" for decision in decisions}}


JOBS: Mapping[str, Callable[[Platform], dict[str, Any]]] = {
    "barrier-sweep": barrier_sweep,
    "daily-summary": daily_summary,
    "relay": relay,
    "status-check": status_check,
    "weekly-decision": weekly_decision,
}
