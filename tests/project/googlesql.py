"""The GoogleSQL analyzer over what BigQuery is given: each statement is resolved against the columns of its tables.

Sources and seeds bring the types that the project declares; a model brings the types that its own analysis found, so
a type error surfaces where it is made and not where it is used. Datasets and the project are catalogs of their own, as
in BigQuery, so a name that only other engines resolve is refused.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import wasmtime
import zetasql.core.wasm_client
from zetasql.api import CatalogBuilder, TableBuilder
from zetasql.api.type_factory import TypeFactory
from zetasql.core.exceptions import ServerError
from zetasql.core.local_service import ZetaSqlLocalService
from zetasql.types import (
    AnalyzeRequest,
    AnalyzerOptions,
    LanguageFeature,
    LanguageOptions,
    ResolvedNodeKind,
    SimpleCatalog,
    TypeKind,
    ZetaSQLBuiltinFunctionOptions,
    parse_proto,
)
from zetasql.wasi._pb2.zetasql.local_service.local_service_pb2 import AnalyzeResponse

from python_runners.pipeline.trigger_graph import build_order

_PROJECT = "offline"
_NAME = re.compile(r"(?:`?\w+`?\.)?`?(\w+)`?\.`?(\w+)`?")
_KINDS = {
    "string": TypeKind.TYPE_STRING,
    "int64": TypeKind.TYPE_INT64,
    "float64": TypeKind.TYPE_DOUBLE,
    "bool": TypeKind.TYPE_BOOL,
    "date": TypeKind.TYPE_DATE,
    "timestamp": TypeKind.TYPE_TIMESTAMP,
}

# BigQuery neither compares nor groups by arrays.
_NOT_IN_BIGQUERY = {
    LanguageFeature.FEATURE_ARRAY_EQUALITY,
    LanguageFeature.FEATURE_ARRAY_ORDERING,
    LanguageFeature.FEATURE_GROUP_BY_ARRAY,
    LanguageFeature.FEATURE_GROUP_BY_STRUCT,
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


@dataclass
class Report:
    """Names of the analysed statements, and the reason of each refusal by name."""

    analysed: list[str] = field(default_factory=list)
    refused: dict[str, str] = field(default_factory=dict)


class GoogleSqlAnalyzer:
    """Analyses statements against tables that it is told about, by `dataset.table`."""

    def __init__(self) -> None:
        """Start the analyzer with GoogleSQL's statements and its language features, but for those BigQuery lacks."""
        self._language = LanguageOptions.maximum_features()
        self._language.enabled_language_features = [
            feature for feature in self._language.enabled_language_features if feature not in _NOT_IN_BIGQUERY
        ]
        self._language.supported_statement_kinds = [
            getattr(ResolvedNodeKind, name) for name in dir(ResolvedNodeKind) if name.endswith("_STMT")
        ]
        self._builtin = ZetaSQLBuiltinFunctionOptions(language_options=self._language)
        self._service = ZetaSqlLocalService.get_instance()
        self._registered: Any = None
        self._made: dict[str, Columns] = {}
        self.tables: dict[str, Columns] = {}

    def freeze(self) -> None:
        """Hand the tables over once and for all, which makes every analysis from here on several times faster."""
        catalog = self._catalog(self.tables, {})
        self._registered = self._service.register_catalog(simple_catalog=catalog).registered_id

    def analyse(self, sql: str) -> Columns:
        """Analyse one query and return its columns with their types.

        Raises:
            ServerError: the statement is no valid GoogleSQL over these tables.
        """
        return _columns(self._statement(sql, {}).resolved_query_stmt_node)

    def analyse_script(self, sql: str, session: dict[str, Columns] | None = None) -> int:
        """Analyse every statement of a script, temporary tables included, and return how many there are.

        Args:
            sql: the script.
            session: temporary tables of the session that the script runs in; what it makes is added.

        Raises:
            ServerError: a statement is no valid GoogleSQL over these tables and the temporary ones made before it.
        """
        temporary = {} if session is None else session
        statements = split_script(sql)
        for text in statements:
            statement = self._statement(text, temporary)
            made = statement.resolved_create_statement_node.resolved_create_table_stmt_base_node
            if made.HasField("resolved_create_table_as_select_stmt_node"):
                created = made.resolved_create_table_as_select_stmt_node
                path = list(created.parent.parent.name_path)
                (self._made if len(path) > 1 else temporary)[".".join(path[-2:])] = _columns(created)
        return len(statements)

    def _statement(self, sql: str, temporary: Mapping[str, Columns]) -> Any:
        options = AnalyzerOptions(language_options=self._language)
        known = self.tables | self._made
        named = {f"{dataset}.{table}" for dataset, table in _NAME.findall(sql)} & known.keys()
        passing = {name: columns for name, columns in temporary.items() if name in sql}
        if self._registered is not None and not passing and named <= self.tables.keys():
            request = {"sql_statement": sql, "options": options, "registered_catalog_id": self._registered}
        else:
            catalog = self._catalog({name: known[name] for name in sorted(named)}, passing)
            request = {"sql_statement": sql, "options": options, "simple_catalog": catalog}
        # the whole tree of the statement as Python objects would take as long as the analysis
        answer = self._service.wasm_client.call_grpc_func(
            "ZetaSqlLocalService_Analyze", AnalyzeRequest(**request).to_proto(), AnalyzeResponse
        )
        return answer.resolved_statement

    def _catalog(self, tables: Mapping[str, Columns], temporary: Mapping[str, Columns]) -> Any:
        datasets: dict[str, Any] = {}
        for name, columns in tables.items():
            dataset, table = name.split(".")
            datasets.setdefault(dataset, CatalogBuilder(dataset)).add_table(_table(table, columns))
        root = CatalogBuilder("root").with_builtin_functions(self._builtin)
        for name, columns in temporary.items():
            root.add_table(_table(name, columns))
        catalogs = [dataset.build() for dataset in datasets.values()]
        built = root.build()
        built.catalog.extend([*catalogs, SimpleCatalog(name=_PROJECT, catalog=catalogs)])
        return built


