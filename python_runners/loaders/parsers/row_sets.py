"""Result sets of the statistics service: tables of header and rows, read by column name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from python_runners.errors import UnknownPayloadShape
from python_runners.loaders.parsers.shapes import ANYTHING, LIST, OBJECT, TEXT, Kinds, record, records

_ROOT = {"resource": TEXT, "parameters": OBJECT, "resultSets": LIST}
_ROW_SET = {"name": TEXT, "headers": LIST, "rowSet": LIST}


def read_row_sets(
    document: Any, needed: Mapping[str, Mapping[str, Kinds]]
) -> tuple[dict[str, Any], dict[str, list[dict[str, Any]]]]:
    """Return the echoed request parameters and the needed row sets as lists of records.

    Args:
        document: the decoded answer.
        needed: per row set the columns that the parser reads with their types; their order is taken from the headers.

    Raises:
        UnknownPayloadShape: another structure, a needed row set or column is missing, a row has another length
            than the header, or a value another type.
    """
    root = record(document, "answer", _ROOT, is_closed=True)
    found = {
        row_set["name"]: row_set
        for row_set in records(root["resultSets"], "resultSets", _ROW_SET, {"params": ANYTHING})
    }
    missing = [name for name in needed if name not in found]
    if missing:
        raise UnknownPayloadShape(f"row sets {missing} are missing; the answer has {sorted(found)}")
    return root["parameters"], {name: _rows(found[name], columns) for name, columns in needed.items()}


def _rows(row_set: dict[str, Any], columns: Mapping[str, Kinds]) -> list[dict[str, Any]]:
    name, headers = row_set["name"], row_set["headers"]
    if any(type(header) is not str for header in headers):
        raise UnknownPayloadShape(f"{name}: headers that are no text: {headers}")
    absent = [column for column in columns if column not in headers]
    if absent:
        raise UnknownPayloadShape(f"{name}: columns {absent} are missing; it has {headers}")
    for row in row_set["rowSet"]:
        if type(row) is not list or len(row) != len(headers):
            raise UnknownPayloadShape(f"{name}: a row does not fit its {len(headers)} headers: {str(row)[:120]}")
    return records([dict(zip(headers, row, strict=True)) for row in row_set["rowSet"]], name, columns)
