"""Predictions made outside of dbt: what the compiled model says, and what is put on record with the rows."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, cast

import pytest

from python_runners.errors import BuildFailed
from python_runners.loaders.contracts import operational_tables
from python_runners.loaders.table_ddl import create_table_ddl
from python_runners.pipeline.composition import Platform
from python_runners.pipeline.dbt_runner import DbtRun, NodeResult
from python_runners.pipeline.model_build import PREDICTIONS, build_models
from python_runners.platform.gcs import create_bucket
from python_runners.platform.warehouse import DuckDBWarehouse
from python_runners.predictions import in_warehouse
from python_runners.predictions.in_warehouse import Compiled, predict_in_process
from python_runners.predictions.prediction_rows import PREDICTION_SCHEMA
from python_runners.predictions.run import PredictionRun
from python_runners.predictions.system_table import ensure_systems, promote
from python_runners.predictions.train_command import train_model
from python_runners.settings import Settings
from tests.support.emulators import Emulator
from tests.unit.predictions.prediction_frames import dated_rows, warehouse_of
from tests.unit.predictions.test_dbt_model import NOON, TABLE

TODAY = date(2024, 2, 5)
PARAMETERS = {"run_id": "run", "as_of": "2024-02-05 17:00:00", "to_date": "2024-02-05"}
RUN = PredictionRun.from_parameters(PARAMETERS)
CODE = """
def model(dbt, session):
    return None

meta_dict = {{}}
class config:
    pass
