"""The base of every scraper: fetch, store untouched, log, announce."""

from __future__ import annotations

import gzip
import hashlib
import json
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, ClassVar, Literal

from python_runners.errors import MissingSetting, NbaPropsError, PermanentError, SourceUnavailable
from python_runners.events import Envelope, Phase, Topic, instant_text
from python_runners.pipeline.composition import Platform
from python_runners.pipeline.ledger import new_execution_id
from python_runners.scrapers.http import HttpClient, Request, Response
from python_runners.settings import Settings
from python_runners.version import code_version

Params = Mapping[str, str]
Status = Literal["success", "no_data", "failed"]
_GZIP_ABOVE = 64 * 1024


@dataclass(frozen=True)
class Payload:
    """What a fetch brought: the body, the last status, the attempts made, and the payload's own snapshot time."""

    body: bytes
    status: int
    attempts: int
    observed_at: datetime | None = None
    validators: Mapping[str, str] | None = None


class Scraper(ABC):
    """One source endpoint. Subclasses say what to ask for, where to store it, and what "nothing" looks like.

    Attributes:
        name: scraper name, as payload metadata and messages carry it.
        source_system: host family of the source.
        variant: feed variant that the parsers know.
        extension: file extension of the stored object.
        pause_seconds: pause that the source asks for between two requests.
        required: parameters that a call must give.
        is_conditional: the source honours If-None-Match and If-Modified-Since.
    """

    name: ClassVar[str]
    source_system: ClassVar[str]
    variant: ClassVar[str]
    extension: ClassVar[str] = "json"
    pause_seconds: ClassVar[float] = 0.0
    required: ClassVar[tuple[str, ...]] = ()
    is_conditional: ClassVar[bool] = False
    no_data_status: ClassVar[frozenset[int]] = frozenset({403, 404})

    def __init__(self, settings: Settings, http: HttpClient) -> None:
        """Use the base URLs and keys of `settings` through `http`."""
        self.settings = settings
        self.http = http

    @abstractmethod
    def request(self, params: Params) -> Request:
        """Return the request for `params`."""

    @abstractmethod
    def folder(self, params: Params) -> str:
        """Return the folder of the stored object: source/dataset/partition/scope."""

    def is_empty(self, document: Any) -> bool:
        """Tell whether a JSON body says that there is nothing."""
        return document in ([], {})

    def fetch(self, params: Params, validators: Mapping[str, str]) -> Payload:
        """Send the request; sources with pages override this.

        Raises:
            SourceUnavailable: the source does not answer.
            PermanentError: the source refuses the request.
        """
        request = self.request(params)
        headers = {**request.headers, **(validators if self.is_conditional else {})}
        response = self.http.get(Request(request.url, request.params, headers, self.pause_seconds))
        return self.payload(response)

    def payload(self, response: Response) -> Payload:
        """Turn an answer into a payload.

        Raises:
            PermanentError: the status is no success, no "nothing there" and not "unchanged".
        """
        if response.status not in {200, 304} | self.no_data_status:
            raise PermanentError(f"{self.name}: the source answered {response.status}")
        lowered = {name.lower(): value for name, value in response.headers.items()}
        validators = {
            request_header: lowered[header]
            for header, request_header in (("etag", "If-None-Match"), ("last-modified", "If-Modified-Since"))
            if header in lowered
        }
        body = response.body if response.status == 200 else b""
        return Payload(body, response.status, response.attempts, self.snapshot_time(body), validators)

    def snapshot_time(self, body: bytes) -> datetime | None:
        """Return the payload's own snapshot time, where it has one."""
        return None


def check_params(scraper: type[Scraper], params: Params) -> None:
    """Refuse a call that lacks a parameter.

    Raises:
        PermanentError: names the missing parameters.
    """
    missing = [name for name in scraper.required if not params.get(name)]
    if missing:
        raise PermanentError(f"{scraper.name} needs {', '.join(missing)}")


def run_scraper(
    platform: Platform, scraper: Scraper, params: Params, *, workflow: str = "manual", skip_downstream: bool = False
) -> Envelope:
    """Fetch once, store what came, write the execution log, announce the completion, and return it.

    A source that fails ends in a completion with status `failed`, logged and announced like any other.

    Raises:
        MissingSetting: a key or address that the scraper needs is not configured.
        PermanentError: a parameter is missing.
    """
    check_params(type(scraper), params)
    started = platform.clock()
    execution_id = new_execution_id()
    fetched = _Fetched(status="failed", attempts=scraper.settings.request_attempts)
    try:
        previous = _newest(platform, scraper.folder(params))
        validators = json.loads(previous.get("validators", "{}"))
        payload = scraper.fetch(params, validators)
        fetched = _store(platform, scraper, params, payload, previous, execution_id, workflow, started)
    except MissingSetting:
        raise
    except (PermanentError, SourceUnavailable) as error:
        fetched = _Fetched(status="failed", attempts=fetched.attempts, error=error)
    message = _completion(scraper, params, fetched, execution_id, workflow, started, platform, skip_downstream)
    with platform.warehouse.transaction():
        _log(platform, scraper, params, fetched, message, workflow, started)
        platform.ledger.announce_later(Topic.SCRAPERS_COMPLETE, message)
    platform.ledger.relay(platform.bus)
    return message


