"""`nba-props import-history`: progress and report on a terminal."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from python_runners.operations.history.datasets import DATASETS
from python_runners.operations.history.imports import ImportResult, import_history
from python_runners.pipeline.composition import configured_platform


def import_once(console: Console, root: Path, seasons: Sequence[int] | None = None) -> list[ImportResult]:
    """Import history into the warehouse of this process and print what was read, loaded and refused.

    Raises:
        PermanentError: the folder or a file is missing, or the warehouse is not the embedded one.
    """
    platform = configured_platform()
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    results = []
    try:
        with Progress(*columns, console=console, transient=True) as progress:
            task = progress.add_task("importing", total=len(DATASETS))
            for result in import_history(
                platform.embedded_warehouse,
                root,
                seasons=seasons,
                on_dataset=lambda name: progress.update(task, description=f"importing {name}"),
            ):
                results.append(result)
                progress.advance(task)
    finally:
        platform.close()
    show_results(console, root, results)
    return results


def show_results(console: Console, root: Path, results: Sequence[ImportResult]) -> None:
    """Print a table of the datasets and one of the refusals."""
    table = Table(title=f"History from {root}")
    for heading in ("dataset", "read", "loaded", "refused", "seconds"):
        table.add_column(heading, justify="left" if heading == "dataset" else "right", no_wrap=True)
    for result in results:
        table.add_row(
            result.dataset,
            f"{result.rows_read:,}",
            f"{result.rows_loaded:,}",
            f"{sum(result.refused.values()):,}",
            "stands" if result.is_resumed else f"{result.seconds:.1f}",
        )
    console.print(table)
    refusals = Table(title="Refused rows; each by its key in nba_orchestration.history_refusals")
    for heading in ("dataset", "reason", "rows"):
        refusals.add_column(heading, justify="right" if heading == "rows" else "left")
    for result in results:
        for reason, count in sorted(result.refused.items()):
            refusals.add_row(result.dataset, reason, f"{count:,}")
    console.print(refusals)
    standing = sum(result.is_resumed for result in results)
    console.print(
        f"{sum(result.rows_loaded for result in results):,} rows stand, "
        f"{sum(sum(result.refused.values()) for result in results):,} were refused, "
        f"{sum(result.seconds for result in results):.1f} s."
        + (f" {standing} of {len(results)} datasets stood already: same files, same rules." if standing else "")
        + " Next: dbt build"
    )