meta_dict["run_parameters"] = {parameters}
meta_dict["appended_statements"] = ["insert into log select game_id, player_id from predictions_made"]
meta_dict["covered_statements"] = ["insert into covered values ('run')"]
"""


class AsBigQuery(DuckDBWarehouse):
    """A warehouse that takes the path of BigQuery."""

    dialect = "bigquery"  # type: ignore[assignment]


@dataclass
class Dbt:
    """Stands in for dbt: notes what it is asked to run and gives the compiled model."""

    code: str
    runs: list[tuple[str, ...]] = field(default_factory=list)

    def run_models(self, names: tuple[str, ...], variables: dict[str, Any]) -> DbtRun:
        self.runs.append(tuple(names))
        return DbtRun(tuple(NodeResult(name, name, "model", "success", "", self.code) for name in names))


@pytest.fixture
def platform(tmp_path: Path) -> Iterator[Platform]:
    """A platform over a slate, without predictions."""
    filled = warehouse_of(tmp_path, dated_rows(), outcomes_before=TODAY)
    ensure_systems(filled, NOON.replace(tzinfo=None))
    filled.close()
    warehouse = AsBigQuery(filled.path)
    names = "game_id varchar, player_id varchar"
    warehouse.execute(f"create table log ({names}); create table covered (run_id varchar)")
    warehouse.execute(create_table_ddl(operational_tables()["watermarks"], "duckdb"))
    made = Platform(Settings(data_dir=tmp_path))
    made.__dict__ |= {"warehouse": warehouse, "dbt": Dbt(CODE.format(parameters=PARAMETERS))}
    yield made
    warehouse.close()


def _create_predictions(platform: Platform) -> None:
    with platform.warehouse.attached("empty", PREDICTION_SCHEMA.empty_table()):
        platform.warehouse.execute(f"create table {TABLE} as select * from empty")


def _counts(platform: Platform) -> tuple[int, ...]:
    return tuple(
        platform.warehouse.query(f"select count(*) as n from {table}").to_pylist()[0]["n"]
        for table in (TABLE, "log", "covered")
    )


def test_the_compiled_model_says_what_to_predict_and_to_record() -> None:
    compiled = Compiled.of(CODE.format(parameters=PARAMETERS))
    assert compiled.parameters == PARAMETERS
    assert list(compiled.covered) == ["insert into covered values ('run')"]


def test_predictions_are_made_between_their_model_and_its_readers(platform: Platform) -> None:
    _create_predictions(platform)
    nodes = build_models(platform, ["a", PREDICTIONS, "b"], {})
    assert cast(Dbt, platform.dbt).runs == [("a", PREDICTIONS), ("b",)]
    assert [node.name for node in nodes] == ["a", PREDICTIONS, "b"]
    rows, logged, covered = _counts(platform)
    assert rows == logged > 0
    assert covered == 1


def test_equal_inputs_append_nothing_and_are_covered_again(platform: Platform) -> None:
    _create_predictions(platform)
    build_models(platform, [PREDICTIONS], {})
    rows, logged, _ = _counts(platform)
    build_models(platform, [PREDICTIONS], {})
    assert _counts(platform) == (rows, logged, 2)


def test_a_version_that_another_run_made_meanwhile_is_not_made_twice(
    platform: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    _create_predictions(platform)
    before = in_warehouse.read_inputs(in_warehouse.WarehouseSource(platform.warehouse), RUN)
    build_models(platform, [PREDICTIONS], {})
    counts = _counts(platform)
    monkeypatch.setattr(in_warehouse, "read_inputs", lambda source, run: before)
    with pytest.raises(BuildFailed, match="moved meanwhile"):
        build_models(platform, [PREDICTIONS], {})
    assert _counts(platform) == counts


def test_who_appends_changes_what_another_transaction_would_change(
    platform: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    _create_predictions(platform)
    sent: list[str] = []
    execute = platform.warehouse.execute

    def noted(sql: str, parameters: Any = ()) -> None:
        sent.append(" ".join(sql.split()))
        execute(sql, parameters)

    monkeypatch.setattr(platform.warehouse, "execute", noted)
    build_models(platform, [PREDICTIONS], {})
    [turn] = [number for number, sql in enumerate(sent) if sql.startswith("update nba_orchestration.watermarks")]
    assert sent[turn + 1].startswith("select case when count(*) > 0 then error")
    assert sent[turn + 2].startswith(f"insert into {TABLE}")


def test_a_run_for_nobody_reads_nothing(platform: Platform) -> None:
    _create_predictions(platform)
    nobody = PARAMETERS | {"player_ids": [], "team_ids": [], "game_ids": []}
    cast(Dbt, platform.dbt).code = CODE.format(parameters=nobody)
    platform.warehouse.execute("drop table nba_precompute.ml_feature_store_v2")
    build_models(platform, [PREDICTIONS], {})
    assert _counts(platform) == (0, 0, 1)


def test_what_fails_is_the_failure_of_the_model(platform: Platform) -> None:
    cast(Dbt, platform.dbt).code = CODE.format(parameters=PARAMETERS | {"prediction_mode": "guess"})
    with pytest.raises(BuildFailed, match="guess") as failure:
        build_models(platform, [PREDICTIONS], {})
    assert failure.value.nodes == (PREDICTIONS,)


def test_a_function_predicts_with_the_trained_model_of_its_bucket(
    platform: Platform, tmp_path: Path, gcs_server: Emulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(gcs_server.variable, gcs_server.value)
    project = f"test-{uuid.uuid4().hex[:12]}"
    assert create_bucket(project, f"{project}-models")
    platform.settings = Settings(
        data_dir=tmp_path / "empty", runtime="cloud", project=project, models_bucket=f"{project}-models"
    )
    card = train_model(platform.warehouse, platform.models, TODAY, NOON, promoted=False)
    promote(platform.warehouse, card, platform.models, NOON)
    _create_predictions(platform)
    build_models(platform, [PREDICTIONS], {})
    made = platform.warehouse.query(f"select distinct system_id, model_digest from {TABLE}").to_pylist()
    digests = {row["system_id"]: row["model_digest"] for row in made}
    assert len(digests) == 5
    assert digests["gradient_boosting_v1"] == card.digest
    assert not (tmp_path / "empty").exists()


def test_on_duckdb_the_model_has_made_them(tmp_path: Path) -> None:
    platform = Platform(Settings(data_dir=tmp_path))
    dbt = Dbt("")
    platform.__dict__["dbt"] = dbt
    build_models(platform, ["a", PREDICTIONS, "b"], {})
    predict_in_process(platform, dbt.run_models((PREDICTIONS,), {}))
    assert dbt.runs[0] == ("a", PREDICTIONS, "b")
    platform.close()
