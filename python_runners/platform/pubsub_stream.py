"""One subscription of Pub/Sub, read as a stream into a queue, with leases that are kept alive until they are answered.

A stream is ended by closing its request side and reading it out. A cancelled call would leave the server with a
consumer that is not there any more, and the next message would go to it.
"""

from __future__ import annotations

import logging
import queue
import threading
from collections.abc import Iterator

from google.api_core.exceptions import GoogleAPICallError
from google.cloud.pubsub_v1 import SubscriberClient
from google.pubsub_v1.types import ReceivedMessage, StreamingPullRequest

from python_runners.platform.bus import Message
from python_runners.platform.turns import Lease

LEASE_SECONDS = 60
_EXTENSIONS_PER_LEASE = 3
_LOOK_AHEAD = 100
_RECONNECT_SECONDS = 0.5
_ANSWER_SECONDS = 10.0
_log = logging.getLogger(__name__)


class Stream:
    """Reads one subscription until it is closed; reconnects when the connection breaks."""

    def __init__(
        self,
        client: SubscriberClient,
        subscription: str,
        topic: str,
        inbox: queue.Queue[Lease],
        *,
        lease_seconds: int = LEASE_SECONDS,
    ) -> None:
        """Begin to read."""
        self._client, self._subscription, self._topic, self._inbox = client, subscription, topic, inbox
        self._lease_seconds = lease_seconds
        self._leases: set[str] = set()
        self._lock = threading.Lock()
        self._closing = threading.Event()
        self._requests: queue.Queue[StreamingPullRequest | None] = queue.Queue()
        self._reader = threading.Thread(target=self._read, name=f"pull {topic}", daemon=True)
        self._keeper = threading.Thread(target=self._keep, name=f"keep {topic}", daemon=True)
        self._reader.start()
        self._keeper.start()

    def answer(self, lease: Lease, *, done: bool) -> None:
        """Acknowledge a message, or have it delivered again at once.

        An answer that does not reach the server is logged: the lease runs out, and the message comes again.
        """
        with self._lock:
            self._leases.discard(lease.handle)
        try:
            if done:
                self._client.acknowledge(
                    subscription=self._subscription, ack_ids=[lease.handle], retry=None, timeout=_ANSWER_SECONDS
                )
            else:
                self._extend([lease.handle], 0)
        except GoogleAPICallError as error:
            _log.warning("%s: answer to %s not taken: %s", self._subscription, lease.message.message_id, error)

    def close(self) -> None:
        """Stop reading; leases that were not answered are given back."""
        self._closing.set()
        self._requests.put(None)
        self._reader.join()
        self._keeper.join()
        with self._lock:
            left = sorted(self._leases)
            self._leases.clear()
        if left:
            try:
                self._extend(left, 0)
            except GoogleAPICallError as error:
                _log.warning("%s: %d leases not given back: %s", self._subscription, len(left), error)

    def _read(self) -> None:
        while not self._closing.is_set():
            try:
                for response in self._client.streaming_pull(requests=self._asked()):
                    for received in response.received_messages:
                        self._take(received)
            except GoogleAPICallError as error:
                _log.warning("%s: the stream broke and is opened again: %s", self._subscription, error)
                self._closing.wait(_RECONNECT_SECONDS)

    def _asked(self) -> Iterator[StreamingPullRequest]:
        yield StreamingPullRequest(
            subscription=self._subscription,
            stream_ack_deadline_seconds=self._lease_seconds,
            max_outstanding_messages=_LOOK_AHEAD,
        )
        while (request := self._requests.get()) is not None:
            yield request

    def _take(self, received: ReceivedMessage) -> None:
        message = Message(
            message_id=received.message.message_id,
            topic=self._topic,
            body=bytes(received.message.data),
            ordering_key=received.message.ordering_key,
            attributes=dict(received.message.attributes),
            attempt=received.delivery_attempt or 1,
        )
        with self._lock:
            self._leases.add(received.ack_id)
        self._inbox.put(Lease(message, self._subscription, received.ack_id))

    def _keep(self) -> None:
        while not self._closing.wait(self._lease_seconds / _EXTENSIONS_PER_LEASE):
            with self._lock:
                held = sorted(self._leases)
            if held:
                try:
                    self._extend(held, self._lease_seconds)
                except GoogleAPICallError as error:
                    _log.warning("%s: %d leases not extended: %s", self._subscription, len(held), error)

    def _extend(self, handles: list[str], seconds: int) -> None:
        self._client.modify_ack_deadline(
            subscription=self._subscription,
            ack_ids=handles,
            ack_deadline_seconds=seconds,
            retry=None,
            timeout=_ANSWER_SECONDS,
        )
