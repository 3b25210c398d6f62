"""Writing documents: validate first, rewrite only what moved, never over a newer writer, one failure at a time."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from jsonschema_rs import Draft202012Validator

from python_runners.errors import InvariantViolated, PermanentError
from python_runners.platform.objects import ObjectNotFound, ObjectStore, StoredObject
from python_runners.publishers.envelope import Document, Edition, content_digest, render, to_bytes

CONTENT_TYPE = "application/json; charset=utf-8"
_SCHEMAS = Path(__file__).parent / "schemas"


@dataclass(frozen=True)
class Stored:
    """What stands at the path of a document after a publication; `generated_at` is ISO text in UTC."""

    content_digest: str
    generated_at: str
    status: str

    @classmethod
    def of(cls, rendered: Mapping[str, Any]) -> Stored:
        """Take it from the envelope of a document."""
        return cls(rendered["content_digest"], rendered["generated_at"], rendered["status"])


@dataclass
class PublishReport:
    """What happened to each document, by path; `stored` is what a reader finds there now."""

    written: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    kept_degraded: list[str] = field(default_factory=list)
    failed: dict[str, str] = field(default_factory=dict)
    stored: dict[str, Stored] = field(default_factory=dict)


@lru_cache(maxsize=32)
def _validator(kind: str) -> Draft202012Validator:
    schema = json.loads((_SCHEMAS / f"{kind}.json").read_text(encoding="utf-8"))
    return Draft202012Validator(schema)


def validate(rendered: Mapping[str, Any]) -> None:
    """Check a rendered document against the schema of its kind.

    Raises:
        InvariantViolated: names the first place that does not fit.
    """
    error = next(iter(_validator(str(rendered["document"])).iter_errors(rendered)), None)
    if error is not None:
        raise InvariantViolated(f"{'/'.join(str(part) for part in error.instance_path) or 'document'}: {error.message}")


def publish(store: ObjectStore, documents: Iterable[Document], edition: Edition) -> PublishReport:
    """Write documents that moved. Each stands alone: one that fails leaves the others and its own former version.

    Content below its minimum never replaces a good document: the old content stays and is marked `degraded`.
    """
    report = PublishReport()
    for document in documents:
        try:
            _publish_one(store, document, edition, report)
        except PermanentError as error:
            report.failed[document.path] = f"{type(error).__name__}: {error}"
    return report


def object_name(path: str) -> str:
    """Return the object name of a document path."""
    return f"v1/{path}.json"


def _publish_one(store: ObjectStore, document: Document, edition: Edition, report: PublishReport) -> None:
    name = object_name(document.path)
    try:
        stored: StoredObject | None = store.get(name)
    except ObjectNotFound:
        stored = None
    former = None if stored is None else json.loads(stored.body)
    if former is not None:
        report.stored[document.path] = Stored.of(former)
    rendered = render(document, edition)
    validate(rendered)
    if former is not None:
        if former["content_digest"] == rendered["content_digest"]:
            report.unchanged.append(document.path)
            return
        if document.degraded_reasons and _is_good(former, document):
            rendered = _marked_degraded(former, document, edition)
            validate(rendered)
            report.kept_degraded.append(document.path)
    store.put(
        name,
        to_bytes(rendered),
        content_type=CONTENT_TYPE,
        cache_control=f"public, max-age={document.cache_seconds}",
        if_generation=stored.generation if stored else 0,
    )
    report.written.append(document.path)
    report.stored[document.path] = Stored.of(rendered)


def _is_good(former: Mapping[str, Any], document: Document) -> bool:
    losing = any(reason.startswith("too_few") for reason in document.degraded_reasons)
    return bool(losing and former["status"] == "ok" and former["document"] == document.kind)


def _marked_degraded(former: Mapping[str, Any], document: Document, edition: Edition) -> dict[str, Any]:
    marked = {
        **former,
        "status": "degraded",
        "degraded_reasons": list(document.degraded_reasons),
        "correlation_id": edition.correlation_id,
    }
    marked["content_digest"] = content_digest(marked)
    return marked
