"""A manifest of a few models: they, what lies upstream of them, and nothing else."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from python_runners.pipeline.lean_manifest import lean_manifest


@dataclass
class Node:
    unique_id: str
    resource_type: str
    name: str
    depends_on_nodes: list[str]


@dataclass
class Manifest:
    nodes: dict[str, Node]
    sources: dict[str, Any] = field(default_factory=dict)
    macros: dict[str, Any] = field(default_factory=dict)
    groups: dict[str, Any] = field(default_factory=dict)
    metadata: str = "meta"
    env_vars: dict[str, str] = field(default_factory=dict)
    is_flat: bool = False

    def build_flat_graph(self) -> None:
        self.is_flat = True


def whole() -> Manifest:
    nodes = [
        Node("seed.teams", "seed", "teams", []),
        Node("model.staged", "model", "staged", ["source.raw", "seed.teams"]),
        Node("model.summary", "model", "summary", ["model.staged"]),
        Node("model.other", "model", "other", ["model.staged"]),
        Node("test.summary", "test", "summary", ["model.summary"]),
    ]
    return Manifest(
        {node.unique_id: node for node in nodes}, sources={"source.raw": 1, "source.log": 2}, macros={"m": 3}
    )


def test_it_holds_the_named_models_and_everything_upstream() -> None:
    lean = lean_manifest(whole(), ["summary"])
    assert set(lean.nodes) == {"model.summary", "model.staged", "seed.teams"}
    assert lean.is_flat


def test_macros_and_the_sources_that_they_name_stay() -> None:
    lean = lean_manifest(whole(), ["staged"])
    assert lean.macros == {"m": 3}
    assert set(lean.sources) == {"source.raw", "source.log"}


def test_an_unknown_name_gives_an_empty_manifest() -> None:
    assert lean_manifest(whole(), ["nobody"]).nodes == {}
