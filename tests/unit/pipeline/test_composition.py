"""The adapters that a platform is built from, by its settings."""

from __future__ import annotations

import uuid
from pathlib import Path
from typing import Any

import pytest
from google.auth.credentials import AnonymousCredentials
from google.cloud import storage

from python_runners.errors import MissingSetting
from python_runners.loaders.contracts import operational_tables, raw_tables
from python_runners.pipeline.composition import Platform
from python_runners.platform import bigquery
from python_runners.platform.bigquery import BigQueryWarehouse
from python_runners.platform.firestore import FirestoreStateStore
from python_runners.platform.gcs import GcsObjectStore
from python_runners.platform.objects import FolderObjectStore
from python_runners.platform.state import SqliteStateStore
from python_runners.settings import Settings
from tests.support.emulators import Emulator


def test_by_default_everything_is_embedded(tmp_path: Path) -> None:
    platform = Platform(Settings(data_dir=tmp_path))
    assert isinstance(platform.state, SqliteStateStore)
    assert isinstance(platform.objects, FolderObjectStore)
    assert isinstance(platform.models, FolderObjectStore)
    assert (platform.models.root, platform.models) == (tmp_path / "models", Platform(platform.settings).models)
    platform.bus.publish("t", b"x")
    platform.state.create("c", "d", {})
    platform.close()
    assert (tmp_path / "state.sqlite").exists()


@pytest.mark.parametrize(
    ("given", "attribute", "variable"),
    [
        ({}, "state", "NBA_PROPS_PROJECT"),
        ({"project": "p"}, "objects", "NBA_PROPS_PAYLOAD_BUCKET"),
        ({"project": "p"}, "documents", "NBA_PROPS_PUBLISHED_BUCKET"),
        ({"project": "p"}, "models", "NBA_PROPS_MODELS_BUCKET"),
        ({"models_bucket": "b"}, "models", "NBA_PROPS_PROJECT"),
    ],
)
def test_a_cloud_runtime_names_what_is_not_set(
    tmp_path: Path, given: dict[str, str], attribute: str, variable: str
) -> None:
    platform = Platform(Settings(data_dir=tmp_path, runtime="cloud", **given))
    with pytest.raises(MissingSetting, match=f"{variable} is not set"):
        getattr(platform, attribute)


def test_a_cloud_runtime_works_on_the_services(
    tmp_path: Path, firestore_emulator: Emulator, gcs_server: Emulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    for emulator in (firestore_emulator, gcs_server):
        monkeypatch.setenv(emulator.variable, emulator.value)
    project = f"test-{uuid.uuid4().hex[:12]}"
    client = storage.Client(project=project, credentials=AnonymousCredentials())
    names = ("payloads", "published", "models")
    payloads, published, models = (client.create_bucket(f"{project}-{name}").name for name in names)
    client.close()
    settings = Settings(
        data_dir=tmp_path,
        runtime="cloud",
        project=project,
        payload_bucket=payloads,
        published_bucket=published,
        models_bucket=models,
    )
    platform = Platform(settings)
    assert isinstance(platform.state, FirestoreStateStore)
    assert isinstance(platform.objects, GcsObjectStore)
    platform.state.create("c", "d", {"n": 1})
    platform.objects.put("a", b"1", content_type="t/t")
    platform.documents.put("a", b"2", content_type="t/t")
    platform.models.put("a", b"3", content_type="t/t")
    stores = (platform.objects, platform.documents, platform.models)
    assert [store.get("a").body for store in stores] == [b"1", b"2", b"3"]
    assert platform.models is Platform(settings).models
    platform.close()


def test_bigquery_names_what_is_not_set(tmp_path: Path) -> None:
    platform = Platform(Settings(data_dir=tmp_path, target="bigquery"))
    with pytest.raises(MissingSetting, match="NBA_PROPS_BIGQUERY_PROJECT is not set"):
        _ = platform.warehouse
    with pytest.raises(MissingSetting, match="NBA_PROPS_BIGQUERY_PROJECT is not set"):
        platform.create_warehouse()


def test_bigquery_is_reached_with_the_settings_of_dbt(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[str, dict[str, Any]]] = []

    class Noted(BigQueryWarehouse):
        def __init__(self, project: str, **options: Any) -> None:
            asked.append((project, options))

    monkeypatch.setattr(bigquery, "BigQueryWarehouse", Noted)
    for name, value in {
        "NBA_PROPS_TARGET": "bigquery",
        "NBA_PROPS_BIGQUERY_PROJECT": "mine",
        "NBA_PROPS_BIGQUERY_LOCATION": "us-west1",
        "NBA_PROPS_BIGQUERY_MAXIMUM_BYTES_BILLED": "1000",
    }.items():
        monkeypatch.setenv(name, value)
    assert isinstance(Platform(Settings(data_dir=tmp_path)).warehouse, Noted)
    labels = {"app": "nba-props"}
    assert asked == [("mine", {"location": "us-west1", "labels": labels, "maximum_bytes_billed": 1000})]


@pytest.mark.bigquery
def test_an_emulator_is_prepared_and_then_holds_the_tables(tmp_path: Path, bigquery_emulator: Emulator) -> None:
    platform = Platform(
        Settings(
            data_dir=tmp_path,
            target="emulator",
            bigquery_project="composition-tests",
            bigquery_endpoint=bigquery_emulator.url,
        )
    )
    assert [platform.create_warehouse() for _ in range(2)] == ["composition-tests"] * 2
    assert isinstance(platform.warehouse, BigQueryWarehouse)
    declared = {table.relation for table in (*raw_tables().values(), *operational_tables().values())}
    assert {relation for relation in declared if not platform.warehouse.exists(relation)} == set()
    platform.close()
    assert not (tmp_path / "warehouse.duckdb").exists()
