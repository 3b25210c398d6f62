"""Rounding, edges and verdicts."""

from __future__ import annotations

import numpy as np
import pytest

from python_runners.predictions.recommendation import RecommendationRule, edge_of, published_points, recommend

RULE = RecommendationRule(min_edge=2.0, min_confidence=0.45)


@pytest.mark.parametrize(
    ("raw", "published"), [(20.04, 20.0), (20.05, 20.1), (20.25, 20.3), (0.05, 0.1), (-3.0, 0.0), (60.04, 60.0)]
)
def test_points_are_rounded_to_tenths_with_halves_upward(raw: float, published: float) -> None:
    assert published_points(np.array([raw]))[0] == published


def test_a_missing_prediction_stays_missing() -> None:
    assert np.isnan(published_points(np.array([np.nan]))[0])


@pytest.mark.parametrize(
    ("points", "line", "confidence", "agreed", "expected"),
    [
        (22.5, 20.5, 0.45, True, "OVER"),
        (18.5, 20.5, 0.45, True, "UNDER"),
        (22.4, 20.5, 0.90, True, "PASS"),
        (22.5, 20.5, 0.44, True, "PASS"),
        (22.5, 20.5, 0.90, False, "PASS"),
        (20.5, 20.5, 0.90, True, "PASS"),
        (22.5, None, 0.90, True, "NO_LINE"),
    ],
)
def test_verdicts(points: float, line: float | None, confidence: float, agreed: bool, expected: str) -> None:
    edge = edge_of(np.array([points]), np.array([np.nan if line is None else line]))
    assert recommend(edge, np.array([confidence]), RULE, np.array([agreed])) == [expected]


def test_an_edge_of_zero_is_a_pass_under_any_rule() -> None:
    anything = RecommendationRule(min_edge=0.0, min_confidence=0.0)
    assert recommend(np.array([0.0]), np.array([1.0]), anything, np.array([True])) == ["PASS"]
