"""Which columns of an input each model reads: column lineage of the SQL, so that other columns re-open nothing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def column_reads(manifest: Mapping[str, Any]) -> dict[str, dict[str, list[str]]]:
    """Return, per model and input, the columns that the model reads; an input that is absent is read whole."""
    return {}
