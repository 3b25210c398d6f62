"""The trigger graph on a terminal."""

from __future__ import annotations

import json
from typing import Any

from rich.console import Console
from rich.tree import Tree

from python_runners.pipeline.column_lineage import column_lineage
from python_runners.pipeline.column_reads import RECORDED, record
from python_runners.pipeline.dbt_runner import DbtRunner
from python_runners.pipeline.trigger_graph import Route, all_routes, route_of

PHASE_NAMES = {3: "phase 3 analytics", 4: "phase 4 precompute", 5: "phase 5 predictions"}


def route_document(route: Route) -> dict[str, Any]:
    """Return a route as plain JSON values."""
    return {
        "source": route.source,
        "reference": list(route.reference),
        **{f"phase_{number}": list(models) for number, models in route.phases.items()},
        "gate": list(route.gate),
    }


def graph_document(manifest: Any) -> dict[str, Any]:
    """Return the whole trigger graph as plain JSON values, keyed by raw table."""
    return {table: route_document(route) for table, route in all_routes(manifest).items()}


def record_column_reads(console: Console) -> None:
    """Derive from the compiled SQL which columns each model reads, and write it where event runs look."""
    dbt = DbtRunner()
    with console.status("compiling the dbt project"):
        reads = column_lineage(dbt.manifest, dbt.compiled_sql(full_refresh=True))
    record(reads)
    console.print(f"{RECORDED}: {len(reads)} models, {sum(map(len, reads.values()))} inputs")


def show_plan(console: Console, table: str | None, *, as_json: bool) -> None:
    """Print what one raw table sets off, or the whole graph.

    Raises:
        EmptySelection: the table is unknown or sets nothing off.
    """
    manifest = DbtRunner().manifest
    routes = all_routes(manifest) if table is None else {table: route_of(manifest, table)}
    if as_json:
        console.print_json(json.dumps({name: route_document(route) for name, route in routes.items()}))
        return
    for name, route in routes.items():
        tree = Tree(f"[bold]{name}[/bold]  [dim]{route.source}[/dim]")
        if route.reference:
            tree.add("reference: " + ", ".join(route.reference))
        for number, models in route.phases.items():
            if models:
                branch = tree.add(f"[cyan]{PHASE_NAMES[number]}[/cyan]")
                for model in models:
                    branch.add(model)
        tree.add(f"[dim]gate: {', '.join(route.gate)}[/dim]")
        console.print(tree)
