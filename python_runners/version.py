"""Fingerprints of the running code and configuration, recorded on every run."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from pathlib import Path

from python_runners.settings import PROJECT_ROOT, Settings, get_settings

_CODE_FOLDERS = ("python_runners", "cloud_functions", "models", "macros", "seeds", "snapshots")
_CODE_SUFFIXES = frozenset({".py", ".sql", ".yml", ".yaml", ".csv", ".json"})


def _code_files(root: Path) -> list[Path]:
    files = (path for folder in _CODE_FOLDERS for path in (root / folder).rglob("*") if path.suffix in _CODE_SUFFIXES)
    return sorted(files)


@lru_cache(maxsize=1)
def code_version() -> str:
    """Return 12 hex digits over every code file of the project, so an edited checkout shows as another version."""
    digest = hashlib.sha256()
    for path in _code_files(PROJECT_ROOT):
        digest.update(str(path.relative_to(PROJECT_ROOT)).encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


def config_digest(settings: Settings | None = None) -> str:
    """Return 12 hex digits over the settings; secrets count only as present or absent."""
    values = (settings or get_settings()).model_dump(mode="json")
    plain = {name: (value is not None) if name.endswith("_key") else value for name, value in values.items()}
    return hashlib.sha256(repr(sorted(plain.items())).encode()).hexdigest()[:12]
