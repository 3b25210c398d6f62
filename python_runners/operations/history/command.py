"""`nba-props import-history`: progress and report on a terminal."""

from __future__ import annotations

from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from python_runners.operations.history.datasets import DATASETS
from python_runners.operations.history.imports import ImportResult, import_history
from python_runners.pipeline.composition import embedded_platform


def import_once(console: Console, root: Path) -> list[ImportResult]:
    """Import history into the warehouse of this process and print what was read, loaded and refused.

    Raises:
        PermanentError: the folder or a file is missing.
    """
    platform = embedded_platform()
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True) as progress:
        task = progress.add_task("importing", total=len(DATASETS))
        results = []
        for result in import_history(
            platform.warehouse, root, on_dataset=lambda name: progress.update(task, description=f"importing {name}")
        ):
            results.append(result)
            progress.advance(task)
    table = Table(title=f"History from {root}")
    for heading in ("dataset", "raw table", "read", "loaded", "refused", "seconds"):
        table.add_column(heading, justify="right" if heading in {"read", "loaded", "seconds"} else "left")
    for result in results:
        reasons = ", ".join(f"{count:,} {reason}" for reason, count in sorted(result.refused.items()))
        table.add_row(
            result.dataset,
            result.table,
            f"{result.rows_read:,}",
            f"{result.rows_loaded:,}",
            reasons,
            "stands already" if result.is_resumed else f"{result.seconds:.1f}",
        )
    console.print(table)
    console.print(
        f"{sum(r.rows_loaded for r in results):,} rows loaded, "
        f"{sum(sum(r.refused.values()) for r in results):,} refused, {sum(r.seconds for r in results):.1f} s. "
        "Next: dbt build"
    )
    return results
