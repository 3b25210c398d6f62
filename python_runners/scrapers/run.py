"""One fetch from request to announcement: store untouched, log, announce."""

from __future__ import annotations

import gzip
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Literal

from python_runners.dates import utc_now
from python_runners.errors import MissingSetting, NbaPropsError, PermanentError, SourceUnavailable
from python_runners.events import Envelope, Phase, Topic, instant_text
from python_runners.pipeline.composition import Platform
from python_runners.pipeline.ledger import new_execution_id
from python_runners.scrapers.base import Params, Payload, Scraper, check_params
from python_runners.version import code_version

Status = Literal["success", "no_data", "failed"]
_GZIP_ABOVE = 64 * 1024


def run_scraper(
    platform: Platform, scraper: Scraper, params: Params, *, workflow: str = "manual", skip_downstream: bool = False
) -> Envelope:
    """Fetch once, store what came, write the execution log, announce the completion, and return it.

    A source that fails ends in a completion with status `failed`, logged and announced like any other. A backfill
    (`skip_downstream`) is logged and not announced: whoever asked for it loads what came.

    Raises:
        MissingSetting: a key or address that the scraper needs is not configured.
        PermanentError: a parameter is missing.
    """
    check_params(type(scraper), params)
    started, asked_at = utc_now(), platform.clock()
    execution_id = new_execution_id()
    fetched = _Fetched(status="failed", attempts=scraper.settings.request_attempts)
    try:
        previous = _newest(platform, scraper.folder(params))
        validators = json.loads(previous.get("validators", "{}"))
        payload = scraper.fetch(params, validators)
        fetched = _store(platform, scraper, params, payload, previous, execution_id, workflow, asked_at)
    except MissingSetting:
        raise
    except (PermanentError, SourceUnavailable) as error:
        fetched = _Fetched(status="failed", attempts=fetched.attempts, error=error)
    message = _completion(scraper, params, fetched, execution_id, workflow, asked_at, platform, skip_downstream)
    with platform.warehouse.transaction():
        _log(platform, scraper, params, fetched, message, workflow, started)
        is_announced = platform.ledger.announce_later(Topic.SCRAPERS_COMPLETE, message)
    if is_announced:
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
    newest = max(platform.objects.names(f"{folder}/"), default=None)
    return platform.objects.get(newest).metadata if newest else {}


def _store(
    platform: Platform,
    scraper: Scraper,
    params: Params,
    payload: Payload,
    previous: Mapping[str, str],
    execution_id: str,
    workflow: str,
    asked_at: datetime,
) -> _Fetched:
    if payload.status == 304:
        return _Fetched("no_data", payload.attempts, 304, digest=previous.get("content_digest"), is_new=False)
    if payload.status != 200 or not payload.body or (scraper.extension == "json" and _says_nothing(scraper, payload)):
        return _Fetched("no_data", payload.attempts, payload.status)
    observed_at = payload.observed_at or asked_at
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
    asked_at: datetime,
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
        timestamp=asked_at,
        trigger_source="scheduler" if workflow != "manual" else "manual",
        skip_downstream_trigger=skip_downstream,
        backfill_mode=skip_downstream,
        error_type=type(fetched.error).__name__ if fetched.error else None,
        error_message=str(fetched.error) if fetched.error else None,
        metadata={
            "object_path": fetched.object_path,
            "is_new": fetched.is_new,
            "workflow": workflow,
            "as_of": platform.as_of().isoformat(),
        },
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
    completed = utc_now()
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
