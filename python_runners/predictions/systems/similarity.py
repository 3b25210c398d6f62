"""Weighted mean of a player's own earlier games that were played in similar circumstances."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from hashlib import sha256

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from python_runners.predictions.features import numbers
from python_runners.predictions.recommendation import RecommendationRule, published_points
from python_runners.predictions.slate import Floats, Slate, days_since_epoch
from python_runners.predictions.systems.base import Scores, confidence_between, fatigue_step, total

LOOKBACK_DAYS = 365
LEAST_GAMES = 5
MOST_GAMES = 20
LEAST_SIMILARITY = 70.0

Ints = NDArray[np.int64]
RULE = RecommendationRule(min_edge=2.0, min_confidence=0.50)


@dataclass(frozen=True)
class Similarity:
    """Mean points of the 5 to 20 most similar games of the last 365 days, weighted by similarity (0..100)."""

    system_id: str = "similarity_balanced_v1"
    system_type: str = "heuristic"
    version: str = "1.0.0"
    rule: RecommendationRule = RULE
    trained_to: date | None = None

    def predict(self, slate: Slate, earlier: Mapping[str, Scores]) -> Scores:
        """Predict rows with at least 5 similar games; the digest names the games that a prediction rests on."""
        row, game, similarity = _similar_games(slate)
        count = np.bincount(row, minlength=len(slate)).astype(np.float64)
        points = numbers(slate.history, "points")[game]
        enough = count >= LEAST_GAMES

        def per_row(values: Floats) -> Floats:
            return np.asarray(np.bincount(row, weights=values, minlength=len(slate)), dtype=np.float64)

        with np.errstate(invalid="ignore", divide="ignore"):
            base = np.where(enough, per_row(similarity * points) / per_row(similarity), np.nan)
            closeness = per_row(similarity) / count
            mean = per_row(points) / count
            deviation = np.sqrt(per_row((points - mean[row]) ** 2) / (count - 1))
        components = {
            "similar_games": base,
            "fatigue": fatigue_step(slate) / 2,
            "pace": 0.3 * slate.numbers("f07_pace_score"),
            "usage": 0.4 * slate.numbers("f08_usage_spike_score"),
        }
        confidence = (
            0.35
            + 0.12 * np.minimum(count, 12) / 12
            + 0.12 * (closeness - LEAST_SIMILARITY) / (100 - LEAST_SIMILARITY)
            + 0.10 * (1 - np.minimum(deviation, 10) / 10)
        )
        return Scores(
            points=published_points(total(components, optional=("usage",))),
            confidence=confidence_between(confidence, 0.2, 0.8),
            spread=deviation,
            components=components,
            model_digest=_digests(slate, row, game, similarity, enough),
        )


def _similar_games(slate: Slate) -> tuple[Ints, Ints, Floats]:
    """Pair rows with their most similar games: positions of row and game, similarity; grouped by row, best first.

    Among equals the later game is taken; a player has one game a date.
    """
    row, game = _candidate_pairs(slate)
    similarity = _similarity(slate, row, game)
    kept = similarity >= LEAST_SIMILARITY
    row, game, similarity = row[kept], game[kept], similarity[kept]
    played = days_since_epoch(slate.history.column("game_date"))[game]
    order = np.lexsort((-played, -similarity, row))
    row, game, similarity = row[order], game[order], similarity[order]
    rank = np.arange(len(row)) - np.searchsorted(row, row, side="left")
    best = rank < MOST_GAMES
    return row[best], game[best], similarity[best]


def _candidate_pairs(slate: Slate) -> tuple[Ints, Ints]:
    """Pair every row with the player's games in the 365 days before its date."""
    players = pc.unique(slate.rows.column("player_id"))
    of_game = _codes(slate.history.column("player_id"), players)
    played = days_since_epoch(slate.history.column("game_date"))
    order = np.lexsort((played, of_game))
    stride = np.int64(1_000_000)
    keys = of_game[order] * stride + played[order]
    wanted = _codes(slate.rows.column("player_id"), players) * stride
    today = slate.days("game_date")
    first = np.searchsorted(keys, wanted + today - LOOKBACK_DAYS, side="left")
    last = np.searchsorted(keys, wanted + today, side="left")
    sizes = last - first
    row = np.repeat(np.arange(len(slate)), sizes)
    within = np.arange(len(row)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    return row, order[np.repeat(first, sizes) + within]


def _codes(column: pa.ChunkedArray, players: pa.Array) -> Ints:
    """Position of each player in `players`, -1 for a stranger."""
    return np.asarray(pc.fill_null(pc.index_in(column, players), -1).to_numpy(), dtype=np.int64)


def _similarity(slate: Slate, row: Ints, game: Ints) -> Floats:
    """Similarity 0..100: opponent tier 40, rest class 30, venue 15, form within 3 points 15; unknown never matches."""

    def both(column: str) -> tuple[Floats, Floats]:
        return slate.numbers(column)[row], numbers(slate.history, column)[game]

    defence, earlier_defence = both("f13_opponent_def_rating")
    rest, earlier_rest = both("f39_days_rest")
    venue, earlier_venue = both("f15_home_away")
    form, earlier_form = both("f00_points_avg_last_5")
    similarity = (
        40.0 * (_opponent_tier(defence) == _opponent_tier(earlier_defence))
        + 30.0 * (_rest_class(rest) == _rest_class(earlier_rest))
        + 15.0 * (venue == earlier_venue)
        + 15.0 * (np.abs(form - earlier_form) <= 3)
    )
    return np.asarray(similarity, dtype=np.float64)


def _opponent_tier(rating: Floats) -> Floats:
    """Defensive rating below 109, 109 to 114, above 114; NaN stays NaN and equals nothing."""
    tier = np.where(rating < 109, 0.0, np.where(rating <= 114, 1.0, 2.0))
    return np.where(np.isnan(rating), np.nan, tier)


def _rest_class(days: Floats) -> Floats:
    return np.minimum(days, 3.0)


def _digests(slate: Slate, row: Ints, game: Ints, similarity: Floats, enough: NDArray[np.bool_]) -> list[str | None]:
    """Fingerprint of the games, points and weights behind each prediction."""
    ids = slate.history.column("game_id").cast(pa.int64()).to_numpy()[game]
    points = numbers(slate.history, "points")[game]
    bounds = np.searchsorted(row, np.arange(len(slate) + 1))
    found: list[str | None] = []
    for index in range(len(slate)):
        part = slice(bounds[index], bounds[index + 1])
        content = ids[part].tobytes() + points[part].tobytes() + similarity[part].tobytes()
        found.append(sha256(content).hexdigest()[:16] if enough[index] else None)
    return found
