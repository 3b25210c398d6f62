"""Object storage: a Protocol and its embedded adapter, a folder with generation counters."""

from __future__ import annotations

import json
import os
import tempfile
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from python_runners.errors import PermanentError, PreconditionFailed

_UNFINISHED = ".unfinished-"
_PLAIN: Mapping[str, Any] = {"content_type": "application/octet-stream", "cache_control": None, "metadata": {}}


class ObjectNotFound(PermanentError):
    """No object has this name."""


@dataclass(frozen=True)
class StoredObject:
    """One object: its bytes, its generation (above 0, larger with each write) and what was stored with it."""

    name: str
    body: bytes
    generation: int
    content_type: str
    cache_control: str | None
    metadata: Mapping[str, str]


class ObjectStore(Protocol):
    """What the platform asks of an object store."""

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
        """Store an object and return its new generation; `if_generation` 0 means "only if absent".

        Raises:
            PreconditionFailed: the stored generation is another one.
        """

    def get(self, name: str) -> StoredObject:
        """Return an object.

        Raises:
            ObjectNotFound: there is none of this name.
        """

    def names(self, prefix: str = "") -> Iterator[str]:
        """Yield the names that start with `prefix`, in order."""

    def states(self, prefix: str) -> dict[str, str]:
        """Return by name, without reading it, what tells each object under `prefix` from what it was before."""


def check_name(name: str) -> None:
    """Check that an object may have this name in every store.

    Raises:
        PermanentError: it may not.
    """
    parts = Path(name).parts
    if not parts or Path(name).is_absolute() or ".." in parts or parts[0] == ".meta":
        raise PermanentError(f"not an object name: {name!r}")


class FolderObjectStore:
    """Objects as files under one folder; what is stored beside the bytes lies in a parallel `.meta` tree."""

    def __init__(self, root: Path, *, takes_plain_files: bool = False) -> None:
        """Use `root`, created on the first write.

        Args:
            root: the folder.
            takes_plain_files: whether a file that was put there by other means is an object too. Where not, the file of
                a writer that was killed half-way is none.
        """
        self.root = root
        self._takes_plain_files = takes_plain_files
        self._lock = threading.Lock()

    def _paths(self, name: str) -> tuple[Path, Path]:
        check_name(name)
        return self.root / name, self.root / ".meta" / f"{name}.json"

    def _recorded(self, path: Path, meta_path: Path) -> dict[str, Any]:
        if meta_path.exists():
            document: dict[str, Any] = json.loads(meta_path.read_text(encoding="utf-8"))
            return document
        is_object = self._takes_plain_files and path.is_file()
        return {**_PLAIN, "generation": 1 if is_object else 0}

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
        path, meta_path = self._paths(name)
        with self._lock:
            recorded = self._recorded(path, meta_path)["generation"]
            stored = recorded if path.exists() else 0
            if if_generation is not None and if_generation != stored:
                raise PreconditionFailed(f"{name}: generation {stored} is stored, {if_generation} was expected")
            document = {
                "generation": recorded + 1,
                "content_type": content_type,
                "cache_control": cache_control,
                "metadata": dict(metadata or {}),
            }
            _replace_file(path, body)
            _replace_file(meta_path, json.dumps(document, sort_keys=True).encode())
            return int(recorded + 1)

    def get(self, name: str) -> StoredObject:
        """Return an object."""
        path, meta_path = self._paths(name)
        with self._lock:
            document = self._recorded(path, meta_path)
            if not document["generation"] or not path.exists():
                raise ObjectNotFound(f"no object {name}")
            return StoredObject(
                name=name,
                body=path.read_bytes(),
                generation=document["generation"],
                content_type=document["content_type"],
                cache_control=document["cache_control"],
                metadata=document["metadata"],
            )

    def names(self, prefix: str = "") -> Iterator[str]:
        """Yield the names that start with `prefix`, in order."""
        start = prefix.rpartition("/")[0]
        if self._takes_plain_files:
            files = (path for path in (self.root / start).rglob("*") if not path.name.startswith(_UNFINISHED))
            names = (path.relative_to(self.root) for path in files if path.is_file())
            found = [str(name) for name in names if name.parts[0] != ".meta"]
        else:
            meta = self.root / ".meta"
            found = [str(path.relative_to(meta)).removesuffix(".json") for path in (meta / start).rglob("*.json")]
        yield from sorted(name for name in found if name.startswith(prefix))

    def states(self, prefix: str) -> dict[str, str]:
        """Return time and size of each file that starts with `prefix`: they move when it is edited in place, too."""
        found = {}
        for name in self.names(prefix):
            try:
                status = (self.root / name).stat()
            except FileNotFoundError:
                continue
            found[name] = f"{status.st_mtime_ns}-{status.st_size}"
        return found


def _replace_file(path: Path, body: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=_UNFINISHED)
    with os.fdopen(handle, "wb") as file:
        file.write(body)
    Path(temporary).replace(path)
