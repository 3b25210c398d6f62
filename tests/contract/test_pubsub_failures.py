"""Pub/Sub that goes away, refuses, or was set up before: what the adapter makes of it."""

from __future__ import annotations

import logging
import uuid
from collections.abc import Iterator

import pytest
from google.cloud.pubsub_v1 import SubscriberClient

from python_runners.errors import BusUnavailable, MissingSetting, TransientError
from python_runners.platform.bus import Message
from python_runners.platform.pubsub import PubSubBus
from python_runners.platform.pubsub_admin import create_all
from python_runners.platform.topology import topology
from tests.contract.conftest import TOPICS, small_topology
from tests.support.emulators import Emulator, start_pubsub

ALPHA = TOPICS[0]
NAMES = {item.topic: item.name for item in small_topology().subscriptions}


@pytest.fixture
def project(pubsub_emulator: Emulator, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv(pubsub_emulator.variable, pubsub_emulator.value)
    return f"failures-{uuid.uuid4().hex[:8]}"


@pytest.fixture
def mortal(pubsub_emulator: Emulator, monkeypatch: pytest.MonkeyPatch) -> Iterator[Emulator]:
    """An emulator that the test may stop."""
    emulator = start_pubsub()
    monkeypatch.setenv(emulator.variable, emulator.value)
    yield emulator
    emulator.stop()


def test_the_declaration_is_created_once(project: str) -> None:
    declared = small_topology()
    created = create_all(project, declared)
    assert created == [*declared.topic_names, *(item.name for item in declared.subscriptions)]
    assert create_all(project, declared) == []


def test_the_projects_declaration_is_one_that_pubsub_takes(project: str) -> None:
    declared = topology()
    create_all(project, declared, push_to=lambda item: f"http://127.0.0.1:9/{item.function}{item.path}")
    with SubscriberClient() as client:
        found = {
            item.name.rsplit("/", 1)[-1]: item
            for item in client.list_subscriptions(project=f"projects/{project}", timeout=10)
        }
    assert set(found) == {item.name for item in declared.subscriptions}
    loading = found["load-scraper-completions"]
    assert loading.push_config.push_endpoint == "http://127.0.0.1:9/on_scraper_complete"
    assert loading.dead_letter_policy.max_delivery_attempts == 5
    assert loading.dead_letter_policy.dead_letter_topic.endswith("/nba-phase1-scrapers-complete-dlq")
    assert loading.retry_policy.minimum_backoff.total_seconds() == 10
    assert loading.retry_policy.maximum_backoff.total_seconds() == 600
    assert (loading.ack_deadline_seconds, loading.enable_message_ordering) == (600, False)
    assert found["web-refresh"].enable_message_ordering
    assert not found["keep-dead-analytics"].dead_letter_policy.dead_letter_topic


def test_a_topic_that_does_not_exist_is_no_acknowledgement(project: str) -> None:
    bus = PubSubBus(project, NAMES)
    with pytest.raises(BusUnavailable, match="nowhere"):
        bus.publish("nowhere", b"x")
    bus.close()


def test_a_topic_without_a_subscription_cannot_be_read(project: str) -> None:
    bus = PubSubBus(project, {})
    with pytest.raises(MissingSetting, match=ALPHA):
        bus.subscribe(ALPHA, lambda message: None)
    bus.close()


def test_messages_that_had_no_turn_yet_are_seen(project: str) -> None:
    create_all(project, small_topology())
    bus, waiting = PubSubBus(project, NAMES), list[list[bytes]]()

    def look(message: Message) -> None:
        waiting.append([other.body for other in bus.pending(ALPHA)])

    bus.subscribe(ALPHA, look)
    for body in (b"1", b"2", b"3"):
        bus.publish(ALPHA, body)
    bus.drain()
    assert waiting[-1] == []
    assert len(waiting) == 3
    bus.close()


def test_without_pubsub_nothing_is_acknowledged_and_nothing_hangs(
    mortal: Emulator, caplog: pytest.LogCaptureFixture
) -> None:
    create_all("p", small_topology())
    bus = PubSubBus("p", NAMES, backoff_seconds=0.1, patience_seconds=0.5, publish_timeout_seconds=2.0)

    def last_one(message: Message) -> None:
        mortal.stop()

    bus.subscribe(ALPHA, last_one)
    bus.publish(ALPHA, b"x")
    with caplog.at_level(logging.WARNING):
        assert bus.drain() == 1
    assert any("not taken" in record.getMessage() for record in caplog.records)
    with pytest.raises(BusUnavailable):
        bus.publish(ALPHA, b"y")
    with pytest.raises(BusUnavailable):
        create_all("p", small_topology())
    bus.close()


def test_a_dead_letter_that_cannot_be_published_is_given_back(project: str, monkeypatch: pytest.MonkeyPatch) -> None:
    create_all(project, small_topology())
    bus = PubSubBus(project, NAMES, max_attempts=1, patience_seconds=0.5)
    attempts: list[int] = []

    def failing(message: Message) -> None:
        attempts.append(message.attempt)
        raise TransientError("no luck")

    def refused(*arguments: object, **named: object) -> str:
        raise BusUnavailable("no dead letters today")

    bus.subscribe(ALPHA, failing)
    bus.publish(ALPHA, b"x")
    monkeypatch.setattr(bus, "publish", refused)
    bus.drain(max_deliveries=2)
    assert attempts == [1, 2], "it came again, so nothing is lost"
    bus.close()
