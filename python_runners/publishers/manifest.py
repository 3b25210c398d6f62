"""The manifest: what stands where after a publication, and how old it is."""

from __future__ import annotations

import re
from typing import Any

from python_runners.dates import parse_instant
from python_runners.publishers.envelope import Document, Edition
from python_runners.publishers.storage import PublishReport, Stored

# A document without a date in its path bears the date of its day in its envelope, so it is written anew every day.
DAY_MINUTES = 1440
_DATED = re.compile(r"/\d{4}-\d\d-\d\d$")


def is_dated(path: str) -> bool:
    """Return whether a path bears a date, so that its document stays when the day is over."""
    return _DATED.search(path) is not None


def manifest_document(report: PublishReport, edition: Edition) -> Document:
    """Return the manifest of the documents of one publication, those that were left alone or refused included."""
    entries = [_entry(path, stored, edition) for path, stored in sorted(report.stored.items())]
    return Document("manifest", "manifest", {"documents": entries}, 60, is_empty=not entries)


def _entry(path: str, stored: Stored, edition: Edition) -> dict[str, Any]:
    seconds = (edition.generated_at - parse_instant(stored.generated_at)).total_seconds()
    age = max(0, int(seconds // 60))
    expected = None if is_dated(path) else DAY_MINUTES
    return {
        "path": f"{path}.json",
        "content_digest": stored.content_digest,
        "generated_at": stored.generated_at,
        "age_minutes": age,
        "expected_every_minutes": expected,
        "is_stale": expected is not None and age > expected,
        "status": stored.status,
    }
