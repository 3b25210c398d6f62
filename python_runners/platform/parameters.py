"""The `?` and `$name` of a statement: where they stand, and which values may not stand there."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from python_runners.errors import InvariantViolated

# Quoted text and comments are skipped, so that a `?` or `$name` inside them stays what it is.
_TOKENS = re.compile(
    r"""(?P<skip>'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|`[^`]*`|--[^\n]*|/\*.*?\*/)|(?P<mark>\?)|\$(?P<name>[A-Za-z_]\w*)""",
    re.DOTALL,
)
_COMPARISON = re.compile(r"[=<>]\s*$")
_ASSIGNMENT = re.compile(r"\bset\b(?:(?!\bwhere\b).)*$", re.DOTALL | re.IGNORECASE)


def replace_parameters(sql: str, values: Sequence[Any] | Mapping[str, Any], place: Callable[[str, Any], object]) -> str:
    """Put something in the place of every parameter.

    Args:
        sql: one statement.
        values: of its parameters.
        place: gives the text for a name and a value; the third `?` is named p3.

    Raises:
        InvariantViolated: the statement and the values do not fit, or an unknown value is compared.
    """
    named = values if isinstance(values, Mapping) else {}
    positional = iter(() if isinstance(values, Mapping) else values)
    used = 0

    def substitute(match: re.Match[str]) -> str:
        nonlocal used
        if match["skip"] is not None:
            return match[0]
        if match["name"] is not None:
            if match["name"] not in named:
                raise InvariantViolated(f"no value for ${match['name']} in: {sql}")
            name, value = match["name"], named[match["name"]]
        else:
            used += 1
            try:
                name, value = f"p{used}", next(positional)
            except StopIteration:
                raise InvariantViolated(f"fewer values than question marks in: {sql}") from None
        if value is None and _is_compared(sql[: match.start()]):
            raise InvariantViolated(f"an unknown value is compared in: {sql}")
        return str(place(name, value))

    replaced = _TOKENS.sub(substitute, sql)
    if next(positional, replaced) is not replaced:
        raise InvariantViolated(f"more values than question marks in: {sql}")
    return replaced


def check_parameters(sql: str, values: Sequence[Any] | Mapping[str, Any]) -> None:
    """Refuse a comparison with an unknown value: it is never true, and BigQuery does not take it.

    Raises:
        InvariantViolated: an unknown value is compared, or the statement and the values do not fit.
    """
    if None in (values.values() if isinstance(values, Mapping) else values):
        replace_parameters(sql, values, lambda name, _: name)


def _is_compared(before: str) -> bool:
    return bool(_COMPARISON.search(before)) and not _ASSIGNMENT.search(before)
