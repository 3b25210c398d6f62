"""Reading what a scoring run needs, through a dbt session or through the warehouse, with the same narrowing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Protocol

import pyarrow as pa
import pyarrow.compute as pc

from python_runners.platform.warehouse import Warehouse
from python_runners.predictions.features import FEATURE_VERSION, feature_set
from python_runners.predictions.prediction_rows import NEWEST_SCHEMA
from python_runners.predictions.run import PredictionRun
from python_runners.predictions.scoring import ScoringInputs
from python_runners.predictions.slate import HISTORY_SCHEMA, left_join
from python_runners.predictions.systems.similarity import LOOKBACK_DAYS

FEATURES = "ml_feature_store_v2"
CONTEXT = "upcoming_player_game_context"
CACHE = "player_daily_cache"
GAMES = "player_game_summary"
PREDICTIONS = "player_points_predictions"

RELATIONS = {
    FEATURES: "nba_precompute.ml_feature_store_v2",
    CONTEXT: "nba_analytics.upcoming_player_game_context",
    CACHE: "nba_precompute.player_daily_cache",
    GAMES: "nba_analytics.player_game_summary",
    PREDICTIONS: "nba_predictions.player_points_predictions",
}
DATE_COLUMNS = {CACHE: "analysis_date"}
WINDOW_SEASON_TYPES = ("regular", "play_in", "playoffs", "cup_final")

_CONTEXT_NAMES = {
    "game_id": "game_id",
    "player_id": "player_id",
    "current_points_line": "points_line",
    "current_line_book": "line_book",
    "current_line_observed_at": "line_observed_at",
    "injury_status": "injury_status",
    "as_of": "context_as_of",
}
_CACHE_NAMES = ("game_id", "player_id", "games_played_season")
_ROW_NAMES = (
    *("game_id", "player_id", "game_date", "team", "opponent", "tip_off_utc", "as_of", "feature_version"),
    *("features_digest", "feature_coverage", "is_production_ready"),
)
_GAME_NAMES = ("game_id", "player_id", "game_date", "season_type", "is_dnp", "points")
_HISTORY_FEATURES = tuple(name for name in HISTORY_SCHEMA.names if name != "points")
LONGEST_PLAYER_LIST = 50


@dataclass(frozen=True)
class Narrowing:
    """What to read of a table: dates inclusive, and players (None: all)."""

    from_date: date
    to_date: date
    player_ids: tuple[str, ...] | None = None


class PredictionSource(Protocol):
    """Where rows come from. A table that does not exist yet is None."""

    def read(self, model: str, narrowing: Narrowing, columns: Sequence[str]) -> pa.Table:
        """Return columns of the rows of a model."""

    def stored_predictions(self, game_ids: Sequence[str]) -> pa.Table | None:
        """Return the columns of NEWEST_SCHEMA for the stored predictions of the games."""


def read_inputs(source: PredictionSource, run: PredictionRun) -> ScoringInputs:
    """Read everything that a run scores and compares with."""
    narrowing = Narrowing(run.from_date, run.to_date, _players(run))
    return replace(read_slate(source, run), history=read_history(source, narrowing))


def read_slate(source: PredictionSource, run: PredictionRun) -> ScoringInputs:
    """Read what decides who is eligible and what already stands: all but the earlier games."""
    narrowing = Narrowing(run.from_date, run.to_date, _players(run))
    slate = _current_version(source.read(FEATURES, narrowing, slate_columns()))
    stored = source.stored_predictions(sorted(set(slate.column("game_id").to_pylist())))
    context = source.read(CONTEXT, narrowing, list(_CONTEXT_NAMES))
    return ScoringInputs(
        features=slate,
        context=context.rename_columns(list(_CONTEXT_NAMES.values())),
        cache=source.read(CACHE, narrowing, _CACHE_NAMES),
        history=HISTORY_SCHEMA.empty_table(),
        newest=NEWEST_SCHEMA.empty_table() if stored is None else stored,
    )


def slate_columns() -> list[str]:
    """Columns of the feature store that scoring reads."""
    return [*_ROW_NAMES, "league_def_rating", *feature_set("v1_full")]


def read_history(source: PredictionSource, narrowing: Narrowing) -> pa.Table:
    """Return the games that players appeared in, from a year before the first date, with their pre-game features."""
    reach = Narrowing(
        narrowing.from_date - timedelta(days=LOOKBACK_DAYS), narrowing.to_date - timedelta(days=1), narrowing.player_ids
    )
    before = _current_version(source.read(FEATURES, reach, [*_HISTORY_FEATURES, "feature_version"]))
    games = source.read(GAMES, reach, _GAME_NAMES)
    counts = pc.and_(
        pc.invert(games.column("is_dnp")), pc.is_in(games.column("season_type"), pa.array(WINDOW_SEASON_TYPES))
    )
    joined = left_join(before, games.filter(counts), ("game_id", "player_id"), ("points",))
    return joined.filter(pc.is_valid(joined.column("points"))).select(HISTORY_SCHEMA.names).cast(HISTORY_SCHEMA)


def _current_version(rows: pa.Table) -> pa.Table:
    return rows.filter(pc.equal(rows.column("feature_version"), FEATURE_VERSION))


def _players(run: PredictionRun) -> tuple[str, ...] | None:
    """Players by which reads may be narrowed: only when the run names nothing else, and not too many."""
    if run.player_ids is None or run.team_ids or run.game_ids or len(run.player_ids) > LONGEST_PLAYER_LIST:
        return None
    return run.player_ids


class WarehouseSource:
    """Reads through the warehouse adapter, for training, replay and planning."""

    def __init__(self, warehouse: Warehouse) -> None:
        """Read from `warehouse`."""
        self._warehouse = warehouse

    def read(self, model: str, narrowing: Narrowing, columns: Sequence[str]) -> pa.Table:
        """Return columns of the rows of a model."""
        day = DATE_COLUMNS.get(model, "game_date")
        sql = f"select {', '.join(columns)} from {RELATIONS[model]} where {day} between $from_date and $to_date"
        parameters: dict[str, object] = {"from_date": narrowing.from_date, "to_date": narrowing.to_date}
        if narrowing.player_ids is not None:
            sql += f" and {_is_listed('player_id', narrowing.player_ids, parameters)}"
        return self._warehouse.query(sql, parameters)

    def stored_predictions(self, game_ids: Sequence[str]) -> pa.Table | None:
        """Return the stored predictions of the games; None before the first."""
        if not predictions_exist(self._warehouse):
            return None
        parameters: dict[str, object] = {}
        listed = _is_listed("game_id", game_ids, parameters)
        names = ", ".join(NEWEST_SCHEMA.names)
        return self._warehouse.query(f"select {names} from {RELATIONS[PREDICTIONS]} where {listed}", parameters)


def predictions_exist(warehouse: Warehouse) -> bool:
    """Whether anything was ever predicted here."""
    return warehouse.exists(RELATIONS[PREDICTIONS])


def _is_listed(column: str, values: Sequence[str], parameters: dict[str, object]) -> str:
    """Write that a column has one of the values, each a parameter of its own, and add these to `parameters`."""
    if not values:
        return "false"
    named = {f"{column}_{number}": value for number, value in enumerate(values)}
    parameters |= named
    return f"{column} in ({', '.join(f'${name}' for name in named)})"
