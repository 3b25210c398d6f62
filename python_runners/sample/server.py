"""A local HTTP server that serves the sources of a sample league."""

from __future__ import annotations

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from python_runners.sample.answers import Answer
from python_runners.sample.clock import LeagueClock
from python_runners.sample.league import League
from python_runners.sample.sources import PREFIXES, Sources, settings_values

_HANG_AT_MOST_SECONDS = 60.0


class SampleServer:
    """Serves a league on a free port of this machine, from the moment it is started until it is stopped.

    Use it as a context manager. A request that a scenario lets hang is held until the server stops.
    """

    def __init__(self, league: League, clock: LeagueClock, *, port: int = 0) -> None:
        """Bind a port; 0 takes any free one."""
        self.sources = Sources(league, clock)
        self._stopping = threading.Event()
        self._server = ThreadingHTTPServer(("127.0.0.1", port), _handler(self.sources, self._stopping))
        self._server.daemon_threads = True
        self._thread: threading.Thread | None = None

    @property
    def root(self) -> str:
        """Address of the server without a slash at the end."""
        host, port = self._server.server_address[:2]
        return f"http://{host!s}:{port}"

    def base_urls(self) -> dict[str, str]:
        """Return the address of every source by the name of its setting."""
        return {setting: f"{self.root}{prefix}" for setting, prefix in PREFIXES.items()}

    def settings_values(self) -> dict[str, str]:
        """Return settings that point the platform to this server: addresses, and keys of no worth."""
        return settings_values(self.root)

    def start(self) -> SampleServer:
        """Begin to serve."""
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        self._thread.start()
        return self

    def stop(self) -> None:
        """Release held requests and the port."""
        self._stopping.set()
        if self._thread is not None:
            self._server.shutdown()
            self._thread.join()
        self._server.server_close()

    def __enter__(self) -> SampleServer:
        """Start."""
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop."""
        self.stop()


def _handler(sources: Sources, stopping: threading.Event) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        # Headers and body leave together: apart, the second would wait 40 ms for the client to acknowledge the first.
        wbufsize = -1
        disable_nagle_algorithm = True

        def do_GET(self) -> None:
            url = urlsplit(self.path)
            answer = sources.answer(url.path, dict(parse_qsl(url.query)), dict(self.headers.items()))
            if answer.hang:
                stopping.wait(_HANG_AT_MOST_SECONDS)
                self.close_connection = True
                return
            self._send(answer)

        def _send(self, answer: Answer) -> None:
            self.send_response(answer.status)
            for name, value in {"Content-Type": answer.content_type, **answer.headers}.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(answer.body)))
            self.end_headers()
            self.wfile.write(answer.body)

        def log_message(self, format: str, *args: Any) -> None:
            """Say nothing: requests are kept in `Sources.asked`."""

    return Handler
