"""Which stored tables a query scans, with the columns that it reads and the literal predicates that reach each scan.

A predicate moves from a query into its subqueries, common table expressions and views under the rules that any
optimizer must keep: through columns that are passed on as they are, through grouping and window functions by columns of
their key, through both branches of a union, and never into the side of an outer join that may be missing.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlglot import exp, parse, parse_one
from sqlglot.optimizer.pushdown_projections import pushdown_projections
from sqlglot.optimizer.qualify import qualify
from sqlglot.optimizer.scope import Scope, build_scope

from python_runners.operations.cost.predicates import Predicate, conjuncts, is_never, literal_predicates

logging.getLogger("sqlglot").setLevel(logging.ERROR)

Predicates = frozenset[Predicate]
_NOTHING: Predicates = frozenset()


@dataclass(frozen=True)
class Scan:
    """One scan of one stored table.

    Attributes:
        relation: `dataset.table`.
        columns: columns that are read.
        predicates: comparisons with literals that every row read must satisfy.
    """

    relation: str
    columns: frozenset[str]
    predicates: Predicates


class TableScans:
    """Finds the scans of queries over the relations of one project."""

    def __init__(self, manifest: Mapping[str, Any], compiled: Mapping[str, str], dialect: str) -> None:
        """Prepare a project.

        Args:
            manifest: the dbt manifest as a plain mapping.
            compiled: SQL of every SQL model by unique id, as the run at hand compiles it.
            dialect: of that SQL, `duckdb` or `bigquery`.
        """
        self._dialect = dialect
        self._views: dict[str, str] = {}
        schema: dict[str, dict[str, dict[str, str]]] = {}
        for node in (*manifest["nodes"].values(), *manifest["sources"].values()):
            if node["resource_type"] not in {"model", "seed", "source", "snapshot"}:
                continue
            columns = dict.fromkeys(node["columns"], "text")
            if columns:
                schema.setdefault(node["schema"], {})[node["name"]] = columns
            if node["config"].get("materialized") == "view" and node["unique_id"] in compiled:
                self._views[f"{node['schema']}.{node['name']}"] = compiled[node["unique_id"]]
        self._schema: dict[str, object] = dict(schema)
        self._known: dict[tuple[str, frozenset[str], Predicates], frozenset[Scan]] = {}

    def of_query(self, sql: str) -> frozenset[Scan]:
        """Return the scans of a query, through every view that it names."""
        return self._through_views(parse_one(sql, dialect=self._dialect))

    def of_script(self, sql: str) -> list[frozenset[Scan]]:
        """Return the scans of each statement of a script that reads or deletes rows, through every view."""
        queries = (_query_of(statement) for statement in parse(sql, dialect=self._dialect) if statement is not None)
        return [self._through_views(query) for query in queries if query is not None]

    def _of_view(self, relation: str, columns: frozenset[str], predicates: Predicates) -> frozenset[Scan]:
        key = (relation, columns, predicates)
        if key not in self._known:
            view = parse_one(self._views[relation], dialect=self._dialect)
            wanted: list[exp.Expr] = [exp.column(name, "rows_of_view") for name in sorted(columns)]
            statement = exp.select(*(wanted or [exp.Literal.number(1)])).from_(
                exp.Subquery(this=view, alias=exp.to_identifier("rows_of_view"))
            )
            for predicate in predicates:
                statement = statement.where(_condition(predicate))
            self._known[key] = self._through_views(statement)
        return self._known[key]

    def _through_views(self, statement: exp.Expr) -> frozenset[Scan]:
        for table in statement.find_all(exp.Table):
            if table.db:
                table.set("catalog", None)
        qualified = qualify(
            statement, schema=self._schema, dialect=self._dialect, quote_identifiers=False,
            validate_qualify_columns=False,
        )  # fmt: skip
        root = build_scope(pushdown_projections(qualified))
        if root is None:
            raise ValueError(f"no query: {statement.sql()[:80]}")
        scans: set[Scan] = set()
        for scan in _Walk().of(root, _NOTHING):
            if scan.relation in self._views:
                scans.update(self._of_view(scan.relation, scan.columns, scan.predicates))
            else:
                scans.add(scan)
        return frozenset(scans)


def _query_of(statement: exp.Expr) -> exp.Expr | None:
    """The query that reads what a statement reads; None for one that reads no rows."""
    if isinstance(statement, exp.Delete):
        where = statement.args.get("where")
        target = exp.select("*").from_(statement.this.copy())
        return target.where(where.this.copy()) if where else target
    if isinstance(statement, exp.Merge):
        return exp.select("*").from_(statement.this.copy()).join(statement.args["using"].copy(), join_type="cross")
    if isinstance(statement, exp.Insert) or (isinstance(statement, exp.Create) and statement.kind == "TABLE"):
        inner = statement.expression
        return inner.unnest() if isinstance(inner, exp.Query) else None
    return statement if isinstance(statement, exp.Query) else None


class _Walk:
    """One walk over the scopes of one statement."""

    def __init__(self) -> None:
        self._seen: set[tuple[int, Predicates]] = set()

    def of(self, scope: Scope, wanted: Predicates) -> Iterator[Scan]:
        """Yield the scans under a scope of which rows outside `wanted`, over its output columns, are dropped."""
        if (id(scope), wanted) in self._seen:
            return
        self._seen.add((id(scope), wanted))
        if scope.union_scopes:
            names = _output_names(scope)
            for branch in scope.union_scopes:
                own = _output_names(branch)
                renamed = dict(zip(names, own, strict=True)) if len(names) == len(own) else {}
                yield from self.of(
                    branch,
                    frozenset(
                        Predicate(renamed[p.column], p.operator, p.values) for p in wanted if p.column in renamed
                    ),
                )
            return
        select = scope.expression
        if isinstance(select, exp.Select):
            if is_never(select.args["where"].this if select.args.get("where") else None):
                return
            by_source = _predicates_by_source(select, wanted)
        else:
            by_source = {}
        for name, (_, source) in scope.selected_sources.items():
            predicates = by_source.get(name, _NOTHING)
            if isinstance(source, Scope):
                yield from self.of(source, predicates)
            elif source.db:
                columns = frozenset(column.name for column in scope.columns if column.table == name)
                yield Scan(f"{source.db}.{source.name}", columns, predicates)
        for inner in scope.subquery_scopes:
            yield from self.of(inner, _NOTHING)


def _output_names(scope: Scope) -> list[str]:
    query = scope.expression
    return [item.alias_or_name for item in query.selects] if isinstance(query, exp.Query) else []


def _condition(predicate: Predicate) -> exp.Expr:
    column = exp.column(predicate.column, "rows_of_view")
    values: list[exp.Expr] = [exp.Literal.string(value) for value in predicate.values]
    if predicate.operator == "in":
        return exp.In(this=column, expressions=values)
    kinds = {"=": exp.EQ, ">": exp.GT, ">=": exp.GTE, "<": exp.LT, "<=": exp.LTE}
    return kinds[predicate.operator](this=column, expression=values[0])


def _predicates_by_source(select: exp.Select, wanted: Predicates) -> dict[str, Predicates]:
    """Literal predicates that hold for every row used of each source of one select."""
    optional, kept_aside = _outer_sides(select)
    found: dict[str, set[Predicate]] = {}
    where = select.args.get("where")
    for part in conjuncts(where.this if where else None):
        for source, predicate in literal_predicates(part):
            if source not in optional:
                found.setdefault(source, set()).add(predicate)
    for join in select.args.get("joins") or []:
        own = join.alias_or_name
        for part in conjuncts(join.args.get("on")):
            for source, predicate in literal_predicates(part):
                if (source == own and own not in kept_aside) or (join.side == "" and source not in optional):
                    found.setdefault(source, set()).add(predicate)
    for predicate in wanted:
        column = _passed_on(select, predicate.column)
        if column is not None and column.table not in optional:
            found.setdefault(column.table, set()).add(Predicate(column.name, predicate.operator, predicate.values))
    return {name: frozenset(predicates) for name, predicates in found.items()}


def _outer_sides(select: exp.Select) -> tuple[set[str], set[str]]:
    """Sources whose row may be missing in the result, and sources that an outer join keeps whatever its condition."""
    source = select.args.get("from_") or select.args.get("from")
    before = {source.this.alias_or_name} if source else set()
    optional: set[str] = set()
    kept: set[str] = set()
    for join in select.args.get("joins") or []:
        own = join.alias_or_name
        if join.side in {"LEFT", "FULL"}:
            optional.add(own)
        if join.side in {"RIGHT", "FULL"}:
            optional |= before
            kept.add(own)
        before.add(own)
    return optional, kept


def _passed_on(select: exp.Select, name: str) -> exp.Column | None:
    """The column that a select gives out under `name` as it is, if dropping its rows before or after is the same."""
    projection = next((item for item in select.selects if item.alias_or_name == name), None)
    column = projection.unalias() if projection is not None else None
    if not isinstance(column, exp.Column) or select.args.get("limit"):
        return None
    group = select.args.get("group")
    is_aggregate = bool(group) or any(
        not node.find_ancestor(exp.Window) for item in select.selects for node in item.find_all(exp.AggFunc)
    )
    if is_aggregate and column not in [key.unalias() for key in (group.expressions if group else [])]:
        return None
    windows = [window for item in select.selects for window in item.find_all(exp.Window)]
    if qualify_clause := select.args.get("qualify"):
        windows += qualify_clause.find_all(exp.Window)
    if any(column not in _partition_of(window, select) for window in windows):
        return None
    return column


def _partition_of(window: exp.Window, select: exp.Select) -> list[exp.Expr]:
    """The columns by which a window is partitioned, where it is written or where its name is defined."""
    named = window.args.get("alias") if not window.args.get("partition_by") else None
    for definition in select.args.get("windows") or []:
        if named is not None and definition.name == named.name:
            return list(definition.args.get("partition_by") or [])
    return list(window.args.get("partition_by") or [])
