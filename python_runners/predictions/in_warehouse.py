"""Predictions made in this process, where the warehouse runs no Python models: docs/decisions/0010.

dbt still decides what is predicted and what is put on record: the compiled model carries both, and its statements run
here in the transaction that appends the rows.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Any

from python_runners.errors import BuildFailed, NbaPropsError
from python_runners.pipeline.composition import Platform
from python_runners.pipeline.dbt_runner import DbtRun
from python_runners.platform.warehouse import Warehouse
from python_runners.predictions.inputs import PREDICTIONS, RELATIONS, WarehouseSource, read_inputs
from python_runners.predictions.prediction_rows import PREDICTION_SCHEMA
from python_runners.predictions.run import PredictionRun
from python_runners.predictions.scoring import score
from python_runners.predictions.system_table import active_systems, record_refusals, stored_systems
from python_runners.predictions.systems.base import PredictionSystem

_NAMES = ", ".join(PREDICTION_SCHEMA.names)
_APPEND = f"insert into {RELATIONS[PREDICTIONS]} ({_NAMES}) select {_NAMES} from predictions_made"
# Of two transactions that change a table BigQuery commits one; to append changes nothing, so this row makes them meet.
_TURN = "update nba_orchestration.watermarks set updated_at = updated_at where true"
# A version that stands already was made by another run, after this one had read.
_GUARD = f"""
select case when count(*) > 0 then error('{PREDICTIONS} moved meanwhile') end
from {RELATIONS[PREDICTIONS]} where prediction_id in (select prediction_id from predictions_made)
"""
_SYSTEMS_TABLE = "nba_predictions.prediction_systems"


@dataclass(frozen=True)
class Compiled:
    """What the compiled model says about its run.

    Attributes:
        parameters: of the run, as `PredictionRun` reads them.
        appended: statements that log the rows of `predictions_made`.
        covered: statements that record what the run covers, whether it appends rows or not.
    """

    parameters: Mapping[str, Any] = field(default_factory=dict)
    appended: Sequence[str] = ()
    covered: Sequence[str] = ()

    @classmethod
    def of(cls, code: str) -> Compiled:
        """Read the values that the macro `py_script_comment` assigned in the compiled code."""
        assigned = {
            ast.literal_eval(node.targets[0].slice): ast.literal_eval(node.value)
            for node in ast.parse(code).body
            if isinstance(node, ast.Assign)
            and isinstance(node.targets[0], ast.Subscript)
            and ast.unparse(node.targets[0].value) == "meta_dict"
        }
        return cls(assigned["run_parameters"], assigned["appended_statements"], assigned["covered_statements"])


def predict_in_process(platform: Platform, built: DbtRun) -> None:
    """Make the predictions that a dbt run asked for and could not make itself; on DuckDB the model has made them.

    Raises:
        BuildFailed: they could not be made or written; nothing was.
    """
    if platform.warehouse.dialect == "duckdb":
        return
    warehouse = platform.warehouse
    for node in built.nodes:
        if node.name != PREDICTIONS:
            continue
        try:
            compiled = Compiled.of(node.compiled_code)
            run = PredictionRun.from_parameters(compiled.parameters)
            stored = stored_systems(warehouse) if warehouse.exists(_SYSTEMS_TABLE) else None
            active = active_systems(stored, platform.models)
            record_refusals(warehouse, active.refused, run.written_at)
            predict_in_warehouse(warehouse, active.systems, run, compiled)
        except NbaPropsError as error:
            raise BuildFailed(f"{PREDICTIONS}: {type(error).__name__}: {error}", (PREDICTIONS,)) from error


def predict_in_warehouse(
    warehouse: Warehouse, systems: Sequence[PredictionSystem], run: PredictionRun, compiled: Compiled | None = None
) -> int:
    """Score the slate of a run and append a new version where an input changed; return the number of rows.

    The same reading and scoring as in the dbt model, which needs a session of DuckDB.

    Args:
        warehouse: where inputs and predictions are.
        systems: in the order in which they predict.
        run: what to score.
        compiled: brings what is put on record in the transaction of the rows; None for nothing.

    Raises:
        WarehouseRefused: the table is not the one of the contract.
        WarehouseUnavailable: the warehouse could not take the work now.
    """
    records = compiled or Compiled()
    is_for_nobody = () == run.player_ids == run.team_ids == run.game_ids
    rows = None if is_for_nobody else score(read_inputs(WarehouseSource(warehouse), run), systems, run).predictions
    with ExitStack() as block:
        statements = list(records.covered)
        if rows is not None and rows.num_rows:
            block.enter_context(warehouse.attached("predictions_made", rows))
            statements = [_TURN, _GUARD, _APPEND, *records.appended, *statements]
        block.enter_context(warehouse.transaction())
        for statement in statements:
            warehouse.execute(statement)
    return rows.num_rows if rows is not None else 0
