"""Settings: where they come from, and who else sees them."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from python_runners import settings
from python_runners.errors import PermanentError
from python_runners.pipeline.composition import Platform
from python_runners.platform.warehouse import DuckDBWarehouse
from python_runners.settings import Settings, get_settings, use_embedded

NAMES = ("NBA_PROPS_TARGET", "NBA_PROPS_RUNTIME", "NBA_PROPS_DATA_DIR", "DBT_TARGET_PATH", "DBT_LOG_PATH")


@pytest.fixture(autouse=True)
def own_environment(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """An environment without these names, and afterwards the one before, whatever the test sets."""
    for name in NAMES:
        monkeypatch.setenv(name, "")
        monkeypatch.delenv(name)
    get_settings.cache_clear()
    yield
    get_settings.cache_clear()


def test_dbt_sees_what_stands_in_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / ".env"
    file.write_text("NBA_PROPS_TARGET=emulator\nNBA_PROPS_RUNTIME=cloud\n", encoding="utf-8")
    monkeypatch.setattr(settings, "ENV_FILE", file)
    monkeypatch.setenv("NBA_PROPS_RUNTIME", "embedded")
    found = get_settings()
    assert found.target == os.environ["NBA_PROPS_TARGET"] == "emulator"
    assert found.runtime == os.environ["NBA_PROPS_RUNTIME"] == "embedded", "the environment comes first"


def test_a_demonstration_stays_embedded_whatever_is_configured(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NBA_PROPS_TARGET", "bigquery")
    monkeypatch.setenv("NBA_PROPS_RUNTIME", "cloud")
    use_embedded(tmp_path)
    found = get_settings()
    assert (found.target, found.runtime, found.data_dir) == ("duckdb", "embedded", tmp_path)
    assert os.environ["NBA_PROPS_TARGET"] == "duckdb"


def test_what_only_the_embedded_warehouse_can_do_says_so(tmp_path: Path) -> None:
    here = Platform(Settings(data_dir=tmp_path))
    assert isinstance(here.embedded_warehouse, DuckDBWarehouse)
    here.close()
    there = Platform(Settings(data_dir=tmp_path, target="emulator"))
    with pytest.raises(PermanentError, match="embedded warehouse only, and NBA_PROPS_TARGET=emulator"):
        _ = there.embedded_warehouse
