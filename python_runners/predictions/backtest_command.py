"""`nba-props backtest`: replay past dates and print what came out, whatever it is."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

from rich.console import Console
from rich.table import Table

from python_runners.dates import utc_now
from python_runners.pipeline.composition import configured_platform
from python_runners.predictions.backtest import EDGE_BUCKETS, Backtest, HitRate, backtest


def backtest_once(console: Console, from_date: date, to_date: date, picture: Path | None) -> None:
    """Replay on the warehouse of this process; nothing is stored but the picture."""
    result = backtest(configured_platform().warehouse, from_date, to_date, utc_now())
    card = result.model.card
    console.print(f"model {card.version}: {card.training_rows} rows from {card.trained_from} to {card.trained_to}")
    for table in tables(result):
        console.print(table)
    reasons = ", ".join(f"{reason} {count}" for reason, count in sorted(result.skipped.items()))
    console.print(f"not eligible: {reasons or 'nobody'}")
    if picture is not None:
        from python_runners.predictions.picture import draw

        draw(result, picture)
        console.print(f"picture: {picture}")


def tables(result: Backtest) -> Iterator[Table]:
    """Yield the tables of a report: errors, then hit rates by edge."""
    errors = Table(title=f"Errors in points, {result.from_date} to {result.to_date}")
    for name in ("system", "rows", "MAE", "bias", "80 % interval", "rows with line", "MAE there", "line MAE there"):
        errors.add_column(name, justify="left" if name == "system" else "right")
    for report in result.reports:
        errors.add_row(
            report.system_id,
            str(report.rows),
            _number(report.mae),
            _number(report.bias, signed=True),
            _share(report.interval_coverage),
            str(report.rows_with_line),
            _number(report.mae_with_line),
            _number(report.line_mae),
        )
    yield errors
    hits = Table(title="Hit rate by absolute edge (wins-losses); break-even at -110 is 52.4 %")
    hits.add_column("system")
    for low, high in EDGE_BUCKETS:
        hits.add_column(f"{low:g}+" if high == float("inf") else f"{low:g}-{high:g}", justify="right")
    hits.add_column("recommended", justify="right")
    for report in result.reports:
        if report.by_edge:
            hits.add_row(report.system_id, *(_hit(hit) for hit in (*report.by_edge, report.recommended)))
    yield hits


def _hit(hit: HitRate) -> str:
    return "-" if hit.rate is None else f"{100 * hit.rate:.1f} % ({hit.wins}-{hit.losses})"


def _number(value: float | None, *, signed: bool = False) -> str:
    return "-" if value is None else f"{value:{'+' if signed else ''}.3f}"


def _share(value: float | None) -> str:
    return "-" if value is None else f"{100 * value:.1f} %"
