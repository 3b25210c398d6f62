"""The base of every sequence: the sample league, built once."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from pathlib import Path

import duckdb
import pytest
from rich.console import Console

from python_runners.dates import eastern_wall_to_utc
from python_runners.operations.demo import run_demo
from python_runners.pipeline.dbt_runner import DbtRunner
from python_runners.predictions.predict_command import predict_date
from python_runners.predictions.run import BACKFILL
from python_runners.settings import get_settings
from tests.flow.builds import count, project_paths
from tests.proof.oracle import Oracle
from tests.proof.world import World

GRADED_DAYS = 3


@dataclass(frozen=True)
class Base:
    """A built warehouse to copy, the runner and the oracle."""

    warehouse: Path
    dbt: DbtRunner
    oracle: Oracle
    as_of: datetime

    def world(self, folder: Path) -> World:
        """Start a world from a copy."""
        return World.from_base(self.warehouse, folder, self.dbt, self.as_of)

    def differences(self, world: World) -> dict[str, int]:
        """Count the rows of a world that differ from a full rebuild, by table."""
        return self.oracle.differences(world.folder / "warehouse.duckdb", world.as_of)

    def leave(self, world: World) -> None:
        """Close a world and remove it."""
        world.close()
        shutil.rmtree(world.folder, ignore_errors=True)


@pytest.fixture(scope="session")
def base(tmp_path_factory: pytest.TempPathFactory) -> Base:
    folder = tmp_path_factory.mktemp("league") / "data"
    with pytest.MonkeyPatch.context() as patch:
        for name in ("NBA_PROPS_DATA_DIR", "DBT_TARGET_PATH", "DBT_LOG_PATH"):
            patch.setenv(name, str(folder))
        report = run_demo(Console(quiet=True), folder, dates=13, seed=7, with_docs=False, with_live_day=False)
    get_settings.cache_clear()
    dbt = DbtRunner()
    as_of = eastern_wall_to_utc(report.today, time(23, 0))
    world = World(folder, dbt, as_of)
    # Played games with predictions: without them no correction would have anything to grade anew.
    with world.platform() as platform:
        for days in range(1, GRADED_DAYS + 1):
            predict_date(platform, report.today - timedelta(days=days), "proof", batch_mode=BACKFILL)
    with project_paths(folder):
        dbt.invoke("run", exclude=("tag:changes",), variables=world.variables(), full_refresh=True)
    oracle = Oracle(dbt, folder, world.variables())
    warehouse = folder / "warehouse.duckdb"
    world.close()
    assert oracle.differences(warehouse, as_of) == {}
    with duckdb.connect(str(warehouse)) as connection:
        graded = count(connection, "select count(*) from nba_predictions.prediction_accuracy where outcome <> 'VOID'")
    assert graded > 100
    return Base(warehouse, dbt, oracle, as_of)
