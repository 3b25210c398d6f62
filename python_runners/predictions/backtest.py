"""Replay of past dates exactly as live runs would have predicted them, measured against outcomes and the line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from python_runners.errors import EmptySelection
from python_runners.platform.warehouse import Warehouse
from python_runners.predictions.features import numbers
from python_runners.predictions.inputs import GAMES, Narrowing, WarehouseSource, read_inputs
from python_runners.predictions.prediction_rows import NEWEST_SCHEMA
from python_runners.predictions.run import PredictionRun
from python_runners.predictions.scoring import ScoringInputs, ScoringResult, score
from python_runners.predictions.slate import Floats, left_join
from python_runners.predictions.system_table import FORMULAS
from python_runners.predictions.systems.base import PredictionSystem
from python_runners.predictions.systems.ensemble import Ensemble
from python_runners.predictions.training import TrainedModel, read_training_rows, train

INTERVAL = 0.80
Z_OF_INTERVAL = 1.2815515594600038
EDGE_BUCKETS = ((0.0, 1.0), (1.0, 2.0), (2.0, 3.0), (3.0, 5.0), (5.0, float("inf")))
LINE = "bookmaker_line"


@dataclass(frozen=True)
class HitRate:
    """Sides taken within a range of absolute edge; pushes count for neither."""

    edge_from: float
    edge_to: float
    wins: int
    losses: int

    @property
    def rate(self) -> float | None:
        """Wins over wins and losses; None without any."""
        return self.wins / (self.wins + self.losses) if self.wins + self.losses else None


@dataclass(frozen=True)
class SystemReport:
    """Errors of one system on games that the players appeared in.

    Attributes:
        system_id: the system, or the bookmaker's line itself.
        rows: predictions with an outcome.
        mae: mean absolute error in points.
        bias: mean of predicted minus actual.
        interval_coverage: share of outcomes inside the central 80 % interval; None for the line.
        rows_with_line: rows on which the line can be compared.
        mae_with_line: own error on those rows.
        line_mae: the line's error on the same rows.
        by_edge: sides by size of edge, whether recommended or not.
        recommended: sides that the system's rule recommended.
    """

    system_id: str
    rows: int
    mae: float | None
    bias: float | None
    interval_coverage: float | None
    rows_with_line: int
    mae_with_line: float | None
    line_mae: float | None
    by_edge: tuple[HitRate, ...]
    recommended: HitRate


@dataclass(frozen=True)
class Backtest:
    """Result of a replay, with the rows that it rests on (prediction columns plus `actual_points` and `spread`)."""

    from_date: date
    to_date: date
    model: TrainedModel
    reports: tuple[SystemReport, ...]
    skipped: Mapping[str, int]
    rows: pa.Table


def backtest(warehouse: Warehouse, from_date: date, to_date: date, now: datetime) -> Backtest:
    """Train on everything before `from_date`, score every date as a live run would have, and measure.

    Raises:
        EmptySelection: no prediction of these dates has an outcome.
        TrainingRefused: there is too little history before `from_date`.
    """
    model = train(read_training_rows(warehouse, from_date), from_date)
    systems: tuple[PredictionSystem, ...] = (*FORMULAS, model.system, Ensemble())
    result = replay(warehouse, systems, from_date, to_date, now)
    rows = with_outcomes(warehouse, result, from_date, to_date)
    if rows.num_rows == 0:
        raise EmptySelection(f"no prediction between {from_date} and {to_date} has an outcome")
    reports = [report(rows.filter(pc.equal(rows.column("system_id"), s.system_id)), s.system_id) for s in systems]
    return Backtest(from_date, to_date, model, (*reports, line_report(rows)), dict(result.skipped), rows)


def replay(
    warehouse: Warehouse, systems: Sequence[PredictionSystem], from_date: date, to_date: date, now: datetime
) -> ScoringResult:
    """Score past dates without storing anything and without looking at stored predictions."""
    run = PredictionRun.from_parameters(
        {
            "run_id": f"backtest_{from_date}_{to_date}",
            "prediction_mode": "backfill",
            "as_of": now.isoformat(),
            "from_date": from_date,
            "to_date": to_date,
        }
    )
    found = read_inputs(WarehouseSource(warehouse), run)
    fresh = ScoringInputs(found.features, found.context, found.cache, found.history, NEWEST_SCHEMA.empty_table())
    return score(fresh, systems, run)


def with_outcomes(warehouse: Warehouse, result: ScoringResult, from_date: date, to_date: date) -> pa.Table:
    """Join the points of the games that players appeared in; the others leave the comparison."""
    games = WarehouseSource(warehouse).read(
        GAMES, Narrowing(from_date, to_date), ("game_id", "player_id", "is_dnp", "points")
    )
    played = games.filter(pc.invert(games.column("is_dnp"))).rename_columns(
        ["game_id", "player_id", "is_dnp", "actual_points"]
    )
    rows = result.predictions.append_column("spread", pa.array(result.spread))
    rows = left_join(rows, played, ("game_id", "player_id"), ("actual_points",))
    return rows.filter(pc.is_valid(rows.column("actual_points")))


def report(rows: pa.Table, system_id: str) -> SystemReport:
    """Measure the rows of one system."""
    points, actual, line = (numbers(rows, name) for name in ("predicted_points", "actual_points", "points_line"))
    has_line = ~np.isnan(line)
    error = points - actual
    inside = np.abs(error) <= Z_OF_INTERVAL * numbers(rows, "spread")
    edge = numbers(rows, "edge")
    sides = np.sign(edge) * np.sign(actual - line)
    size = np.abs(edge)
    taken = np.isin(np.asarray(rows.column("recommendation").to_pylist(), dtype=object), ["OVER", "UNDER"])
    return SystemReport(
        system_id=system_id,
        rows=rows.num_rows,
        mae=_mean(np.abs(error)),
        bias=_mean(error),
        interval_coverage=_mean(inside.astype(np.float64)),
        rows_with_line=int(has_line.sum()),
        mae_with_line=_mean(np.abs(error[has_line])),
        line_mae=_mean(np.abs(line - actual)[has_line]),
        by_edge=tuple(_hits(sides, (size >= low) & (size < high), low, high) for low, high in EDGE_BUCKETS),
        recommended=_hits(sides, taken, 0.0, float("inf")),
    )


def line_report(rows: pa.Table) -> SystemReport:
    """Measure the line itself on every player's game that has one, once each."""
    seen: set[tuple[str, str]] = set()
    first = []
    keys = zip(rows.column("game_id").to_pylist(), rows.column("player_id").to_pylist(), strict=True)
    for position, key in enumerate(keys):
        if key not in seen:
            seen.add(key)
            first.append(position)
    games = rows.take(pa.array(first, type=pa.int64()))
    games = games.filter(pc.is_valid(games.column("points_line")))
    error = numbers(games, "points_line") - numbers(games, "actual_points")
    mae, nothing = _mean(np.abs(error)), HitRate(0.0, float("inf"), 0, 0)
    return SystemReport(LINE, games.num_rows, mae, _mean(error), None, games.num_rows, mae, mae, (), nothing)


def _hits(sides: Floats, chosen: np.ndarray[tuple[int], np.dtype[np.bool_]], low: float, high: float) -> HitRate:
    return HitRate(low, high, int((sides[chosen] > 0).sum()), int((sides[chosen] < 0).sum()))


def _mean(values: Floats) -> float | None:
    return round(float(np.mean(values)), 4) if len(values) else None
