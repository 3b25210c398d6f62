"""The door: a push request becomes a delivery, a refusal becomes a status code."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any, NoReturn, TypeVar

import flask

from python_runners.errors import Forbidden, InvalidMessage, Unauthenticated
from python_runners.platform.bus import Message

_Result = TypeVar("_Result")


def delivery_of(document: Any, topic: str) -> Message:
    """Return the delivery that a Pub/Sub push request carries.

    Args:
        document: body of the request, or the data of the CloudEvent made from it.
        topic: topic of the subscription; the request names the subscription alone.

    Raises:
        InvalidMessage: the document is no push envelope.
    """
    message = document.get("message") if isinstance(document, Mapping) else None
    if not isinstance(message, Mapping):
        raise InvalidMessage("a push request without a message")
    attributes = message.get("attributes") or {}
    try:
        return Message(
            message_id=str(message["messageId"]),
            topic=topic,
            body=base64.b64decode(message.get("data") or "", validate=True),
            ordering_key=str(message.get("orderingKey") or attributes.get("ordering_key") or ""),
            attributes={str(name): str(value) for name, value in attributes.items()},
            attempt=int(document.get("deliveryAttempt") or 1),
        )
    except (KeyError, ValueError, binascii.Error) as error:
        raise InvalidMessage(f"a push request whose message cannot be read: {error!r}") from error


def push_request(delivery: Message, subscription: str) -> dict[str, Any]:
    """Return the push request of a delivery, as Pub/Sub writes it."""
    message = {
        "data": base64.b64encode(delivery.body).decode(),
        "attributes": dict(delivery.attributes),
        "messageId": delivery.message_id,
        "message_id": delivery.message_id,
    }
    if delivery.ordering_key:
        message["orderingKey"] = delivery.ordering_key
    return {"message": message, "subscription": subscription, "deliveryAttempt": delivery.attempt}


def pushed_document() -> Any:
    """Return the push request that the current HTTP request carries.

    The CloudEvent that functions-framework makes of one has neither subscription, attempt nor ordering key.
    """
    return flask.request.get_json(silent=True)


def subscription_of(document: Any) -> str:
    """Return the name of the subscription that a push request comes from.

    Raises:
        InvalidMessage: the request does not say.
    """
    name = document.get("subscription") if isinstance(document, Mapping) else None
    if not isinstance(name, str):
        raise InvalidMessage("a push request without a subscription")
    return name.rpartition("/")[2]


def refusing(function: Callable[..., _Result]) -> Callable[..., _Result]:
    """Answer 400, 401 or 403 when a request is refused at the door; everything else is raised on."""

    @wraps(function)
    def guarded(*arguments: Any) -> _Result:
        try:
            return function(*arguments)
        except InvalidMessage as error:
            refuse(400, str(error))
        except Unauthenticated as error:
            refuse(401, str(error))
        except Forbidden as error:
            refuse(403, str(error))

    return guarded


def refuse(status: int, reason: str) -> NoReturn:
    """End the current request with a status and the reason as JSON."""
    flask.abort(flask.make_response({"error": reason}, status))
