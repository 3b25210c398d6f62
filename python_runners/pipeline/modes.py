"""Modes of an unfused run, and which models each one waits for: pure functions over the dbt manifest.

                    phase 3                                   phase 4
overnight           every model                               every model
same_day, tomorrow  the models that look ahead (contexts)     every model
incremental         what the change reaches                   what the change reaches
backfill            the date itself, nothing downstream
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from enum import StrEnum

from python_runners.errors import EmptySelection, InvalidMessage
from python_runners.events import Envelope
from python_runners.pipeline.trigger_graph import Manifest, build_order, is_event_model, merge, route_of


class Mode(StrEnum):
    """Why a date is processed."""

    OVERNIGHT = "overnight"
    SAME_DAY = "same_day"
    TOMORROW = "tomorrow"
    INCREMENTAL = "incremental"
    BACKFILL = "backfill"


def mode_of(message: Envelope, game_date: date, today: date) -> Mode:
    """Return the mode of a message: what it says; else incremental when a table set it off; else by its date.

    Args:
        message: a completion.
        game_date: date that it is about.
        today: slate of the journey's as_of.

    Raises:
        InvalidMessage: it names a mode that does not exist.
    """
    if message.backfill_mode:
        return Mode.BACKFILL
    named = message.metadata.get("mode")
    if named is not None:
        try:
            return Mode(str(named))
        except ValueError as error:
            raise InvalidMessage(f"metadata.mode: {named!r} is none of {', '.join(Mode)}") from error
    if message.source_table is not None:
        return Mode.INCREMENTAL
    if game_date < today:
        return Mode.OVERNIGHT
    return Mode.SAME_DAY if game_date == today else Mode.TOMORROW


def expected_models(manifest: Manifest, phase: int, mode: Mode, tables: Sequence[str] = ()) -> tuple[str, ...]:
    """Return the models of a phase that a run of this mode consists of, in build order.

    Args:
        manifest: the dbt manifest as a plain mapping.
        phase: 3, 4 or 5.
        mode: mode of the run.
        tables: raw tables or seeds whose change set it off; they decide in incremental mode, and only there.

    Raises:
        EmptySelection: there are none.
    """
    if mode is Mode.INCREMENTAL:
        _, phases = merge([route_of(manifest, table) for table in tables], manifest)
        found = phases[phase]
    else:
        nodes = [manifest["nodes"][node] for node in build_order(manifest)]
        looks_ahead_only = phase == 3 and mode in {Mode.SAME_DAY, Mode.TOMORROW}
        found = tuple(
            node["name"]
            for node in nodes
            if is_event_model(node, phase) and (not looks_ahead_only or node["config"]["meta"].get("horizon"))
        )
    if not found:
        raise EmptySelection(f"the {mode} run of {', '.join(tables) or 'no table'} reaches no model of phase {phase}")
    return found


def levels_of(manifest: Manifest, models: Sequence[str]) -> tuple[tuple[str, ...], ...]:
    """Arrange models in levels: each model comes after all those among the given ones that it reads, directly or not.

    Models of one level may run at the same time, in different processes.
    """
    wanted = set(models)
    nodes = manifest["nodes"]
    depth: dict[str, int] = {}
    for node in build_order(manifest):
        below = max((depth.get(parent, 0) for parent in manifest["parent_map"].get(node, ())), default=0)
        depth[node] = below + 1 if nodes[node]["name"] in wanted else below
    numbers = {nodes[node]["name"]: level for node, level in depth.items() if nodes[node]["name"] in wanted}
    missing = wanted - set(numbers)
    if missing:
        raise EmptySelection(f"the manifest has no model {', '.join(sorted(missing))}")
    ordered = [nodes[node]["name"] for node in build_order(manifest) if nodes[node]["name"] in wanted]
    return tuple(
        tuple(name for name in ordered if numbers[name] == level) for level in range(1, max(numbers.values()) + 1)
    )
