"""Batches of predictions: who is eligible is fixed before scoring, coverage is read back from what then stands."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

import pyarrow as pa

from python_runners.errors import InvalidMessage
from python_runners.loaders.write import ensure_table
from python_runners.platform.warehouse import Warehouse
from python_runners.predictions.inputs import WarehouseSource, predictions_exist, read_slate
from python_runners.predictions.run import PredictionRun
from python_runners.predictions.scoring import ScoringInputs, plan

LEAST_COVERAGE = 0.9
BATCH_MODES = ("early", "main", "retry", "line_update", "backfill")

_FORGET_BATCH = "delete from nba_predictions.prediction_batches where batch_id = $batch_id"
_OPEN_BATCH = """
insert into nba_predictions.prediction_batches (
    batch_id, game_date, mode, eligible_players, predicted_players, skipped, systems, coverage, status, trigger_source,
    started_at, completed_at, execution_id, correlation_id
)
values (
    $batch_id, $game_date, $mode, $eligible_players, 0, $skipped, [], 0, 'running', $trigger_source, $started_at, null,
    $execution_id, $correlation_id
)
"""
_CLOSE_BATCH = """
update nba_predictions.prediction_batches set predicted_players = $predicted_players, systems = $systems,
    coverage = $coverage, status = $status, completed_at = $completed_at
where batch_id = $batch_id
"""
_STANDING = """
select distinct game_id, player_id, system_id
from nba_predictions.player_points_predictions
where mode = $mode and game_id in (select listed from unnest($game_ids) as listed)
"""


@dataclass(frozen=True)
class Batch:
    """One batch as it ended. `coverage` is distinct predicted players over eligible ones; 1 when nobody is eligible."""

    batch_id: str
    game_date: date
    mode: str
    eligible_players: int
    predicted_players: int
    skipped: Mapping[str, int]
    systems: tuple[str, ...]
    coverage: float
    status: str

    @property
    def is_below_target(self) -> bool:
        """Whether the coverage calls for an alert."""
        return self.coverage < LEAST_COVERAGE


def ensure_batches(warehouse: Warehouse) -> None:
    """Create the ledger of batches where it is missing."""
    ensure_table(warehouse, "prediction_batches")


def run_batch(
    warehouse: Warehouse,
    run: PredictionRun,
    build: Callable[[], None],
    *,
    mode: str,
    trigger_source: str,
    clock: Callable[[], datetime],
) -> Batch:
    """Fix who is eligible, build the predictions, and record what then stands for them.

    Args:
        warehouse: where inputs, predictions and the ledger are.
        run: what to score; its batch_id names the batch.
        build: writes the predictions, normally the dbt model; an exception leaves the batch `failed` and is raised on.
        mode: one of BATCH_MODES.
        trigger_source: pubsub, scheduler or manual.
        clock: gives the instant of completion, naive UTC.

    Raises:
        InvalidMessage: the mode is unknown.
    """
    if mode not in BATCH_MODES:
        raise InvalidMessage(f"a batch is one of {', '.join(BATCH_MODES)}, not {mode!r}")
    ensure_batches(warehouse)
    inputs = read_slate(WarehouseSource(warehouse), run)
    eligibility = plan(inputs, run)
    expected = set(players_at(inputs, eligibility.positions))
    opening = {
        "batch_id": run.batch_id,
        "game_date": run.from_date,
        "mode": mode,
        "eligible_players": len(expected),
        "skipped": json.dumps(eligibility.skipped, sort_keys=True),
        "trigger_source": trigger_source,
        "started_at": run.written_at,
        "execution_id": run.run_id,
        "correlation_id": run.correlation_id,
    }
    with warehouse.transaction():
        warehouse.execute(_FORGET_BATCH, {"batch_id": run.batch_id})
        warehouse.execute(_OPEN_BATCH, opening)
    is_built = False
    try:
        build()
        is_built = True
    finally:
        if not is_built:
            _close(warehouse, run, mode, expected, eligibility.skipped, "failed", clock())
    return _close(warehouse, run, mode, expected, eligibility.skipped, None, clock())


def _close(
    warehouse: Warehouse,
    run: PredictionRun,
    mode: str,
    expected: set[tuple[str, str]],
    skipped: Mapping[str, int],
    status: str | None,
    completed_at: datetime,
) -> Batch:
    game_ids = sorted({game_id for game_id, _ in expected})
    stands = [] if status == "failed" else standing(warehouse, run.mode, game_ids)
    predicted = {(row["game_id"], row["player_id"]) for row in stands} & expected
    coverage = round(len(predicted) / len(expected), 6) if expected else 1.0
    if status is None:
        status = "no_data" if not expected else "success" if coverage >= LEAST_COVERAGE else "partial"
    systems = tuple(sorted({row["system_id"] for row in stands}))
    counts = len(expected), len(predicted)
    batch = Batch(run.batch_id, run.from_date, mode, *counts, dict(skipped), systems, coverage, status)
    closing = {name: asdict(batch)[name] for name in ("batch_id", "predicted_players", "coverage", "status")}
    warehouse.execute(_CLOSE_BATCH, closing | {"systems": list(systems), "completed_at": completed_at})
    return batch


def players_at(inputs: ScoringInputs, positions: Sequence[int]) -> list[tuple[str, str]]:
    """Return (game_id, player_id) of rows of the slate."""
    rows = inputs.features.select(["game_id", "player_id"]).take(pa.array(positions, type=pa.int64())).to_pylist()
    return [(row["game_id"], row["player_id"]) for row in rows]


def standing(warehouse: Warehouse, mode: str, game_ids: Sequence[str]) -> list[dict[str, Any]]:
    """Return game_id, player_id and system_id of everything that is predicted for the games."""
    if not game_ids or not predictions_exist(warehouse):
        return []
    rows: list[dict[str, Any]] = warehouse.query(_STANDING, {"mode": mode, "game_ids": list(game_ids)}).to_pylist()
    return rows
