"""Column lineage of the compiled SQL: which columns of each stored input a model reads, through any views between.

A column that is only carried along by a view and dropped further down is not read.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable, Mapping
from typing import Any

from sqlglot import exp, parse_one
from sqlglot.optimizer.pushdown_projections import pushdown_projections
from sqlglot.optimizer.qualify import qualify
from sqlglot.optimizer.scope import traverse_scope

Reads = dict[str, set[str]]

# Columns outside every digest: what only they read re-opens nothing.
LINEAGE = re.compile(r"run_id|updated_at|as_of|row_digest|source_(.*_)?(last_updated|rows_found|completeness_pct)")

logging.getLogger("sqlglot").setLevel(logging.ERROR)


class ColumnLineage:
    """Follows columns from the stored models back to stored models and raw tables."""

    def __init__(self, manifest: Mapping[str, Any], compiled: Mapping[str, str]) -> None:
        """Prepare the lineage of a project.

        Args:
            manifest: the dbt manifest as a plain mapping.
            compiled: SQL of every SQL model by unique id, as a full refresh runs it.
        """
        self._compiled = compiled
        self._nodes: dict[str, Mapping[str, Any]] = {}
        for node in (*manifest["nodes"].values(), *manifest["sources"].values()):
            if node["resource_type"] in {"model", "seed", "source", "snapshot"}:
                self._nodes[f"{node['schema']}.{node['name']}"] = node
        schema: dict[str, dict[str, dict[str, str]]] = {}
        for node in self._nodes.values():
            columns = dict.fromkeys(node["columns"], "text")
            if columns:
                schema.setdefault(node["schema"], {})[node["name"]] = columns
        self._schema: dict[str, object] = dict(schema)
        self._known: dict[tuple[str, frozenset[str]], Reads] = {}

    def reads(self) -> dict[str, dict[str, list[str]]]:
        """Return, per stored SQL model and stored input, the columns that the model reads, sorted."""
        answer: dict[str, dict[str, list[str]]] = {}
        for node in self._nodes.values():
            if node["resource_type"] != "model" or node["config"]["materialized"] != "incremental":
                continue
            if node["unique_id"] not in self._compiled:
                continue
            found = self._reads_of(node, frozenset(name for name in node["columns"] if not LINEAGE.fullmatch(name)))
            answer[node["name"]] = {name: sorted(columns) for name, columns in sorted(found.items())}
        return dict(sorted(answer.items()))

    def _reads_of(self, node: Mapping[str, Any], wanted: frozenset[str]) -> Reads:
        key = (node["unique_id"], wanted)
        if key not in self._known:
            self._known[key] = self._follow(node, wanted)
        return self._known[key]

    def _follow(self, node: Mapping[str, Any], wanted: frozenset[str]) -> Reads:
        reads: Reads = {}
        for relation, columns in self._direct(self._compiled[node["unique_id"]], wanted).items():
            source = self._nodes.get(relation)
            if source is None:
                continue
            if source["resource_type"] == "model" and source["config"]["materialized"] == "view":
                for name, inner in self._reads_of(source, frozenset(columns)).items():
                    reads.setdefault(name, set()).update(inner)
            else:
                reads.setdefault(source["name"], set()).update(columns)
        return reads

    def _direct(self, sql: str, wanted: Iterable[str]) -> Reads:
        """Columns that a query reads of each relation, by `schema.name`, to give the wanted columns."""
        statement = parse_one(f"select {', '.join(sorted(wanted))} from ({sql}) as wanted_rows", dialect="duckdb")
        for table in statement.find_all(exp.Table):
            if table.db:
                table.set("catalog", None)
        qualified = qualify(
            statement, schema=self._schema, dialect="duckdb", quote_identifiers=False, validate_qualify_columns=False
        )
        reads: Reads = {}
        for scope in traverse_scope(pushdown_projections(qualified)):
            for name, source in scope.sources.items():
                if not isinstance(source, exp.Table) or not source.db:
                    continue
                relation = f"{source.db}.{source.name}"
                columns = {column.name for column in scope.columns if column.table == name}
                reads.setdefault(relation, set()).update(columns)
        return reads


def column_lineage(manifest: Mapping[str, Any], compiled: Mapping[str, str]) -> dict[str, dict[str, list[str]]]:
    """Return, per stored SQL model and stored input, the columns that the model reads."""
    return ColumnLineage(manifest, compiled).reads()
