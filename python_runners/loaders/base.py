"""What a parser takes and gives."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

Row = dict[str, Any]
Scope = dict[str, Any]


@dataclass(frozen=True)
class RawObject:
    """A stored source payload: its bytes and what is known about the request that brought it.

    Attributes:
        path: object path in the store.
        body: the payload as it came, decompressed.
        observed_at: instant at which the source showed the content, aware, UTC.
        source_variant: feed variant, such as `cdn_live` or `stats_v3`.
        params: request parameters without secrets.
    """

    path: str
    body: bytes
    observed_at: datetime
    source_variant: str
    params: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class ParsedRows:
    """Typed rows of one raw table from one object.

    Attributes:
        table: name of the raw table.
        rows: value columns only; lineage and digest are added by the write path. Instants are aware UTC datetimes.
        scopes: scope keys that the object describes completely, those without a row included. Each is a mapping of
            the table's scope columns (`source_variant` included where it belongs to the scope).
        dropped: rows left out on purpose, counted by reason.
    """

    table: str
    rows: list[Row]
    scopes: list[Scope]
    dropped: Counter[str] = field(default_factory=Counter)


Parser = Callable[[RawObject], ParsedRows]
"""A pure function from a stored object to rows.

Raises `UnknownPayloadShape` for a structure it does not know, `InvariantViolated` for content that contradicts itself
and `NoData` when the source says that there is nothing.
"""
