"""The object store over Google Cloud Storage."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import closing
from typing import Any

import google.cloud.storage as storage
from google.api_core.exceptions import Conflict

from python_runners.errors import PreconditionFailed, TransientError
from python_runners.platform.google_errors import platform_errors
from python_runners.platform.objects import ObjectNotFound, StoredObject, check_name

_TIMEOUT_SECONDS = 30.0
_READ_ATTEMPTS = 5


def create_bucket(project: str, name: str) -> bool:
    """Create a bucket if it is missing and return whether it was.

    Raises:
        TransientError: Cloud Storage did not answer.
        PermanentError: it refused.
    """
    with closing(storage.Client(project=project)) as client, platform_errors(f"bucket {name}"):
        try:
            client.create_bucket(name, timeout=_TIMEOUT_SECONDS)
        except Conflict:
            return False
    return True


class GcsObjectStore:
    """Objects of one bucket; with `STORAGE_EMULATOR_HOST` set, of that emulator."""

    def __init__(self, project: str, bucket: str, *, client: Any = None) -> None:
        """Use a bucket that exists."""
        self._client = client or storage.Client(project=project)
        self._bucket = self._client.bucket(bucket)

    def put(
        self,
        name: str,
        body: bytes,
        *,
        content_type: str,
        cache_control: str | None = None,
        metadata: Mapping[str, str] | None = None,
        if_generation: int | None = None,
    ) -> int:
        """Store an object and return its new generation; `if_generation` 0 means "only if absent"."""
        check_name(name)
        blob = self._bucket.blob(name)
        # Sent along with the bytes: a second request would leave a moment in which caches keep the wrong age.
        blob.cache_control = cache_control
        blob.metadata = dict(metadata or {})
        with platform_errors(name):
            blob.upload_from_string(
                body, content_type=content_type, if_generation_match=if_generation, timeout=_TIMEOUT_SECONDS
            )
        return int(blob.generation)

    def get(self, name: str) -> StoredObject:
        """Return an object."""
        check_name(name)
        for _ in range(_READ_ATTEMPTS):
            with platform_errors(name):
                blob = self._bucket.get_blob(name, timeout=_TIMEOUT_SECONDS)
            if blob is None:
                raise ObjectNotFound(f"no object {name}")
            try:
                with platform_errors(name):
                    body = blob.download_as_bytes(if_generation_match=blob.generation, timeout=_TIMEOUT_SECONDS)
            except PreconditionFailed:
                continue
            return StoredObject(
                name=name,
                body=body,
                generation=int(blob.generation),
                content_type=blob.content_type,
                cache_control=blob.cache_control,
                metadata=blob.metadata or {},
            )
        raise TransientError(f"{name}: replaced {_READ_ATTEMPTS} times while it was read")

    def names(self, prefix: str = "") -> Iterator[str]:
        """Yield the names that start with `prefix`, in order."""
        with platform_errors(f"{prefix}*"):
            yield from (blob.name for blob in self._client.list_blobs(self._bucket, prefix=prefix))

    def states(self, prefix: str) -> dict[str, str]:
        """Return the generation of each object whose name starts with `prefix`, of one list request."""
        with platform_errors(f"{prefix}*"):
            found = self._client.list_blobs(self._bucket, prefix=prefix, timeout=_TIMEOUT_SECONDS)
            return {blob.name: str(blob.generation) for blob in found}

    def close(self) -> None:
        """Close the connections."""
        self._client.close()
