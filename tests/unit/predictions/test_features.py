"""The feature registry and its sets."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from python_runners.errors import EmptySelection, InvariantViolated
from python_runners.predictions.features import Feature, feature_set, features, matrix, read_features


def test_the_set_without_lines_holds_nothing_that_a_line_feeds() -> None:
    full, no_line = feature_set("v1_full"), feature_set("v1_no_line")
    dropped = [int(column[1:3]) for column in full if column not in no_line]
    assert dropped == [25, 26, 27, 28, 50, 51, 52, 54, 55, 56]
    assert len(full) == 56


def test_reserved_ids_are_not_in_use() -> None:
    ids = [feature.feature_id for feature in features()]
    assert ids == sorted(ids)
    assert {36, 44, 45, 53}.isdisjoint(ids)
    assert all(feature.column == f"f{feature.feature_id:02d}_{feature.name}" for feature in features())
    assert len({feature.column for feature in features()}) == len(ids)


def test_a_feature_outside_version_1_is_in_no_set(monkeypatch: pytest.MonkeyPatch) -> None:
    later = Feature(60, "later", "f60_later", is_v1=False, uses_line=False)
    monkeypatch.setattr("python_runners.predictions.features.features", lambda: (*features(), later))
    assert all("f60_later" not in feature_set(name) for name in ("v1_full", "v1_no_line"))


def test_an_unknown_set_is_refused() -> None:
    with pytest.raises(InvariantViolated):
        feature_set("v2_full")


def test_an_empty_registry_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "registry.csv"
    path.write_text("feature_id\n", encoding="utf-8")
    with pytest.raises(EmptySelection):
        read_features(path)


def test_unknown_values_are_nan_and_zero_stays_zero() -> None:
    rows = pa.table({"a": pa.array([0, None]), "b": pa.array([None, 1.5])})
    found = matrix(rows, ("a", "b"))
    assert found[0, 0] == 0.0
    assert np.isnan(found[0, 1])
    assert np.isnan(found[1, 0])
    assert found[1, 1] == 1.5
