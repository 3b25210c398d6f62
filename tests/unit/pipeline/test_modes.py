"""Modes and levels, derived from a small graph.

source raw ─> early (phase 3, looks ahead) ─> one, two (phase 4) ─> [view] ─> three (phase 4)
source odd ─> late (phase 3)               ─> two
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from python_runners.errors import EmptySelection, InvalidMessage
from python_runners.events import Envelope, Phase
from python_runners.pipeline.modes import Mode, expected_models, levels_of, mode_of
from python_runners.pipeline.trigger_graph import upstream_of

TODAY = date(2025, 11, 15)


def model(phase: int | None, materialized: str = "incremental", **meta: Any) -> dict[str, Any]:
    own = {"phase": phase, "trigger": "event"} | meta if phase else {}
    return {"resource_type": "model", "config": {"materialized": materialized, "meta": own}}


def manifest() -> dict[str, Any]:
    nodes = {
        "early": model(3, horizon={"hours": 48, "sees": []}),
        "late": model(3),
        "one": model(4),
        "two": model(4),
        "view": model(None, "view"),
        "dim": model(None, "table"),
        "three": model(4),
    }
    edges = {
        "source.p.raw": ["early", "dim"], "source.p.odd": ["late"], "dim": ["early"],
        "early": ["one", "two"], "late": ["two"], "one": ["view"], "two": ["view"], "view": ["three"],
    }  # fmt: skip
    children = {_id(parent): [_id(child) for child in found] for parent, found in edges.items()}
    parents: dict[str, list[str]] = {_id(name): [] for name in nodes}
    for parent, found in children.items():
        for child in found:
            parents[child].append(parent)
    return {
        "nodes": {_id(name): node | {"name": name} for name, node in nodes.items()},
        "sources": {
            f"source.p.{name}": {"name": name, "schema": "nba_raw", "source_name": "s"} for name in ("raw", "odd")
        },
        "child_map": children,
        "parent_map": parents,
    }


def _id(name: str) -> str:
    return name if name.startswith("source") else f"model.p.{name}"


def message(**fields: Any) -> Envelope:
    given = {"processor_name": "x", "phase": Phase.RAW, "execution_id": "e", "correlation_id": "c", "status": "success"}
    return Envelope(**(given | fields))


@pytest.mark.parametrize(
    ("fields", "days", "expected"),
    [
        ({}, -1, Mode.OVERNIGHT),
        ({}, 0, Mode.SAME_DAY),
        ({}, 1, Mode.TOMORROW),
        ({"source_table": "raw"}, 0, Mode.INCREMENTAL),
        ({"source_table": "raw", "metadata": {"mode": "overnight"}}, 0, Mode.OVERNIGHT),
        ({"source_table": "raw", "backfill_mode": True}, 0, Mode.BACKFILL),
    ],
)
def test_the_mode_is_said_or_follows_from_the_date(fields: dict[str, Any], days: int, expected: Mode) -> None:
    assert mode_of(message(**fields), TODAY + timedelta(days=days), TODAY) is expected


def test_a_mode_that_does_not_exist_is_refused() -> None:
    with pytest.raises(InvalidMessage, match=r"metadata.mode: 'nightly' is none of overnight"):
        mode_of(message(metadata={"mode": "nightly"}), TODAY, TODAY)


@pytest.mark.parametrize(
    ("phase", "mode", "tables", "expected"),
    [
        (3, Mode.OVERNIGHT, (), ("early", "late")),
        (3, Mode.SAME_DAY, (), ("early",)),
        (3, Mode.TOMORROW, ("odd",), ("early",)),
        (3, Mode.INCREMENTAL, ("odd",), ("late",)),
        (3, Mode.INCREMENTAL, ("odd", "raw"), ("early", "late")),
        (4, Mode.SAME_DAY, (), ("one", "two", "three")),
        (4, Mode.INCREMENTAL, ("odd",), ("two", "three")),
    ],
)
def test_what_a_mode_consists_of(phase: int, mode: Mode, tables: tuple[str, ...], expected: tuple[str, ...]) -> None:
    assert set(expected_models(manifest(), phase, mode, tables)) == set(expected)


def test_a_mode_without_models_is_an_error() -> None:
    with pytest.raises(EmptySelection, match="the overnight run of no table reaches no model of phase 5"):
        expected_models(manifest(), 5, Mode.OVERNIGHT)


def test_levels_follow_the_refs_also_through_views() -> None:
    assert levels_of(manifest(), ("three", "one", "two")) == (("one", "two"), ("three",))
    assert levels_of(manifest(), ("three", "two")) == (("two",), ("three",))
    assert levels_of(manifest(), ("three",)) == (("three",),)
    with pytest.raises(EmptySelection, match="the manifest has no model four"):
        levels_of(manifest(), ("three", "four"))


def test_what_models_are_made_of() -> None:
    assert upstream_of(manifest(), ("early",)) == (("dim",), ("source.p.raw",))
    assert upstream_of(manifest(), ("two",)) == (("dim",), ("source.p.odd", "source.p.raw"))
