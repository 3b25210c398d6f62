"""All functions in one process: one WSGI application, and a loop that pushes the messages of a bus to it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import flask
import functions_framework
from werkzeug.middleware.dispatcher import DispatcherMiddleware
from werkzeug.test import Client

from cloud_functions.arrival import push_request
from python_runners.errors import TransientError
from python_runners.platform.bus import Bus, Message
from python_runners.platform.topology import Subscription, Topology

if TYPE_CHECKING:
    from collections.abc import Iterable

    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

SOURCE = Path(__file__).with_name("main.py")
IDLE_SECONDS = 0.1
STOP_SECONDS = 30.0


def all_functions(declared: Topology, is_delivering: Callable[[], bool]) -> DispatcherMiddleware:
    """Return one WSGI application that serves every declared function under its name, and /healthz.

    Args:
        declared: what runs in the cloud.
        is_delivering: whether messages are taken from the bus; /healthz answers 503 while they are not.
    """
    names = [function.name for function in declared.functions]
    front = flask.Flask("nba-props")

    @front.get("/healthz")
    def healthz() -> flask.typing.ResponseReturnValue:
        if is_delivering():
            return {"status": "ok", "functions": names}
        return {"status": "messages are not delivered", "functions": names}, 503

    return DispatcherMiddleware(front.wsgi_app, {f"/{name}": _application(name) for name in names})


def _application(name: str) -> WSGIApplication:
    application: flask.Flask = functions_framework.create_app(name, str(SOURCE))  # type: ignore[no-untyped-call]

    def rooted(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        # A redirect from /name to /name/ is a failed delivery for Pub/Sub.
        return application.wsgi_app({**environ, "PATH_INFO": environ["PATH_INFO"] or "/"}, start_response)

    return rooted


class PushLoop:
    """Takes messages from a bus and pushes each to the function of its subscription, as Pub/Sub would."""

    def __init__(self, bus: Bus, application: DispatcherMiddleware, declared: Topology) -> None:
        """Subscribe to every topic that is pushed to a function."""
        self._bus, self._client = bus, Client(application)
        self._subscriptions: dict[str, Subscription] = {
            subscription.topic: subscription for subscription in declared.subscriptions if subscription.function
        }
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="push loop", daemon=True)
        for topic in self._subscriptions:
            bus.subscribe(topic, self.push)

    def push(self, delivery: Message) -> None:
        """Push one delivery.

        Raises:
            TransientError: the answer is not 2xx; the message comes again.
        """
        subscription = self._subscriptions[delivery.topic]
        target = f"/{subscription.function}{subscription.path}"
        response = self._client.post(
            target, json=push_request(delivery, f"projects/local/subscriptions/{subscription.name}")
        )
        if response.status_code >= 300:
            raise TransientError(f"{target} answered {response.status_code}: {response.get_data(as_text=True)[:300]}")

    @property
    def is_alive(self) -> bool:
        """Whether messages are being delivered."""
        return self._thread.is_alive()

    def start(self) -> None:
        """Deliver in the background until `stop`."""
        self._thread.start()

    def stop(self) -> None:
        """Let the delivery at hand end and deliver no more."""
        self._stopping.set()
        self._thread.join(STOP_SECONDS)

    def _run(self) -> None:
        while not self._stopping.is_set():
            if self._bus.drain(max_deliveries=1) == 0:
                self._stopping.wait(IDLE_SECONDS)
