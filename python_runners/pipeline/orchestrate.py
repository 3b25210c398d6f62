"""Unfused runs from a change to the end of phase 4: each model completes on its own, and barriers let the next step go.

raw complete ─> models of phase 3, one by one ─> analytics complete, per model
    ─> [barrier of phase 3] ─> phase 4 trigger, level 1 ─> processor complete, per model
    ─> [barrier of the level] ─> phase 4 trigger, level 2 ─> … ─> precompute complete
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC
from typing import Any

from python_runners.dates import slate_date
from python_runners.errors import BuildFailed, InvalidMessage, InvariantViolated
from python_runners.events import Envelope, Phase, Topic, chained
from python_runners.pipeline.barrier import Barrier
from python_runners.pipeline.barrier_records import record_completion, record_decision
from python_runners.pipeline.barrier_state import BarrierKey, BarrierState, Completion
from python_runners.pipeline.change_run import ChangePlan, as_of_message, plan_of, run_models
from python_runners.pipeline.coalesce import source_tables
from python_runners.pipeline.composition import Platform
from python_runners.pipeline.engine_use import bytes_of
from python_runners.pipeline.model_run import run_and_complete
from python_runners.pipeline.modes import Mode, expected_models, levels_of, mode_of
from python_runners.pipeline.protection.verdict import end_early, judge, missing_sources
from python_runners.pipeline.publisher import publish
from python_runners.pipeline.trigger_graph import upstream_of


def barrier_of(platform: Platform) -> Barrier:
    """Return the barriers of a platform."""
    return Barrier(
        platform.state,
        announce=lambda barrier: _publish_trigger(platform, barrier),
        gate=lambda barrier: _gate(platform, barrier),
        record=lambda decision: record_decision(platform, decision),
        clock=platform.clock,
    )


def run_unfused(platform: Platform, message: Envelope, attempt: int) -> None:
    """Run the models of phase 3 that a message asks for one by one; each completes for the barrier.

    Raises:
        BuildFailed: a model failed; the others ran, and the barrier knows which one did not.
    """
    message, mode = _dated(platform, message)
    plan = _plan(platform, message, mode)
    as_of = as_of_message(platform, message)
    verdict = judge(platform, message, as_of, models=plan.models, sources=plan.sources, is_logged=plan.is_logged)
    # An "unchanged" run takes place all the same: the barrier waits for its completions.
    if verdict.status == "blocked" or verdict.skip_reason == "circuit_open":
        end_early(platform, message, verdict, as_of, attempt)
        return
    if plan.reference:
        _run_reference(platform, message, plan.reference, attempt)
    failures: list[BuildFailed] = []
    for model in plan.phases[3]:
        try:
            run_and_complete(platform, message, Phase.ANALYTICS, [model], {"mode": mode.value}, attempt=attempt)
        except BuildFailed as error:
            failures.append(error)
    if failures:
        raise BuildFailed("; ".join(map(str, failures)), tuple(name for failure in failures for name in failure.nodes))


def analytics_complete_step(platform: Platform, message: Envelope, attempt: int) -> None:
    """Take the completion of a model of phase 3 to its barrier; those of a fused run have nothing to wait for."""
    if not message.metadata.get("fused"):
        _collect(platform, message, 3)


def processor_complete_step(platform: Platform, message: Envelope, attempt: int) -> None:
    """Take the completion of a model of phase 4 to the barrier of its level."""
    _collect(platform, message, 4)


def precompute_step(platform: Platform, message: Envelope, attempt: int) -> None:
    """Run one level of phase 4, as a trigger asks for; each model completes for the barrier of the level.

    Raises:
        BuildFailed: a model failed.
        InvalidMessage: the trigger names a level or a model that does not exist.
    """
    message, mode = _dated(platform, message)
    models = message.metadata.get("models") or expected_models(
        platform.dbt.manifest, 4, mode, source_tables(message) if mode is Mode.INCREMENTAL else ()
    )
    level = message.metadata.get("level", 1)
    carried = {
        "mode": mode.value,
        "models": list(models),
        "level": level,
        "trigger": message.metadata.get("trigger", message.execution_id),
    }
    wanted = _level(platform, models, level)
    run_and_complete(platform, message, Phase.PRECOMPUTE, wanted, carried, attempt=attempt)


def _collect(platform: Platform, message: Envelope, phase: int) -> None:
    message, mode = _dated(platform, message)
    assert message.game_date is not None  # noqa: S101
    manifest = platform.dbt.manifest
    if message.processor_name not in expected_models(manifest, phase, Mode.OVERNIGHT):
        raise InvalidMessage(f"{message.processor_name} is no model of phase {phase} that an event runs")
    completion = Completion(
        processor=message.processor_name,
        execution_id=message.execution_id,
        status=message.status,
        completed_at=message.timestamp,
        affected=message.affected_entities,
        record_count=message.record_count,
        error=message.error_message,
    )
    tables = source_tables(message) if message.source_table else ()
    key = BarrierKey(phase, message.game_date, mode, _journey(message, phase, mode))
    record_completion(platform, key, completion, message)
    if mode is Mode.BACKFILL or message.skip_downstream_trigger:
        return

    def expect(round_number: int) -> Sequence[str]:
        if phase == 4:
            return _level(platform, message.metadata["models"], message.metadata["level"])
        expected = expected_models(manifest, phase, mode, tables)
        if round_number == 1 or not tables:
            return expected
        # What a later change does not reach stands from the round before.
        reached = expected_models(manifest, phase, Mode.INCREMENTAL, tables)
        return [name for name in expected if name in reached]

    barrier_of(platform).complete(key, completion, message, expect)


def _journey(message: Envelope, phase: int, mode: Mode) -> str:
    if phase == 4:
        try:
            return f"{message.metadata['trigger']}/{message.metadata['level']}"
        except KeyError as error:
            raise InvalidMessage(f"metadata.{error.args[0]}: a completion of phase 4 says what triggered it") from error
    return f"{message.correlation_id}/{message.source_table}" if mode is Mode.INCREMENTAL else ""


def trigger_of(platform: Platform, barrier: BarrierState) -> tuple[Topic, Envelope]:
    """Return what a barrier lets go: the next level of phase 4, or the completion of phase 4 after the last."""
    parent, manifest = barrier.parent, platform.dbt.manifest
    if barrier.key.phase == 3:
        tables = source_tables(parent) if parent.source_table else ()
        models = expected_models(manifest, 4, barrier.key.mode, tables)
        carried: dict[str, Any] = {"models": list(models), "level": 1, "trigger": barrier.name}
    else:
        models = tuple(parent.metadata["models"])
        carried = {"level": parent.metadata["level"] + 1}
    is_last = carried["level"] > len(levels_of(manifest, models))
    envelope = chained(
        parent,
        processor_name=Phase.PRECOMPUTE.value if is_last else f"phase{barrier.key.phase}_barrier",
        phase=Phase.PRECOMPUTE if barrier.key.phase == 4 else Phase.ANALYTICS,
        execution_id=barrier.name,
        game_date=barrier.key.game_date,
        source_table=parent.source_table,
        status="partial" if barrier.missing else "success",
        record_count=sum(barrier.completions[name].record_count for name in barrier.completed),
        change_type=parent.change_type,
        affected_entities=barrier.affected,
        changed_fields=parent.changed_fields,
        metadata={**parent.metadata, "mode": barrier.key.mode.value, **carried},
    )
    return (Topic.PRECOMPUTE_COMPLETE if is_last else Topic.PRECOMPUTE_TRIGGER), envelope


def _publish_trigger(platform: Platform, barrier: BarrierState) -> str:
    topic, envelope = trigger_of(platform, barrier)
    message_id = publish(platform.bus, topic, envelope)
    if message_id is None:
        raise InvariantViolated(f"{barrier.name}: a barrier of silent completions must not trigger")
    return message_id


def _gate(platform: Platform, barrier: BarrierState) -> str | None:
    if barrier.key.phase != 3:
        return None
    _, trigger = trigger_of(platform, barrier)
    _, sources = upstream_of(platform.dbt.manifest, trigger.metadata["models"])
    as_of = as_of_message(platform, barrier.parent)
    dates = {barrier.key.game_date, slate_date(as_of)}
    lacks = missing_sources(platform, sources, barrier.parent, as_of.astimezone(UTC).replace(tzinfo=None), dates)
    critical = [lack.text for lack in lacks if lack.is_critical]
    return f"critical sources are missing: {'; '.join(critical)}" if critical else None


def _dated(platform: Platform, message: Envelope) -> tuple[Envelope, Mode]:
    today = slate_date(as_of_message(platform, message))
    day = message.game_date or today
    return message.model_copy(update={"game_date": day}), mode_of(message, day, today)


def _plan(platform: Platform, message: Envelope, mode: Mode) -> ChangePlan:
    if mode is Mode.INCREMENTAL:
        return plan_of(platform, message)
    models = expected_models(platform.dbt.manifest, 3, mode)
    reference, sources = upstream_of(platform.dbt.manifest, models)
    return ChangePlan(reference, {3: models}, sources)


def _run_reference(platform: Platform, message: Envelope, models: Sequence[str], attempt: int) -> None:
    run = platform.ledger.start(
        Phase.ANALYTICS,
        "inputs",
        correlation_id=message.correlation_id,
        parent=message,
        attempt=attempt,
        as_of=as_of_message(platform, message),
        output_table=",".join(models),
    )
    used, error = run_models(platform, models, run)
    if error is not None:
        platform.ledger.finish(run, "failed", error_type=type(error).__name__, error_message=str(error))
        raise error
    platform.ledger.finish(run, "success", bytes_processed=bytes_of(used, models))


def _level(platform: Platform, models: Sequence[str], level: int) -> tuple[str, ...]:
    levels = levels_of(platform.dbt.manifest, models)
    if not 1 <= level <= len(levels):
        raise InvalidMessage(f"metadata.level: {level} is none of 1 to {len(levels)}")
    return levels[level - 1]
