"""HTTP for scrapers: time-outs, retries with jitter, one request at a time and a pause per host."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import httpx
from tenacity import RetryError, Retrying, retry_if_exception_type, stop_after_attempt, wait_exponential_jitter

from python_runners.errors import SourceUnavailable
from python_runners.settings import Settings

_RETRIED_STATUS = frozenset({429, 500, 502, 503, 504})
_BROWSER_HEADERS = {
    "Accept": "application/json, text/plain, */*",
    "Accept-Language": "en-US,en;q=0.9",
    "Referer": "https://www.nba.com/",
    "User-Agent": "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0 Safari/537.36",
}


class _Retryable(Exception):
    """An answer that is worth another attempt."""


@dataclass(frozen=True)
class Request:
    """One GET request; `headers` may hold secrets and is never logged or stored."""

    url: str
    params: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    pause_seconds: float = 0.0


@dataclass(frozen=True)
class Response:
    """What came back: status, body, headers, and how many attempts it took."""

    status: int
    body: bytes
    headers: Mapping[str, str]
    attempts: int


class HttpClient:
    """Polite HTTP with bounded retries."""

    def __init__(
        self,
        settings: Settings,
        *,
        transport: httpx.BaseTransport | None = None,
        sleep: Callable[[float], None] = time.sleep,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        """Build the client from the request settings; `transport` replaces the network in tests."""
        self._client = httpx.Client(
            timeout=settings.request_timeout_seconds,
            transport=transport,
            follow_redirects=True,
            headers=_BROWSER_HEADERS,
        )
        self._attempts = settings.request_attempts
        self._backoff = settings.request_backoff_seconds
        self._pause_scale = settings.request_pause_scale
        self._sleep = sleep
        self._monotonic = monotonic
        self._hosts: dict[str, threading.Lock] = {}
        self._free_at: dict[str, float] = {}
        self._guard = threading.Lock()

    def get(self, request: Request) -> Response:
        """Send a request; timeouts, 429 and 5xx are tried again, other answers are returned as they are.

        Raises:
            SourceUnavailable: no attempt got an answer that is worth returning.
        """
        retrying = Retrying(
            stop=stop_after_attempt(self._attempts),
            wait=wait_exponential_jitter(initial=self._backoff, max=60.0, jitter=self._backoff),
            retry=retry_if_exception_type((_Retryable, httpx.TransportError)),
            sleep=self._sleep,
        )
        try:
            for attempt in retrying:
                with attempt:
                    return self._once(request, attempt.retry_state.attempt_number)
        except RetryError as error:
            cause = error.last_attempt.exception()
            host = httpx.URL(request.url).host
            raise SourceUnavailable(f"{host} did not answer in {self._attempts} attempts: {cause}") from cause
        raise SourceUnavailable("no attempt was made: request_attempts must be at least 1")

    def _once(self, request: Request, number: int) -> Response:
        with self._turn(request):
            answer = self._client.get(request.url, params=dict(request.params), headers=dict(request.headers))
        if answer.status_code in _RETRIED_STATUS:
            raise _Retryable(f"status {answer.status_code}")
        return Response(answer.status_code, answer.content, dict(answer.headers), number)

    def _turn(self, request: Request) -> _Turn:
        host = httpx.URL(request.url).host
        with self._guard:
            lock = self._hosts.setdefault(host, threading.Lock())
        return _Turn(self, host, lock, request.pause_seconds * self._pause_scale)

    def close(self) -> None:
        """Close the connections."""
        self._client.close()


class _Turn:
    """Holds a host for one request and keeps the pause that the source asks for between two of them."""

    def __init__(self, client: HttpClient, host: str, lock: threading.Lock, pause: float) -> None:
        self._client, self._host, self._lock, self._pause = client, host, lock, pause

    def __enter__(self) -> None:
        self._lock.acquire()
        wait = self._client._free_at.get(self._host, 0.0) - self._client._monotonic()
        if wait > 0:
            self._client._sleep(wait)

    def __exit__(self, *_: object) -> None:
        self._client._free_at[self._host] = self._client._monotonic() + self._pause
        self._lock.release()
