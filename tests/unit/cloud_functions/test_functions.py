"""The entry points over HTTP: 2xx consumes, 4xx refuses at the door, 5xx has the message come again."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from werkzeug.test import Client

from cloud_functions import host as hosting
from cloud_functions import main
from cloud_functions.host import Host, use_host
from cloud_functions.local import all_functions
from python_runners.errors import Forbidden, TransientError, Unauthenticated
from python_runners.events import Envelope, Phase, Topic
from python_runners.operations.scheduled_jobs import JOBS
from python_runners.pipeline.composition import Platform
from python_runners.platform.bus import Message
from python_runners.platform.topology import topology
from python_runners.settings import Settings
from tests.unit.cloud_functions.conftest import Functions

EVENT_FUNCTIONS = {
    "on_scraper_complete": Topic.SCRAPERS_COMPLETE,
    "on_raw_complete": Topic.RAW_COMPLETE,
    "phase3_to_phase4": Topic.ANALYTICS_COMPLETE,
    "on_phase4_trigger": Topic.PRECOMPUTE_TRIGGER,
    "phase4_orchestrator": Topic.PROCESSOR_COMPLETE,
    "on_predictions_complete": Topic.PREDICTIONS_COMPLETE,
}


def envelope(**fields: Any) -> Envelope:
    given: dict[str, Any] = {
        "processor_name": "nbac_live_boxscore",
        "phase": Phase.SCRAPERS,
        "execution_id": "e1",
        "correlation_id": "test_e1",
        "status": "no_data",
    }
    return Envelope.model_validate(given | fields)


def test_every_declared_function_has_an_entry_point_and_the_other_way_round() -> None:
    entry_points = {name for name, value in vars(main).items() if getattr(value, "__wrapped__", None) is not None}
    assert entry_points == {function.name for function in topology().functions}


def test_every_scheduled_path_is_served() -> None:
    for schedule in topology().schedules:
        if schedule.function == "run_schedule":
            assert schedule.path.strip("/") in JOBS


def test_a_completion_without_content_is_consumed(functions: Functions) -> None:
    message = Message("m1", Topic.SCRAPERS_COMPLETE.value, envelope().to_bytes())
    assert functions.push("/on_scraper_complete", message).status_code == 200
    assert functions.platform.bus.pending(f"{Topic.SCRAPERS_COMPLETE.value}-dlq") == []


@pytest.mark.parametrize("function", sorted(EVENT_FUNCTIONS))
def test_a_permanent_refusal_is_consumed_and_goes_to_the_dead_letters(functions: Functions, function: str) -> None:
    topic = EVENT_FUNCTIONS[function]
    message = Message("m1", topic.value, b'{"no": "envelope"}', attributes={"correlation_id": "c"}, attempt=2)
    assert functions.push(f"/{function}", message).status_code == 200
    (dead,) = functions.platform.bus.pending(f"{topic.value}-dlq")
    assert dead.attributes["error_kind"] == "invalid_message"
    assert dead.attributes["delivery_attempts"] == "2"
    assert dead.body == message.body


def test_the_trigger_of_the_coordinator_consumes_permanent_refusals_too(functions: Functions) -> None:
    message = Message("m1", Topic.PRECOMPUTE_COMPLETE.value, b"not json")
    assert functions.push("/prediction_coordinator/trigger", message).status_code == 204
    assert len(functions.platform.bus.pending(f"{Topic.PRECOMPUTE_COMPLETE.value}-dlq")) == 1


def test_a_transient_failure_has_the_message_come_again(functions: Functions, monkeypatch: pytest.MonkeyPatch) -> None:
    def unavailable(*arguments: object) -> None:
        raise TransientError("the warehouse does not answer")

    monkeypatch.setattr("cloud_functions.endpoints.handle", unavailable)
    message = Message("m1", Topic.RAW_COMPLETE.value, envelope().to_bytes())
    assert functions.push("/on_raw_complete", message).status_code == 500
    assert functions.platform.bus.pending(f"{Topic.RAW_COMPLETE.value}-dlq") == []


def test_a_cloud_event_is_handled_like_the_push_that_it_wraps(functions: Functions) -> None:
    headers = {
        "ce-id": "m9",
        "ce-source": "//pubsub.googleapis.com/projects/p/topics/nba-phase2-raw-complete",
        "ce-specversion": "1.0",
        "ce-type": "google.cloud.pubsub.topic.v1.messagePublished",
    }
    body = {"message": {"data": "bm8ganNvbg==", "messageId": "m9"}, "subscription": "projects/p/subscriptions/x"}
    assert functions.client.post("/on_raw_complete", json=body, headers=headers).status_code == 200
    (dead,) = functions.platform.bus.pending("nba-phase2-raw-complete-dlq")
    assert dead.body == b"no json"


def test_a_dead_letter_is_kept_once_with_its_topic_and_reason(functions: Functions) -> None:
    message = Message(
        "d1",
        "nba-phase2-raw-complete-dlq",
        envelope(phase=Phase.RAW, source_table="nbac_schedule").to_bytes(),
        attributes={"dead_letter_reason": "EmptySelection: nothing", "error_kind": "permanent"},
    )
    for _ in range(2):
        assert functions.push("/on_dead_letter", message, "keep-dead-raw-changes").status_code == 200
    (row,) = functions.rows("select * from nba_orchestration.dead_letters")
    assert (row["topic"], row["reason"], row["status"]) == (
        "nba-phase2-raw-complete",
        "EmptySelection: nothing",
        "open",
    )
    assert row["source_table"] == "nbac_schedule"


def test_a_dead_letter_of_an_unknown_subscription_is_refused(functions: Functions) -> None:
    answer = functions.push("/on_dead_letter", Message("d1", "t", b"{}"), "who-knows")
    assert answer.status_code == 400
    assert "who-knows" in answer.get_data(as_text=True)


@pytest.mark.parametrize("path", ["/on_raw_complete", "/prediction_coordinator/trigger"])
def test_what_is_no_push_is_refused(functions: Functions, path: str) -> None:
    assert functions.client.post(path, json={"a": 1}).status_code == 400


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/prediction_coordinator/start", 405),
        ("POST", "/prediction_coordinator/restart", 404),
        ("GET", "/run_schedule/relay", 405),
        ("POST", "/run_schedule/unknown", 404),
        ("GET", "/nowhere", 404),
    ],
)
def test_unknown_calls_are_refused(functions: Functions, method: str, path: str, status: int) -> None:
    assert functions.client.open(path, method=method).status_code == status


@pytest.mark.parametrize(
    "body", [b"[1]", b"no json", b'{"day": "2025-11-15"}', b'{"game_date": "soon"}', b'{"player_ids": "7"}']
)
def test_a_body_that_does_not_validate_is_refused_with_the_reason(functions: Functions, body: bytes) -> None:
    answer = functions.client.post("/prediction_coordinator/retry", data=body, content_type="application/json")
    assert answer.status_code == 400
    assert json.loads(answer.data)["error"]


def test_the_relay_sends_what_waits(functions: Functions) -> None:
    functions.platform.ledger.announce_later(Topic.PUBLISHING_COMPLETE, envelope(phase=Phase.PUBLISHING))
    answer = functions.client.post("/run_schedule/relay")
    assert answer.get_json() == {"job": "relay", "result": {"announced": 1, "lost": []}}
    assert len(functions.platform.bus.pending(Topic.PUBLISHING_COMPLETE.value)) == 1


def test_the_daily_summary_is_sent_once_about_the_slate_before(functions: Functions) -> None:
    answers = [functions.client.post("/run_schedule/daily-summary").get_json()["result"] for _ in range(2)]
    assert answers == [{"game_date": "2025-11-14", "alert": alert} for alert in ("sent", "suppressed")]
    (told,) = functions.rows("select subject from nba_orchestration.alerts where status = 'sent'")
    assert told["subject"] == "daily summary 2025-11-14"


def test_every_job_is_scheduled_and_every_schedule_has_its_job() -> None:
    called = {each.path.strip("/") for each in topology().schedules if each.function == "run_schedule"}
    assert called == set(JOBS)


class Refusing:
    """Lets nobody in who has no token, and nobody at all who has one."""

    def admit(self, authorization: str | None) -> None:
        if authorization is None:
            raise Unauthenticated("a push without an identity token")
        raise Forbidden("not you")


@pytest.mark.parametrize(
    "path",
    ["/on_raw_complete", "/on_dead_letter", "/prediction_coordinator/trigger", "/prediction_coordinator/status",
     "/run_schedule/relay"],
)  # fmt: skip
def test_callers_are_refused_when_the_settings_ask_for_identity(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    monkeypatch.setattr(hosting, "push_identity", lambda settings: Refusing())
    platform = Platform(Settings(data_dir=tmp_path))
    host = Host(lambda: platform)
    former = use_host(host)
    functions = Functions(platform, Client(all_functions(topology(), lambda: True)))
    try:
        message = Message("m1", "t", b"{}")
        statuses = [
            functions.push(path, message, "keep-dead-raw-changes", **headers).status_code
            if "/run_" not in path and "/status" not in path
            else functions.client.post(path, headers=headers).status_code
            for headers in ({}, {"Authorization": "Bearer x"})
        ]
        assert statuses == [401, 403]
    finally:
        use_host(former)
        host.close()
