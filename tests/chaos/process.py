"""The handler process as its supervisor sees it: started, killed, started again, its reports read."""

from __future__ import annotations

import json
import math
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

from python_runners.settings import PROJECT_ROOT
from tests.chaos.faults import DIES_AFTER, written
from tests.chaos.ledger_state import OpenWork
from tests.support.emulators import DYING_WITH_PARENT

_STOP_SECONDS = 90.0
_COUNTED = ("deliveries", "redeliveries")


class HandlerProcess:
    """Keeps one handler process running, and counts how often it died."""

    def __init__(self, control: Path, environment: Mapping[str, str]) -> None:
        """Start nothing yet."""
        self._control, self._environment = control, dict(environment)
        self._process: subprocess.Popen[str] | None = None
        self._log = control / "handler.log"
        self.counted: Counter[str] = Counter()
        self.work: OpenWork | None = None
        self.ready_at = math.inf
        self._current: dict[str, int] = {}

    def start(self, dies_after: int | None) -> None:
        """Start it; it kills itself after that many statements on the warehouse, None for never."""
        (self._control / DIES_AFTER).unlink(missing_ok=True)
        if dies_after is not None:
            written(self._control / DIES_AFTER, str(dies_after))
        self.work, self.ready_at = None, math.inf
        with self._log.open("a") as log:
            self._process = subprocess.Popen(  # noqa: S603
                [*DYING_WITH_PARENT, sys.executable, "-m", "tests.chaos.handler", str(self._control)],
                env=self._environment,
                cwd=PROJECT_ROOT,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
                start_new_session=True,
            )
        self._reader = threading.Thread(target=self._read, args=(self._process,), daemon=True)
        self._reader.start()

    @property
    def deliveries(self) -> int:
        """Deliveries that the running process has taken so far."""
        return self._current.get("deliveries", 0)

    def has_ended(self) -> bool:
        """Whether no process is running."""
        return self._process is None or self._process.poll() is not None

    def kill(self) -> None:
        """Kill it without a word."""
        assert self._process is not None
        self._process.kill()
        self.buried()

    def buried(self) -> int:
        """Add up what the ended process counted and return its exit status."""
        assert self._process is not None
        status = self._process.wait(_STOP_SECONDS)
        self._reader.join()
        self.counted.update(self._current)
        self._current, self.work, self._process = {}, None, None
        return status

    def stop(self) -> None:
        """Let it finish the message at hand and end."""
        assert self._process is not None
        self._process.terminate()
        status = self.buried()
        assert status == 0, self.log()

    def log(self) -> str:
        """Return the end of what the processes wrote to standard error."""
        return self._log.read_text()[-4000:]

    def _read(self, process: subprocess.Popen[str]) -> None:
        assert process.stdout is not None
        with process.stdout:
            for line in process.stdout:
                # A killed process can leave half a line behind.
                if line.endswith("\n"):
                    report = json.loads(line)
                    self._current = {name: report.pop(name, 0) for name in _COUNTED}
                    self.work = OpenWork(**report)
                    self.ready_at = min(self.ready_at, time.monotonic())
