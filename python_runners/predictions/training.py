"""Training of the gradient boosting model: rows before a cutoff, split by date, measured, packed with its card."""

from __future__ import annotations

import io
import platform
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from python_runners.errors import PermanentError
from python_runners.platform.warehouse import Warehouse
from python_runners.predictions.features import FEATURE_VERSION, feature_set, matrix, numbers
from python_runners.predictions.recommendation import published_points
from python_runners.predictions.registry import GoldenVectors, ModelCard, digest_of
from python_runners.predictions.slate import Floats, Slate
from python_runners.predictions.systems.gradient_boosting import (
    FEATURE_SET,
    SYSTEM_ID,
    GradientBoosting,
    Regressor,
    SingleThreaded,
    residual_sigmas,
)
from python_runners.predictions.systems.moving_average import MovingAverage

VALIDATION_SHARE = 0.15
GOLDEN_ROWS = 8
REGULAR_MINUTES = 15.0
MAE_THAT_MEANS_LEAKAGE = 4.5
HIGHEST_BIAS = 0.5
LEAST_DATES = 10
FATIGUE = "f05_fatigue_score"

PARAMETERS: dict[str, Any] = {
    "loss": "squared_error",
    "learning_rate": 0.07,
    "max_iter": 150,
    "max_leaf_nodes": 15,
    "min_samples_leaf": 100,
    "l2_regularization": 1.0,
    "early_stopping": False,
    "random_state": 17,
}

_TRAINING_ROWS = """
select
    features.*,
    games.points,
    context.current_points_line as points_line,
    cache.games_played_season
from nba_precompute.ml_feature_store_v2 as features
inner join nba_analytics.player_game_summary as games
    on features.game_id = games.game_id and features.player_id = games.player_id
left join nba_analytics.upcoming_player_game_context as context
    on features.game_id = context.game_id and features.player_id = context.player_id
left join nba_precompute.player_daily_cache as cache
    on features.game_date = cache.analysis_date and features.player_id = cache.player_id
where features.feature_version = $feature_version
    and features.is_production_ready
    and features.game_date < $cutoff
    and games.game_date < $cutoff
    and not games.is_dnp
    and games.points is not null
order by features.game_date, features.game_id, features.player_id
"""


class TrainingRefused(PermanentError):
    """Training data that would leak, or too little of it."""


@dataclass(frozen=True)
class Split:
    """Rows for fitting and the later dates held out for measuring."""

    fitting: pa.Table
    validation: pa.Table


@dataclass(frozen=True)
class TrainedModel:
    """A fitted model, ready to predict and ready to be stored."""

    system: GradientBoosting
    card: ModelCard
    content: bytes
    golden: GoldenVectors


def read_training_rows(warehouse: Warehouse, cutoff: date) -> pa.Table:
    """Return production-ready feature rows of played games before the cutoff, with points and line, in time order."""
    return warehouse.query(_TRAINING_ROWS, {"feature_version": FEATURE_VERSION, "cutoff": cutoff})


def split_by_date(rows: pa.Table, share: float = VALIDATION_SHARE) -> Split:
    """Hold out the last share of the dates, each date whole.

    Raises:
        TrainingRefused: there are too few dates.
    """
    dates = sorted(set(rows.column("game_date").to_pylist()))
    if len(dates) < LEAST_DATES:
        raise TrainingRefused(f"{len(dates)} dates with production-ready rows, at least {LEAST_DATES} are needed")
    first_held_out = dates[-max(1, round(share * len(dates)))]
    is_early = pc.less(rows.column("game_date"), pa.scalar(first_held_out, type=pa.date32()))
    return Split(rows.filter(is_early), rows.filter(pc.invert(is_early)))


def check_disjoint(split: Split) -> None:
    """Make sure that every held-out date lies after every fitted one.

    Raises:
        TrainingRefused: a date is in both, or the order is broken.
    """
    last_fitted = pc.max(split.fitting.column("game_date")).as_py()
    first_held_out = pc.min(split.validation.column("game_date")).as_py()
    if last_fitted is None or first_held_out is None:
        raise TrainingRefused("fitting and validation both need rows")
    if last_fitted >= first_held_out:
        raise TrainingRefused(f"validation starts on {first_held_out}, fitting data reach {last_fitted}")


