"""What a raw table sets off, derived from the dbt manifest: pure functions over a plain mapping.

source ──> staging ──> intermediate ──> phase 3 ──> phase 4 ──> phase 5
  S          view          view        event models, in the order of their refs
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from python_runners.errors import EmptySelection

Manifest = Mapping[str, Any]

RAW_SCHEMA = "nba_raw"
PHASES = (3, 4, 5)
_STORED = frozenset({"incremental", "table"})


@dataclass(frozen=True)
class Route:
    """What one raw table sets off.

    Attributes:
        source_table: name of the raw table.
        source: dbt name of the source, `system.table`.
        reference: dimension tables to rebuild before phase 3, in build order.
        phases: per phase (3, 4, 5) the event-triggered models, in build order.
        gate: every source that anything downstream reads, the raw table itself included.
    """

    source_table: str
    source: str
    reference: tuple[str, ...]
    phases: Mapping[int, tuple[str, ...]]
    gate: tuple[str, ...]

    @property
    def models(self) -> tuple[str, ...]:
        """Every model that is set off, in build order."""
        return (*self.reference, *(name for phase in PHASES for name in self.phases[phase]))


def raw_sources(manifest: Manifest) -> dict[str, str]:
    """Return the unique id of every raw source, keyed by table name.

    Raises:
        EmptySelection: the manifest holds no raw source.
    """
    found = {node["name"]: unique_id for unique_id, node in manifest["sources"].items() if node["schema"] == RAW_SCHEMA}
    if not found:
        raise EmptySelection("the manifest declares no raw source")
    return found


def route_of(manifest: Manifest, source_table: str) -> Route:
    """Derive what a raw table, or a seed that was edited, sets off.

    Raises:
        EmptySelection: the table is no raw source, or nothing event-triggered depends on it.
    """
    sources = raw_sources(manifest)
    seeds = {node["name"]: name for name, node in manifest["nodes"].items() if node["resource_type"] == "seed"}
    if source_table not in sources and source_table not in seeds:
        raise EmptySelection(f"{source_table} is no raw table; known are {', '.join(sorted(sources))}")
    unique_id = sources.get(source_table) or seeds[source_table]
    nodes = manifest["nodes"]
    reached = _closure(manifest["child_map"], unique_id)
    downstream = {node for node in reached if nodes[node]["config"].get("meta", {}).get("trigger") != "sweep"}
    ordered = [node for node in build_order(manifest) if node in downstream]
    phases = {
        phase: tuple(nodes[node]["name"] for node in ordered if is_event_model(nodes[node], phase)) for phase in PHASES
    }
    if not any(phases.values()):
        raise EmptySelection(f"nothing event-triggered depends on {source_table}")
    reference = tuple(nodes[node]["name"] for node in ordered if _is_reference(nodes[node]))
    upstream = _closure(manifest["parent_map"], *downstream)
    gate = tuple(sorted(name for name, source_id in sources.items() if source_id in upstream | {unique_id}))
    declared = manifest["sources"].get(unique_id)
    source = f"{declared['source_name']}.{source_table}" if declared else source_table
    return Route(source_table, source, reference, phases, gate)


def is_event_model(node: Mapping[str, Any], phase: int) -> bool:
    """Return whether an event may rebuild the table of a model, as a model of this phase."""
    meta = node["config"].get("meta", {})
    return bool(
        meta.get("phase") == phase and meta.get("trigger") == "event" and node["config"]["materialized"] in _STORED
    )


def upstream_of(manifest: Manifest, models: Sequence[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return what models are made of: the inputs and dimensions to build before them, in order, and raw source ids."""
    nodes = manifest["nodes"]
    starts = [node for node in build_order(manifest) if nodes[node]["name"] in set(models)]
    upstream = _closure(manifest["parent_map"], *starts)
    reference = tuple(
        nodes[node]["name"] for node in build_order(manifest) if node in upstream and _is_reference(nodes[node])
    )
    return reference, tuple(sorted(upstream & set(raw_sources(manifest).values())))


def _is_reference(node: Mapping[str, Any]) -> bool:
    return node["config"]["materialized"] in _STORED and not node["config"].get("meta", {}).get("phase")


def all_routes(manifest: Manifest) -> dict[str, Route]:
    """Return the route of every raw table that sets something off, keyed by table name, sorted."""
    routes: dict[str, Route] = {}
    for table in sorted(raw_sources(manifest)):
        routes[table] = route_of(manifest, table)
    return routes


def merge(routes: list[Route], manifest: Manifest) -> tuple[tuple[str, ...], Mapping[int, tuple[str, ...]]]:
    """Unite what several raw tables set off: reference tables and models per phase, in build order."""
    names = [manifest["nodes"][node]["name"] for node in build_order(manifest)]
    reference = {name for route in routes for name in route.reference}
    phases = {phase: {name for route in routes for name in route.phases[phase]} for phase in PHASES}
    return (
        tuple(name for name in names if name in reference),
        {phase: tuple(name for name in names if name in members) for phase, members in phases.items()},
    )


def build_order(manifest: Manifest) -> list[str]:
    """Return the unique ids of all models so that each follows its parents; ties in name order."""
    models = {node for node, body in manifest["nodes"].items() if body["resource_type"] == "model"}
    parents = {node: {parent for parent in manifest["parent_map"].get(node, ()) if parent in models} for node in models}
    ordered: list[str] = []
    ready = sorted(node for node, needs in parents.items() if not needs)
    waiting = {node: set(needs) for node, needs in parents.items() if needs}
    while ready:
        node = ready.pop(0)
        ordered.append(node)
        freed = [other for other, needs in waiting.items() if node in needs and not needs - {node}]
        for needs in waiting.values():
            needs.discard(node)
        for other in freed:
            del waiting[other]
        ready = sorted([*ready, *freed])
    return ordered


def _closure(edges: Mapping[str, list[str]], *starts: str) -> set[str]:
    seen: set[str] = set()
    open_nodes = list(starts)
    while open_nodes:
        for node in edges.get(open_nodes.pop(), ()):
            if node not in seen and node.split(".")[0] in {"model", "source", "seed", "snapshot"}:
                seen.add(node)
                open_nodes.append(node)
    return seen
