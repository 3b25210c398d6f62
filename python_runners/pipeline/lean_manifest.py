"""A dbt manifest that holds no more than a run by name needs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any


def lean_manifest(manifest: Any, names: Sequence[str]) -> Any:
    """Return a dbt manifest of the named models, everything upstream of them, and all macros."""
    wanted = {
        node.unique_id for node in manifest.nodes.values() if node.resource_type == "model" and node.name in names
    }
    pending = list(wanted)
    while pending:
        node = manifest.nodes.get(pending.pop())
        parents = [] if node is None else [parent for parent in node.depends_on_nodes if parent not in wanted]
        wanted.update(parents)
        pending.extend(parents)
    lean = type(manifest)(
        nodes={unique_id: node for unique_id, node in manifest.nodes.items() if unique_id in wanted},
        # macros name sources that no model depends on
        sources=manifest.sources,
        macros=manifest.macros,
        groups=manifest.groups,
        metadata=manifest.metadata,
        env_vars=manifest.env_vars,
    )
    lean.build_flat_graph()
    return lean
