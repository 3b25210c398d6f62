"""Events derived from how things stand now, in place of messages that were written when they stood otherwise."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from python_runners.dates import slate_date
from python_runners.errors import PermanentError
from python_runners.events import Envelope, Phase, Topic
from python_runners.operations.publish_command import as_of_for
from python_runners.pipeline.change_run import as_of_message
from python_runners.pipeline.coalesce import source_tables
from python_runners.pipeline.composition import Platform
from python_runners.pipeline.ledger import new_execution_id

PROCESSOR = "replay"

_LOADED = """
select 1 as found
from nba_orchestration.scraper_execution_log as fetched
inner join nba_orchestration.pipeline_execution_log as loaded on fetched.execution_id = loaded.parent_execution_id
where fetched.object_path = ? and loaded.phase = 2
having count(*) > 0 and countif(loaded.status not in ('success', 'skipped', 'no_data')) = 0
"""


@dataclass(frozen=True)
class FreshEvent:
    """An event to publish, and what it does in words."""

    topic: Topic
    envelope: Envelope
    what: str


@dataclass(frozen=True)
class Obsolete:
    """Nothing is left to do, and why."""

    reason: str


def fresh_event(platform: Platform, topic: Topic, message: Envelope) -> FreshEvent | Obsolete:
    """Return the event that takes the place of a message.

    Only what a message is about is taken from it: the object folder, the raw tables, the date. Content, scope and as_of
    are those of now. The journey goes on under the correlation id of the message.

    Raises:
        PermanentError: the message does not name what it is about, or nothing consumes its topic.
    """
    if topic is Topic.SCRAPERS_COMPLETE:
        return _load(platform, message)
    if topic in (Topic.RAW_COMPLETE, Topic.ANALYTICS_COMPLETE, Topic.PRECOMPUTE_COMPLETE):
        return _recompute(platform, message)
    if topic is Topic.PREDICTIONS_COMPLETE:
        return _publish(platform, message)
    raise PermanentError(f"nothing consumes {topic.value}; discard its dead letters with --why")


def newest_object(platform: Platform, path: str) -> str | None:
    """Return the newest object of the request that an object answers; None when none is stored any more."""
    return max(platform.objects.names(f"{path.rpartition('/')[0]}/"), default=None)


def load_event(platform: Platform, path: str, correlation_id: str) -> FreshEvent:
    """Return the event that loads a stored object."""
    about = platform.objects.get(path).metadata
    envelope = _envelope(platform, Phase.SCRAPERS, correlation_id, metadata={"object_path": path})
    named = envelope.model_copy(update={"processor_name": about.get("scraper_name") or PROCESSOR})
    return FreshEvent(Topic.SCRAPERS_COMPLETE, named, f"loads {path}")


def change_event(platform: Platform, tables: tuple[str, ...], correlation_id: str, **fields: object) -> FreshEvent:
    """Return the event that recomputes what waits for the models that raw tables reach."""
    metadata = {"source_tables": list(tables)}
    envelope = _envelope(platform, Phase.RAW, correlation_id, source_table=tables[0], metadata=metadata, **fields)
    return FreshEvent(Topic.RAW_COMPLETE, envelope, f"recomputes what waits behind {', '.join(tables)}")


def _load(platform: Platform, message: Envelope) -> FreshEvent | Obsolete:
    path = message.metadata.get("object_path")
    if message.status != "success":
        return Obsolete(f"the fetch ended as {message.status} and brought nothing to load")
    if not path:
        raise PermanentError(f"the completion of {message.processor_name} names no object; discard it with --why")
    newest = newest_object(platform, str(path))
    if newest is None:
        raise PermanentError(f"{path} is not stored any more; fetch it again with `nba-props scrape`, then discard")
    if newest != path and platform.warehouse.query(_LOADED, [newest]).num_rows:
        return Obsolete(f"a later answer to the same request is loaded: {newest}")
    return load_event(platform, newest, message.correlation_id)


def _recompute(platform: Platform, message: Envelope) -> FreshEvent:
    if message.source_table is None:
        raise PermanentError(f"the completion of {message.processor_name} names no raw table; discard it with --why")
    return change_event(platform, source_tables(message), message.correlation_id, game_date=message.game_date)


def _publish(platform: Platform, message: Envelope) -> FreshEvent:
    day = slate_date(as_of_message(platform, message))
    as_of: datetime = as_of_for(platform, day)
    envelope = _envelope(
        platform,
        Phase.PREDICTIONS,
        message.correlation_id,
        source_table=message.source_table,
        game_date=message.game_date,
        metadata={"as_of": as_of.isoformat()},
    )
    return FreshEvent(Topic.PREDICTIONS_COMPLETE, envelope, f"publishes every document of {day}")


def _envelope(platform: Platform, phase: Phase, correlation_id: str, **fields: object) -> Envelope:
    return Envelope.model_validate(
        {
            "processor_name": PROCESSOR,
            "phase": phase,
            "execution_id": new_execution_id(),
            "correlation_id": correlation_id,
            "status": "success",
            "trigger_source": "manual",
            "timestamp": platform.clock(),
            **fields,
        }
    )
