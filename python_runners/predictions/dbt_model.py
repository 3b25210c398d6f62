"""The body of the dbt model player_points_predictions: read through the session, score, record refused models."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import duckdb
import pyarrow as pa
from duckdb import ColumnExpression, ConstantExpression, DuckDBPyRelation, Expression

from python_runners.pipeline.object_stores import model_store
from python_runners.predictions.inputs import DATE_COLUMNS, Narrowing, read_inputs
from python_runners.predictions.prediction_rows import NEWEST_SCHEMA
from python_runners.predictions.run import PredictionRun
from python_runners.predictions.scoring import score
from python_runners.predictions.system_table import BLOCKED, SET_STATE, SYSTEMS, active_systems
from python_runners.settings import get_settings


class SessionSource:
    """Reads the refs of a dbt Python model, narrowed before DuckDB scans them."""

    def __init__(self, refs: Mapping[str, DuckDBPyRelation], stored: DuckDBPyRelation | None) -> None:
        """Read from the relations of the refs, and the model's own rows when its table exists."""
        self._refs = refs
        self._stored = stored

    def read(self, model: str, narrowing: Narrowing, columns: Sequence[str]) -> pa.Table:
        """Return columns of the rows of a ref."""
        day = ColumnExpression(DATE_COLUMNS.get(model, "game_date"))
        wanted = (day >= _constant(narrowing.from_date)) & (day <= _constant(narrowing.to_date))
        if narrowing.player_ids is not None:
            wanted = wanted & _is_in("player_id", narrowing.player_ids)
        rows: pa.Table = self._refs[model].filter(wanted).select(*columns).to_arrow_table()
        return rows

    def stored_predictions(self, game_ids: Sequence[str]) -> pa.Table | None:
        """Return the stored predictions of the games; None before the first."""
        if self._stored is None:
            return None
        rows: pa.Table = self._stored.filter(_is_in("game_id", game_ids)).select(*NEWEST_SCHEMA.names).to_arrow_table()
        return rows


def predict_in_session(
    refs: Mapping[str, DuckDBPyRelation],
    stored: DuckDBPyRelation | None,
    session: duckdb.DuckDBPyConnection,
    parameter: Callable[[str], Any],
) -> pa.Table:
    """Return the rows that a run appends.

    Args:
        refs: relations of the inputs by model name.
        stored: the predictions made so far; None on the first run.
        session: connection of the dbt run.
        parameter: reads `run_parameters`, the mapping that the project injects when the node is compiled.
    """
    run = PredictionRun.from_parameters(parameter("run_parameters"))
    active = active_systems(_system_rows(session), model_store(get_settings()))
    for system_id in active.refused:
        session.execute(SET_STATE, {"system_id": system_id, "state": BLOCKED, "now": run.written_at})
    return score(read_inputs(SessionSource(refs, stored), run), active.systems, run).predictions


def _system_rows(session: duckdb.DuckDBPyConnection) -> list[dict[str, Any]] | None:
    exists = session.execute(
        "select count(*) from information_schema.tables"
        " where table_schema = 'nba_predictions' and table_name = 'prediction_systems'"
    ).fetchall()[0][0]
    if not exists:
        return None
    rows: list[dict[str, Any]] = session.sql(SYSTEMS).to_arrow_table().to_pylist()
    return rows


def _constant(value: object) -> Expression:
    return ConstantExpression(value)


def _is_in(column: str, values: Sequence[str]) -> Expression:
    if not values:
        return ConstantExpression(False)
    return ColumnExpression(column).isin(*(ConstantExpression(value) for value in values))
