"""One entry for every prediction: a slate of inputs in, append-only prediction rows out, live and replay alike."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from python_runners.predictions.eligibility import Eligibility, judge
from python_runners.predictions.prediction_rows import (
    PREDICTION_SCHEMA,
    Newest,
    SystemRows,
    input_digests,
    newest_by_key,
    prediction_rows,
)
from python_runners.predictions.run import PredictionRun
from python_runners.predictions.slate import Floats, Slate, left_join
from python_runners.predictions.systems.base import PredictionSystem, Scores

CONTEXT_COLUMNS = ("points_line", "line_book", "line_observed_at", "injury_status", "context_as_of")
CACHE_COLUMNS = ("games_played_season",)


@dataclass(frozen=True)
class ScoringInputs:
    """Everything that a run reads, already narrowed to its dates.

    Attributes:
        features: rows of the feature store.
        context: game_id, player_id and CONTEXT_COLUMNS of the players' context.
        cache: game_id, player_id and CACHE_COLUMNS of the players' form.
        history: earlier games, columns of HISTORY_SCHEMA.
        newest: stored predictions of the games (game_id, player_id, system_id, mode, prediction_version,
            prediction_id, input_digest); any version, the newest counts.
    """

    features: pa.Table
    context: pa.Table
    cache: pa.Table
    history: pa.Table
    newest: pa.Table


@dataclass(frozen=True)
class ScoringResult:
    """New prediction rows and what became of the slate.

    Attributes:
        predictions: rows of PREDICTION_SCHEMA to append.
        spread: standard deviation of the outcome that each prediction implies, in points; one a row of `predictions`.
        eligible: (game_id, player_id) of the eligible rows.
        skipped: ineligible rows by reason.
        unchanged: predictions that already stand with equal inputs.
    """

    predictions: pa.Table
    spread: Floats
    eligible: list[tuple[str, str]]
    skipped: Counter[str]
    unchanged: int


def score(inputs: ScoringInputs, systems: Sequence[PredictionSystem], run: PredictionRun) -> ScoringResult:
    """Predict every eligible row with every system, keeping only what differs from the stored predictions.

    Systems run in the given order; an ensemble sees the ones before it. A model never scores a date that its training
    data reach.
    """
    slate = slate_rows(inputs)
    eligibility = judge(slate, run)
    chosen = slate.take(pa.array(eligibility.positions, type=pa.int64()))
    keys = list(zip(chosen.column("game_id").to_pylist(), chosen.column("player_id").to_pylist(), strict=True))
    newest = newest_by_key(inputs.newest, run.mode)
    tables, spreads, unchanged = [PREDICTION_SCHEMA.empty_table()], [np.empty(0)], 0
    for system, scores, digests in _scored(Slate(chosen, inputs.history), systems):
        rows = _changed(system, scores, digests, keys, newest)
        unchanged += int(scores.predicted.sum()) - len(rows.positions)
        tables.append(prediction_rows(chosen, rows, eligibility.created_at, run))
        spreads.append(scores.spread[rows.positions])
    return ScoringResult(pa.concat_tables(tables), np.concatenate(spreads), keys, eligibility.skipped, unchanged)


def plan(inputs: ScoringInputs, run: PredictionRun) -> Eligibility:
    """Return which rows a run would predict, without predicting."""
    return judge(slate_rows(inputs), run)


def slate_rows(inputs: ScoringInputs) -> pa.Table:
    """Join the context and the form of the players to their feature rows.

    A line counts only with its book and the instant at which it was seen.
    """
    rows = left_join(inputs.features, inputs.context, ("game_id", "player_id"), CONTEXT_COLUMNS)
    is_real = pc.and_(pc.is_valid(rows.column("line_book")), pc.is_valid(rows.column("line_observed_at")))
    line = pc.if_else(is_real, rows.column("points_line"), None)
    rows = rows.set_column(rows.column_names.index("points_line"), "points_line", line)
    return left_join(rows, inputs.cache, ("game_id", "player_id"), CACHE_COLUMNS)


def _scored(slate: Slate, systems: Sequence[PredictionSystem]) -> list[tuple[PredictionSystem, Scores, list[str]]]:
    earlier: dict[str, Scores] = {}
    digests: dict[str, list[str]] = {}
    found = []
    for system in systems:
        scores = _without_trained_dates(slate, system, system.predict(slate, earlier))
        earlier[system.system_id] = scores
        digests[system.system_id] = input_digests(slate, system, scores, digests)
        found.append((system, scores, digests[system.system_id]))
    return found


def _without_trained_dates(slate: Slate, system: PredictionSystem, scores: Scores) -> Scores:
    if system.trained_to is None or len(slate) == 0:
        return scores
    is_later = slate.days("game_date") > (system.trained_to - date(1970, 1, 1)).days
    return replace(scores, points=np.where(is_later, scores.points, np.nan))


def _changed(
    system: PredictionSystem,
    scores: Scores,
    digests: Sequence[str],
    keys: Sequence[tuple[str, str]],
    newest: Mapping[tuple[str, str, str], Newest],
) -> SystemRows:
    positions, standing = [], []
    for position in np.flatnonzero(scores.predicted).tolist():
        stored = newest.get((*keys[position], system.system_id))
        if stored is None or stored.input_digest != digests[position]:
            positions.append(position)
            standing.append(stored)
    return SystemRows(system, scores, positions, standing, digests)
