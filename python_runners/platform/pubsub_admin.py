"""Create topics and subscriptions of the declaration on Pub/Sub, as often as one likes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import closing
from typing import Any

from google.api_core.exceptions import AlreadyExists, GoogleAPICallError
from google.cloud.pubsub_v1 import PublisherClient, SubscriberClient
from google.protobuf.duration_pb2 import Duration

from python_runners.errors import BusUnavailable
from python_runners.platform.topology import Subscription, Topology

_SECONDS = 10.0


def create_all(project: str, declared: Topology, *, push_to: Callable[[Subscription], str] | None = None) -> list[str]:
    """Create every topic and subscription that is missing and return the names of those that were created.

    Args:
        project: Google Cloud project, on the emulator any name.
        declared: what to create.
        push_to: address that a function's subscription is pushed to; without it every subscription is pulled. The
            emulator never forwards the dead letters of an ordered push and lets the key stand still, so a push that
            is created here has no order; handlers do not need one.

    Raises:
        BusUnavailable: Pub/Sub did not do it.
    """
    created: list[str] = []
    with closing(SubscriberClient()) as subscriber:
        publisher = PublisherClient()
        try:
            for name in declared.topic_names:
                _create(publisher.create_topic, {"name": f"projects/{project}/topics/{name}"}, created)
            for subscription in declared.subscriptions:
                address = push_to(subscription) if push_to is not None and subscription.function else None
                _create(subscriber.create_subscription, _request(project, declared, subscription, address), created)
        except GoogleAPICallError as error:
            raise BusUnavailable(f"topics and subscriptions of {project}: {error}") from error
        finally:
            publisher.transport.close()
    return created


def _create(method: Callable[..., Any], request: Mapping[str, Any], created: list[str]) -> None:
    try:
        method(request=request, retry=None, timeout=_SECONDS)
    except AlreadyExists:
        return
    created.append(str(request["name"]).rsplit("/", 1)[-1])


def _request(project: str, declared: Topology, subscription: Subscription, address: str | None) -> dict[str, Any]:
    delivery = declared.delivery_of(subscription)
    request: dict[str, Any] = {
        "name": f"projects/{project}/subscriptions/{subscription.name}",
        "topic": f"projects/{project}/topics/{subscription.topic}",
        "ack_deadline_seconds": delivery.ack_deadline_seconds,
        "enable_message_ordering": delivery.is_ordered and address is None,
        "message_retention_duration": Duration(seconds=delivery.retention_days * 86_400),
        "retry_policy": {
            "minimum_backoff": _duration(delivery.minimum_backoff_seconds),
            "maximum_backoff": _duration(delivery.maximum_backoff_seconds),
        },
    }
    if address is not None:
        request["push_config"] = {"push_endpoint": address}
    dead_letter = declared.dead_letter_of(subscription.topic)
    if dead_letter is not None:
        request["dead_letter_policy"] = {
            "dead_letter_topic": f"projects/{project}/topics/{dead_letter}",
            "max_delivery_attempts": delivery.max_delivery_attempts,
        }
    return request


def _duration(seconds: float) -> Duration:
    return Duration(seconds=int(seconds), nanos=round(seconds % 1 * 1e9))
