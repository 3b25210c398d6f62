"""The message bus on Pub/Sub: what `EmbeddedBus` promises, with messages that travel through Google's service."""

from __future__ import annotations

import queue
import time
from collections.abc import Callable, Mapping

from google.api_core.exceptions import GoogleAPICallError
from google.cloud.pubsub_v1 import PublisherClient, SubscriberClient
from google.pubsub_v1 import PublisherClient as PublisherApi
from google.pubsub_v1.types import PubsubMessage

from python_runners.errors import BusUnavailable, MissingSetting, NbaPropsError
from python_runners.platform.bus import MAX_ATTEMPTS, Handler, Message, dead_letter_attributes
from python_runners.platform.pubsub_stream import LEASE_SECONDS, Stream
from python_runners.platform.turns import Lease, Turns

_POLL_SECONDS = 0.02


class PubSubBus:
    """Publishes with an acknowledgement and delivers by pulling; `drain` hands messages to one handler at a time.

    Pub/Sub counts the attempts, so the count survives this process. The back-off and the order of a key after a failure
    are kept here as well, because a message that was given back may return at once and behind its successors.
    """

    def __init__(
        self,
        project: str,
        subscriptions: Mapping[str, str],
        *,
        max_attempts: int = MAX_ATTEMPTS,
        backoff_seconds: float = 10.0,
        longest_backoff_seconds: float = 600.0,
        idle_seconds: float = 0.3,
        patience_seconds: float = 30.0,
        publish_timeout_seconds: float = 10.0,
        lease_seconds: int = LEASE_SECONDS,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Connect; the emulator is used where PUBSUB_EMULATOR_HOST says so.

        Args:
            project: Google Cloud project.
            subscriptions: name of the subscription per topic that may be subscribed to.
            max_attempts: deliveries after which a failing message is dead.
            backoff_seconds: pause after the first failure; doubled at each further one.
            longest_backoff_seconds: longest pause.
            idle_seconds: silence after which nothing more is expected from other processes.
            patience_seconds: silence after which messages that are known to be under way are left to a later drain.
            publish_timeout_seconds: time within which a publish is acknowledged or fails.
            lease_seconds: silence of this process after which others get the messages that it holds; 10 at least.
            clock: seconds that never go backwards.
        """
        self._project, self._subscriptions, self._clock = project, dict(subscriptions), clock
        self._max_attempts, self._backoff, self._longest = max_attempts, backoff_seconds, longest_backoff_seconds
        self._idle, self._patience, self._publish_timeout = idle_seconds, patience_seconds, publish_timeout_seconds
        self._lease_seconds = lease_seconds
        self._publisher, self._subscriber = PublisherClient(), SubscriberClient()
        self._handlers: dict[str, Handler] = {}
        self._streams: dict[str, Stream] = {}
        self._inbox: queue.Queue[Lease] = queue.Queue()
        self._turns = Turns()
        self._under_way: set[str] = set()

    def publish(
        self, topic: str, body: bytes, *, ordering_key: str = "", attributes: Mapping[str, str] | None = None
    ) -> str:
        """Hand over a message and wait for the acknowledgement.

        Raises:
            BusUnavailable: it did not come in time, or Pub/Sub refused.
        """
        message = PubsubMessage(data=body, ordering_key=ordering_key, attributes=dict(attributes or {}))
        try:
            # The call of the service itself: Google's publisher retries an ordered message for ever behind the caller.
            answer = PublisherApi.publish(
                self._publisher,
                topic=f"projects/{self._project}/topics/{topic}",
                messages=[message],
                retry=None,
                timeout=self._publish_timeout,
            )
        except GoogleAPICallError as error:
            raise BusUnavailable(f"{topic}: {error}") from error
        message_id = str(answer.message_ids[0])
        if topic in self._handlers:
            self._under_way.add(message_id)
        return message_id

    def subscribe(self, topic: str, handler: Handler) -> None:
        """Deliver the messages of a topic to `handler`.

        Raises:
            MissingSetting: the topic has no subscription that can be pulled.
        """
        if topic not in self._subscriptions:
            raise MissingSetting(f"subscription of {topic}", "a topic is read through a declared subscription")
        self._handlers[topic] = handler

    def drain(self, max_deliveries: int = 100_000) -> int:
        """Deliver until nothing is due and nothing came for a while; return the number of deliveries."""
        for topic in set(self._handlers) - set(self._streams):
            name = f"projects/{self._project}/subscriptions/{self._subscriptions[topic]}"
            self._streams[topic] = Stream(self._subscriber, name, topic, self._inbox, lease_seconds=self._lease_seconds)
        deliveries, quiet_since = 0, self._clock()
        while deliveries < max_deliveries:
            lease = self._next()
            if lease is not None:
                self._deliver(lease)
                deliveries += 1
                quiet_since = self._clock()
                continue
            is_expecting = bool(self._under_way) or not self._turns.is_empty
            if self._clock() - quiet_since > (self._patience if is_expecting else self._idle):
                return deliveries
        return deliveries

    def pending(self, topic: str) -> list[Message]:
        """Return the messages of a topic that are leased by this process and had no turn yet.

        Pub/Sub shows nothing without delivering it, so what other processes hold, or nobody yet, is not seen.
        """
        self._take_in()
        return [lease.message for lease in self._turns.waiting if lease.message.topic == topic]

    def acknowledge(self, message_id: str) -> None:
        """Take a message that had no turn yet off its topic; without effect when it is off already."""
        lease = self._turns.remove(message_id)
        if lease is not None:
            self._under_way.discard(message_id)
            self._turns.finished(lease)
            self._streams[lease.message.topic].answer(lease, done=True)

    def close(self) -> None:
        """Stop reading, give back what had no turn, and close the connections."""
        for stream in self._streams.values():
            stream.close()
        self._streams.clear()
        self._subscriber.close()
        self._publisher.transport.close()

    def _next(self) -> Lease | None:
        self._take_in()
        lease = self._turns.next(self._clock())
        if lease is None:
            try:
                self._turns.add(self._inbox.get(timeout=_POLL_SECONDS))
            except queue.Empty:
                return None
            lease = self._turns.next(self._clock())
        return lease

    def _take_in(self) -> None:
        while not self._inbox.empty():
            self._turns.add(self._inbox.get())

    def _deliver(self, lease: Lease) -> None:
        message = lease.message
        self._under_way.discard(message.message_id)
        stream = self._streams[message.topic]
        try:
            self._handlers[message.topic](message)
        except NbaPropsError as error:
            self._after_failure(stream, lease, f"{type(error).__name__}: {error}")
        except BaseException:
            stream.answer(lease, done=False)
            raise
        else:
            self._turns.finished(lease)
            stream.answer(lease, done=True)

    def _after_failure(self, stream: Stream, lease: Lease, reason: str) -> None:
        message = lease.message
        if message.attempt >= self._max_attempts:
            try:
                self.publish(f"{message.topic}-dlq", message.body, attributes=dead_letter_attributes(message, reason))
            except BusUnavailable:
                # Pub/Sub forwards it itself once it is given back after its last attempt, only without the reason.
                stream.answer(lease, done=False)
                return
            self._turns.finished(lease)
            stream.answer(lease, done=True)
            return
        pause = min(self._longest, self._backoff * 2 ** (message.attempt - 1))
        self._turns.failed(lease, self._clock() + pause)
        stream.answer(lease, done=False)
