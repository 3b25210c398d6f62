"""A stream whose server does not answer: leases run out in the open, never silently."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Iterator

import pytest
from google.api_core.exceptions import ServiceUnavailable
from google.pubsub_v1.types import PubsubMessage, ReceivedMessage, StreamingPullRequest, StreamingPullResponse

from python_runners.platform import pubsub_stream
from python_runners.platform.pubsub_stream import Stream
from python_runners.platform.turns import Lease


class DeafClient:
    """Delivers one message, then takes no answer; counts the streams that were opened."""

    def __init__(self, broken_streams: int = 0) -> None:
        self.streams, self.extensions = 0, 0
        self._broken = broken_streams

    def streaming_pull(self, requests: Iterator[StreamingPullRequest]) -> Iterator[StreamingPullResponse]:
        self.streams += 1
        if self.streams <= self._broken:
            raise ServiceUnavailable("no stream")
        next(requests)
        message = PubsubMessage(message_id="m1", data=b"body", ordering_key="k", attributes={"a": "b"})
        yield StreamingPullResponse(received_messages=[ReceivedMessage(ack_id="h1", message=message)])
        yield from (StreamingPullResponse() for _ in requests)

    def modify_ack_deadline(self, **named: object) -> None:
        self.extensions += 1
        raise ServiceUnavailable("deaf")

    acknowledge = modify_ack_deadline


def opened(client: DeafClient) -> tuple[Stream, Lease]:
    inbox: queue.Queue[Lease] = queue.Queue()
    stream = Stream(client, "projects/p/subscriptions/s", "t", inbox)
    return stream, inbox.get(timeout=5)


def messages(caplog: pytest.LogCaptureFixture) -> str:
    return "\n".join(record.getMessage() for record in caplog.records)


def test_a_delivery_is_taken_in_as_it_came() -> None:
    stream, lease = opened(DeafClient())
    assert (lease.message.message_id, lease.message.body, lease.message.ordering_key) == ("m1", b"body", "k")
    assert (lease.message.attempt, dict(lease.message.attributes), lease.handle) == (1, {"a": "b"}, "h1")
    stream.close()


def test_leases_that_cannot_be_extended_are_named(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pubsub_stream, "_EXTENSIONS_PER_LEASE", 6000)
    client = DeafClient()
    stream, _ = opened(client)
    deadline = time.monotonic() + 5
    while client.extensions == 0 and time.monotonic() < deadline:
        time.sleep(0.01)
    stream.close()
    assert "1 leases not extended" in messages(caplog)


@pytest.mark.parametrize("done", [True, False])
def test_an_answer_that_is_not_taken_is_named_and_raises_nothing(
    caplog: pytest.LogCaptureFixture, *, done: bool
) -> None:
    stream, lease = opened(DeafClient())
    stream.answer(lease, done=done)
    assert "answer to m1 not taken" in messages(caplog)
    stream.close()


def test_leases_that_cannot_be_given_back_are_named(caplog: pytest.LogCaptureFixture) -> None:
    stream, _ = opened(DeafClient())
    stream.close()
    assert "1 leases not given back" in messages(caplog)
    assert not [thread for thread in threading.enumerate() if thread.name == "pull t"]


def test_a_broken_stream_is_opened_again(caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pubsub_stream, "_RECONNECT_SECONDS", 0.01)
    client = DeafClient(broken_streams=2)
    stream, lease = opened(client)
    assert (client.streams, lease.message.message_id) == (3, "m1")
    assert "the stream broke and is opened again" in messages(caplog)
    stream.close()
