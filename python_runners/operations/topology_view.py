"""`nba-props topology`: the edges of the platform, and whether everything fits together."""

from __future__ import annotations

from rich.console import Console
from rich.table import Table

from python_runners.errors import InvariantViolated
from python_runners.operations.topology_check import Places, problems_of
from python_runners.platform.topology import Topology, topology


def check_once(console: Console, declared: Topology | None = None, places: Places | None = None) -> None:
    """Show every edge and check the declaration against code, recorded messages and tests.

    Raises:
        InvariantViolated: something does not fit; the message names everything that does not.
    """
    declared = declared or topology()
    console.print(edges_of(declared))
    problems = problems_of(declared, places or Places())
    if problems:
        raise InvariantViolated(f"{len(problems)} problems of the topology:\n  " + "\n  ".join(problems))
    console.print(
        f"{len(declared.topic_names)} topics have a consumer, {len(declared.subscriptions)} edges a recorded message, "
        f"{len(declared.functions)} functions a test."
    )


def edges_of(declared: Topology) -> Table:
    """Return every way in which work is started."""
    table = Table(title="Edges")
    for heading in ("from", "to", "through"):
        table.add_column(heading, overflow="fold")
    for item in declared.subscriptions:
        table.add_row(
            item.topic, f"{item.function}{item.path}" if item.function else f"reader {item.reader}", item.name
        )
    for call in declared.schedules:
        table.add_row(f"{call.cron} {declared.time_zone}", f"{call.function}{call.path}", call.name)
    return table
