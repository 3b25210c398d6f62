"""Dead letters: kept once, replaced by what current state gives, or thrown away with a reason."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from python_runners.errors import PermanentError, TransientError
from python_runners.events import AffectedEntities, Envelope, Phase, Topic, parse_message
from python_runners.operations import dlq_command
from python_runners.operations.dead_letters import collect, dead_letter, dead_letters, discard, record, replay
from python_runners.operations.fresh_events import FreshEvent, Obsolete
from python_runners.pipeline import handle as handle_module
from python_runners.pipeline.composition import Platform
from python_runners.platform.bus import EmbeddedBus, Message
from python_runners.settings import Settings

NOON = datetime(2025, 11, 15, 17, tzinfo=UTC)
DAY = date(2025, 11, 15)
FOLDER = "nba-com/live-boxscore/2025-11-14/0022500200"
OLDER, NEWER = f"{FOLDER}/20251115T010000Z-aaaaaaaa.json", f"{FOLDER}/20251115T020000Z-bbbbbbbb.json"


@pytest.fixture
def platform(tmp_path: Path) -> Iterator[Platform]:
    opened = Platform(Settings(data_dir=tmp_path), lambda: NOON)
    opened.__dict__["bus"] = EmbeddedBus(opened.settings.state_path, backoff_seconds=0.001)
    yield opened
    opened.close()


def message(phase: Phase = Phase.RAW, **fields: Any) -> Envelope:
    given = {"processor_name": "load", "execution_id": "old", "correlation_id": "journey", "status": "success"}
    return Envelope.model_validate(given | {"phase": phase, "source_table": "nbac_schedule"} | fields)


def letter(
    body: bytes | Envelope, topic: Topic = Topic.RAW_COMPLETE, message_id: str = "m1", **attributes: str
) -> Message:
    raw = body.to_bytes() if isinstance(body, Envelope) else body
    return Message(message_id, f"{topic.value}-dlq", raw, attributes=attributes)


def outbox(platform: Platform) -> list[Envelope]:
    rows = platform.warehouse.query("select envelope from nba_orchestration.outbox order by created_at").to_pylist()
    return [parse_message(row["envelope"].encode()) for row in rows]


def test_a_refused_message_is_kept_with_its_reason(platform: Platform) -> None:
    attributes = {"dead_letter_reason": "InvalidMessage: no JSON", "error_kind": "invalid_message"}
    assert record(platform, letter(b"\xff{", **attributes))
    assert not record(platform, letter(b"\xff{", **attributes)), "the bus delivers at least once"
    (row,) = dead_letters(platform)
    assert (row["reason_code"], row["error_kind"], row["delivery_attempts"]) == ("invalid_message",) * 2 + (1,)
    assert json.loads(row["envelope"]) == {"not_json": "�{"}
    assert (row["topic"], row["game_date"], row["status"]) == (Topic.RAW_COMPLETE.value, None, "open")


def test_what_the_bus_gave_up_has_no_reason_of_ours(platform: Platform) -> None:
    record(platform, letter(message(game_date=DAY), CloudPubSubDeadLetterSourceDeliveryCount="5"))
    (row,) = dead_letters(platform, day=DAY)
    assert (row["error_kind"], row["delivery_attempts"], row["source_table"]) == (
        "transient_exhausted",
        5,
        "nbac_schedule",
    )
    assert row["reason_code"] == "unknown"
    assert dead_letters(platform, day=date(2025, 1, 1)) == []


def test_the_dead_letters_of_the_bus_are_collected_once(platform: Platform, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: Any, **__: Any) -> None:
        raise TransientError("away")

    monkeypatch.setattr(handle_module, "run_change", fail)
    handle_module.connect(platform)
    platform.bus.publish(Topic.RAW_COMPLETE.value, message().to_bytes())
    platform.bus.publish(Topic.RAW_COMPLETE.value, b"no json")
    platform.bus.drain()
    assert (collect(platform), collect(platform)) == (2, 0)
    kinds = {row["error_kind"]: row["delivery_attempts"] for row in dead_letters(platform)}
    assert kinds == {"invalid_message": 1, "transient_exhausted": 5}
    assert platform.bus.pending(f"{Topic.RAW_COMPLETE.value}-dlq") == []


def test_in_the_cloud_the_function_collects_and_no_command_takes_messages_away(
    platform: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    platform.settings = platform.settings.model_copy(update={"runtime": "cloud"})
    platform.bus.publish(f"{Topic.RAW_COMPLETE.value}-dlq", message().to_bytes())
    assert collect(platform) == 0
    assert len(platform.bus.pending(f"{Topic.RAW_COMPLETE.value}-dlq")) == 1
    record(platform, letter(message(game_date=DAY)))
    monkeypatch.setattr(dlq_command, "configured_platform", lambda: platform)
    sent: list[str] = []
    monkeypatch.setattr(
        platform, "close", lambda: sent.extend(m.topic for m in platform.bus.pending("nba-phase2-raw-complete"))
    )
    dlq_command.replay_once(Console(quiet=True), ["m1"])
    assert sent == ["nba-phase2-raw-complete"]


def test_a_replay_sends_a_fresh_event_and_nothing_of_the_old_content(platform: Platform) -> None:
    old = message(
        game_date=DAY,
        metadata={"source_tables": ["nbac_schedule", "nbac_team_boxscore"], "as_of": "2025-11-01T00:00:00+00:00"},
        affected_entities=AffectedEntities(players=("1",)),
        changed_fields=("tip_off_utc",),
        record_count=7,
    )
    record(platform, letter(old, Topic.ANALYTICS_COMPLETE))
    outcome = replay(platform, "m")
    assert isinstance(outcome, FreshEvent)
    (sent,) = outbox(platform)
    assert sent == outcome.envelope
    assert (sent.phase, sent.correlation_id, sent.game_date) == (Phase.RAW, "journey", DAY)
    assert sent.metadata == {"source_tables": ["nbac_schedule", "nbac_team_boxscore"]}
    assert (sent.affected_entities, sent.changed_fields, sent.record_count) == (AffectedEntities(), (), 0)
    row = dead_letter(platform, "m1")
    assert (row["status"], row["replay_execution_id"]) == ("replayed", sent.execution_id)
    with pytest.raises(PermanentError, match="m1 is replayed already"):
        replay(platform, "m1")
    assert len(outbox(platform)) == 1


def store(platform: Platform, name: str) -> None:
    platform.objects.put(name, b"{}", content_type="application/json", metadata={"scraper_name": "nbac_live_boxscore"})


def fetched(**fields: Any) -> Envelope:
    return message(Phase.SCRAPERS, source_table=None, metadata={"object_path": OLDER}, **fields)


def loaded(platform: Platform, status: str) -> None:
    platform.ledger.insert(
        "scraper_execution_log",
        {
            "execution_id": "fetch", "run_date": DAY, "correlation_id": "later", "scraper_name": "nbac_live_boxscore",
            "source_system": "nba.com", "attempts": 1, "status": "success", "object_path": NEWER,
            "started_at": NOON.replace(tzinfo=None), "code_version": "x",
        },
    )  # fmt: skip
    parent = message(Phase.SCRAPERS, execution_id="fetch")
    run = platform.ledger.start(Phase.RAW, "load_x", correlation_id="later", parent=parent)
    platform.ledger.finish(run, status)


def test_an_object_is_loaded_as_it_was_stored_last(platform: Platform) -> None:
    store(platform, OLDER)
    record(platform, letter(fetched(), Topic.SCRAPERS_COMPLETE))
    record(platform, letter(fetched(), Topic.SCRAPERS_COMPLETE, "m2"))
    replay(platform, "m1")
    store(platform, NEWER)
    loaded(platform, "failed")
    replay(platform, "m2")
    assert [sent.metadata["object_path"] for sent in outbox(platform)] == [OLDER, NEWER]
    assert {sent.processor_name for sent in outbox(platform)} == {"nbac_live_boxscore"}


def test_what_a_later_load_overtook_is_discarded_as_obsolete(platform: Platform) -> None:
    store(platform, OLDER)
    store(platform, NEWER)
    loaded(platform, "success")
    record(platform, letter(fetched(), Topic.SCRAPERS_COMPLETE))
    assert replay(platform, "m1") == Obsolete(f"a later answer to the same request is loaded: {NEWER}")
    row = dead_letter(platform, "m1")
    assert (row["status"], row["replay_execution_id"]) == ("discarded", None)
    assert row["resolution_reason"].startswith("obsolete: a later answer")
    assert outbox(platform) == []


def test_a_fetch_that_brought_nothing_is_obsolete(platform: Platform) -> None:
    record(platform, letter(fetched(status="failed"), Topic.SCRAPERS_COMPLETE))
    assert isinstance(replay(platform, "m1"), Obsolete)


def test_predictions_of_a_past_date_are_published_as_of_its_evening(platform: Platform) -> None:
    old = message(Phase.PREDICTIONS, metadata={"as_of": "2025-11-10T17:00:00+00:00", "fused": True})
    record(platform, letter(old, Topic.PREDICTIONS_COMPLETE))
    replay(platform, "m1")
    assert outbox(platform)[0].metadata == {"as_of": "2025-11-11T04:59:00+00:00"}


@pytest.mark.parametrize(
    ("body", "topic", "complaint"),
    [
        (b"no json", Topic.RAW_COMPLETE, "holds no valid message"),
        (message(source_table=None), Topic.RAW_COMPLETE, "names no raw table"),
        (message(Phase.PUBLISHING), Topic.PUBLISHING_COMPLETE, "nothing consumes nba-phase6"),
        (message(Phase.SCRAPERS, metadata={}), Topic.SCRAPERS_COMPLETE, "names no object"),
        (fetched(), Topic.SCRAPERS_COMPLETE, "is not stored any more"),
    ],
)
def test_what_gives_no_event_stays_open(
    platform: Platform, body: bytes | Envelope, topic: Topic, complaint: str
) -> None:
    record(platform, letter(body, topic))
    with pytest.raises(PermanentError, match=complaint):
        replay(platform, "m1")
    assert dead_letter(platform, "m1")["status"] == "open"


def test_discarding_wants_a_reason_and_takes_all_or_none(platform: Platform) -> None:
    record(platform, letter(message()))
    record(platform, letter(message(), message_id="m2"))
    with pytest.raises(PermanentError, match="--why wants a text"):
        discard(platform, ["m1"], " ")
    with pytest.raises(PermanentError, match="0 dead letters begin with 'x'"):
        discard(platform, ["m1", "x"], "a test message")
    assert len(dead_letters(platform)) == 2
    discard(platform, ["m1"], "a test message")
    assert dead_letter(platform, "m1")["resolution_reason"] == "a test message"
    with pytest.raises(PermanentError, match="m1 is discarded already: a test message"):
        discard(platform, ["m1"], "again")
    assert [row["dead_letter_id"] for row in dead_letters(platform, status=None)] == ["m1", "m2"]


@pytest.mark.parametrize("start", ["", "m", "z"])
def test_an_id_must_name_one(platform: Platform, start: str) -> None:
    record(platform, letter(message()))
    record(platform, letter(message(), message_id="m2"))
    with pytest.raises(PermanentError, match="dead letters begin with"):
        dead_letter(platform, start)


def test_the_commands_show_what_they_do(platform: Platform, monkeypatch: pytest.MonkeyPatch) -> None:
    handled: list[Envelope] = []
    monkeypatch.setattr(dlq_command, "configured_platform", lambda: platform)
    monkeypatch.setattr(platform, "close", lambda: None)
    monkeypatch.setattr(handle_module, "run_change", lambda _, sent, **__: handled.append(sent))
    for topic, body in ((Topic.RAW_COMPLETE, message()), (Topic.PUBLISHING_COMPLETE, message())):
        platform.bus.publish(f"{topic.value}-dlq", body.to_bytes(), attributes={"dead_letter_reason": "BuildFailed: x"})
    console = Console(record=True, width=200)
    dlq_command.list_once(console, everything=False)
    assert console.export_text(clear=False).count("BuildFailed: x") == 2
    rows = {row["topic"]: row["dead_letter_id"] for row in dead_letters(platform)}
    dlq_command.show_once(console, rows[Topic.RAW_COMPLETE.value])
    assert '"correlation_id": "journey"' in console.export_text(clear=False)
    with pytest.raises(PermanentError, match="nothing consumes"):
        dlq_command.replay_once(console, [rows[Topic.RAW_COMPLETE.value], rows[Topic.PUBLISHING_COMPLETE.value]])
    assert [sent.processor_name for sent in handled] == ["replay"], "what was replaced before the error is driven"
    dlq_command.discard_once(console, [rows[Topic.PUBLISHING_COMPLETE.value]], "nobody listens")
    dlq_command.list_once(console, everything=False)
    assert "No open dead letters." in console.export_text(clear=False)
