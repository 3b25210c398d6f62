"""The envelope that every document starts with, and the digest that decides whether it is rewritten."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any, Literal

SCHEMA_VERSION = 1
_OUTSIDE_DIGEST = frozenset({"generated_at", "data_as_of", "correlation_id", "content_digest"})

ENVELOPE = (
    "schema_version", "document", "game_date", "generated_at", "data_as_of", "correlation_id", "content_digest",
    "status", "degraded_reasons", "halt_active", "halt_reason", "halt_since", "halt_source_date",
)  # fmt: skip
"""What every document starts with."""

Content = Mapping[str, Any]


@dataclass(frozen=True)
class Document:
    """One document before its envelope.

    Attributes:
        path: object path below `v1/`, without extension.
        kind: name of its JSON schema.
        content: what follows the envelope.
        cache_seconds: max-age of the cache-control header.
        is_empty: the day has nothing to show.
        degraded_reasons: why the content is less than it should be; empty when it is whole.
        game_date: date that the content is of; None for the one of the edition.
    """

    path: str
    kind: str
    content: Content
    cache_seconds: int
    is_empty: bool = False
    degraded_reasons: tuple[str, ...] = ()
    game_date: date | None = None


@dataclass(frozen=True)
class Halt:
    """Whether picks are halted, and why."""

    active: bool = False
    reason: str | None = None
    since: date | None = None
    source_date: date | None = None


@dataclass(frozen=True)
class Edition:
    """What all documents of one publication share; only the current date may write documents that bear no date."""

    game_date: date
    generated_at: datetime
    data_as_of: datetime
    correlation_id: str
    halt: Halt = field(default_factory=Halt)
    is_current: bool = True


def render(document: Document, edition: Edition) -> dict[str, Any]:
    """Return the whole document as plain JSON values, envelope first, its digest filled in."""
    status: Literal["ok", "empty", "degraded"] = "ok"
    if document.degraded_reasons:
        status = "degraded"
    elif document.is_empty:
        status = "empty"
    rendered: dict[str, Any] = {
        "schema_version": SCHEMA_VERSION,
        "document": document.kind,
        "game_date": (document.game_date or edition.game_date).isoformat(),
        "generated_at": instant(edition.generated_at),
        "data_as_of": instant(edition.data_as_of),
        "correlation_id": edition.correlation_id,
        "content_digest": "",
        "status": status,
        "degraded_reasons": list(document.degraded_reasons),
        **halt_fields(edition.halt),
        **document.content,
    }
    rendered["content_digest"] = content_digest(rendered)
    return rendered


def halt_fields(halt: Halt) -> dict[str, Any]:
    """Return what the envelope says about a halt."""
    return {
        "halt_active": halt.active,
        "halt_reason": halt.reason,
        "halt_since": halt.since.isoformat() if halt.since else None,
        "halt_source_date": halt.source_date.isoformat() if halt.source_date else None,
    }


def content_digest(rendered: Mapping[str, Any]) -> str:
    """Return the SHA-256 over everything in a document but its times, its journey and the digest itself."""
    counted = {name: value for name, value in rendered.items() if name not in _OUTSIDE_DIGEST}
    return hashlib.sha256(to_bytes(counted)).hexdigest()


def to_bytes(value: Any) -> bytes:
    """Serialise to compact JSON, keys in the order given; NaN is refused."""
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode()


def instant(value: datetime | None) -> str | None:
    """Return an instant as ISO text in UTC; naive values hold UTC."""
    if value is None:
        return None
    aware = value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
    return aware.strftime("%Y-%m-%dT%H:%M:%SZ")
