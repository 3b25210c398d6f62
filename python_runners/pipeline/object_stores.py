"""Which object stores the settings name: folders of the embedded default, buckets of the cloud runtime."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from python_runners.platform.objects import FolderObjectStore, ObjectStore
from python_runners.settings import Settings


def bucket_store(project: str, bucket: str) -> ObjectStore:
    """Return the store of a bucket."""
    # Importing the Google clients takes a second that the embedded runtime has no use for.
    from python_runners.platform.gcs import GcsObjectStore

    return GcsObjectStore(project, bucket)


def payload_store(settings: Settings) -> ObjectStore:
    """Return the store of the source payloads.

    Raises:
        MissingSetting: the cloud runtime has no project or no such bucket.
    """
    place = _bucket(settings, "payload_bucket")
    return bucket_store(*place) if place else FolderObjectStore(settings.objects_dir)


def document_store(settings: Settings) -> ObjectStore:
    """Return the store of the published documents.

    Raises:
        MissingSetting: the cloud runtime has no project or no such bucket.
    """
    place = _bucket(settings, "published_bucket")
    return bucket_store(*place) if place else FolderObjectStore(settings.published_dir)


def model_store(settings: Settings) -> ObjectStore:
    """Return the store of the trained models, the same one to everybody in this process.

    A dbt session scores without knowing the platform that started it, and shares the models that are checked already.

    Raises:
        MissingSetting: the cloud runtime has no project or no such bucket.
    """
    place = _bucket(settings, "models_bucket")
    return _models_in_bucket(*place) if place else model_folder(settings.models_dir)


@lru_cache(maxsize=4)
def model_folder(folder: Path) -> ObjectStore:
    """Return the store of the trained models of a data folder, which a person may have copied there."""
    return FolderObjectStore(folder, takes_plain_files=True)


@lru_cache(maxsize=4)
def _models_in_bucket(project: str, bucket: str) -> ObjectStore:
    return bucket_store(project, bucket)


def _bucket(settings: Settings, name: str) -> tuple[str, str] | None:
    if settings.runtime == "embedded":
        return None
    project = settings.required("project", "the Google Cloud project of the runtime")
    return project, settings.required(name, "the bucket of the runtime")