def train(rows: pa.Table, cutoff: date, split: Split | None = None) -> TrainedModel:
    """Fit on the early dates, measure on the held-out ones, then fit the stored model on all rows.

    Residual deviations and metrics come from the held-out dates alone.

    Args:
        rows: columns of the feature store, `points`, `points_line`, `games_played_season`.
        cutoff: first date that the model may predict; every row lies before it.
        split: the division by date; the default holds out the last 15 % of the dates.

    Raises:
        TrainingRefused: a row reaches the cutoff, dates overlap, or there are too few of them.
    """
    split = split or split_by_date(rows)
    check_disjoint(split)
    last_day = pc.max(rows.column("game_date")).as_py()
    if last_day >= cutoff:
        raise TrainingRefused(f"training rows reach {last_day}, the cutoff is {cutoff}")
    columns = usable_columns(split.fitting)
    measured = published_points(_fit(split.fitting, columns).predict(matrix(split.validation, columns)))
    actual = numbers(split.validation, "points")
    regressor = _fit(rows, columns)
    content = _pickled(regressor)
    card = ModelCard(
        system_id=SYSTEM_ID,
        version=f"{last_day:%Y%m%d}-{digest_of(content)[:8]}",
        digest=digest_of(content),
        feature_set=FEATURE_SET,
        columns=columns,
        trained_from=pc.min(rows.column("game_date")).as_py(),
        trained_to=last_day,
        validation_from=pc.min(split.validation.column("game_date")).as_py(),
        training_rows=rows.num_rows,
        sigmas=tuple(residual_sigmas(measured, actual)),
        parameters=PARAMETERS,
        metrics=_metrics(split.validation, measured, actual),
        libraries=_library_versions(),
    )
    system = GradientBoosting(
        SingleThreaded(regressor), columns, card.sigmas, card.version, card.digest, card.trained_to
    )
    picked = np.linspace(0, rows.num_rows - 1, GOLDEN_ROWS).astype(int)
    golden = GoldenVectors.of(regressor, matrix(rows.take(pa.array(picked)), columns))
    return TrainedModel(system, card, content, golden)


def usable_columns(rows: pa.Table) -> tuple[str, ...]:
    """Return the columns of the feature set that vary; scikit-learn cannot bin one without two distinct values."""
    return tuple(name for name in feature_set(FEATURE_SET) if pc.count_distinct(rows.column(name)).as_py() > 1)


def failed_gates(card: ModelCard) -> list[str]:
    """Return why a model should not be promoted; empty when its held-out metrics pass.

    The bound below which an error means leakage holds for players with 15 minutes and more: many who play less score
    next to nothing and pull the error of all rows down.
    """
    mae, baseline, bias = (float(card.metrics[name] or 0.0) for name in ("mae", "moving_average_mae", "bias"))
    regulars = card.metrics.get("regulars_mae")
    suspicious = mae if regulars is None else regulars
    found = []
    if mae > baseline:
        found.append(f"MAE {mae:.3f} is worse than the moving average's {baseline:.3f}")
    if abs(bias) > HIGHEST_BIAS:
        found.append(f"bias {bias:+.3f} is outside ±{HIGHEST_BIAS}")
    if suspicious < MAE_THAT_MEANS_LEAKAGE:
        found.append(f"MAE {suspicious:.3f} is below {MAE_THAT_MEANS_LEAKAGE}: leakage until proven otherwise")
    return found


def _fit(rows: pa.Table, columns: tuple[str, ...]) -> Regressor:
    from sklearn.ensemble import HistGradientBoostingRegressor

    # A fresher player is never predicted lower; without the constraint sparse leaves can say otherwise.
    directions = [int(name == FATIGUE) for name in columns]
    regressor = HistGradientBoostingRegressor(**PARAMETERS, monotonic_cst=directions)
    fitted: Regressor = regressor.fit(matrix(rows, columns), numbers(rows, "points"))
    return fitted


def _pickled(regressor: Regressor) -> bytes:
    import joblib

    buffer = io.BytesIO()
    joblib.dump(regressor, buffer)
    return buffer.getvalue()


def _metrics(rows: pa.Table, predicted: Floats, actual: Floats) -> dict[str, float | None]:
    """Errors on the held-out rows, of the moving average and of the line on the rows that have them."""
    baseline = MovingAverage().predict(Slate(rows), {}).points
    line = numbers(rows, "points_line")
    has_line = ~np.isnan(line)
    is_regular = numbers(rows, "f31_minutes_avg_last_10") >= REGULAR_MINUTES
    return {
        "rows": float(len(actual)),
        "mae": _mae(predicted, actual),
        "bias": round(float(np.mean(predicted - actual)), 4),
        "moving_average_mae": _mae(baseline, actual),
        "regulars_mae": _mae(predicted[is_regular], actual[is_regular]),
        "regulars_moving_average_mae": _mae(baseline[is_regular], actual[is_regular]),
        "rows_with_line": float(has_line.sum()),
        "with_line_mae": _mae(predicted[has_line], actual[has_line]),
        "line_mae": _mae(line[has_line], actual[has_line]),
    }


def _mae(predicted: Floats, actual: Floats) -> float | None:
    return round(float(np.mean(np.abs(predicted - actual))), 4) if len(actual) else None


def _library_versions() -> dict[str, str]:
    import joblib
    import sklearn

    return {
        "python": platform.python_version(),
        "numpy": np.__version__,
        "scikit-learn": sklearn.__version__,
        "joblib": joblib.__version__,
    }
