"""One normaliser in two languages: the golden cases hold in Python and, through the dbt macro, in SQL."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from python_runners.identity import player_lookup, player_lookup_base

GOLDEN = Path(__file__).parents[2] / "golden_names.csv"


def golden() -> list[dict[str, str]]:
    with GOLDEN.open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


@pytest.mark.parametrize("case", golden(), ids=lambda case: case["name"])
def test_golden_names(case: dict[str, str]) -> None:
    assert player_lookup(case["name"]) == case["player_lookup"]
    assert player_lookup_base(case["name"]) == case["player_lookup_base"]


@given(st.text())
def test_a_lookup_is_plain_and_stable(name: str) -> None:
    lookup = player_lookup(name)
    assert player_lookup(lookup) == lookup
    assert lookup.isascii()


def macro_sql(name: str) -> str:
    """Render the dbt macro for DuckDB without dbt: its dispatch and `matches` are the only outside names."""
    import jinja2

    root = Path(__file__).parents[3] / "macros"
    source = (root / "identity" / "normalize_name.sql").read_text(encoding="utf-8")
    source += (root / "cross_db" / "matches.sql").read_text(encoding="utf-8")
    environment = jinja2.Environment(autoescape=False)  # noqa: S701 - SQL, not HTML
    module = environment.from_string(source, globals={"adapter": _Adapter()}).module
    _Adapter.module = module
    return str(getattr(module, name)("name"))


class _Adapter:
    """Dispatches to the DuckDB variant, as dbt does."""

    module: object = None

    def dispatch(self, macro: str, package: str) -> object:
        return lambda *arguments: getattr(self.module, f"duckdb__{macro}")(*arguments)


@pytest.mark.parametrize("column", ["player_lookup", "player_lookup_base"])
def test_the_macro_agrees_with_python(column: str) -> None:
    macro = "normalize_name" if column == "player_lookup" else "normalize_name_base"
    connection = duckdb.connect()
    connection.execute(
        "create table golden as select unnest(from_json(?, '[\"varchar\"]')) as name",
        [json.dumps([case["name"] for case in golden()])],
    )
    found = connection.execute(f"select {_rendered(macro)} from golden").fetchall()
    assert [row[0] for row in found] == [case[column] for case in golden()]


def _rendered(macro: str) -> str:
    macro_sql(macro)
    return macro_sql(macro)