@dataclass(frozen=True)
class _Fetched:
    status: Status
    attempts: int
    http_status: int | None = None
    object_path: str | None = None
    size: int | None = None
    digest: str | None = None
    is_new: bool | None = None
    observed_at: datetime | None = None
    error: NbaPropsError | None = None


def _newest(platform: Platform, folder: str) -> Mapping[str, str]:
    names: Iterator[str] = platform.objects.names(f"{folder}/")
    newest = max(names, default=None)
    return platform.objects.get(newest).metadata if newest else {}


def _store(
    platform: Platform,
    scraper: Scraper,
    params: Params,
    payload: Payload,
    previous: Mapping[str, str],
    execution_id: str,
    workflow: str,
    started: datetime,
) -> _Fetched:
    if payload.status == 304:
        return _Fetched("no_data", payload.attempts, 304, digest=previous.get("content_digest"), is_new=False)
    if payload.status != 200 or not payload.body or (scraper.extension == "json" and _says_nothing(scraper, payload)):
        return _Fetched("no_data", payload.attempts, payload.status)
    observed_at = payload.observed_at or started
    digest = hashlib.sha256(payload.body).hexdigest()
    is_large = len(payload.body) > _GZIP_ABOVE
    name = f"{scraper.folder(params)}/{instant_text(observed_at)}-{digest[:8]}.{scraper.extension}"
    platform.objects.put(
        name,
        gzip.compress(payload.body, mtime=0) if is_large else payload.body,
        content_type=_CONTENT_TYPES[scraper.extension],
        metadata={
            "scraper_name": scraper.name,
            "execution_id": execution_id,
            "correlation_id": f"{workflow}_{execution_id}",
            "workflow": workflow,
            "source_variant": scraper.variant,
            "params": json.dumps(dict(params), sort_keys=True),
            "http_status": str(payload.status),
            "observed_at": observed_at.isoformat(),
            "content_digest": digest,
            "content_encoding": "gzip" if is_large else "identity",
            "validators": json.dumps(dict(payload.validators or {})),
        },
    )
    is_new = previous.get("content_digest") != digest
    return _Fetched("success", payload.attempts, payload.status, name, len(payload.body), digest, is_new, observed_at)


_CONTENT_TYPES = {"json": "application/json", "csv": "text/csv", "pdf": "application/pdf"}


def _says_nothing(scraper: Scraper, payload: Payload) -> bool:
    try:
        return scraper.is_empty(json.loads(payload.body))
    except ValueError:
        # A body that is no JSON is evidence: it is stored, and its parser refuses it with the reason.
        return False


def _completion(
    scraper: Scraper,
    params: Params,
    fetched: _Fetched,
    execution_id: str,
    workflow: str,
    started: datetime,
    platform: Platform,
    skip_downstream: bool,
) -> Envelope:
    return Envelope(
        processor_name=scraper.name,
        phase=Phase.SCRAPERS,
        execution_id=execution_id,
        correlation_id=f"{workflow}_{execution_id}",
        game_date=date.fromisoformat(params["game_date"]) if params.get("game_date") else None,
        status=fetched.status,
        timestamp=started,
        trigger_source="scheduler" if workflow != "manual" else "manual",
        skip_downstream_trigger=skip_downstream,
        backfill_mode=skip_downstream,
        error_type=type(fetched.error).__name__ if fetched.error else None,
        error_message=str(fetched.error) if fetched.error else None,
        metadata={"object_path": fetched.object_path, "workflow": workflow, "as_of": platform.as_of().isoformat()},
    )


def _log(
    platform: Platform,
    scraper: Scraper,
    params: Params,
    fetched: _Fetched,
    message: Envelope,
    workflow: str,
    started: datetime,
) -> None:
    completed = platform.clock()
    platform.ledger.insert(
        "scraper_execution_log",
        {
            "execution_id": message.execution_id,
            "run_date": started.astimezone(UTC).date(),
            "correlation_id": message.correlation_id,
            "workflow": workflow,
            "scraper_name": scraper.name,
            "source_system": scraper.source_system,
            "game_date": message.game_date,
            "params": json.dumps(dict(params), sort_keys=True),
            "http_status": fetched.http_status,
            "attempts": fetched.attempts,
            "status": fetched.status,
            "object_path": fetched.object_path,
            "object_bytes": fetched.size,
            "content_digest": fetched.digest,
            "is_new_content": fetched.is_new,
            "observed_at": _naive(fetched.observed_at),
            "started_at": _naive(started),
            "completed_at": _naive(completed),
            "duration_seconds": (completed - started).total_seconds(),
            "error_type": message.error_type,
            "error_message": message.error_message,
            "code_version": code_version(),
        },
    )


def _naive(instant: datetime | None) -> datetime | None:
    return instant.astimezone(UTC).replace(tzinfo=None) if instant else None
