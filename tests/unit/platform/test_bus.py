"""The embedded bus keeps the promises of Pub/Sub."""

from __future__ import annotations

from pathlib import Path

import pytest

from python_runners.errors import TransientError
from python_runners.platform.bus import EmbeddedBus, Message


@pytest.fixture
def bus(tmp_path: Path) -> EmbeddedBus:
    return EmbeddedBus(tmp_path / "bus.sqlite", backoff_seconds=0.001)


def failing_times(count: int, seen: list[Message]) -> object:
    def handler(message: Message) -> None:
        seen.append(message)
        if len(seen) <= count:
            raise TransientError("not now")

    return handler


def test_messages_arrive_once_and_in_order(bus: EmbeddedBus) -> None:
    seen: list[bytes] = []
    bus.subscribe("t", lambda message: seen.append(message.body))
    for body in (b"1", b"2", b"3"):
        bus.publish("t", body, ordering_key="2025-11-15")
    assert bus.drain() == 3
    assert seen == [b"1", b"2", b"3"]
    assert bus.drain() == 0


def test_a_failed_message_holds_back_its_key_and_no_other(tmp_path: Path) -> None:
    # A back-off that no slow disk outlasts: the other key must come first.
    bus = EmbeddedBus(tmp_path / "patient.sqlite", backoff_seconds=1.0)
    seen: list[bytes] = []

    def handler(message: Message) -> None:
        if message.body == b"a1" and message.attempt == 1:
            raise TransientError("first try fails")
        seen.append(message.body)

    bus.subscribe("t", handler)
    bus.publish("t", b"a1", ordering_key="a")
    bus.publish("t", b"a2", ordering_key="a")
    bus.publish("t", b"b1", ordering_key="b")
    bus.drain()
    assert seen.index(b"a1") < seen.index(b"a2")
    assert seen[0] == b"b1"


def test_the_fifth_failure_is_the_last(bus: EmbeddedBus) -> None:
    seen: list[Message] = []
    bus.subscribe("t", failing_times(99, seen))  # type: ignore[arg-type]
    bus.publish("t", b"x", attributes={"k": "v"})
    bus.drain()
    assert [message.attempt for message in seen] == [1, 2, 3, 4, 5]
    dead = bus.pending("t-dlq")
    assert [message.body for message in dead] == [b"x"]
    assert dead[0].attributes["dead_letter_reason"] == "TransientError: not now"
    assert dead[0].attributes["k"] == "v"


def test_a_message_survives_a_restart(tmp_path: Path) -> None:
    first = EmbeddedBus(tmp_path / "bus.sqlite")
    first.publish("t", b"x")
    first.close()
    seen: list[bytes] = []
    second = EmbeddedBus(tmp_path / "bus.sqlite")
    second.subscribe("t", lambda message: seen.append(message.body))
    second.drain()
    assert seen == [b"x"]


def test_an_error_that_is_not_the_platforms_is_not_swallowed(bus: EmbeddedBus) -> None:
    def handler(message: Message) -> None:
        raise ZeroDivisionError

    bus.subscribe("t", handler)
    bus.publish("t", b"x")
    with pytest.raises(ZeroDivisionError):
        bus.drain()
    assert len(bus.pending("t")) == 1


def test_messages_published_by_a_handler_are_delivered_in_the_same_drain(bus: EmbeddedBus) -> None:
    seen: list[bytes] = []
    bus.subscribe("first", lambda message: seen.append(bus.publish("second", b"on").encode()))
    bus.subscribe("second", lambda message: seen.append(message.body))
    bus.publish("first", b"go")
    assert bus.drain() == 2
    assert seen[-1] == b"on"
