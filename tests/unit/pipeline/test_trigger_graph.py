"""The trigger graph over a hand-made manifest.

schedule ──> stg_schedule ──> summary (3) ──> cache (4) ──> predictions (5)
boxes ─────> stg_boxes ──────┘      └───────> weekly (4, daily)
unused
"""

from __future__ import annotations

from typing import Any

import pytest

from python_runners.errors import EmptySelection
from python_runners.pipeline.trigger_graph import all_routes, build_order, merge, raw_sources, route_of


def model(name: str, phase: int | None = None, trigger: str = "event", stored: str = "incremental") -> dict[str, Any]:
    meta = {} if phase is None else {"phase": phase, "trigger": trigger}
    return {"name": name, "resource_type": "model", "config": {"materialized": stored, "meta": meta}}


EDGES = [
    ("source.p.nba.schedule", "model.p.stg_schedule"),
    ("source.p.nba.boxes", "model.p.stg_boxes"),
    ("model.p.stg_schedule", "model.p.summary"),
    ("model.p.stg_boxes", "model.p.summary"),
    ("model.p.stg_schedule", "model.p.dim_game"),
    ("model.p.summary", "model.p.cache"),
    ("model.p.summary", "model.p.weekly"),
    ("model.p.cache", "model.p.predictions"),
    ("model.p.summary", "test.p.some_test"),
]


def manifest(edges: list[tuple[str, str]] = EDGES) -> dict[str, Any]:
    sources = {
        f"source.p.nba.{name}": {"name": name, "source_name": "nba", "schema": "nba_raw"}
        for name in ("schedule", "boxes", "unused")
    }
    sources["source.p.ops.log"] = {"name": "log", "source_name": "ops", "schema": "nba_orchestration"}
    nodes = {
        "model.p.stg_schedule": model("stg_schedule", stored="view"),
        "model.p.stg_boxes": model("stg_boxes", stored="view"),
        "model.p.dim_game": model("dim_game", stored="table"),
        "model.p.summary": model("summary", 3),
        "model.p.cache": model("cache", 4),
        "model.p.weekly": model("weekly", 4, trigger="daily"),
        "model.p.predictions": model("predictions", 5),
        "test.p.some_test": {"name": "some_test", "resource_type": "test", "config": {"materialized": "test"}},
    }
    children: dict[str, list[str]] = {}
    parents: dict[str, list[str]] = {}
    for parent, child in edges:
        children.setdefault(parent, []).append(child)
        parents.setdefault(child, []).append(parent)
    return {"nodes": nodes, "sources": sources, "child_map": children, "parent_map": parents}


def test_a_route_holds_event_models_per_phase_in_build_order() -> None:
    route = route_of(manifest(), "schedule")
    assert route.source == "nba.schedule"
    assert route.reference == ("dim_game",)
    assert dict(route.phases) == {3: ("summary",), 4: ("cache",), 5: ("predictions",)}


def test_the_gate_holds_every_source_that_anything_downstream_reads() -> None:
    assert route_of(manifest(), "boxes").gate == ("boxes", "schedule")


def test_a_new_ref_changes_the_route() -> None:
    more = [*EDGES, ("source.p.nba.unused", "model.p.cache")]
    assert dict(route_of(manifest(more), "unused").phases) == {3: (), 4: ("cache",), 5: ("predictions",)}


def test_an_empty_derivation_is_an_error() -> None:
    with pytest.raises(EmptySelection, match="nothing event-triggered depends on unused"):
        route_of(manifest(), "unused")
    with pytest.raises(EmptySelection, match="no raw table; known are boxes, schedule, unused"):
        route_of(manifest(), "nonsense")
    with pytest.raises(EmptySelection, match="nothing event-triggered"):
        all_routes(manifest())


def test_only_raw_sources_count() -> None:
    assert set(raw_sources(manifest())) == {"schedule", "boxes", "unused"}
    with pytest.raises(EmptySelection, match="no raw source"):
        raw_sources({"sources": {}})


def test_build_order_follows_refs() -> None:
    order = build_order(manifest())
    for parent, child in EDGES:
        if parent in order and child in order:
            assert order.index(parent) < order.index(child)


def test_merging_routes_keeps_each_model_once() -> None:
    tree = manifest()
    reference, phases = merge([route_of(tree, "boxes"), route_of(tree, "schedule")], tree)
    assert reference == ("dim_game",)
    assert phases[3] == ("summary",)
