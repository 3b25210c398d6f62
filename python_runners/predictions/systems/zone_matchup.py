"""Season scoring, moved by how the opponent's defence compares to the league in the zones the player shoots from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np

from python_runners.predictions.recommendation import RecommendationRule, published_points
from python_runners.predictions.slate import Floats, Slate
from python_runners.predictions.systems.base import (
    Scores,
    at_home,
    confidence_between,
    fatigue_step,
    text_of,
    total,
    volatility_and_sample_confidence,
)

_ZONE_WEIGHTS = {"f18_pct_paint": 1.2, "f19_pct_mid_range": 1.0, "f20_pct_three": 1.1}
RULE = RecommendationRule(min_edge=2.0, min_confidence=0.45)


@dataclass(frozen=True)
class ZoneMatchup:
    """Season average plus a defence term weighted by the shares of the shooting zones."""

    system_id: str = "zone_matchup_v1"
    system_type: str = "heuristic"
    version: str = "1.0.0"
    rule: RecommendationRule = RULE
    trained_to: date | None = None

    def predict(self, slate: Slate, earlier: Mapping[str, Scores]) -> Scores:
        """Predict every row with a known league rating; without zone shares the defence term stands unweighted."""
        shares = _weighted_shares(slate)
        league = slate.numbers("league_def_rating")
        components = {
            "season_average": slate.numbers("f02_points_avg_season"),
            "defence_matchup": _defence_term(slate, league, shares),
            "pace": 0.4 * slate.numbers("f07_pace_score"),
            "venue": np.where(at_home(slate), 0.8, -0.8),
            "fatigue": 0.6 * fatigue_step(slate),
        }
        confidence = volatility_and_sample_confidence(slate, 0.45) + np.where(np.isnan(shares), -0.10, 0.0)
        games = text_of(slate.numbers("games_played_season"))
        return Scores(
            points=published_points(total(components)),
            confidence=confidence_between(confidence, 0.2, 0.8),
            spread=slate.numbers("f03_points_std_last_10"),
            components=components,
            read=[f"{season}|{rating}" for season, rating in zip(games, text_of(league), strict=True)],
        )


def _weighted_shares(slate: Slate) -> Floats:
    """Σ share · weight over the zones; NaN when any share is unknown."""
    total = np.zeros(len(slate))
    for column, weight in _ZONE_WEIGHTS.items():
        total = total + weight * slate.numbers(column)
    return total


def _defence_term(slate: Slate, league: Floats, shares: Floats) -> Floats:
    gap = np.clip(0.3 * (slate.numbers("f13_opponent_def_rating") - league), -3.0, 3.0)
    from_the_field = 1 - 0.2 * slate.optional("f21_pct_free_throw")
    return np.asarray(gap * np.where(np.isnan(shares), 1.0, shares) * from_the_field, dtype=np.float64)
