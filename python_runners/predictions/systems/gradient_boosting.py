"""Histogram gradient boosting over the features that no bookmaker's line feeds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from math import erf, sqrt
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from python_runners.predictions.features import matrix
from python_runners.predictions.recommendation import RecommendationRule, edge_of, published_points
from python_runners.predictions.slate import Floats, Slate
from python_runners.predictions.systems.base import Scores, confidence_between

SYSTEM_ID = "gradient_boosting_v1"
FEATURE_SET = "v1_no_line"
LEAST_SIGMA = 4.0
LEAST_BUCKET_ROWS = 30
BUCKET_EDGES = (5.0, 10.0, 15.0, 20.0, 25.0)

_normal_cdf = np.vectorize(lambda z: 0.5 * (1 + erf(z / sqrt(2))), otypes=[np.float64])
RULE = RecommendationRule(min_edge=1.5, min_confidence=0.60)


class Regressor(Protocol):
    """The part of scikit-learn's regressor interface that prediction needs."""

    def predict(self, X: NDArray[np.float64]) -> NDArray[np.float64]:  # noqa: N803
        """Predict one number a row."""


class SingleThreaded:
    """A scikit-learn regressor held to one thread: a slate is small, and waiting for busy cores costs more than it."""

    def __init__(self, regressor: Regressor) -> None:
        """Wrap a regressor whose library is loaded already."""
        from threadpoolctl import ThreadpoolController  # type: ignore[import-untyped]

        self._regressor = regressor
        self._threads = ThreadpoolController()

    def predict(self, X: NDArray[np.float64]) -> NDArray[np.float64]:  # noqa: N803
        """Predict one number a row."""
        with self._threads.limit(limits=1, user_api="openmp"):
            return self._regressor.predict(X)


@dataclass(frozen=True)
class GradientBoosting:
    """A trained regressor with its validation residuals.

    Attributes:
        regressor: predicts points from the columns, NaN allowed.
        columns: feature-store columns in training order.
        sigmas: residual standard deviation per predicted-points bucket, one more than BUCKET_EDGES.
        version: version of the trained model.
        digest: fingerprint of the model file.
        trained_to: last date of the training data.
    """

    regressor: Regressor
    columns: Sequence[str]
    sigmas: Sequence[float]
    version: str
    digest: str
    trained_to: date | None
    system_id: str = SYSTEM_ID
    system_type: str = "model"
    rule: RecommendationRule = RULE

    def predict(self, slate: Slate, earlier: Mapping[str, Scores]) -> Scores:
        """Predict every row; confidence is the normal probability that the outcome falls on the side of the edge."""
        if len(slate) == 0:
            return Scores(points=np.empty(0), confidence=np.empty(0), spread=np.empty(0), model_digest=[])
        points = published_points(self.regressor.predict(matrix(slate.rows, self.columns)))
        sigma = np.asarray(self.sigmas)[buckets(points)]
        edge = edge_of(points, slate.numbers("points_line"))
        confidence = np.where(np.isnan(edge), 0.5, _normal_cdf(np.abs(np.nan_to_num(edge)) / sigma))
        return Scores(
            points=points,
            confidence=confidence_between(confidence, 0.0, 1.0),
            spread=sigma,
            model_digest=[self.digest] * len(slate),
        )


def buckets(points: Floats) -> NDArray[np.int64]:
    """Return the bucket of each prediction: below 5, 5 to 10, .., 25 and more."""
    return np.digitize(points, BUCKET_EDGES)


def residual_sigmas(points: Floats, actual: Floats) -> list[float]:
    """Standard deviation of (actual - predicted) per bucket, at least 4; thin buckets take the overall one."""
    residual = actual - points
    bucket = buckets(points)
    overall = float(np.std(residual))
    found = []
    for index in range(len(BUCKET_EDGES) + 1):
        members = residual[bucket == index]
        sigma = float(np.std(members)) if len(members) >= LEAST_BUCKET_ROWS else overall
        found.append(round(max(LEAST_SIGMA, sigma), 4))
    return found
