"""What every prediction system offers, and terms that several of them share."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from python_runners.predictions.recommendation import RecommendationRule
from python_runners.predictions.slate import Floats, Slate


@dataclass(frozen=True)
class Scores:
    """Predictions of one system for a slate; every array has one element a row.

    Attributes:
        points: predicted points, 0..60 in tenths, NaN where the system does not predict.
        confidence: 0..1 in four decimals.
        spread: standard deviation of the outcome around the prediction, in points, for intervals.
        components: name to points, the terms whose sum is the prediction before the clamp; NaN terms dropped out.
        agreed: whether a condition beyond edge and confidence holds.
        model_digest: fingerprint of what the prediction rests on beyond its inputs, or None.
        read: text of every input outside the feature row, so that a change in it makes a new version.
        contributing: systems that an ensemble combined.
        system_std: population standard deviation of the combined predictions.
    """

    points: Floats
    confidence: Floats
    spread: Floats
    components: Mapping[str, Floats] = field(default_factory=dict)
    agreed: NDArray[np.bool_] | None = None
    model_digest: list[str | None] | None = None
    read: list[str] | None = None
    contributing: list[tuple[str, ...]] | None = None
    system_std: Floats | None = None

    @property
    def predicted(self) -> NDArray[np.bool_]:
        """Rows for which the system predicts."""
        return ~np.isnan(self.points)


class PredictionSystem(Protocol):
    """A way to predict points. `predict` sees a whole slate at once and never a row of its outcome."""

    @property
    def system_id(self) -> str:
        """Identity, such as `moving_average_v1`."""

    @property
    def system_type(self) -> str:
        """One of heuristic, model, ensemble."""

    @property
    def version(self) -> str:
        """Version of the formula or of the trained model."""

    @property
    def rule(self) -> RecommendationRule:
        """When the system recommends a side."""

    @property
    def trained_to(self) -> date | None:
        """Last date of the training data; None for a formula."""

    def predict(self, slate: Slate, earlier: Mapping[str, Scores]) -> Scores:
        """Predict every row of the slate; `earlier` holds the scores of the systems that ran before this one."""


def total(components: Mapping[str, Floats], optional: tuple[str, ...] = ()) -> Floats:
    """Sum terms per row; an unknown optional term drops out, any other unknown term leaves the sum unknown."""
    terms = [np.nan_to_num(values) if name in optional else values for name, values in components.items()]
    return np.asarray(np.sum(terms, axis=0), dtype=np.float64)


def fatigue_step(slate: Slate) -> Floats:
    """Points by fatigue score (100 is fresh): -2.5 below 60, -1 below 75, else 0."""
    score = slate.numbers("f05_fatigue_score")
    return np.where(score < 60, -2.5, np.where(score < 75, -1.0, 0.0))


def at_home(slate: Slate) -> NDArray[np.bool_]:
    """Whether the player's team plays at home."""
    return np.asarray(slate.numbers("f15_home_away") == 1, dtype=np.bool_)


def volatility_and_sample_confidence(slate: Slate, start: float) -> Floats:
    """Confidence of the heuristics before their clamp: lower with volatile points, higher with more games."""
    deviation = slate.numbers("f03_points_std_last_10")
    games = slate.optional("games_played_season")
    volatility = np.where(deviation > 6, -0.15, np.where(deviation > 4, -0.08, 0.0))
    sample = np.where(games >= 20, 0.10, np.where(games >= 10, 0.05, np.where(games < 8, -0.10, 0.0)))
    return start + volatility + sample


def confidence_between(raw: Floats, lowest: float, highest: float) -> Floats:
    """Clamp a confidence and round it to four decimals."""
    return np.asarray(np.round(np.clip(raw, lowest, highest), 4), dtype=np.float64)


def text_of(values: Floats) -> list[str]:
    """Return numbers as canonical text, NaN as empty."""
    return [f"{value:.6f}" if value == value else "" for value in values.tolist()]
