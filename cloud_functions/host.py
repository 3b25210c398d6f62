"""The process that hosts functions: one platform, built when the first message arrives, used by one at a time."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from python_runners.pipeline.composition import Platform, configured_platform
from python_runners.platform.push_identity import PushIdentity, push_identity


class Host:
    """One process: its platform, who may call it, and whose turn it is.

    dbt runs one invocation per process, and DuckDB one writer, so calls take turns. Who waits for another call's work
    gives his turn away while he sleeps; else the work that he waits for could never run here.
    """

    def __init__(
        self,
        build: Callable[[], Platform] = configured_platform,
        *,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        """Build the platform by `build` when it is first needed."""
        self._build, self._sleep = build, sleep
        self._lock = threading.Lock()
        self._platform: Platform | None = None
        self._identity: PushIdentity | None = None

    @contextmanager
    def turn(self) -> Iterator[Platform]:
        """Use the platform alone."""
        with self._lock:
            yield self._opened()

    def sleep(self, seconds: float) -> None:
        """Sleep inside a turn and let others have theirs meanwhile."""
        self._lock.release()
        try:
            self._sleep(seconds)
        finally:
            self._lock.acquire()

    def admit(self, authorization: str | None) -> None:
        """Let the caller in.

        Raises:
            Unauthenticated: a token is required and there is no valid one.
            Forbidden: the token stands for nobody who may call.
            SourceUnavailable: the token cannot be checked now.
        """
        if self._platform is None:
            with self.turn():
                pass
        if self._identity is not None:
            self._identity.admit(authorization)

    def close(self) -> None:
        """Give the platform's files and connections free."""
        with self._lock:
            if self._platform is not None:
                self._platform.close()
                self._platform = None

    def _opened(self) -> Platform:
        if self._platform is None:
            platform = self._build()
            self._identity = push_identity(platform.settings)
            _ = platform.alerts  # a channel that is named and not configured fails here, not with the first failure
            self._platform = platform
        return self._platform


_host = Host()


def host() -> Host:
    """Return the host of this process."""
    return _host


def use_host(other: Host) -> Host:
    """Make another host that of this process and return the former one."""
    global _host
    former, _host = _host, other
    return former
