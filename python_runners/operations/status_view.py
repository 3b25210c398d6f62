"""The ledger on a terminal: one journey, or one date."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import closing
from typing import Any

from rich.console import Console
from rich.table import Table

from python_runners.errors import PermanentError
from python_runners.operations.arguments import parse_date
from python_runners.pipeline.composition import configured_platform
from python_runners.platform.warehouse import Warehouse

_COLOURS = {
    "success": "green",
    "partial": "yellow",
    "skipped": "dim",
    "no_data": "dim",
    "running": "cyan",
    "failed": "red",
    "lost": "red",
    "blocked": "magenta",
}

_JOURNEY = """
select started_at, phase, processor_name, status, record_count, duration_seconds, output_table, source_table,
    coalesce(skip_reason, error_message) as reason
from nba_orchestration.pipeline_execution_log where correlation_id = $id
union all
select started_at, 1, scraper_name, status, object_bytes, duration_seconds, object_path, null, error_message
from nba_orchestration.scraper_execution_log where correlation_id = $id
order by started_at, phase
"""

_DATE = """
select phase, processor_name, status, count(*) as runs, sum(record_count) as row_count,
    sum(duration_seconds) as seconds, max(started_at) as last_start, max(coalesce(skip_reason, error_message)) as reason
from nba_orchestration.pipeline_execution_log where game_date = $date
group by phase, processor_name, status order by phase, processor_name, status
"""


def journey_of(warehouse: Warehouse, start: str) -> tuple[str, list[dict[str, Any]]]:
    """Return the correlation id that begins with `start` and its steps in time order.

    Raises:
        PermanentError: no journey, or several, begin so.
    """
    found = warehouse.query(
        "select distinct correlation_id as id from ("
        "select correlation_id from nba_orchestration.pipeline_execution_log union distinct "
        "select correlation_id from nba_orchestration.scraper_execution_log) where starts_with(correlation_id, $start)",
        {"start": start},
    ).to_pylist()
    ids = sorted(row["id"] for row in found)
    if len(ids) != 1:
        seen = f"{len(ids)} journeys begin so: {', '.join(ids[:3])}" if ids else "no journey begins so"
        raise PermanentError(f"{start}: {seen}; `nba-props status` lists what ran")
    return ids[0], warehouse.query(_JOURNEY, {"id": ids[0]}).to_pylist()


def show_trace(console: Console, start: str) -> None:
    """Print the steps of one journey with their times."""
    with closing(configured_platform()) as platform:
        print_journey(console, platform.warehouse, start)


def print_journey(console: Console, warehouse: Warehouse, start: str) -> None:
    """Print the steps of one journey with their times.

    Raises:
        PermanentError: no journey, or several, begin so.
    """
    correlation_id, steps = journey_of(warehouse, start)
    begin = steps[0]["started_at"]
    table = Table(title=f"Journey {correlation_id}", caption=f"began {begin:%Y-%m-%d %H:%M:%S} UTC")
    for heading in ("at", "phase", "step", "status", "rows", "seconds", "what"):
        table.add_column(heading, justify="right" if heading in {"at", "phase", "rows", "seconds"} else "left")
    for step in steps:
        colour = _COLOURS.get(step["status"], "white")
        table.add_row(
            f"+{(step['started_at'] - begin).total_seconds():.2f} s",
            str(step["phase"]),
            step["processor_name"],
            f"[{colour}]{step['status']}[/{colour}]",
            "" if step["record_count"] is None else f"{step['record_count']:,}",
            "" if step["duration_seconds"] is None else f"{step['duration_seconds']:.2f}",
            step["reason"] or step["output_table"] or step["source_table"] or "",
        )
    console.print(table)
    console.print(_phases_table(steps))


def _phases_table(steps: Sequence[Mapping[str, Any]]) -> Table:
    """Return when each phase of a journey began and ended; what lies between two phases is the way of the message."""
    begin = steps[0]["started_at"]
    phases: dict[int, list[tuple[float, float]]] = {}
    for step in steps:
        first = (step["started_at"] - begin).total_seconds()
        phases.setdefault(step["phase"], []).append((first, first + (step["duration_seconds"] or 0.0)))
    table = Table(title="Phases")
    for heading in ("phase", "runs", "began", "ended", "seconds"):
        table.add_column(heading, justify="right")
    for phase, spans in sorted(phases.items()):
        first, last = min(start for start, _ in spans), max(end for _, end in spans)
        table.add_row(str(phase), str(len(spans)), f"+{first:.2f} s", f"+{last:.2f} s", f"{last - first:.2f}")
    return table


def show_status(console: Console, text: str | None) -> None:
    """Print the runs of a date by phase, and what is pending.

    Raises:
        PermanentError: the date does not parse.
    """
    platform = configured_platform()
    newest = platform.warehouse.query(
        "select max(game_date) as day from nba_orchestration.pipeline_execution_log"
    ).to_pylist()[0]["day"]
    day = parse_date(text) if text else newest
    if day is None:
        console.print("Nothing has run yet. Start with `nba-props demo`.")
        return
    rows = platform.warehouse.query(_DATE, {"date": day}).to_pylist()
    table = Table(title=f"Runs about {day}")
    for heading in ("phase", "step", "status", "runs", "rows", "seconds", "last start (UTC)", "reason"):
        table.add_column(heading, justify="right" if heading in {"phase", "runs", "rows", "seconds"} else "left")
    for row in rows:
        colour = _COLOURS.get(row["status"], "white")
        table.add_row(
            str(row["phase"]),
            row["processor_name"],
            f"[{colour}]{row['status']}[/{colour}]",
            str(row["runs"]),
            "" if row["row_count"] is None else f"{int(row['row_count']):,}",
            "" if row["seconds"] is None else f"{row['seconds']:.2f}",
            f"{row['last_start']:%H:%M:%S}",
            row["reason"] or "",
        )
    console.print(table if rows else f"Nothing ran about {day}.")
    waiting = platform.warehouse.query(
        "select count(*) as n from nba_orchestration.outbox where announced_at is null"
    ).to_pylist()[0]["n"]
    console.print(f"Announcements waiting: {waiting}")
