"""One step of a benchmark, measured in a process of its own."""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
import time
from dataclasses import dataclass
from typing import Any

from python_runners.errors import BuildFailed
from python_runners.settings import PROJECT_ROOT


@dataclass(frozen=True)
class Measurement:
    """One step in its own process: wall seconds, processor seconds, peak resident memory in MB, and what it printed."""

    step: str
    seconds: float
    cpu_seconds: float
    peak_megabytes: float
    output: str = ""

    def printed(self) -> list[dict[str, Any]]:
        """Return the measurements that the step printed, one JSON object a line."""
        return [json.loads(line) for line in self.output.splitlines() if line.startswith('{"what"')]


def measure(step: str, command: tuple[str, ...], environment: dict[str, str]) -> Measurement:
    """Run a command and measure it.

    Raises:
        BuildFailed: the command failed.
    """
    with tempfile.TemporaryFile() as output:
        started = time.perf_counter()
        process = subprocess.Popen(  # noqa: S603 - our own interpreter and arguments
            command, cwd=PROJECT_ROOT, env=environment, stdout=output, stderr=subprocess.STDOUT
        )
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - started
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            output.seek(0)
            raise BuildFailed(f"{step} failed: {output.read().decode(errors='replace')[-2000:]}")
        output.seek(0)
        printed = output.read().decode(errors="replace")
    return Measurement(step, seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, printed)
