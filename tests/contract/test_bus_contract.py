"""What every bus promises, checked on the embedded one and on Pub/Sub."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable

import pytest

from python_runners.errors import PermanentError, TransientError
from python_runners.platform.bus import EmbeddedBus, Message
from tests.contract.conftest import BACKOFF_SECONDS, TOPICS, OpenBus

ALPHA, BETA = TOPICS


class Recorder:
    """A handler that keeps what it got and fails as often as it is told to."""

    def __init__(self, failures: dict[bytes, int] | None = None, error: type[Exception] = TransientError) -> None:
        self.seen: list[Message] = []
        self.at: list[float] = []
        self._failures, self._error = dict(failures or {}), error

    def __call__(self, message: Message) -> None:
        self.seen.append(message)
        self.at.append(time.monotonic())
        if self._failures.get(message.body, 0) > 0:
            self._failures[message.body] -= 1
            raise self._error(f"no luck with {message.body.decode()}")

    @property
    def bodies(self) -> list[bytes]:
        return [message.body for message in self.seen]


def test_a_message_arrives_as_it_was_published(open_bus: OpenBus) -> None:
    bus, recorder = open_bus(), Recorder()
    bus.subscribe(ALPHA, recorder)
    message_id = bus.publish(ALPHA, b"\x00body", ordering_key="2026-01-15", attributes={"correlation_id": "c1"})
    assert bus.drain() == 1
    (message,) = recorder.seen
    assert (message.message_id, message.topic, message.body) == (message_id, ALPHA, b"\x00body")
    assert (message.ordering_key, dict(message.attributes)) == ("2026-01-15", {"correlation_id": "c1"})
    assert message.attempt == 1
    assert bus.drain() == 0, "what was acknowledged does not come again"


def test_every_message_arrives_also_those_published_before_anyone_listened(open_bus: OpenBus) -> None:
    bus, recorder = open_bus(), Recorder()
    sent = [b"%d" % number for number in range(40)]
    for body in sent:
        bus.publish(ALPHA, body)
    bus.subscribe(ALPHA, recorder)
    bus.drain()
    assert set(recorder.bodies) == set(sent)


def test_a_topic_has_its_own_handler(open_bus: OpenBus) -> None:
    bus, first, second = open_bus(), Recorder(), Recorder()
    bus.subscribe(ALPHA, first)
    bus.subscribe(BETA, second)
    bus.publish(ALPHA, b"one")
    bus.publish(BETA, b"two")
    bus.drain()
    assert (first.bodies, second.bodies) == ([b"one"], [b"two"])


def test_messages_of_one_key_keep_their_order(open_bus: OpenBus) -> None:
    bus, recorder = open_bus(), Recorder()
    bus.subscribe(ALPHA, recorder)
    for number in range(12):
        bus.publish(ALPHA, b"%s%d" % (b"ab"[number % 2 : number % 2 + 1], number), ordering_key="ab"[number % 2])
    bus.drain()
    for key in (b"a", b"b"):
        own = [int(body[1:]) for body in recorder.bodies if body.startswith(key)]
        assert own == sorted(own)
        assert len(own) == 6


def test_a_failure_holds_back_its_own_key_and_no_other(open_bus: OpenBus) -> None:
    bus, recorder = open_bus(backoff_seconds=1.0), Recorder({b"a1": 1})
    bus.subscribe(ALPHA, recorder)
    for body in (b"a1", b"a2", b"a3"):
        bus.publish(ALPHA, body, ordering_key="a")
    bus.publish(ALPHA, b"b1", ordering_key="b")
    bus.drain()
    assert recorder.bodies == [b"a1", b"b1", b"a1", b"a2", b"a3"]


@pytest.mark.parametrize("key", ["", "2026-01-15"])
def test_the_fifth_failure_is_the_last_and_the_reason_goes_along(open_bus: OpenBus, key: str) -> None:
    bus, recorder, undertaker = open_bus(), Recorder({b"bad": 99}), Recorder()
    bus.subscribe(ALPHA, recorder)
    bus.subscribe(f"{ALPHA}-dlq", undertaker)
    bus.publish(ALPHA, b"bad", ordering_key=key, attributes={"correlation_id": "c9"})
    bus.publish(ALPHA, b"good", ordering_key=key)
    bus.drain()
    assert [message.attempt for message in recorder.seen if message.body == b"bad"] == [1, 2, 3, 4, 5]
    assert recorder.bodies.count(b"good") == 1
    (dead,) = undertaker.seen
    assert dead.body == b"bad"
    assert dead.attributes["correlation_id"] == "c9"
    assert dead.attributes["dead_letter_reason"] == "TransientError: no luck with bad"
    assert dead.attributes["delivery_attempts"] == "5"


def test_four_failures_are_forgiven(open_bus: OpenBus) -> None:
    bus, recorder, undertaker = open_bus(), Recorder({b"slow": 4}, PermanentError), Recorder()
    bus.subscribe(ALPHA, recorder)
    bus.subscribe(f"{ALPHA}-dlq", undertaker)
    bus.publish(ALPHA, b"slow", ordering_key="a")
    bus.drain()
    assert [message.attempt for message in recorder.seen] == [1, 2, 3, 4, 5]
    assert undertaker.seen == []


def test_the_pause_after_a_failure_doubles(open_bus: OpenBus) -> None:
    bus, recorder = open_bus(), Recorder({b"slow": 3})
    bus.subscribe(ALPHA, recorder)
    bus.publish(ALPHA, b"slow", ordering_key="a")
    bus.drain()
    pauses = [later - earlier for earlier, later in zip(recorder.at, recorder.at[1:], strict=False)]
    assert len(pauses) == 3
    for position, pause in enumerate(pauses):
        assert pause >= BACKOFF_SECONDS * 2**position


def test_a_restart_in_the_middle_loses_nothing_and_forgets_no_attempt(open_bus: OpenBus) -> None:
    first, before = open_bus(), Recorder({b"a1": 99})
    first.subscribe(ALPHA, before)
    for body in (b"a1", b"a2", b"a3"):
        first.publish(ALPHA, body, ordering_key="a")
    assert first.drain(max_deliveries=2) == 2
    first.close()

    second, after, undertaker = open_bus(), Recorder({b"a1": 99}), Recorder()
    second.subscribe(ALPHA, after)
    second.subscribe(f"{ALPHA}-dlq", undertaker)
    second.drain()
    tries = Counter(before.bodies + after.bodies)
    # Pub/Sub also counts the delivery that the first process gave back unopened when it closed.
    assert tries[b"a1"] == 5 or (tries[b"a1"] == 4 and not isinstance(second, EmbeddedBus))
    assert [body for body in after.bodies if body != b"a1"] == [b"a2", b"a3"]
    assert [message.body for message in undertaker.seen] == [b"a1"]


def test_an_error_that_is_not_the_platforms_is_raised_and_the_message_stays(open_bus: OpenBus) -> None:
    bus = open_bus()

    def broken(message: Message) -> None:
        raise KeyError("a bug")

    bus.subscribe(ALPHA, broken)
    bus.publish(ALPHA, b"x")
    with pytest.raises(KeyError, match="a bug"):
        bus.drain()
    recorder = Recorder()
    bus.subscribe(ALPHA, recorder)
    bus.drain()
    assert recorder.bodies == [b"x"]


def test_what_a_handler_publishes_is_delivered_in_the_same_drain(open_bus: OpenBus) -> None:
    bus, recorder = open_bus(), Recorder()
    bus.subscribe(ALPHA, publisher_to(BETA, bus.publish))
    bus.subscribe(BETA, recorder)
    bus.publish(ALPHA, b"go")
    assert bus.drain() == 2
    assert recorder.bodies == [b"go on"]


def test_a_waiting_message_can_be_taken_off_its_topic(open_bus: OpenBus) -> None:
    bus, handled = open_bus(), list[bytes]()

    def take_the_others_off(message: Message) -> None:
        handled.append(message.body)
        deadline = time.monotonic() + 5
        while not (others := bus.pending(ALPHA)[-1:]) and time.monotonic() < deadline:
            time.sleep(0.02)
        for other in others:
            if other.message_id != message.message_id:
                bus.acknowledge(other.message_id)
                bus.acknowledge(other.message_id)

    bus.publish(ALPHA, b"1", ordering_key="a")
    bus.publish(ALPHA, b"2", ordering_key="a")
    bus.subscribe(ALPHA, take_the_others_off)
    assert bus.drain() == 1
    assert handled == [b"1"]
    assert bus.pending(ALPHA) == []


def publisher_to(topic: str, publish: Callable[..., str]) -> Callable[[Message], None]:
    def handler(message: Message) -> None:
        publish(topic, message.body + b" on")

    return handler
