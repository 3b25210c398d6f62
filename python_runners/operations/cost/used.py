"""What real runs used, from the ledger."""

from __future__ import annotations

from rich.console import Console
from rich.table import Table

from python_runners.operations.cost.prices import MIB
from python_runners.pipeline.composition import configured_platform

_USE = """
    select
        processor_name,
        processing_mode,
        count(*) as runs,
        coalesce(sum(jobs), 0) as jobs,
        coalesce(sum(bytes_processed), 0) as bytes_processed,
        coalesce(sum(slot_milliseconds), 0) / 1000.0 as slot_seconds,
        sum(duration_seconds) as seconds
    from nba_processing.analytics_processor_runs
    where success
    group by processor_name, processing_mode
    order by bytes_processed desc, seconds desc, processor_name, processing_mode
"""


def show_use(console: Console) -> None:
    """Print jobs, bytes and slots by model and mode; zeros on an engine that does not tell."""
    platform = configured_platform()
    try:
        rows = platform.warehouse.query(_USE).to_pylist()
    finally:
        platform.close()
    table = Table(title="What the runs used")
    for name in ("model", "mode"):
        table.add_column(name)
    for name in ("runs", "jobs", "MiB read", "slot seconds", "seconds"):
        table.add_column(name, justify="right")
    for row in rows:
        table.add_row(
            row["processor_name"], row["processing_mode"], str(row["runs"]), str(int(row["jobs"])),
            f"{row['bytes_processed'] / MIB:.1f}", f"{row['slot_seconds']:.1f}", f"{row['seconds']:.1f}",
        )  # fmt: skip
    console.print(table)
