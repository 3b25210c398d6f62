"""The exposures declare exactly what the documents are made of: changes of anything else are not announced to them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import python_runners.publishers
from python_runners.pipeline.touched import document_inputs, shown_columns

# Written by the predictions and by publishing itself, not by dbt.
OWN_TABLES = {"prediction_systems", "published_picks"}


STATEMENTS = [
    path.read_text(encoding="utf-8")
    for path in sorted((Path(python_runners.publishers.__file__).parent / "sql").glob("*.sql"))
]


def relations(sql: str) -> set[str]:
    return set(re.findall(r"nba_[a-z]+\.([a-z0-9_]+)", sql))


def test_the_exposures_name_what_the_documents_read(manifest: Mapping[str, Any]) -> None:
    read = set().union(*map(relations, STATEMENTS))
    assert len(read) > 10
    assert set(document_inputs(manifest)) == read - OWN_TABLES


def test_the_exposures_name_the_columns_that_the_documents_show(manifest: Mapping[str, Any]) -> None:
    columns = {node["name"]: set(node["columns"]) for node in manifest["nodes"].values()}
    for model, shown in shown_columns(manifest).items():
        own = [sql for sql in STATEMENTS if model in relations(sql)]
        words = set(re.findall(r"\w+", " ".join(own)))
        assert (model, set(shown)) == (model, columns[model] & words)


def test_models_that_are_taken_whole_name_no_columns(manifest: Mapping[str, Any]) -> None:
    taken = {"player_points_predictions", "prediction_accuracy"}
    starred = [re.findall(r"(\w+)\.\*", sql) for sql in STATEMENTS]
    assert sorted({name for names in starred for name in names}) == ["accuracy", "predictions", "ranked"]
    assert taken.isdisjoint(shown_columns(manifest))
