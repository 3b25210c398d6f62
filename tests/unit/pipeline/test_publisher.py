"""The one publisher: key and attributes of every message, what is silent, and what is logged."""

from __future__ import annotations

import logging
from datetime import date
from pathlib import Path

import pytest

from python_runners.errors import InvalidMessage
from python_runners.events import Envelope, Phase, Topic, parse_message
from python_runners.pipeline.publisher import attributes_of, number_of, publish
from python_runners.platform.bus import EmbeddedBus

COMPLETION = Envelope(
    processor_name="load_boxscore",
    phase=Phase.RAW,
    execution_id="e1",
    correlation_id="evening_x1",
    game_date=date(2026, 1, 15),
    status="success",
    record_count=26,
)


@pytest.fixture
def bus(tmp_path: Path) -> EmbeddedBus:
    return EmbeddedBus(tmp_path / "bus.sqlite")


def test_a_message_carries_its_key_and_what_a_filter_may_ask_for(bus: EmbeddedBus) -> None:
    message_id = publish(bus, Topic.RAW_COMPLETE, COMPLETION)
    (sent,) = bus.pending(Topic.RAW_COMPLETE.value)
    assert sent.message_id == message_id
    assert sent.ordering_key == "2026-01-15"
    assert sent.attributes == {
        "correlation_id": "evening_x1",
        "processor_name": "load_boxscore",
        "phase": "phase_2_raw",
        "status": "success",
        "schema_version": "1",
        "ordering_key": "2026-01-15",
    }
    assert parse_message(sent.body, sent.attributes) == COMPLETION


def test_what_belongs_to_no_date_has_no_key(bus: EmbeddedBus) -> None:
    undated = COMPLETION.model_copy(update={"game_date": None})
    publish(bus, Topic.RAW_COMPLETE, undated)
    (sent,) = bus.pending(Topic.RAW_COMPLETE.value)
    assert sent.ordering_key == ""
    assert "ordering_key" not in attributes_of(undated)


def test_what_was_published_is_logged(bus: EmbeddedBus, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO):
        message_id = publish(bus, Topic.RAW_COMPLETE, COMPLETION)
    (record,) = caplog.records
    assert record.getMessage() == (
        f"nba-phase2-raw-complete published as {message_id}: "
        "load_boxscore of evening_x1 for 2026-01-15, success, 26 rows"
    )


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"skip_downstream_trigger": True}, "skip_downstream_trigger"),
        ({"backfill_mode": True}, "backfill"),
        ({"backfill_mode": True, "backfill_reason": "season 2024"}, "season 2024"),
    ],
)
def test_a_silent_completion_is_not_published_and_the_log_says_why(
    bus: EmbeddedBus, caplog: pytest.LogCaptureFixture, fields: dict[str, object], reason: str
) -> None:
    with caplog.at_level(logging.INFO):
        assert publish(bus, Topic.RAW_COMPLETE, COMPLETION.model_copy(update=fields)) is None
    assert bus.pending(Topic.RAW_COMPLETE.value) == []
    assert caplog.records[0].getMessage().endswith(f"not published: load_boxscore of evening_x1, {reason}")


def test_the_trigger_of_phase_4_comes_from_either_side_of_its_barriers(bus: EmbeddedBus) -> None:
    for phase in (Phase.ANALYTICS, Phase.PRECOMPUTE):
        assert publish(bus, Topic.PRECOMPUTE_TRIGGER, COMPLETION.model_copy(update={"phase": phase}))
    with pytest.raises(InvalidMessage, match="phase_2_raw does not belong here"):
        publish(bus, Topic.PRECOMPUTE_TRIGGER, COMPLETION)


def test_every_topic_belongs_to_a_phase() -> None:
    assert {number_of(topic) for topic in Topic} == {phase.number for phase in Phase}
