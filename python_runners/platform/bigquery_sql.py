"""How values and parameters of the platform are written in GoogleSQL."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any

from google.cloud.bigquery import ArrayQueryParameter, ScalarQueryParameter

from python_runners.errors import InvariantViolated
from python_runners.platform.parameters import replace_parameters

Parameter = ScalarQueryParameter | ArrayQueryParameter


def bind(sql: str, values: Sequence[Any] | Mapping[str, Any]) -> tuple[str, list[Parameter]]:
    """Turn `?` and `$name` into GoogleSQL parameters; an unknown value becomes the untyped NULL, which fits any column.

    Raises:
        InvariantViolated: the statement and the values do not fit, an unknown value is compared, or a value has no
            GoogleSQL type.
    """
    parameters: dict[str, Parameter] = {}

    def place(name: str, value: Any) -> str:
        if value is None:
            return "null"
        parameters[name] = _parameter(name, value)
        return f"@{name}"

    return replace_parameters(sql, values, place), list(parameters.values())


def inline(sql: str, values: Sequence[Any] | Mapping[str, Any]) -> str:
    """Write `?` and `$name` as literals, for statements that become part of a script.

    Raises:
        InvariantViolated: the statement and the values do not fit, an unknown value is compared, or a value has no
            GoogleSQL type.
    """
    return replace_parameters(sql, values, lambda _, value: literal(value))


def literal(value: Any) -> str:
    """Write a value as a GoogleSQL literal; instants are UTC.

    Raises:
        InvariantViolated: the value has no GoogleSQL type.
    """
    match value:
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case int() | float():
            return repr(value)
        case str():
            # A JSON string is a GoogleSQL string, the escapes of characters beyond 16 bits apart.
            return json.dumps(value, ensure_ascii=False)
        case datetime():
            return f"timestamp '{_utc(value):%Y-%m-%d %H:%M:%S.%f}+00'"
        case date():
            return f"date '{value.isoformat()}'"
        case list() | tuple():
            return (
                f"cast([{', '.join(literal(item) for item in value)}] as array<{_type_of(value[0] if value else '')}>)"
            )
        case _:
            raise InvariantViolated(f"a value of type {type(value).__name__} has no GoogleSQL type")


def _parameter(name: str, value: Any) -> Parameter:
    if isinstance(value, list | tuple):
        return ArrayQueryParameter(name, _type_of(value[0] if value else ""), list(value))
    return ScalarQueryParameter(name, _type_of(value).upper(), _utc(value) if isinstance(value, datetime) else value)


def _type_of(value: Any) -> str:
    for kind, name in (
        (bool, "bool"), (int, "int64"), (float, "float64"), (str, "string"), (datetime, "timestamp"), (date, "date"),
    ):  # fmt: skip
        if isinstance(value, kind):
            return name
    raise InvariantViolated(f"a value of type {type(value).__name__} has no GoogleSQL type")


def _utc(instant: datetime) -> datetime:
    return instant.replace(tzinfo=UTC) if instant.tzinfo is None else instant.astimezone(UTC)
