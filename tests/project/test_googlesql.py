"""One SQL for both engines: every statement that BigQuery is sent is valid GoogleSQL over the tables of the project."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest

from python_runners.settings import PROJECT_ROOT
from tests.project.googlesql import GoogleSqlAnalyzer, analyse_statements, catalog_of, declared_type, split_script
from tests.support.bigquery_submissions import SCOPED_RUNS


def test_every_statement_passes_the_analyzer(
    submissions: dict[str, Any], record_property: Callable[[str, object], None]
) -> None:
    analyzer, models = catalog_of(submissions["manifest"], submissions["compiled"], PROJECT_ROOT)
    assert models.refused == {}
    counted: Counter[str] = Counter({"compiled models": len(models.analysed)})
    for run, jobs in submissions["runs"].items():
        report = analyse_statements(analyzer, jobs)
        assert report.refused == {}, run
        for node in report.analysed:
            counted[_kind(node, run)] += 1
    for kind, count in counted.items():
        record_property(kind, count)
    assert counted["compiled models"] > 60
    assert counted["statements of builds of models"] > 200
    assert counted["statements of scripts of scoped runs"] > 300
    assert counted["statements of tests"] > 700
    assert counted["statements of snapshots"] > 90


def _kind(node: str, run: str) -> str:
    kind = node.split(".")[0]
    if kind == "model":
        return f"statements of {'scripts of scoped runs' if run in SCOPED_RUNS else 'builds of models'}"
    return f"statements of {kind}s" if kind else "statements of set-up"


@pytest.mark.parametrize(
    "wrong",
    [
        "select a::string as a from d.t",
        "select max(a) filter (where a > 1) as a from d.t",
        "select c from d.t",
        "select * exclude (a) from d.t",
        "delete from `offline`.`d`.`t` where `offline`.`d`.`t`.a = 1",
        "with groups as (select a from d.t) select a from groups",
        "select a from d.t where a in ('1')",
        "select a, b from d.t union distinct select a, b from d.t",
        "select a from d.t where b is distinct from b",
        "create temp table x as select a from d.t; select b from x",
    ],
)
def test_the_analyzer_refuses_what_bigquery_refuses(wrong: str) -> None:
    from zetasql.core.exceptions import ServerError

    analyzer = GoogleSqlAnalyzer()
    analyzer.tables["d.t"] = [("a", declared_type("int64")), ("b", declared_type("array<string>"))]
    with pytest.raises(ServerError):
        analyzer.analyse_script(wrong)


def test_a_script_sees_the_temporary_tables_that_it_made() -> None:
    analyzer = GoogleSqlAnalyzer()
    analyzer.tables["d.t"] = [("a", declared_type("int64"))]
    analyzer.freeze()
    script = "begin transaction; create temp table x as select a as b from d.t; "
    script += "delete from d.t where a in (select b from x); commit transaction;"
    assert analyzer.analyse_script(script) == 4


def test_a_semicolon_inside_a_text_or_a_comment_ends_no_statement() -> None:
    assert split_script("select ';' as a -- one; two\n; /* x;y */ select `b;c` from t;") == [
        "select ';' as a",
        "select `b;c` from t",
    ]
