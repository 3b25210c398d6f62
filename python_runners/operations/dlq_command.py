"""`nba-props dlq`: what failed for good, and what a person does about it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager

from rich.console import Console
from rich.table import Table

from python_runners.operations import dead_letters
from python_runners.operations.fresh_events import Obsolete
from python_runners.pipeline.composition import Platform, configured_platform
from python_runners.pipeline.handle import drive


@contextmanager
def _collected() -> Iterator[Platform]:
    with closing(configured_platform()) as platform:
        dead_letters.collect(platform)
        yield platform


def list_once(console: Console, *, everything: bool) -> None:
    """Print the open dead letters, or all of them."""
    with _collected() as platform:
        rows = dead_letters.dead_letters(platform, status=None if everything else "open")
    if not rows:
        console.print("No dead letters." if everything else "No open dead letters.")
        return
    table = Table("id", "received (UTC)", "topic", "date", "table", "deliveries", "status", "reason")
    for row in rows:
        table.add_row(
            row["dead_letter_id"][:8],
            f"{row['received_at']:%Y-%m-%d %H:%M:%S}",
            row["topic"],
            str(row["game_date"] or ""),
            row["source_table"] or "",
            str(row["delivery_attempts"]),
            row["status"],
            row["reason"],
        )
    console.print(table)


def show_once(console: Console, start: str) -> None:
    """Print a dead letter with its message.

    Raises:
        PermanentError: no dead letter begins so, or several do.
    """
    with _collected() as platform:
        row = dead_letters.dead_letter(platform, start)
    for name, value in row.items():
        if name != "envelope" and value is not None:
            console.print(f"{name}: {value}", soft_wrap=True, highlight=False, markup=False)
    console.print_json(json.dumps(json.loads(row["envelope"])))


def replay_once(console: Console, starts: Sequence[str]) -> None:
    """Replace dead letters by fresh events and drive these through the pipeline.

    Raises:
        PermanentError: one is resolved already, or no event can be derived from it; those before it are sent.
    """
    with _collected() as platform:
        try:
            for start in starts:
                outcome = dead_letters.replay(platform, start)
                if isinstance(outcome, Obsolete):
                    console.print(f"{start}: discarded as obsolete, {outcome.reason}", soft_wrap=True)
                else:
                    console.print(f"{start}: {outcome.what}", soft_wrap=True)
                    console.print(f"  nba-props trace {outcome.envelope.correlation_id}", soft_wrap=True)
        finally:
            drive(platform)
        failed = dead_letters.collect(platform)
        if failed:
            console.print(f"{failed} new dead letters: see `nba-props dlq list`")


def discard_once(console: Console, starts: Sequence[str], why: str) -> None:
    """Close dead letters without an event.

    Raises:
        PermanentError: the reason is empty, or one of them is unknown or resolved already.
    """
    with _collected() as platform:
        for row in dead_letters.discard(platform, starts, why):
            console.print(f"{row['dead_letter_id'][:8]}: discarded ({row['reason']})", soft_wrap=True)
