"""Weighted recent scoring, corrected for fatigue, matchup, pace, usage and venue."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np

from python_runners.predictions.recommendation import RecommendationRule, published_points
from python_runners.predictions.slate import Slate
from python_runners.predictions.systems.base import (
    Scores,
    at_home,
    confidence_between,
    fatigue_step,
    text_of,
    total,
    volatility_and_sample_confidence,
)

RULE = RecommendationRule(min_edge=2.0, min_confidence=0.45)


@dataclass(frozen=True)
class MovingAverage:
    """0.5 · L5 + 0.3 · L10 + 0.2 · season, plus composite terms; the baseline of every comparison."""

    system_id: str = "moving_average_v1"
    system_type: str = "heuristic"
    version: str = "1.0.0"
    rule: RecommendationRule = RULE
    trained_to: date | None = None

    def predict(self, slate: Slate, earlier: Mapping[str, Scores]) -> Scores:
        """Predict every row; optional composite terms that are NULL drop out."""
        components = {
            "recent_form": 0.5 * slate.numbers("f00_points_avg_last_5")
            + 0.3 * slate.numbers("f01_points_avg_last_10")
            + 0.2 * slate.numbers("f02_points_avg_season"),
            "fatigue": fatigue_step(slate),
            "zone_matchup": 0.3 * slate.numbers("f06_shot_zone_mismatch_score"),
            "pace": 0.3 * slate.numbers("f07_pace_score"),
            "usage": 0.4 * slate.numbers("f08_usage_spike_score"),
            "venue": np.where(at_home(slate), 0.5, -0.5),
        }
        return Scores(
            points=published_points(total(components, optional=("zone_matchup", "usage"))),
            confidence=confidence_between(volatility_and_sample_confidence(slate, 0.50), 0.2, 0.8),
            spread=slate.numbers("f03_points_std_last_10"),
            components=components,
            read=text_of(slate.numbers("games_played_season")),
        )
