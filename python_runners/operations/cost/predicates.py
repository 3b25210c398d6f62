"""Comparisons of a column with literals, the only kind by which BigQuery prunes partitions and clusters."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from sqlglot import exp

_COMPARISONS: dict[type[exp.Expr], str] = {
    exp.EQ: "=", exp.GT: ">", exp.GTE: ">=", exp.LT: "<", exp.LTE: "<=",
}  # fmt: skip
_MIRRORED = {"=": "=", ">": "<", ">=": "<=", "<": ">", "<=": ">="}


@dataclass(frozen=True)
class Predicate:
    """A column compared with literals: one for a comparison, any number for `in`."""

    column: str
    operator: str
    values: tuple[str, ...]


def conjuncts(condition: exp.Expr | None) -> Iterator[exp.Expr]:
    """Yield the parts of a condition that must all hold."""
    if condition is None:
        return
    for part in condition.flatten() if isinstance(condition, exp.And) else [condition]:
        inner = part.unnest()
        if isinstance(inner, exp.And):
            yield from conjuncts(inner)
        else:
            yield inner


def literal_predicates(condition: exp.Expr) -> Iterator[tuple[str, Predicate]]:
    """Yield the name of the source and the predicate for each comparison with literals that one conjunct makes."""
    if isinstance(condition, exp.Between) and isinstance(condition.this, exp.Column):
        low, high = _literal(condition.args["low"]), _literal(condition.args["high"])
        if low is not None and high is not None:
            yield condition.this.table, Predicate(condition.this.name, ">=", (low,))
            yield condition.this.table, Predicate(condition.this.name, "<=", (high,))
    elif isinstance(condition, exp.In) and isinstance(condition.this, exp.Column):
        values = [_literal(value) for value in condition.expressions]
        if values and all(value is not None for value in values):
            column = condition.this
            yield column.table, Predicate(column.name, "in", tuple(str(value) for value in values))
    elif type(condition) in _COMPARISONS:
        operator = _COMPARISONS[type(condition)]
        left, right = condition.this, condition.expression
        if isinstance(right, exp.Column):
            left, right, operator = right, left, _MIRRORED[operator]
        value = _literal(right)
        if isinstance(left, exp.Column) and value is not None:
            yield left.table, Predicate(left.name, operator, (value,))


def _literal(node: exp.Expr) -> str | None:
    inner = node.this if isinstance(node, exp.Cast) else node
    return str(inner.this) if isinstance(inner, exp.Literal) else None


def is_never(condition: exp.Expr | None) -> bool:
    """Tell whether a condition is false whatever the rows are."""
    return any(isinstance(part, exp.Boolean) and not part.this for part in conjuncts(condition))


def date_range(predicates: frozenset[Predicate], column: str) -> tuple[date | None, date | None] | None:
    """Return the first and last date that predicates on `column` leave, both inclusive and None where open.

    None as a whole means that no predicate bounds the column.
    """
    first: date | None = None
    last: date | None = None
    is_bounded = False
    for predicate in predicates:
        if predicate.column != column:
            continue
        is_bounded = True
        days = sorted(date.fromisoformat(value[:10]) for value in predicate.values)
        if predicate.operator in {"=", "in", ">", ">="}:
            first = days[0] if first is None else max(first, days[0])
        if predicate.operator in {"=", "in", "<", "<="}:
            last = days[-1] if last is None else min(last, days[-1])
    return (first, last) if is_bounded else None
