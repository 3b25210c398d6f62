"""The verdict over a run that a change asks for: run it, skip it for a reason, or wait for its sources."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from python_runners.dates import slate_date, utc_now
from python_runners.errors import BuildFailed
from python_runners.events import Envelope, Phase
from python_runners.pipeline.column_reads import column_reads
from python_runners.pipeline.composition import Platform
from python_runners.pipeline.ledger import Run
from python_runners.pipeline.protection.breaker import Budget, Circuit, after_run, write_circuits
from python_runners.pipeline.protection.consumption import Consumption, consumption_of
from python_runners.pipeline.protection.dependencies import Lack, lacks_of, promises_of
from python_runners.pipeline.protection.dependency_facts import read_facts
from python_runners.pipeline.protection.reach import reached
from python_runners.pipeline.protection.run_state import RunState, read_state
from python_runners.pipeline.protection.waiting import WaitingChange, read_waiting, signature_of

_ROW_KINDS = frozenset({"new", "changed", "removed"})
_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Verdict:
    """What becomes of a run.

    Attributes:
        status: running, skipped or blocked.
        signature: hash over the changes that wait for the run's models.
        day: date of the run's circuits.
        skip_reason: why it is skipped.
        missing: what its sources lack, in words.
        blocking: those of them that it waits for.
        circuits: circuits of the date.
        is_new_content: no run over the same changes has failed.
        models: models that the changes may move, in build order.
        waiting: changes above the watermarks.
    """

    status: str
    signature: str
    day: date
    skip_reason: str | None = None
    missing: tuple[str, ...] = ()
    blocking: tuple[str, ...] = ()
    circuits: tuple[Circuit, ...] = ()
    is_new_content: bool = True
    models: tuple[str, ...] = ()
    waiting: tuple[WaitingChange, ...] = ()

    @property
    def fields(self) -> dict[str, Any]:
        """The columns of the ledger that the verdict fills; nobody looked at the sources of a run that is skipped."""
        return {
            "change_signature": self.signature,
            "dependencies_met": None if self.status == "skipped" else self.status != "blocked",
            "missing_dependencies": list(self.missing),
        }


def judge(
    platform: Platform,
    message: Envelope,
    as_of: datetime,
    *,
    models: Sequence[str],
    sources: Collection[str],
    is_logged: bool,
) -> Verdict:
    """Decide about a run before dbt starts, by at most three queries.

    Args:
        platform: the platform.
        message: what asks for the run.
        as_of: instant that the run computes for, aware.
        models: models of the run, in build order.
        sources: unique ids of the sources upstream of them.
        is_logged: every change of the message stands in the change log; seeds do not.
    """
    consumption = consumption_of(platform.dbt.manifest, models, column_reads())
    waiting = read_waiting(platform.warehouse, consumption)
    signature = signature_of(models, waiting)
    day = message.game_date or slate_date(as_of)
    slate = slate_only_dates(consumption, waiting)
    state = read_state(
        platform.warehouse,
        consumption,
        message_id=message.trigger_message_id,
        signature=signature,
        game_date=message.game_date,
        day=day,
        dates=slate,
        # Leases are real time, whatever time the platform's clock shows.
        now=_naive(utc_now()),
    )
    if state.has_expired_lease:
        platform.ledger.expire_leases()
    reason = skip_reason(consumption, waiting, state, _naive(as_of), is_logged=is_logged, has_slate=bool(slate))
    is_new = not state.has_failed_before
    concerned = {*models, Phase.ANALYTICS.value}
    if reason is None and any(
        circuit.holds(_naive(platform.clock()), is_new_content=is_new)
        for circuit in state.circuits
        if circuit.consumer in concerned
    ):
        reason = "circuit_open"
    if reason is not None:
        return Verdict("skipped", signature, day, skip_reason=reason)
    lacks = missing_sources(platform, sources, message, _naive(as_of), {day, slate_date(as_of)})
    blocking = tuple(lack.text for lack in lacks if lack.is_critical)
    return Verdict(
        "blocked" if blocking else "running",
        signature,
        day,
        missing=tuple(lack.text for lack in lacks),
        blocking=blocking,
        circuits=state.circuits,
        is_new_content=is_new,
        models=reached(consumption, models, waiting, state, _naive(as_of), is_logged=is_logged),
        waiting=tuple(waiting),
    )


def skip_reason(
    consumption: Consumption,
    waiting: Sequence[WaitingChange],
    state: RunState,
    as_of: datetime,
    *,
    is_logged: bool,
    has_slate: bool,
) -> str | None:
    """Return why a run would move nothing, or None when it may move something.

    Args:
        consumption: what the run consumes.
        waiting: changes above the watermarks.
        state: what former runs left.
        as_of: instant that the run computes for, naive UTC.
        is_logged: every change of the message stands in the change log.
        has_slate: the changes concern nothing but the games of known dates.
    """
    if state.is_handled:
        return "duplicate_delivery"
    never_ran = state.consumers_computed < len(consumption.consumers)
    is_ahead = state.computed_for is not None and _days(as_of) != _days(state.computed_for)
    if not is_logged or never_ran or is_ahead:
        return None
    if not waiting:
        return "unchanged"
    if not any(consumption.is_read(w.input_name, w.change_kind, w.changed_fields) for w in waiting):
        return "irrelevant_fields"
    if has_slate and not state.has_games:
        return "no_games"
    return None


def slate_only_dates(consumption: Consumption, waiting: Sequence[WaitingChange]) -> frozenset[date]:
    """Return the dates of which the waiting changes touch nothing but the games; empty when they may touch more.

    The days around each date belong to it, because feeds disagree about the date of a late game.
    """
    for change in waiting:
        is_slate = change.input_name in consumption.slate_inputs and change.change_kind in _ROW_KINDS
        if not is_slate or not change.is_dated:
            return frozenset()
    dates = {day for change in waiting for day in change.dates}
    return frozenset(near for day in dates for near in (day - _ONE_DAY, day, day + _ONE_DAY))


def end_early(platform: Platform, message: Envelope, verdict: Verdict, as_of: datetime, attempt: int) -> Run:
    """Write the ledger row of a run that does not take place, and return the run."""
    run = platform.ledger.start(
        Phase.ANALYTICS,
        Phase.ANALYTICS.value,
        correlation_id=message.correlation_id,
        parent=message,
        attempt=attempt,
        as_of=as_of,
        processing_mode="entity",
        **verdict.fields | {"changed_fields": list(message.changed_fields)},
    )
    platform.ledger.finish(run, verdict.status, skip_reason=verdict.skip_reason, entities_processed=0)
    return run


def record_outcome(
    platform: Platform, verdict: Verdict, *, succeeded: Collection[str], error: BuildFailed | None
) -> None:
    """Move the circuits by what a run did: failed consumers are charged, recovered ones close.

    Args:
        platform: the platform.
        verdict: verdict by which the run took place.
        succeeded: models that ran.
        error: failure of the run; names the models to charge, or the phase when dbt itself did not run.
    """
    failed = (error.nodes or (Phase.ANALYTICS.value,)) if error is not None else ()
    moved = after_run(
        verdict.circuits,
        day=verdict.day,
        failed=failed,
        succeeded={*succeeded, Phase.ANALYTICS.value},
        budget=Budget.of(platform.settings),
        now=_naive(platform.clock()),
        error=str(error),
        is_new_content=verdict.is_new_content,
    )
    if moved:
        write_circuits(platform.warehouse, moved)


def missing_sources(
    platform: Platform, sources: Collection[str], message: Envelope, as_of: datetime, dates: Collection[date]
) -> list[Lack]:
    """Return what the sources of a run lack.

    Args:
        platform: the platform.
        sources: unique ids of the sources.
        message: what asks for the run; in backfill mode ages do not count.
        as_of: instant that the run computes for, naive UTC.
        dates: dates whose rows are counted.
    """
    promises = promises_of(platform.dbt.manifest, sources)
    facts = read_facts(platform.warehouse, promises, as_of, dates)
    return [
        lack
        for promise in promises
        for lack in lacks_of(promise, facts[promise.name], as_of, ages_count=not message.backfill_mode)
    ]


def _naive(instant: datetime) -> datetime:
    return instant.astimezone(UTC).replace(tzinfo=None)


def _days(instant: datetime) -> tuple[date, date]:
    return instant.date(), slate_date(instant.replace(tzinfo=UTC))
