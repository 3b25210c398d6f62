"""Messages: one frozen, versioned envelope, and the door through which the outside shapes come in."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from python_runners.dates import utc_now
from python_runners.errors import InvalidMessage

MAX_LISTED_ENTITIES = 100
SCHEMA_VERSION: Literal[1] = 1

EntityKind = Literal["players", "teams", "games"]
EntityIds = tuple[str, ...] | Literal["all"] | None
"""Ids of one kind: None = unknown, empty = none of them, "all" = every one."""


class Phase(StrEnum):
    """The six phases, as messages name them."""

    SCRAPERS = "phase_1_scrapers"
    RAW = "phase_2_raw"
    ANALYTICS = "phase_3_analytics"
    PRECOMPUTE = "phase_4_precompute"
    PREDICTIONS = "phase_5_predictions"
    PUBLISHING = "phase_6_publishing"

    @property
    def number(self) -> int:
        """Number of the phase, 1 to 6."""
        return int(self.value.split("_")[1])


class Topic(StrEnum):
    """Topics, one per kind of announcement; each has a dead-letter twin named `<topic>-dlq`."""

    SCRAPERS_COMPLETE = "nba-phase1-scrapers-complete"
    RAW_COMPLETE = "nba-phase2-raw-complete"
    ANALYTICS_COMPLETE = "nba-phase3-analytics-complete"
    PRECOMPUTE_TRIGGER = "nba-phase4-trigger"
    PROCESSOR_COMPLETE = "nba-phase4-processor-complete"
    PRECOMPUTE_COMPLETE = "nba-phase4-precompute-complete"
    PREDICTIONS_COMPLETE = "nba-phase5-predictions-complete"
    PUBLISHING_COMPLETE = "nba-phase6-publishing-complete"


def _collapse(value: Any) -> Any:
    if isinstance(value, list | tuple) and len(value) > MAX_LISTED_ENTITIES:
        return "all"
    return value


_Ids = Annotated[EntityIds, BeforeValidator(_collapse)]


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class AffectedEntities(_Frozen):
    """Entities that a change touches; a list beyond 100 ids becomes "all"."""

    players: _Ids = None
    teams: _Ids = None
    games: _Ids = None


class Envelope(_Frozen):
    """The one message of the platform: who did what, for which date, with which result, because of what."""

    schema_version: Literal[1] = SCHEMA_VERSION
    processor_name: str = Field(min_length=1)
    phase: Phase
    execution_id: str = Field(min_length=1)
    correlation_id: str = Field(min_length=1)
    game_date: date | None = None
    output_table: str | None = None
    output_dataset: str | None = None
    source_table: str | None = None
    status: Literal["success", "partial", "no_data", "failed", "skipped"]
    record_count: int = Field(default=0, ge=0)
    records_failed: int = Field(default=0, ge=0)
    timestamp: AwareDatetime = Field(default_factory=utc_now)
    duration_seconds: float = Field(default=0.0, ge=0)
    parent_processor: str | None = None
    parent_execution_id: str | None = None
    trigger_source: Literal["pubsub", "scheduler", "manual"] = "pubsub"
    trigger_message_id: str | None = None
    trigger_chain: tuple[str, ...] = ()
    change_type: Literal["full_load", "incremental"] = "full_load"
    affected_entities: AffectedEntities = AffectedEntities()
    changed_fields: tuple[str, ...] = ()
    change_signature: str | None = None
    skip_downstream_trigger: bool = False
    backfill_mode: bool = False
    backfill_reason: str | None = None
    error_message: str | None = None
    error_type: str | None = None
    metadata: Mapping[str, Any] = Field(default_factory=dict)

    def to_bytes(self) -> bytes:
        """Serialise for the wire; phase 1 adds the old field names that consumers still read."""
        document = self.model_dump(mode="json")
        if self.phase is Phase.SCRAPERS:
            document |= {
                "scraper_name": self.processor_name,
                "gcs_path": self.metadata.get("object_path"),
                "workflow": self.metadata.get("workflow"),
            }
        return json.dumps(document, separators=(",", ":"), sort_keys=True).encode()


_OLD_NAMES = frozenset({"scraper_name", "gcs_path", "workflow"})


def parse_message(body: bytes, attributes: Mapping[str, str] | None = None) -> Envelope:
    """Parse one inbound message: the envelope, the old scraper completion, or a storage object notification.

    Args:
        body: message payload as JSON.
        attributes: message attributes; storage notifications carry `eventType`.

    Raises:
        InvalidMessage: the message has none of the three shapes, or a field does not validate.
    """
    try:
        document = json.loads(body)
    except ValueError as error:
        raise InvalidMessage(f"the message is no JSON: {error}") from error
    if not isinstance(document, dict):
        raise InvalidMessage("the message is no JSON object")
    if (attributes or {}).get("eventType") == "OBJECT_FINALIZE" or document.get("kind") == "storage#object":
        document = _from_storage(document)
    elif "scraper_name" in document and "processor_name" not in document:
        document = _from_old_scraper(document)
    else:
        document = {name: value for name, value in document.items() if name not in _OLD_NAMES}
    try:
        return Envelope.model_validate(document)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"]) or "message"
        raise InvalidMessage(f"{place}: {first['msg']} ({error.error_count()} problems)") from error


def _from_old_scraper(document: dict[str, Any]) -> dict[str, Any]:
    execution_id = document.get("execution_id", "")
    workflow = document.get("workflow", "unknown")
    known = {
        "scraper_name", "execution_id", "workflow", "gcs_path", "status", "record_count", "timestamp",
        "duration_seconds", "game_date", "error_message", "error_type", "metadata", "correlation_id",
    }  # fmt: skip
    unknown = sorted(set(document) - known)
    if unknown:
        raise InvalidMessage(f"scraper completion with unknown fields: {', '.join(unknown)}")
    metadata = dict(document.get("metadata") or {})
    metadata.setdefault("object_path", document.get("gcs_path"))
    metadata.setdefault("workflow", workflow)
    carried = {
        name: document[name]
        for name in ("record_count", "timestamp", "duration_seconds", "game_date", "error_message", "error_type")
        if document.get(name) is not None
    }
    return carried | {
        "processor_name": document["scraper_name"],
        "phase": Phase.SCRAPERS,
        "execution_id": execution_id,
        "correlation_id": document.get("correlation_id") or f"{workflow}_{execution_id}",
        "status": document.get("status"),
        "metadata": metadata,
    }


def _from_storage(document: dict[str, Any]) -> dict[str, Any]:
    metadata = document.get("metadata") or {}
    missing = sorted({"scraper_name", "execution_id", "correlation_id"} - set(metadata))
    if missing or not document.get("name"):
        raise InvalidMessage(f"storage notification without {', '.join(missing) or 'an object name'}")
    return {
        "processor_name": metadata["scraper_name"],
        "phase": Phase.SCRAPERS,
        "execution_id": metadata["execution_id"],
        "correlation_id": metadata["correlation_id"],
        "status": "success",
        "game_date": metadata.get("game_date") or None,
        "timestamp": document.get("timeCreated") or utc_now().isoformat(),
        "metadata": {"object_path": document["name"], "workflow": metadata.get("workflow")},
    }


def chained(parent: Envelope, **fields: Any) -> Envelope:
    """Return the envelope of a step that `parent` set off: same correlation id, one link more in the chain."""
    carried: dict[str, Any] = {
        "correlation_id": parent.correlation_id,
        "game_date": parent.game_date,
        "parent_processor": parent.processor_name,
        "parent_execution_id": parent.execution_id,
        "trigger_chain": (*parent.trigger_chain, f"{parent.processor_name}:{parent.execution_id}"),
        "skip_downstream_trigger": parent.skip_downstream_trigger,
        "backfill_mode": parent.backfill_mode,
        "backfill_reason": parent.backfill_reason,
        "trigger_source": parent.trigger_source,
    }
    return Envelope.model_validate(carried | fields)


def instant_text(instant: datetime) -> str:
    """Return an instant as the compact UTC text used in object names and ids."""
    return instant.strftime("%Y%m%dT%H%M%SZ")
