"""Confidence-weighted mean of the other systems."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np

from python_runners.predictions.recommendation import RecommendationRule, edge_of, published_points
from python_runners.predictions.slate import Floats, Slate
from python_runners.predictions.systems.base import Scores, confidence_between

LEAST_SYSTEMS = 2
ALL_SYSTEMS = 4
RULE = RecommendationRule(min_edge=1.5, min_confidence=0.60)


@dataclass(frozen=True)
class Ensemble:
    """Σ c·p / Σ c over the systems that predicted, at least two of them."""

    system_id: str = "ensemble_v1"
    system_type: str = "ensemble"
    version: str = "1.0.0"
    rule: RecommendationRule = RULE
    trained_to: date | None = None

    def predict(self, slate: Slate, earlier: Mapping[str, Scores]) -> Scores:
        """Combine the published predictions of the systems that ran before."""
        names = sorted(earlier)
        shape = (len(names), len(slate))
        points = np.array([earlier[name].points for name in names]).reshape(shape)
        here = ~np.isnan(points)
        count = here.sum(axis=0)
        weight = np.where(here, np.array([earlier[name].confidence for name in names]).reshape(shape), 0.0)
        with np.errstate(invalid="ignore", divide="ignore"):
            share = np.where(count >= LEAST_SYSTEMS, weight / weight.sum(axis=0), np.nan)
            mean = np.nansum(points, axis=0) / count
            deviation = np.sqrt(np.nansum((points - mean) ** 2, axis=0) / count)
            confidence = weight.sum(axis=0) / count + _agreement(deviation)
        parts = np.where(here, share * points, np.nan)
        combined = np.where(count >= LEAST_SYSTEMS, np.nansum(parts, axis=0), np.nan)
        spread = np.nansum(share * np.array([earlier[name].spread for name in names]).reshape(shape), axis=0)
        published = published_points(combined)
        lean = np.sign(edge_of(points, np.broadcast_to(slate.numbers("points_line"), shape)))
        own = np.sign(edge_of(published, slate.numbers("points_line")))
        return Scores(
            points=published,
            confidence=confidence_between(confidence + np.where(count == ALL_SYSTEMS, 0.05, 0.0), 0.2, 0.95),
            spread=spread,
            components={name: parts[index] for index, name in enumerate(names)},
            agreed=(here & (lean == own)).sum(axis=0) * 2 > count,
            contributing=[tuple(np.array(names, dtype=object)[here[:, row]]) for row in range(len(slate))],
            system_std=np.where(count >= LEAST_SYSTEMS, np.round(deviation, 4), np.nan),
        )


def _agreement(deviation: Floats) -> Floats:
    """Confidence by how far the systems lie apart, in points of standard deviation."""
    return np.where(deviation < 2, 0.10, np.where(deviation < 3, 0.05, np.where(deviation < 6, -0.05, -0.10)))
