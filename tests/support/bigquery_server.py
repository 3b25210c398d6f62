"""Run bqemulator without a download and on this project's DuckDB; `python bigquery_server.py start --rest-port ...`.

bqemulator 1.4.0 fetches a DuckDB extension at boot and predates DuckDB 2. Each change below replaces one private
function and says what fails without it. They change how statements are carried out, never what a statement gives.
"""

from __future__ import annotations

import gc
import sys
from functools import lru_cache
from typing import Any

import sqlglot
from bqemulator.api.routes import upload
from bqemulator.catalog import ddl_sync
from bqemulator.cli import main
from bqemulator.jobs import ddl_result, routine_ddl
from bqemulator.sql import catalog_schema
from bqemulator.sql.rewriter import create_table_schema_ctas
from bqemulator.sql.rules.datetime_semantics import ConcatStringTypeRule
from bqemulator.storage.engine import DuckDBEngine
from sqlglot import exp


def boot_offline() -> None:
    """Leave out the extension behind GEOGRAPHY, which would be downloaded and which no model uses."""
    DuckDBEngine._load_spatial = lambda self: None  # type: ignore[method-assign]


def keep_arrow_lambdas() -> None:
    """Let the emulator write `x -> ...`: DuckDB 2 refuses these lambdas unless asked."""
    apply = DuckDBEngine._apply_session_pragmas

    def apply_and_allow(self: Any) -> None:
        apply(self)
        self.connection.execute("set lambda_syntax = 'ENABLE_SINGLE_ARROW'")

    DuckDBEngine._apply_session_pragmas = apply_and_allow  # type: ignore[method-assign]


def unwrap_bracketed_selects() -> None:
    """Take `create table t (columns) as (select ...)`: dbt's contracts write the brackets, the emulator wants none."""
    first_select = create_table_schema_ctas._first_select

    def without_brackets(body: exp.Expression | None) -> exp.Select | None:
        while isinstance(body, exp.Subquery | exp.Paren):
            body = body.this
        return first_select(body)

    create_table_schema_ctas._first_select = without_brackets


def take_json_uploads() -> None:
    """Take load jobs of google-cloud-bigquery, whose multipart bodies declare any type."""
    is_permitted = upload._is_permitted_media_type
    upload._is_permitted_media_type = lambda media_type: media_type == "*/*" or is_permitted(media_type)


def nest_deeply() -> None:
    """Take long concatenations, such as a digest over every column: the emulator gives up on them half-way parsed."""
    sys.setrecursionlimit(20_000)


def type_a_concatenation_once() -> None:
    """Cast `a || b || c` to text as a whole: the emulator copies and casts every step of it, in quadratic time."""
    applies_to = ConcatStringTypeRule.applies_to

    def applies_to_the_whole(self: Any, node: exp.Expression) -> bool:
        return not isinstance(node.parent, exp.DPipe) and applies_to(self, node)

    ConcatStringTypeRule.applies_to = applies_to_the_whole  # type: ignore[method-assign]


class SharedTrees:
    """sqlglot for modules that only look at a statement: they share its tree."""

    parse_one = staticmethod(lru_cache(maxsize=16)(sqlglot.parse_one))

    def __getattr__(self, name: str) -> Any:
        """Everything else is sqlglot's own."""
        return getattr(sqlglot, name)


def parse_once_to_look() -> None:
    """Parse a statement once for the eight places that ask what it defines: the emulator parses it for each."""
    for module in (ddl_sync, ddl_result, routine_ddl, catalog_schema):
        module.sqlglot = SharedTrees()  # type: ignore[attr-defined]


def collect_seldom() -> None:
    """Look for garbage seldom: half of the time of parsing went into the search."""
    gc.freeze()
    gc.set_threshold(300_000, 20, 100)


CHANGES = (
    boot_offline,
    keep_arrow_lambdas,
    nest_deeply,
    unwrap_bracketed_selects,
    take_json_uploads,
    type_a_concatenation_once,
    parse_once_to_look,
    collect_seldom,
)

if __name__ == "__main__":
    for change in CHANGES:
        change()
    main()
