"""The GoogleSQL analyzer over compiled models: each is resolved against the columns that its parents give.

Sources and seeds bring the types that the project declares; a model brings the types that its own analysis found, so
a type error surfaces where it is made and not where it is used.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import wasmtime
import zetasql.core.wasm_client
from zetasql.api import Analyzer, CatalogBuilder, TableBuilder
from zetasql.api.type_factory import TypeFactory
from zetasql.core.exceptions import ServerError
from zetasql.types import AnalyzerOptions, LanguageOptions, TypeKind, ZetaSQLBuiltinFunctionOptions

_QUALIFIED = re.compile(r"`[^`]+`\.`([^`]+)`\.`([^`]+)`")
_KINDS = {
    "string": TypeKind.TYPE_STRING,
    "int64": TypeKind.TYPE_INT64,
    "float64": TypeKind.TYPE_DOUBLE,
    "bool": TypeKind.TYPE_BOOL,
    "date": TypeKind.TYPE_DATE,
    "timestamp": TypeKind.TYPE_TIMESTAMP,
}

Columns = list[tuple[str, Any]]


class _CachedConfig(wasmtime.Config):
    """Keeps the compiled analyzer on disk, which turns a start of half a minute into one of a second."""

    def __init__(self) -> None:
        super().__init__()
        self.cache = True


zetasql.core.wasm_client.Config = _CachedConfig


def declared_type(name: str) -> Any:
    """Return the analyzer's type for a GoogleSQL type name of the contracts."""
    if name == "array<string>":
        return TypeFactory.create_array_type(TypeFactory.create_simple_type(TypeKind.TYPE_STRING))
    return TypeFactory.create_simple_type(_KINDS[name])


def flat(sql: str) -> str:
    """Replace qualified relation names by one identifier each."""
    return _QUALIFIED.sub(lambda match: f"`{match.group(1)}__{match.group(2)}`", sql)


@dataclass
class Report:
    """Names of the analysed statements, and the reason of each refusal by name."""

    analysed: list[str] = field(default_factory=list)
    refused: dict[str, str] = field(default_factory=dict)


class GoogleSqlAnalyzer:
    """Analyses statements against tables that it is told about, one by one."""

    def __init__(self) -> None:
        """Start the analyzer with every language feature that is on by default in BigQuery's dialect."""
        self._language = LanguageOptions.maximum_features()
        self._builtin = ZetaSQLBuiltinFunctionOptions(language_options=self._language)
        self.tables: dict[str, Columns] = {}

    def analyse(self, sql: str, tables: list[str]) -> Columns:
        """Analyse one query and return its columns with their types.

        Raises:
            ServerError: the statement is no valid GoogleSQL over these tables.
        """
        catalog = CatalogBuilder("project").with_builtin_functions(self._builtin)
        for name in tables:
            builder = TableBuilder(name)
            for column, column_type in self.tables[name]:
                builder.add_column(column, column_type)
            catalog.add_table(builder.build())
        options = AnalyzerOptions(language_options=self._language)
        statement = Analyzer(options, catalog.build()).analyze_statement(flat(sql))
        return [(output.name, output.column.type) for output in statement.output_column_list]


def _seed_columns(node: Mapping[str, Any], root: Path) -> Columns:
    types = {**node["config"].get("column_types", {})}
    with (root / node["original_file_path"]).open(encoding="utf-8", newline="") as handle:
        header = next(csv.reader(handle))
    declared = {name: column.get("data_type") for name, column in node["columns"].items()}
    return [(name, declared_type(_seed_type(types.get(name) or declared.get(name)))) for name in header]


def _seed_type(name: str | None) -> str:
    known = {"double": "float64", "varchar": "string", "bigint": "int64", "integer": "int64", "boolean": "bool"}
    return known.get((name or "string").lower(), (name or "string").lower())


def analyse_project(manifest: Mapping[str, Any], order: list[str], compiled: Path, root: Path) -> Report:
    """Analyse every SQL model of a project in build order.

    Args:
        manifest: the manifest of the BigQuery target.
        order: unique ids of the models, parents first.
        compiled: folder of the compiled models.
        root: the project.

    Returns:
        What was analysed and what was refused.
    """
    analyzer, report = GoogleSqlAnalyzer(), Report()
    for source in manifest["sources"].values():
        columns = [(name, declared_type(column["data_type"])) for name, column in source["columns"].items()]
        analyzer.tables[f"{source['schema']}__{source['identifier']}"] = columns
    for node in manifest["nodes"].values():
        if node["resource_type"] == "seed":
            analyzer.tables[f"{node['schema']}__{node['alias']}"] = _seed_columns(node, root)
        if node["resource_type"] == "snapshot":
            columns = [(name, declared_type(column["data_type"])) for name, column in node["columns"].items()]
            analyzer.tables[f"{node['schema']}__{node['alias']}"] = columns
    for unique_id in order:
        node = manifest["nodes"][unique_id]
        name = f"{node['schema']}__{node['alias']}"
        contract = [(n, declared_type(c["data_type"])) for n, c in node["columns"].items() if c.get("data_type")]
        if node["language"] != "sql":
            analyzer.tables[name] = contract
            continue
        parents = [manifest["nodes"].get(p) or manifest["sources"][p] for p in node["depends_on"]["nodes"]]
        tables = [f"{parent['schema']}__{parent.get('alias') or parent['identifier']}" for parent in parents]
        sql = (compiled / node["original_file_path"]).read_text(encoding="utf-8")
        try:
            analyzer.tables[name] = analyzer.analyse(sql, [table for table in tables if table in analyzer.tables])
        except ServerError as error:
            report.refused[node["name"]] = str(error)
            analyzer.tables[name] = contract
        else:
            report.analysed.append(node["name"])
    return report
