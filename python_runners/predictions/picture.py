"""A picture of a backtest: errors by system, calibration of the predicted points, hit rate by edge."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from python_runners.predictions.backtest import LINE, Backtest
from python_runners.predictions.features import numbers

BREAK_EVEN = 0.524
LEAST_SIDES = 20


def draw(result: Backtest, path: Path) -> None:
    """Write the picture as a PNG."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(16, 5), layout="constrained")
    FigureCanvasAgg(figure)
    errors, calibration, hits = figure.subplots(1, 3)
    _draw_errors(errors, result)
    _draw_calibration(calibration, result)
    _draw_hits(hits, result)
    figure.suptitle(f"Replay {result.from_date} to {result.to_date}, model trained to {result.model.card.trained_to}")
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, dpi=110)


def _draw_errors(axes: Any, result: Backtest) -> None:
    reports = [report for report in result.reports if report.mae is not None]
    names = [report.system_id for report in reports]
    position = np.arange(len(reports))
    axes.barh(position + 0.2, [report.mae for report in reports], height=0.38, label="all games played")
    with_line = [report.mae_with_line or 0.0 for report in reports]
    axes.barh(position - 0.2, with_line, height=0.38, label="games with a line")
    axes.set_yticks(position, names)
    axes.invert_yaxis()
    axes.set_xlabel("mean absolute error, points")
    axes.legend(loc="upper center", bbox_to_anchor=(0.5, -0.12), ncols=2)
    axes.set_title("Error by system")


def _draw_calibration(axes: Any, result: Backtest) -> None:
    for report in result.reports:
        if report.system_id == LINE:
            continue
        rows = _rows_of(result.rows, report.system_id)
        points, actual = numbers(rows, "predicted_points"), numbers(rows, "actual_points")
        edges = np.arange(0.0, 40.0, 4.0)
        bucket = np.digitize(points, edges)
        kept = [index for index in range(1, len(edges) + 1) if (bucket == index).sum() >= LEAST_SIDES]
        means = [(points[bucket == index].mean(), actual[bucket == index].mean()) for index in kept]
        axes.plot([x for x, _ in means], [y for _, y in means], marker="o", label=report.system_id)
    axes.plot([0, 40], [0, 40], color="grey", linestyle=":")
    axes.set_xlabel("predicted points, mean of bucket")
    axes.set_ylabel("actual points, mean of bucket")
    axes.legend()
    axes.set_title("Calibration")


def _draw_hits(axes: Any, result: Backtest) -> None:
    labels = ["0-1", "1-2", "2-3", "3-5", "5+"]
    for report in result.reports:
        enough = [hit.wins + hit.losses >= LEAST_SIDES for hit in report.by_edge]
        rates = [hit.rate if is_enough else np.nan for hit, is_enough in zip(report.by_edge, enough, strict=True)]
        if rates:
            axes.plot(labels, rates, marker="o", label=report.system_id)
    axes.axhline(BREAK_EVEN, color="grey", linestyle=":", label="break-even at -110")
    axes.set_xlabel("absolute edge, points")
    axes.set_ylabel("hit rate")
    axes.legend(loc="upper center", bbox_to_anchor=(0.5, -0.12), ncols=2)
    axes.set_title("Hit rate by edge")


def _rows_of(rows: pa.Table, system_id: str) -> pa.Table:
    return rows.filter(pc.equal(rows.column("system_id"), system_id))
