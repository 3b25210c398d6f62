"""Predictions made in this process and appended by one load: how a warehouse without Python models is served."""

from __future__ import annotations

from collections.abc import Sequence

from python_runners.platform.warehouse import Warehouse
from python_runners.predictions.inputs import PREDICTIONS, RELATIONS, WarehouseSource, read_inputs
from python_runners.predictions.run import PredictionRun
from python_runners.predictions.scoring import score
from python_runners.predictions.systems.base import PredictionSystem


def predict_in_warehouse(warehouse: Warehouse, systems: Sequence[PredictionSystem], run: PredictionRun) -> int:
    """Score the slate of a run and append a new version where an input changed; return the number of rows.

    The same reading and scoring as in the dbt model, which needs a session of DuckDB.

    Raises:
        WarehouseRefused: the table is not the one of the contract.
        WarehouseUnavailable: the warehouse could not take the work now.
    """
    rows = score(read_inputs(WarehouseSource(warehouse), run), systems, run).predictions
    return warehouse.load(RELATIONS[PREDICTIONS], rows) if rows.num_rows else 0
