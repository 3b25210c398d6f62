"""What a source answers, and how a scenario comes between the league and the answer."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import format_datetime

JSON, CSV, PDF, TEXT = "application/json", "text/csv", "application/pdf", "text/plain"


@dataclass(frozen=True)
class Asked:
    """A request, understood.

    Attributes:
        scraper: name of the scraper that asks so.
        params: what it asks for, by the parameter names of the scrapers.
    """

    scraper: str
    params: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Answer:
    """An answer.

    Attributes:
        status: HTTP status.
        body: content.
        content_type: media type.
        headers: further headers.
        hang: the source does not answer at all.
    """

    status: int
    body: bytes = b""
    content_type: str = JSON
    headers: Mapping[str, str] = field(default_factory=dict)
    hang: bool = False


@dataclass(frozen=True)
class Intervention:
    """From `at`, and until `until`, answers to some requests are what `change` makes of them.

    Attributes:
        at: first instant.
        until: first instant at which it is over; None for never.
        concerns: which requests.
        change: the answer instead.
    """

    at: datetime
    concerns: Callable[[Asked], bool]
    change: Callable[[Answer], Answer]
    until: datetime | None = None

    def holds(self, asked: Asked, now: datetime) -> bool:
        """Tell whether the intervention applies."""
        return self.at <= now and (self.until is None or now < self.until) and self.concerns(asked)


def found(body: bytes, content_type: str = JSON) -> Answer:
    """Return a good answer."""
    return Answer(200, body, content_type)


def forbidden() -> Answer:
    """Return what the CDN says about a file that does not exist yet."""
    return Answer(403, b"<Error><Code>AccessDenied</Code></Error>", TEXT)


def missing(reason: str = "not found") -> Answer:
    """Return what other hosts say about something that does not exist."""
    return Answer(404, reason.encode(), TEXT)


def unprocessable(reason: str) -> Answer:
    """Return what a service says about a request that it does not understand."""
    return Answer(422, reason.encode(), TEXT)


def with_validators(answer: Answer, changed_at: datetime, headers: Mapping[str, str]) -> Answer:
    """Return a file's answer with ETag and Last-Modified, or 304 when the asker has this very content."""
    if answer.status != 200:
        return answer
    tag = f'"{hashlib.sha256(answer.body).hexdigest()[:32]}"'
    validators = {"ETag": tag, "Last-Modified": format_datetime(changed_at.replace(microsecond=0), usegmt=True)}
    asked = {name.lower(): value for name, value in headers.items()}
    known_tag = asked.get("if-none-match")
    is_known = known_tag == tag if known_tag else asked.get("if-modified-since") == validators["Last-Modified"]
    if is_known:
        return Answer(304, b"", answer.content_type, validators)
    return Answer(200, answer.body, answer.content_type, validators)
