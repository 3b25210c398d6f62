"""Synthetic inputs of the prediction systems, with the columns of the warehouse."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from python_runners.platform.warehouse import DuckDBWarehouse
from python_runners.predictions.features import feature_set
from python_runners.predictions.prediction_rows import NEWEST_SCHEMA
from python_runners.predictions.run import PredictionRun
from python_runners.predictions.scoring import ScoringInputs
from python_runners.predictions.slate import HISTORY_SCHEMA, Slate

DAY = date(2025, 1, 15)
TIP_OFF = datetime.fromisoformat("2025-01-16T00:30:00")
MORNING = datetime.fromisoformat("2025-01-15T15:00:00")

CALM: dict[str, float | None] = {
    "f00_points_avg_last_5": 20.0,
    "f01_points_avg_last_10": 18.0,
    "f02_points_avg_season": 17.0,
    "f03_points_std_last_10": 3.0,
    "f05_fatigue_score": 100.0,
    "f06_shot_zone_mismatch_score": None,
    "f07_pace_score": 0.0,
    "f08_usage_spike_score": None,
    "f13_opponent_def_rating": 112.0,
    "f15_home_away": 1.0,
    "f18_pct_paint": None,
    "f19_pct_mid_range": None,
    "f20_pct_three": None,
    "f21_pct_free_throw": None,
    "f39_days_rest": 2.0,
    "league_def_rating": 112.0,
}
"""A rested player at home against an average defence; whatever is not named here is NULL."""


def feature_rows(rows: Sequence[Mapping[str, Any]]) -> pa.Table:
    """Rows of the feature store; each mapping overrides CALM and the identity of the game."""
    built = []
    for position, row in enumerate(rows):
        identity = {
            "game_id": "0022400555",
            "player_id": str(100 + position),
            "game_date": DAY,
            "team": "BOS",
            "opponent": "NYK",
            "tip_off_utc": TIP_OFF,
            "as_of": MORNING,
            "feature_version": "v1",
            "features_digest": "d1",
            "feature_coverage": 0.9,
            "is_production_ready": True,
        }
        built.append(dict.fromkeys(feature_set("v1_full")) | identity | CALM | dict(row))
    return pa.Table.from_pylist(built, schema=feature_schema())


def feature_schema() -> pa.Schema:
    """Schema of the feature-store columns that scoring reads."""
    texts = ("game_id", "player_id", "team", "opponent", "feature_version", "features_digest")
    return pa.schema(
        [
            *((name, pa.string()) for name in texts),
            ("game_date", pa.date32()),
            ("tip_off_utc", pa.timestamp("us")),
            ("as_of", pa.timestamp("us")),
            ("feature_coverage", pa.float64()),
            ("is_production_ready", pa.bool_()),
            ("league_def_rating", pa.float64()),
            *((name, pa.float64()) for name in feature_set("v1_full")),
        ]
    )


def context_rows(features: pa.Table, rows: Sequence[Mapping[str, Any]] = ()) -> pa.Table:
    """Context of the feature rows; without overrides nobody has a line or an injury."""
    built = []
    for position, key in enumerate(features.select(["game_id", "player_id", "as_of"]).to_pylist()):
        given = dict(rows[position]) if position < len(rows) else {}
        if given.get("points_line") is not None:
            given = {"line_book": "draftkings", "line_observed_at": MORNING - timedelta(hours=1)} | given
        built.append(
            {
                "game_id": key["game_id"],
                "player_id": key["player_id"],
                "context_as_of": key["as_of"],
                "points_line": None,
                "line_book": None,
                "line_observed_at": None,
                "injury_status": "available",
            }
            | given
        )
    schema = pa.schema(
        [
            ("game_id", pa.string()),
            ("player_id", pa.string()),
            ("context_as_of", pa.timestamp("us")),
            ("points_line", pa.float64()),
            ("line_book", pa.string()),
            ("line_observed_at", pa.timestamp("us")),
            ("injury_status", pa.string()),
        ]
    )
    return pa.Table.from_pylist(built, schema=schema)


def cache_rows(features: pa.Table, games: Sequence[int | None] = ()) -> pa.Table:
    """Season games of the players, 30 unless given."""
    keys = features.select(["game_id", "player_id"]).to_pylist()
    built = [
        key | {"games_played_season": games[position] if position < len(games) else 30}
        for position, key in enumerate(keys)
    ]
    schema = pa.schema([("game_id", pa.string()), ("player_id", pa.string()), ("games_played_season", pa.int64())])
    return pa.Table.from_pylist(built, schema=schema)


def scoring_inputs(
    features: Sequence[Mapping[str, Any]],
    context: Sequence[Mapping[str, Any]] = (),
    games: Sequence[int | None] = (),
    history: pa.Table | None = None,
    newest: pa.Table | None = None,
) -> ScoringInputs:
    """Inputs of a run over the given rows."""
    rows = feature_rows(features)
    return ScoringInputs(
        features=rows,
        context=context_rows(rows, context),
        cache=cache_rows(rows, games),
        history=HISTORY_SCHEMA.empty_table() if history is None else history,
        newest=NEWEST_SCHEMA.empty_table() if newest is None else newest,
    )


def slate(
    features: Sequence[Mapping[str, Any]],
    lines: Sequence[float | None] = (),
    games: Sequence[int | None] = (),
    history: pa.Table | None = None,
) -> Slate:
    """A slate as systems see it."""
    rows = feature_rows(features)
    line = [lines[position] if position < len(lines) else None for position in range(rows.num_rows)]
    rows = rows.append_column("points_line", pa.array(line, type=pa.float64()))
    rows = rows.append_column("games_played_season", cache_rows(rows, games).column("games_played_season"))
    return Slate(rows, HISTORY_SCHEMA.empty_table() if history is None else history)


def history_rows(points: Sequence[int], player_id: str = "100", **overrides: Any) -> pa.Table:
    """Earlier games of one player, the latest the day before DAY, by default exactly as CALM."""
    built = [
        {
            "player_id": player_id,
            "game_id": f"00224{position:05d}",
            "game_date": DAY - timedelta(days=1 + position),
            "f00_points_avg_last_5": 20.0,
            "f13_opponent_def_rating": 112.0,
            "f15_home_away": 1.0,
            "f39_days_rest": 2.0,
            "points": value,
        }
        | {name: given[position] if isinstance(given, list) else given for name, given in overrides.items()}
        for position, value in enumerate(points)
    ]
    return pa.Table.from_pylist(built, schema=HISTORY_SCHEMA)


def live_run(**parameters: Any) -> PredictionRun:
    """A live run on the morning of DAY."""
    given = {"run_id": "run", "as_of": MORNING.isoformat(), "written_at": MORNING.isoformat()}
    return PredictionRun.from_parameters(given | parameters)


def training_rows(seed: int = 7, dates: int = 60, players: int = 12) -> pa.Table:
    """Feature rows with outcomes that depend on recent form plus noise, one game a player and date."""
    generator = np.random.default_rng(seed)
    rows, outcomes = [], []
    for day in range(dates):
        for player in range(players):
            form = 5.0 + 2.0 * player
            noisy = {name: form + float(generator.normal(0, 1)) for name in list(CALM)[:3]}
            rows.append({"game_date": date(2024, 1, 1) + timedelta(days=day), "player_id": str(player)} | noisy)
            outcomes.append(max(0, round(form + float(generator.normal(0, 4)))))
    table = feature_rows(rows).append_column("points", pa.array(outcomes, type=pa.int64()))
    line = pa.array([5.5 + 2.0 * (position % players) for position in range(len(rows))], type=pa.float64())
    return table.append_column("points_line", line).append_column(
        "games_played_season", pa.array([30] * len(rows), type=pa.int64())
    )


def warehouse_of(folder: Path, rows: pa.Table, outcomes_before: date) -> DuckDBWarehouse:
    """A warehouse with the tables that predictions read, from training rows; outcomes only before a date."""
    warehouse = DuckDBWarehouse(folder / "warehouse.duckdb")
    with warehouse.attached("given", rows):
        warehouse.execute(
            "create table nba_precompute.ml_feature_store_v2 as"
            " select * exclude (points, points_line, games_played_season) from given"
        )
        warehouse.execute(
            "create table nba_precompute.player_daily_cache as"
            " select game_date as analysis_date, game_id, player_id, games_played_season from given"
        )
        warehouse.execute(
            "create table nba_analytics.upcoming_player_game_context as"
            " select game_id, player_id, game_date, as_of, points_line as current_points_line,"
            " 'draftkings' as current_line_book, as_of - interval 1 hour as current_line_observed_at,"
            " 'available' as injury_status from given"
        )
        warehouse.execute(
            "create table nba_analytics.player_game_summary as"
            " select game_id, player_id, game_date, 'regular' as season_type, false as is_dnp, points from given"
            f" where game_date < date '{outcomes_before}'"
        )
    return warehouse


def dated_rows(dates: int = 40, players: int = 8) -> pa.Table:
    """Training rows with a game a date, tip-off at 19:30 Eastern, and digests of their own."""
    rows = training_rows(dates=dates, players=players)
    days = rows.column("game_date").to_pylist()
    tips = [datetime.combine(day + timedelta(days=1), datetime.min.time()) + timedelta(minutes=30) for day in days]
    for name, values, kind in (
        ("game_id", [f"00223{(day - date(2024, 1, 1)).days:05d}" for day in days], pa.string()),
        ("tip_off_utc", tips, pa.timestamp("us")),
        ("as_of", [tip - timedelta(hours=9) for tip in tips], pa.timestamp("us")),
        ("features_digest", [f"d{position}" for position in range(len(days))], pa.string()),
    ):
        rows = rows.set_column(rows.column_names.index(name), name, pa.array(values, type=kind))
    return rows
