"""The part of a deployment that carries messages: topics, who may publish, subscriptions and their pushes."""

from __future__ import annotations

from collections.abc import Iterator

from python_runners.operations.deploy_steps import PROJECT_NUMBER, Step, Target
from python_runners.platform.topology import Function, Subscription

_AGENT = f"serviceAccount:service-{PROJECT_NUMBER}@gcp-sa-pubsub.iam.gserviceaccount.com"


def topics(target: Target) -> Iterator[Step]:
    """Create the topics and say who may publish to each."""
    for name in target.declared.topic_names:
        yield Step(
            "topics",
            target.gcloud("pubsub", "topics", "create", name),
            exists=target.gcloud("pubsub", "topics", "describe", name),
        )
    for topic in target.declared.topics:
        for account in topic.publishers:
            yield _may_publish(target, topic.name, target.member(account))
        # Pub/Sub itself carries what failed to the dead letters; a handler carries what it refuses.
        yield _may_publish(target, topic.dead_letter, _AGENT)
        for account in _consumers(target, topic.name):
            yield _may_publish(target, topic.dead_letter, target.member(account))


def _may_publish(target: Target, topic: str, member: str) -> Step:
    return Step(
        "roles",
        target.gcloud(
            "pubsub", "topics", "add-iam-policy-binding", topic, f"--member={member}", "--role=roles/pubsub.publisher"
        ),
    )


def _consumers(target: Target, topic: str) -> list[str]:
    declared = target.declared
    own = [item.function for item in declared.subscriptions if item.topic == topic and item.function]
    return sorted({declared.function_of(name).service_account for name in own})


def subscriptions(target: Target) -> Iterator[Step]:
    """Create the subscriptions; a function is pushed to with a token of the invoker."""
    for subscription in target.declared.subscriptions:
        flags = tuple(_delivery_flags(target, subscription))
        order = ("--enable-message-ordering",) if target.declared.delivery_of(subscription).is_ordered else ()
        yield Step(
            "subscriptions",
            target.gcloud(
                "pubsub", "subscriptions", "create", subscription.name, f"--topic={subscription.topic}", *flags, *order
            ),
            exists=target.gcloud("pubsub", "subscriptions", "describe", subscription.name),
            update=target.gcloud("pubsub", "subscriptions", "update", subscription.name, *flags),
        )
        if target.declared.dead_letter_of(subscription.topic):
            yield Step(
                "roles",
                target.gcloud(
                    "pubsub", "subscriptions", "add-iam-policy-binding", subscription.name, f"--member={_AGENT}",
                    "--role=roles/pubsub.subscriber",
                ),
            )  # fmt: skip


def _delivery_flags(target: Target, subscription: Subscription) -> Iterator[str]:
    delivery = target.declared.delivery_of(subscription)
    yield f"--ack-deadline={delivery.ack_deadline_seconds}"
    yield f"--min-retry-delay={delivery.minimum_backoff_seconds:g}s"
    yield f"--max-retry-delay={delivery.maximum_backoff_seconds:g}s"
    yield f"--message-retention-duration={delivery.retention_days}d"
    yield "--expiration-period=never"
    dead_letter = target.declared.dead_letter_of(subscription.topic)
    if dead_letter:
        yield f"--dead-letter-topic={dead_letter}"
        yield f"--max-delivery-attempts={delivery.max_delivery_attempts}"
    if subscription.function:
        function = target.declared.function_of(subscription.function)
        yield f"--push-endpoint={push_endpoint(target, subscription, function)}"
        yield f"--push-auth-service-account={target.email('invoker')}"
        yield f"--push-auth-token-audience={target.url(function)}"


def push_endpoint(target: Target, subscription: Subscription, function: Function) -> str:
    """Return the address of a push; functions-framework reads the topic of an event from its path."""
    path = subscription.path or f"/projects/{target.project}/topics/{subscription.topic}"
    return target.url(function) + path
