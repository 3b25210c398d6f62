"""The formulas of the prediction systems, against values computed by hand."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from python_runners.predictions.systems.base import Scores
from python_runners.predictions.systems.ensemble import Ensemble
from python_runners.predictions.systems.gradient_boosting import GradientBoosting, residual_sigmas
from python_runners.predictions.systems.moving_average import MovingAverage
from python_runners.predictions.systems.similarity import Similarity
from python_runners.predictions.systems.zone_matchup import ZoneMatchup
from tests.unit.predictions.prediction_frames import DAY, history_rows, slate


class Constant:
    """A regressor that always gives the same number."""

    def __init__(self, value: float) -> None:
        self.value = value

    def predict(self, X: Any) -> Any:  # noqa: N803
        return np.full(len(X), self.value)


def boosting(value: float, sigmas: tuple[float, ...] = (4.0,) * 6) -> GradientBoosting:
    return GradientBoosting(Constant(value), ("f00_points_avg_last_5",), sigmas, "v", "digest", None)


def one(scores: Scores) -> tuple[float, float]:
    return float(scores.points[0]), float(scores.confidence[0])


@pytest.mark.parametrize(
    ("features", "games", "points", "confidence"),
    [
        # 0.5*20 + 0.3*18 + 0.2*17 = 18.8; home +0.5; confidence 0.50 + 0.10
        ({}, 30, 19.3, 0.60),
        ({"f15_home_away": 0.0}, 30, 18.3, 0.60),
        ({"f05_fatigue_score": 75.0}, 30, 19.3, 0.60),
        ({"f05_fatigue_score": 74.0}, 30, 18.3, 0.60),
        ({"f05_fatigue_score": 60.0}, 30, 18.3, 0.60),
        ({"f05_fatigue_score": 59.0}, 30, 16.8, 0.60),
        # +0.3*4 - 0.3*2 + 0.4*1.5
        ({"f06_shot_zone_mismatch_score": 4.0, "f07_pace_score": -2.0, "f08_usage_spike_score": 1.5}, 30, 20.5, 0.60),
        ({"f03_points_std_last_10": 4.0}, 30, 19.3, 0.60),
        ({"f03_points_std_last_10": 4.1}, 30, 19.3, 0.52),
        ({"f03_points_std_last_10": 6.1}, 30, 19.3, 0.45),
        ({}, 20, 19.3, 0.60),
        ({}, 19, 19.3, 0.55),
        ({}, 9, 19.3, 0.50),
        ({}, 7, 19.3, 0.40),
        ({"f03_points_std_last_10": 9.0}, 5, 19.3, 0.25),
    ],
)
def test_moving_average(features: dict[str, float], games: int, points: float, confidence: float) -> None:
    assert one(MovingAverage().predict(slate([features], games=[games]), {})) == (points, pytest.approx(confidence))


def test_unknown_optional_terms_leave_no_component() -> None:
    scores = MovingAverage().predict(slate([{"f06_shot_zone_mismatch_score": 2.0}, {}]), {})
    assert scores.components["zone_matchup"][0] == pytest.approx(0.6)
    assert np.isnan(scores.components["zone_matchup"][1])


def test_predictions_are_clamped_to_0_and_60() -> None:
    high = {"f00_points_avg_last_5": 65.0, "f01_points_avg_last_10": 60.0, "f02_points_avg_season": 59.0}
    low = dict.fromkeys(high, 0.2) | {"f05_fatigue_score": 10.0}
    assert MovingAverage().predict(slate([high, low]), {}).points.tolist() == [60.0, 0.0]


@pytest.mark.parametrize(
    ("features", "points", "confidence"),
    [
        # 17 + 0 + 0.8; no zones: 0.45 + 0.10 - 0.10
        ({}, 17.8, 0.45),
        # unweighted 0.3 * 5 = 1.5
        ({"f13_opponent_def_rating": 117.0}, 19.3, 0.45),
        # clamped at -3, away -0.8, fatigue 0.6 * -2.5
        ({"f13_opponent_def_rating": 95.0, "f15_home_away": 0.0, "f05_fatigue_score": 50.0}, 11.7, 0.45),
        # 1.5 * (0.5*1.2 + 0.2*1.0 + 0.3*1.1 = 1.13) * (1 - 0.2*0.25) = 1.61025
        (
            {
                "f13_opponent_def_rating": 117.0,
                "f18_pct_paint": 0.5,
                "f19_pct_mid_range": 0.2,
                "f20_pct_three": 0.3,
                "f21_pct_free_throw": 0.25,
            },
            19.4,
            0.55,
        ),
        # one unknown share: unweighted, but the free-throw share still counts: 1.5 * 0.9 = 1.35
        ({"f13_opponent_def_rating": 117.0, "f20_pct_three": 0.3, "f21_pct_free_throw": 0.5}, 19.2, 0.45),
        ({"f07_pace_score": 2.0}, 18.6, 0.45),
    ],
)
def test_zone_matchup(features: dict[str, float], points: float, confidence: float) -> None:
    assert one(ZoneMatchup().predict(slate([features]), {})) == (points, pytest.approx(confidence))


def test_zone_matchup_needs_the_league_rating() -> None:
    assert np.isnan(ZoneMatchup().predict(slate([{"league_def_rating": None}]), {}).points[0])


def test_similarity_weights_by_similarity() -> None:
    # three games match in all (100), two differ by form (85): (100*66 + 85*20) / (300 + 170) = 17.659..
    history = history_rows([20, 22, 24, 10, 10], f00_points_avg_last_5=[20.0, 17.0, 23.0, 24.0, 16.0])
    scores = Similarity().predict(slate([{}], history=history), {})
    assert scores.points[0] == pytest.approx(17.7)
    # closeness 94; sample deviation of 20, 22, 24, 10, 10 is 6.723..
    expected = 0.35 + 0.12 * 5 / 12 + 0.12 * 24 / 30 + 0.10 * (1 - 6.7231 / 10)
    assert scores.confidence[0] == pytest.approx(expected, abs=1e-4)


def test_similarity_needs_five_games() -> None:
    scores = Similarity().predict(slate([{}, {"player_id": "999"}], history=history_rows([20] * 4)), {})
    assert np.isnan(scores.points).all()
    assert scores.model_digest == [None, None]


def test_similarity_below_70_is_left_out() -> None:
    # another tier costs 40, so 60 remain
    history = history_rows([20] * 5 + [60] * 5, f13_opponent_def_rating=[112.0] * 5 + [108.9] * 5)
    assert Similarity().predict(slate([{}], history=history), {}).points[0] == 20.0


@pytest.mark.parametrize(("rating", "is_same"), [(108.9, False), (109.0, True), (114.0, True), (114.1, False)])
def test_opponent_tiers(rating: float, is_same: bool) -> None:
    history = history_rows([20] * 5, f13_opponent_def_rating=rating)
    assert np.isfinite(Similarity().predict(slate([{}], history=history), {}).points[0]) == is_same


def test_rest_of_three_days_and_more_is_one_class() -> None:
    history = history_rows([20] * 5, f39_days_rest=3.0, f15_home_away=0.0)
    away = {"f39_days_rest": 8.0, "f15_home_away": 0.0}
    scores = Similarity().predict(slate([away, away | {"f39_days_rest": 2.0}], history=history), {})
    assert scores.points[0] == 20.0
    assert scores.confidence[0] == pytest.approx(0.35 + 0.05 + 0.12 + 0.10)


def test_unknown_values_never_match() -> None:
    history = history_rows([20] * 5, f13_opponent_def_rating=None)
    assert np.isnan(Similarity().predict(slate([{"f13_opponent_def_rating": None}], history=history), {}).points[0])


def test_similarity_takes_the_best_twenty_then_the_latest() -> None:
    # 20 recent games at 85, one older at 100: the older one goes first, the oldest of the 85s falls out
    history = history_rows([10] * 19 + [50] + [40], f00_points_avg_last_5=[30.0] * 20 + [20.0])
    expected = (19 * 85 * 10 + 100 * 40) / (19 * 85 + 100)
    assert Similarity().predict(slate([{}], history=history), {}).points[0] == pytest.approx(expected, abs=0.05)


def test_similarity_sees_neither_the_day_itself_nor_more_than_a_year() -> None:
    dates = [DAY, DAY - timedelta(days=366), *(DAY - timedelta(days=days) for days in (1, 2, 3, 4, 365))]
    history = history_rows([60, 60, 20, 20, 20, 20, 20], game_date=dates)
    scores = Similarity().predict(slate([{}], history=history), {})
    assert scores.points[0] == 20.0


def test_similarity_digest_follows_the_games() -> None:
    first = Similarity().predict(slate([{}], history=history_rows([20] * 5)), {}).model_digest
    same = Similarity().predict(slate([{}], history=history_rows([20] * 5)), {}).model_digest
    corrected = Similarity().predict(slate([{}], history=history_rows([20] * 4 + [21])), {}).model_digest
    assert first == same
    assert first != corrected


def test_boosting_confidence_is_the_normal_probability_of_the_side() -> None:
    scores = boosting(22.0, (4.0, 4.0, 4.0, 4.0, 5.0, 4.0)).predict(slate([{}, {}], lines=[17.0, None]), {})
    assert scores.confidence.tolist() == [pytest.approx(0.8413, abs=1e-4), 0.5]
    assert scores.spread.tolist() == [5.0, 5.0]
    assert scores.model_digest == ["digest", "digest"]


def test_residual_sigmas_are_at_least_4_and_thin_buckets_take_the_overall_one() -> None:
    points = np.array([2.0] * 40 + [12.0] * 40 + [30.0])
    actual = points + np.array([1.0, -1.0] * 20 + [9.0, -9.0] * 20 + [0.0])
    sigmas = residual_sigmas(points, actual)
    assert sigmas[0] == 4.0
    assert sigmas[2] == 9.0
    assert sigmas[5] == pytest.approx(np.std(actual - points), abs=1e-4)


def member(points: list[float], confidence: list[float]) -> Scores:
    size = len(points)
    return Scores(np.array(points), np.array(confidence), np.full(size, 5.0))


def test_ensemble_weights_by_confidence() -> None:
    nan = float("nan")
    members = {"a": member([20.0, 20.0], [0.6, 0.6]), "b": member([24.0, nan], [0.4, 0.9])}
    scores = Ensemble().predict(slate([{}, {}]), members)
    # (0.6*20 + 0.4*24) / 1.0 = 21.6; std 2 is not below 2: mean 0.5 + 0.05
    assert one(scores) == (21.6, pytest.approx(0.55))
    assert np.isnan(scores.points[1])
    assert scores.contributing == [("a", "b"), ("a",)]
    assert scores.system_std is not None
    assert scores.system_std[0] == 2.0
    assert {name: values[0] for name, values in scores.components.items()} == {"a": 12.0, "b": pytest.approx(9.6)}


@pytest.mark.parametrize(
    ("points", "bonus"),
    [([20.0, 23.9], 0.10), ([20.0, 24.0], 0.05), ([20.0, 26.0], -0.05), ([20.0, 32.0], -0.10), ([20.0] * 4, 0.15)],
)
def test_ensemble_agreement(points: list[float], bonus: float) -> None:
    members = {str(index): member([value], [0.5]) for index, value in enumerate(points)}
    assert Ensemble().predict(slate([{}]), members).confidence[0] == pytest.approx(0.5 + bonus)


def test_ensemble_confidence_is_clamped() -> None:
    sure = {str(index): member([20.0], [0.9]) for index in range(4)}
    unsure = {"a": member([5.0], [0.21]), "b": member([30.0], [0.21])}
    assert Ensemble().predict(slate([{}]), sure).confidence[0] == 0.95
    assert Ensemble().predict(slate([{}]), unsure).confidence[0] == 0.2


@pytest.mark.parametrize(
    ("points", "agreed"),
    [
        ([30.0, 21.0, 22.0], True),
        ([30.0, 21.0, 15.0], True),
        ([40.0, 18.0, 19.0], False),
        ([30.0, 12.0], False),
    ],
)
def test_ensemble_needs_a_majority_on_its_side(points: list[float], agreed: bool) -> None:
    members = {str(index): member([value], [0.6]) for index, value in enumerate(points)}
    scores = Ensemble().predict(slate([{}], lines=[20.5]), members)
    assert scores.agreed is not None
    assert bool(scores.agreed[0]) is agreed


def test_no_system_stumbles_over_an_empty_slate() -> None:
    empty = slate([])
    earlier: dict[str, Scores] = {}
    for system in (MovingAverage(), ZoneMatchup(), Similarity(), boosting(10.0), Ensemble()):
        earlier[system.system_id] = system.predict(empty, earlier)
        assert len(earlier[system.system_id].points) == 0


@settings(max_examples=60, deadline=None)
@given(
    tired=st.integers(0, 100),
    rested_by=st.integers(0, 100),
    form=st.floats(0, 50),
    home=st.sampled_from([0.0, 1.0]),
)
def test_a_fresher_player_is_never_predicted_lower(tired: int, rested_by: int, form: float, home: float) -> None:
    rested = min(100, tired + rested_by)
    features = {"f00_points_avg_last_5": form, "f02_points_avg_season": form, "f15_home_away": home}
    pair = slate(
        [features | {"f05_fatigue_score": float(score), "player_id": "100"} for score in (tired, rested)],
        history=history_rows([20] * 6, f00_points_avg_last_5=form),
    )
    earlier: dict[str, Scores] = {}
    for system in (MovingAverage(), ZoneMatchup(), Similarity(), Ensemble()):
        scores = system.predict(pair, earlier)
        assert not scores.points[1] < scores.points[0]
        earlier[system.system_id] = scores
