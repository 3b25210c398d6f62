"""Writing documents: validate first, rewrite only what moved, never over a newer writer, one failure at a time.

Each document goes to the state store first and to the object store last, so an object that is up to date says that
the documents which apps listen to are too.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from jsonschema_rs import Draft202012Validator

from python_runners.errors import InvariantViolated, NbaPropsError, PreconditionFailed, TransientError
from python_runners.platform.objects import ObjectNotFound, ObjectStore, StoredObject
from python_runners.platform.state import StateStore
from python_runners.publishers.envelope import Document, Edition, content_digest, render, to_bytes
from python_runners.publishers.mirror import mirror

CONTENT_TYPE = "application/json; charset=utf-8"
_WRITE_ATTEMPTS = 5
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
    """What happened to each document, by path.

    Attributes:
        written: content moved.
        unchanged: content is what stands.
        kept_degraded: former content stands, marked.
        superseded: another publisher wrote for a later instant meanwhile.
        failed: why it was not written; the former version stands.
        transient: those of the failed that may succeed when they are tried again.
        stored: what a reader finds there now.
    """

    written: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    kept_degraded: list[str] = field(default_factory=list)
    superseded: list[str] = field(default_factory=list)
    failed: dict[str, str] = field(default_factory=dict)
    transient: list[str] = field(default_factory=list)
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


def publish(
    store: ObjectStore, state: StateStore, documents: Iterable[Document], edition: Edition, *, check: bool = False
) -> PublishReport:
    """Write documents that moved. Each stands alone: one that fails leaves the others and its own former version.

    Content below its minimum never replaces a good document: the old content stays and is marked `degraded`.

    Args:
        store: where the documents go as objects.
        state: where those go that apps listen to.
        documents: the documents.
        edition: what they share.
        check: look at the state store even where the object is up to date.
    """
    report = PublishReport()
    for document in documents:
        try:
            _publish_one(store, state, document, edition, report, check=check)
        except NbaPropsError as error:
            report.failed[document.path] = f"{type(error).__name__}: {error}"
            if isinstance(error, TransientError):
                report.transient.append(document.path)
    return report


def object_name(path: str) -> str:
    """Return the object name of a document path."""
    return f"v1/{path}.json"


def _publish_one(
    store: ObjectStore, state: StateStore, document: Document, edition: Edition, report: PublishReport, *, check: bool
) -> None:
    name = object_name(document.path)
    for attempt in range(_WRITE_ATTEMPTS):
        stored = _stored(store, name)
        former = None if stored is None else json.loads(stored.body)
        if former is not None:
            report.stored[document.path] = Stored.of(former)
        rendered = render(document, edition)
        validate(rendered)
        if former is not None and former["content_digest"] == rendered["content_digest"]:
            if check or attempt:
                mirror(state, document.path, former, name)
            report.unchanged.append(document.path)
            return
        if attempt and former is not None and former["data_as_of"] > rendered["data_as_of"]:
            # What this publisher wrote for apps before it lost is taken back.
            mirror(state, document.path, former, name)
            report.superseded.append(document.path)
            return
        is_kept = bool(former is not None and document.degraded_reasons and _is_good(former, document))
        if former is not None and is_kept:
            rendered = _marked_degraded(former, document, edition)
            validate(rendered)
        mirror(state, document.path, rendered, name)
        try:
            store.put(
                name,
                to_bytes(rendered),
                content_type=CONTENT_TYPE,
                cache_control=f"public, max-age={document.cache_seconds}",
                metadata={"content_digest": rendered["content_digest"], "correlation_id": edition.correlation_id},
                if_generation=stored.generation if stored else 0,
            )
        except PreconditionFailed:
            continue
        if is_kept:
            report.kept_degraded.append(document.path)
        report.written.append(document.path)
        report.stored[document.path] = Stored.of(rendered)
        return
    raise TransientError(f"{name}: other publishers were faster {_WRITE_ATTEMPTS} times")


def _stored(store: ObjectStore, name: str) -> StoredObject | None:
    try:
        return store.get(name)
    except ObjectNotFound:
        return None


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
