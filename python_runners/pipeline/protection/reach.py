"""Which models of a run the waiting changes can reach; the others are left out before dbt starts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from python_runners.pipeline.protection.consumption import Consumption
from python_runners.pipeline.protection.run_state import RunState
from python_runners.pipeline.protection.waiting import WaitingChange
from python_runners.platform.warehouse import Warehouse


def reached(
    consumption: Consumption,
    models: Sequence[str],
    waiting: Sequence[WaitingChange],
    state: RunState,
    as_of: datetime,
    *,
    is_logged: bool,
) -> tuple[str, ...]:
    """Return the models that may move, directly or through another of them, in the order given.

    A model that is reached may move in every column, so whatever follows it is reached as well; what really moves, the
    run finds out. A run whose cause is not in the log, or of which a model never ran, reaches everything.

    Args:
        consumption: what the models consume.
        models: models of the run, in build order.
        waiting: changes above the watermarks.
        state: what former runs left.
        as_of: instant that the run computes for, naive UTC.
        is_logged: every change that asks for the run stands in the change log.
    """
    if not is_logged or state.consumers_computed < len(consumption.consumers):
        return tuple(models)
    is_later = state.computed_for is None or as_of > state.computed_for
    found: set[str] = set()
    for model in models:
        inputs = {name for consumer, name in consumption.reads if consumer == model}
        if (
            not inputs
            or not found.isdisjoint(inputs)
            or (is_later and model in consumption.looks_ahead)
            or any(consumption.may_move(model, w.input_name, w.change_kind, w.changed_fields) for w in waiting)
        ):
            found.add(model)
    return tuple(model for model in models if model in found)


def pass_over(warehouse: Warehouse, consumers: Sequence[str], waiting: Sequence[WaitingChange]) -> None:
    """Move the watermarks of models that were left out past the changes that cannot move them."""
    newest = max((change.newest for change in waiting), default=0)
    warehouse.execute(
        "update nba_orchestration.watermarks set change_id = ? "
        "where consumer in (select listed from unnest(?) as listed) and change_id < ?",
        [newest, list(consumers), newest],
    )
