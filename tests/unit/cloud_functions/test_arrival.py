"""Push requests and deliveries."""

from __future__ import annotations

from typing import Any

import pytest

from cloud_functions.arrival import delivery_of, push_request, subscription_of
from python_runners.errors import InvalidMessage
from python_runners.platform.bus import Message

MESSAGE = Message("m1", "t", b'{"a": 1}', "2025-11-15", {"correlation_id": "c"}, 3)


def test_a_delivery_travels_through_a_push_request_unchanged() -> None:
    assert delivery_of(push_request(MESSAGE, "projects/p/subscriptions/s"), "t") == MESSAGE


def test_what_the_emulator_leaves_out_has_a_meaning() -> None:
    document = push_request(MESSAGE, "s")
    del document["deliveryAttempt"], document["message"]["orderingKey"]
    document["message"]["attributes"]["ordering_key"] = "k"
    delivery = delivery_of(document, "t")
    assert (delivery.attempt, delivery.ordering_key) == (1, "k")


@pytest.mark.parametrize(
    "document",
    [
        None,
        [],
        {},
        {"message": "text"},
        {"message": {"data": "e30="}},
        {"message": {"messageId": "m", "data": "no base64!"}},
        {"message": {"messageId": "m"}, "deliveryAttempt": "many"},
    ],
)
def test_what_is_no_push_request_is_refused(document: Any) -> None:
    with pytest.raises(InvalidMessage):
        delivery_of(document, "t")


def test_a_message_without_data_has_an_empty_body() -> None:
    assert delivery_of({"message": {"messageId": "m"}}, "t").body == b""


def test_the_subscription_is_named_without_its_project() -> None:
    assert subscription_of({"subscription": "projects/p/subscriptions/run-raw-changes"}) == "run-raw-changes"
    for document in (None, {}, {"subscription": 1}):
        with pytest.raises(InvalidMessage):
            subscription_of(document)
