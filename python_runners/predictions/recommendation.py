"""From a predicted number and a line to a recommendation: rounding, edge, and the rule of each system."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from python_runners.predictions.slate import Floats

LOWEST_POINTS = 0.0
HIGHEST_POINTS = 60.0


@dataclass(frozen=True)
class RecommendationRule:
    """Least absolute edge (points) and least confidence (0..1) for an OVER or UNDER."""

    min_edge: float
    min_confidence: float


def published_points(raw: Floats) -> Floats:
    """Clamp predictions to 0..60 points and round them to tenths, halves upward; NaN stays NaN."""
    clamped = np.clip(raw, LOWEST_POINTS, HIGHEST_POINTS)
    return np.asarray(np.round(np.floor(np.round(clamped * 10, 6) + 0.5) / 10, 1), dtype=np.float64)


def edge_of(points: Floats, line: Floats) -> Floats:
    """Return predicted points minus line; NaN without a line or without a prediction."""
    return np.asarray(np.round(points - line, 4), dtype=np.float64)


def recommend(edge: Floats, confidence: Floats, rule: RecommendationRule, agreed: NDArray[np.bool_]) -> list[str]:
    """Return OVER, UNDER, PASS or NO_LINE per row.

    Args:
        edge: predicted minus line, NaN without a line.
        confidence: 0..1.
        rule: thresholds of the system.
        agreed: whether the system's further condition holds.
    """
    allowed = (np.abs(edge) >= rule.min_edge) & (confidence >= rule.min_confidence) & agreed
    side = np.where(allowed & (edge > 0), "OVER", np.where(allowed & (edge < 0), "UNDER", "PASS"))
    verdict = np.where(np.isnan(edge), "NO_LINE", side)
    return [str(value) for value in verdict]