def _table(name: str, columns: Columns) -> Any:
    builder = TableBuilder(name)
    for column, column_type in columns:
        builder.add_column(column, column_type)
    return builder.build()


def _columns(statement: Any) -> Columns:
    return [(output.name, parse_proto(output.column.type)) for output in statement.output_column_list]


def split_script(sql: str) -> list[str]:
    """Return the statements of a script; a semicolon within a text, a name or a comment ends none."""
    pieces: list[str] = [""]
    for token in re.split(
        r"""('(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|`[^`]*`|--[^\n]*|/\*.*?\*/|;)""", sql, flags=re.DOTALL
    ):
        if token == ";":
            pieces.append("")
        elif not token.startswith(("--", "/*")):
            pieces[-1] += token
    return [piece.strip() for piece in pieces if piece.strip()]


def _seed_columns(node: Mapping[str, Any], root: Path) -> Columns:
    types = {**node["config"].get("column_types", {})}
    with (root / node["original_file_path"]).open(encoding="utf-8", newline="") as handle:
        header = next(csv.reader(handle))
    declared = {name: column.get("data_type") for name, column in node["columns"].items()}
    return [(name, declared_type(_seed_type(types.get(name) or declared.get(name)))) for name in header]


def _seed_type(name: str | None) -> str:
    known = {"double": "float64", "varchar": "string", "bigint": "int64", "integer": "int64", "boolean": "bool"}
    return known.get((name or "string").lower(), (name or "string").lower())


def catalog_of(
    manifest: Mapping[str, Any], compiled: Mapping[str, str], root: Path
) -> tuple[GoogleSqlAnalyzer, Report]:
    """Analyse every SQL model of a project in build order, and return the analyzer that knows all relations.

    Args:
        manifest: the manifest of the BigQuery target.
        compiled: SQL of the models by unique id.
        root: the project.

    Returns:
        The analyzer, and what was analysed and what was refused.
    """
    analyzer, report = GoogleSqlAnalyzer(), Report()
    for source in manifest["sources"].values():
        analyzer.tables[f"{source['schema']}.{source['identifier']}"] = _declared(source)
    for node in manifest["nodes"].values():
        if node["resource_type"] == "seed":
            analyzer.tables[f"{node['schema']}.{node['alias']}"] = _seed_columns(node, root)
        if node["resource_type"] == "snapshot":
            analyzer.tables[f"{node['schema']}.{node['alias']}"] = _declared(node)
    for unique_id in build_order(manifest):
        node = manifest["nodes"][unique_id]
        name = f"{node['schema']}.{node['alias']}"
        analyzer.tables[name] = _declared(node)
        if node["language"] != "sql":
            continue
        try:
            analyzer.tables[name] = analyzer.analyse(compiled[unique_id])
        except ServerError as error:
            report.refused[node["name"]] = str(error)
        else:
            report.analysed.append(node["name"])
    analyzer.freeze()
    return analyzer, report


def analyse_statements(analyzer: GoogleSqlAnalyzer, submitted: Iterable[Mapping[str, str]]) -> Report:
    """Analyse what was sent to BigQuery, statement by statement.

    Args:
        analyzer: knows every relation of the project.
        submitted: jobs as `node`, the unique id of what sent it, and `sql`.
    """
    report = Report()
    for job in submitted:
        try:
            count = analyzer.analyse_script(job["sql"])
        except ServerError as error:
            report.refused[job["node"]] = str(error)
        else:
            report.analysed.extend([job["node"]] * count)
    return report


def _declared(node: Mapping[str, Any]) -> Columns:
    return [
        (name, declared_type(column["data_type"])) for name, column in node["columns"].items() if column["data_type"]
    ]
