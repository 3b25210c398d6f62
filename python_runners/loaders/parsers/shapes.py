"""Shape checks that every parser shares: what is not declared is refused at the door."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from types import NoneType
from typing import Any

from python_runners.dates import normalise_game_id
from python_runners.errors import InvariantViolated, NoData, UnknownPayloadShape
from python_runners.loaders.base import ParsedRows, RawObject, Row, Scope

Kinds = tuple[type, ...]

INT: Kinds = (int,)
NUMBER: Kinds = (int, float)
TEXT: Kinds = (str,)
FLAG: Kinds = (bool,)
LIST: Kinds = (list,)
OBJECT: Kinds = (dict,)
NULLABLE_INT: Kinds = (int, NoneType)
NULLABLE_NUMBER: Kinds = (int, float, NoneType)
NULLABLE_TEXT: Kinds = (str, NoneType)
ANYTHING: Kinds = (str, int, float, bool, list, dict, NoneType)


def fields(kinds: Kinds, *names: str) -> dict[str, Kinds]:
    """Declare keys of one type."""
    return dict.fromkeys(names, kinds)


def read_json(obj: RawObject) -> Any:
    """Decode a JSON body.

    Raises:
        UnknownPayloadShape: the body is not complete JSON text.
    """
    try:
        return json.loads(obj.body.decode("utf-8-sig"))
    except ValueError as error:
        raise UnknownPayloadShape(f"{obj.path}: not JSON: {error}") from error


def record(
    value: Any,
    where: str,
    required: Mapping[str, Kinds],
    optional: Mapping[str, Kinds] | None = None,
    *,
    is_closed: bool = False,
) -> dict[str, Any]:
    """Return `value` as an object whose declared keys have the declared types.

    Args:
        value: what the payload holds at this place.
        where: place, for the message of an error.
        required: keys that must be there, with the types allowed.
        optional: keys that may be absent, with the types allowed.
        is_closed: whether a key outside `required` and `optional` is an error.

    Raises:
        UnknownPayloadShape: no object, a missing key, another type, or an undeclared key of a closed object.
    """
    if type(value) is not dict:
        raise UnknownPayloadShape(f"{where}: an object was expected, not {type(value).__name__}")
    missing = [key for key in required if key not in value]
    if missing:
        raise UnknownPayloadShape(f"{where}: missing {missing}; it has {sorted(value)[:40]}")
    declared = {**(optional or {}), **required}
    for key, kinds in declared.items():
        if key in value and type(value[key]) not in kinds:
            names = [kind.__name__ for kind in kinds]
            raise UnknownPayloadShape(f"{where}.{key}: {type(value[key]).__name__} instead of {names}")
    unknown = [key for key in value if key not in declared]
    if is_closed and unknown:
        raise UnknownPayloadShape(f"{where}: unknown keys {unknown}")
    return dict(value)


def records(
    value: Any, where: str, required: Mapping[str, Kinds], optional: Mapping[str, Kinds] | None = None
) -> list[dict[str, Any]]:
    """Return `value` as a list of objects that each pass `record`.

    Raises:
        UnknownPayloadShape: no list, or an item of another shape.
    """
    if type(value) is not list:
        raise UnknownPayloadShape(f"{where}: a list was expected, not {type(value).__name__}")
    return [record(item, f"{where}[{index}]", required, optional) for index, item in enumerate(value)]


def whole(value: Any, where: str) -> int | None:
    """Return a count; None stays None, a float must be integral.

    Raises:
        UnknownPayloadShape: the value is no whole number.
    """
    if value is None:
        return None
    if type(value) is int:
        return value
    if type(value) is float and value.is_integer():
        return int(value)
    raise UnknownPayloadShape(f"{where}: not a whole number: {value!r}")


def whole_text(value: str | None, where: str) -> int | None:
    """Return a count that the source writes as text; empty text is NULL.

    Raises:
        UnknownPayloadShape: the text is no whole number.
    """
    cleaned = text(value)
    if cleaned is None:
        return None
    try:
        return whole(float(cleaned), where)
    except ValueError as error:
        raise UnknownPayloadShape(f"{where}: not a number: {value!r}") from error


def text(value: str | None) -> str | None:
    """Return stripped text; nothing but blanks is NULL."""
    return (value.strip() or None) if value is not None else None


def id_text(value: float | None) -> str | None:
    """Return a numeric id as text; absent and 0 mean that there is none.

    Raises:
        UnknownPayloadShape: the value is no whole number.
    """
    number = whole(value, "id")
    return str(number) if number else None


def one_of(value: str, allowed: Collection[str], where: str) -> str:
    """Return `value` if it is one of the known values.

    Raises:
        UnknownPayloadShape: the source uses a value that nobody has described.
    """
    if value not in allowed:
        raise UnknownPayloadShape(f"{where}: unknown value {value!r}")
    return value


def day(value: str, where: str, pattern: str = "%Y-%m-%d") -> date:
    """Parse a calendar date.

    Raises:
        UnknownPayloadShape: the text does not follow the pattern.
    """
    try:
        return datetime.strptime(value, pattern).date()  # noqa: DTZ007 -- a calendar date has no zone
    except ValueError as error:
        raise UnknownPayloadShape(f"{where}: not a date: {value!r}") from error


def season_start(label: str) -> int:
    """Return the first year of "2025-26" or "2025".

    Raises:
        UnknownPayloadShape: neither notation.
    """
    match = re.match(r"^(\d{4})(?:-\d{2})?$", label.strip())
    if match is None:
        raise UnknownPayloadShape(f"not a season: {label!r}")
    return int(match.group(1))


def param(obj: RawObject, name: str) -> str:
    """Return a request parameter that the parser cannot do without.

    Raises:
        InvariantViolated: the stored object does not carry it.
    """
    value = obj.params.get(name)
    if not value:
        raise InvariantViolated(f"{obj.path}: request parameter {name!r} is absent")
    return value


def param_day(obj: RawObject, name: str = "game_date") -> date:
    """Return a request parameter that is an ISO date.

    Raises:
        InvariantViolated: it is absent.
        UnknownPayloadShape: it is no date.
    """
    return day(param(obj, name), f"{obj.path} parameter {name}")


def game_id_of(obj: RawObject, value: str | int) -> str:
    """Return the game id of an answer, checked against the game that was asked for.

    Raises:
        InvariantViolated: no game id, or the answer belongs to another game.
    """
    game_id = normalise_game_id(value)
    asked = obj.params.get("game_id")
    if asked and normalise_game_id(asked) != game_id:
        raise InvariantViolated(f"{obj.path}: asked for game {asked}, the answer is for {game_id}")
    return game_id


def parsed(table: str, rows: list[Row], scopes: Sequence[Scope], dropped: Counter[str] | None = None) -> ParsedRows:
    """Wrap up the rows of an object that had content.

    Raises:
        NoData: everything was left out on purpose.
        InvariantViolated: content came in and no row came out.
    """
    left_out = dropped if dropped is not None else Counter()
    if not rows and left_out:
        raise NoData(f"{table}: nothing to load, left out: {dict(left_out)}")
    if not rows:
        raise InvariantViolated(f"{table}: the payload has content but gives no row")
    return ParsedRows(table=table, rows=rows, scopes=list(scopes), dropped=left_out)
