"""Messages: three shapes come in, one envelope goes on, everything else is refused with the reason."""

from __future__ import annotations

import json
from typing import Any

import pytest
from pydantic import ValidationError

from python_runners.errors import InvalidMessage
from python_runners.events import AffectedEntities, Envelope, Phase, chained, parse_message


def envelope(**changes: Any) -> Envelope:
    base: dict[str, Any] = {
        "processor_name": "load_nbac_schedule",
        "phase": Phase.RAW,
        "execution_id": "e1",
        "correlation_id": "morning_e0",
        "status": "success",
        "game_date": "2025-11-15",
    }
    return Envelope.model_validate(base | changes)


def test_an_envelope_survives_the_wire() -> None:
    sent = envelope(affected_entities={"players": ["1", "2"], "teams": []}, changed_fields=["points"])
    assert parse_message(sent.to_bytes()) == sent


def test_absent_empty_and_all_stay_three_values() -> None:
    received = parse_message(envelope(affected_entities={"players": "all", "teams": []}).to_bytes()).affected_entities
    assert (received.players, received.teams, received.games) == ("all", (), None)


def test_more_than_a_hundred_entities_become_all() -> None:
    hundred = [str(number) for number in range(100)]
    assert AffectedEntities(players=tuple(hundred)).players == tuple(hundred)
    assert AffectedEntities(players=(*hundred, "one more")).players == "all"


def test_an_envelope_is_frozen() -> None:
    with pytest.raises(ValidationError, match="frozen"):
        envelope().status = "failed"  # type: ignore[misc]


def test_scraper_completions_carry_old_and_new_names() -> None:
    sent = envelope(phase=Phase.SCRAPERS, processor_name="nbac_schedule", metadata={"object_path": "a/b.json"})
    document = json.loads(sent.to_bytes())
    assert (document["scraper_name"], document["gcs_path"]) == ("nbac_schedule", "a/b.json")
    assert parse_message(sent.to_bytes()) == sent


def test_the_old_scraper_completion_is_accepted() -> None:
    body = {
        "scraper_name": "nbac_schedule",
        "execution_id": "abc",
        "workflow": "morning",
        "gcs_path": "nba-com/schedule/x.json",
        "status": "success",
        "record_count": 12,
    }
    message = parse_message(json.dumps(body).encode())
    assert message.phase is Phase.SCRAPERS
    assert message.correlation_id == "morning_abc"
    assert message.metadata["object_path"] == "nba-com/schedule/x.json"
    assert message.record_count == 12


def test_a_storage_notification_is_accepted() -> None:
    body = {
        "kind": "storage#object",
        "name": "nba-com/schedule/x.json",
        "timeCreated": "2025-11-15T12:00:00Z",
        "metadata": {"scraper_name": "nbac_schedule", "execution_id": "abc", "correlation_id": "m_abc"},
    }
    message = parse_message(json.dumps(body).encode(), {"eventType": "OBJECT_FINALIZE"})
    assert (message.processor_name, message.status) == ("nbac_schedule", "success")
    assert message.metadata["object_path"] == "nba-com/schedule/x.json"


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"not json", "no JSON"),
        (b"[1]", "no JSON object"),
        (b'{"scraper_name": "x", "surprise": 1}', "surprise"),
        (b'{"kind": "storage#object", "name": "x"}', "scraper_name"),
        (b'{"processor_name": "x"}', "phase"),
    ],
)
def test_anything_else_is_refused_with_the_reason(body: bytes, reason: str) -> None:
    with pytest.raises(InvalidMessage, match=reason):
        parse_message(body)


@pytest.mark.parametrize("required", ["processor_name", "phase", "execution_id", "correlation_id", "status"])
def test_every_required_field_is_required(required: str) -> None:
    document = json.loads(envelope().to_bytes())
    del document[required]
    with pytest.raises(InvalidMessage, match=required):
        parse_message(json.dumps(document).encode())


def test_an_unknown_field_is_refused() -> None:
    document = json.loads(envelope().to_bytes()) | {"gamedate": "2025-11-15"}
    with pytest.raises(InvalidMessage, match="gamedate"):
        parse_message(json.dumps(document).encode())


def test_a_step_carries_the_journey_on() -> None:
    parent = envelope(trigger_chain=["nbac_schedule:e0"], skip_downstream_trigger=True)
    child = chained(parent, processor_name="p3", phase=Phase.ANALYTICS, execution_id="e2", status="success")
    assert child.correlation_id == parent.correlation_id
    assert child.trigger_chain == ("nbac_schedule:e0", "load_nbac_schedule:e1")
    assert child.parent_execution_id == "e1"
    assert child.skip_downstream_trigger
