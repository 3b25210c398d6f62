"""What the entry points share: admit the caller, take a turn, hand over to the pipeline."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import flask
from cloudevents.http import CloudEvent

from cloud_functions.arrival import delivery_of, pushed_document, refuse, subscription_of
from cloud_functions.host import host
from python_runners.errors import InvalidMessage
from python_runners.events import Topic
from python_runners.operations import dead_letters
from python_runners.operations.scheduled_jobs import JOBS
from python_runners.pipeline.composition import Platform
from python_runners.pipeline.handle import handle
from python_runners.platform.bus import Message
from python_runners.platform.topology import topology
from python_runners.predictions import coordinator
from python_runners.predictions.requests import CoordinatorRequest, parse_request


def receive(event: CloudEvent, topic: Topic) -> None:
    """Handle the delivery of a CloudEvent; returning acknowledges it.

    Raises:
        TransientError: infrastructure failed; the message comes again.
    """
    _handle(delivery_of(_document(event), topic.value))


def receive_dead_letter(event: CloudEvent) -> None:
    """Keep a dead letter; the subscription tells which topic it comes from.

    Raises:
        InvalidMessage: the request names no declared subscription.
    """
    document = _document(event)
    name = subscription_of(document)
    topics = {subscription.name: subscription.topic for subscription in topology().subscriptions}
    if name not in topics:
        raise InvalidMessage(f"a push request of {name}, which is not declared")
    host().admit(flask.request.headers.get("Authorization"))
    with host().turn() as platform:
        dead_letters.record(platform, delivery_of(document, topics[name]))


def coordinate(request: flask.Request) -> flask.typing.ResponseReturnValue:
    """Answer a call of the coordinator; `/trigger` takes a push request, the others a JSON body.

    Raises:
        InvalidMessage: the body does not validate.
        TransientError: infrastructure failed; the call may be repeated.
    """
    action = request.path.strip("/")
    _allow(request, action, _ACTIONS)
    if action == "trigger":
        _handle(delivery_of(pushed_document(), Topic.PRECOMPUTE_COMPLETE.value))
        return "", 204
    asked = parse_request(_body(request))
    host().admit(request.headers.get("Authorization"))
    with host().turn() as platform:
        return _answer(platform, action, asked, is_reading=request.method == "GET")


def run_scheduled(request: flask.Request) -> flask.typing.ResponseReturnValue:
    """Run the scheduled job that the path names.

    Raises:
        TransientError: infrastructure failed; the call may be repeated.
    """
    name = request.path.strip("/")
    _allow(request, name, dict.fromkeys(JOBS, ("POST",)))
    host().admit(request.headers.get("Authorization"))
    with host().turn() as platform:
        return {"job": name, "result": JOBS[name](platform)}


_ACTIONS = {
    "trigger": ("POST",),
    "start": ("POST",),
    "retry": ("POST",),
    "line-update": ("POST",),
    "status": ("GET", "POST"),
}


def _answer(
    platform: Platform, action: str, asked: CoordinatorRequest, *, is_reading: bool
) -> flask.typing.ResponseReturnValue:
    if action == "status":
        return coordinator.status(platform, asked, alerts=not is_reading)
    if action == "start":
        answer = coordinator.start(platform, asked, host().sleep)
    elif action == "retry":
        answer = coordinator.retry(platform, asked)
    else:
        answer = coordinator.line_update(platform, asked)
    return answer.to_document()


def _handle(delivery: Message) -> None:
    host().admit(flask.request.headers.get("Authorization"))
    with host().turn() as platform:
        handle(platform, delivery)


def _body(request: flask.Request) -> Any:
    if request.method == "GET":
        return dict(request.args)
    # Cloud Scheduler sends an empty body unless it is given one.
    document: Any = request.get_json(silent=True) if request.get_data() else {}
    is_scheduled = "X-CloudScheduler" in request.headers
    return {"trigger_source": "scheduler", **document} if is_scheduled and isinstance(document, dict) else document


def _allow(request: flask.Request, name: str, methods: Mapping[str, tuple[str, ...]]) -> None:
    if name not in methods:
        refuse(404, f"there is no /{name}; there are /{', /'.join(sorted(methods))}")
    if request.method not in methods[name]:
        refuse(405, f"/{name} takes {', '.join(methods[name])}")


def _document(event: CloudEvent) -> Any:
    sent = pushed_document()
    return sent if isinstance(sent, dict) and "message" in sent else event.data
