"""Real history, imported once for all tests that build on it; the runner; a platform without history."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from python_runners.loaders.write import create_tables
from python_runners.operations.history.imports import import_history
from python_runners.pipeline.composition import Platform
from python_runners.pipeline.dbt_runner import DbtRunner
from python_runners.platform.warehouse import DuckDBWarehouse
from python_runners.settings import Settings
from tests.flow.builds import build
from tests.flow.stand import DbtEffects, Stand

AS_OF = "2025-11-16T12:00:00Z"


@pytest.fixture(scope="session")
def imported_history(shared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A closed warehouse file with the raw tables of all imported seasons and nothing built; copy it to use it."""
    path = tmp_path_factory.mktemp("imported") / "warehouse.duckdb"
    warehouse = DuckDBWarehouse(path)
    create_tables(warehouse)
    results = list(import_history(warehouse, shared_data))
    warehouse.close()
    assert not any(result.is_resumed for result in results)
    return path


@pytest.fixture(scope="session")
def built(imported_history: Path, dbt: DbtRunner, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder of a warehouse in which every model was built from all seasons by the run named full."""
    folder = tmp_path_factory.mktemp("built")
    shutil.copy(imported_history, folder / "warehouse.duckdb")
    build(dbt, folder, {"run_id": "full", "as_of": AS_OF})
    return folder


@pytest.fixture
def stand(dbt: DbtRunner, tmp_path: Path) -> Iterator[Stand]:
    effects = DbtEffects(dbt.manifest)
    settings = Settings(data_dir=tmp_path, breaker_attempts=2, breaker_backoff_seconds=60, as_of=None)
    platform = Platform(settings)
    stand = Stand(platform, effects)
    platform.clock = lambda: stand.now
    platform.__dict__["dbt"] = effects
    effects.platform = platform
    yield stand
    platform.close()
