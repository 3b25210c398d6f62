"""The feature registry: the one list of feature ids, names, columns and feature sets."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from python_runners.errors import EmptySelection, InvariantViolated
from python_runners.settings import PROJECT_ROOT

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pyarrow as pa
    from numpy.typing import NDArray

FEATURE_VERSION = "v1"
REGISTRY_PATH = PROJECT_ROOT / "seeds" / "feature_registry.csv"


@dataclass(frozen=True)
class Feature:
    """One feature, its column in the feature store, whether version 1 has it and whether the points line feeds it."""

    feature_id: int
    name: str
    column: str
    is_v1: bool
    uses_line: bool

    @classmethod
    def from_row(cls, row: Mapping[str, str]) -> Feature:
        """Build the feature from its line in the registry seed."""
        return cls(
            feature_id=int(row["feature_id"]),
            name=row["name"],
            column=row["column"],
            is_v1=row["is_v1"].strip().lower() == "true",
            uses_line=row["uses_line"].strip().lower() == "true",
        )


def read_features(path: Path) -> tuple[Feature, ...]:
    """Read the registry in the order of the ids.

    Raises:
        EmptySelection: the registry lists nothing.
    """
    with path.open(encoding="utf-8", newline="") as handle:
        found = tuple(sorted((Feature.from_row(row) for row in csv.DictReader(handle)), key=lambda f: f.feature_id))
    if not found:
        raise EmptySelection(f"no feature is listed in {path}")
    return found


@lru_cache(maxsize=1)
def features() -> tuple[Feature, ...]:
    """Return the features of this project."""
    return read_features(REGISTRY_PATH)


def feature_set(name: str) -> tuple[str, ...]:
    """Return the feature-store columns of a feature set, in the order of the ids.

    Args:
        name: `v1_full`, or `v1_no_line` without everything that a line feeds.

    Raises:
        InvariantViolated: there is no such set.
    """
    if name == "v1_full":
        return tuple(feature.column for feature in features() if feature.is_v1)
    if name == "v1_no_line":
        return tuple(feature.column for feature in features() if feature.is_v1 and not feature.uses_line)
    raise InvariantViolated(f"unknown feature set {name!r}")


def numbers(rows: pa.Table, column: str) -> NDArray[np.float64]:
    """Return one column as floats, NULL as NaN."""
    return np.asarray(rows.column(column).cast("float64").to_numpy(), dtype=np.float64)


def matrix(rows: pa.Table, columns: Sequence[str]) -> NDArray[np.float64]:
    """Return columns as an array of shape (rows, columns), NULL as NaN."""
    return np.column_stack([numbers(rows, column) for column in columns])
