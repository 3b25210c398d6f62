"""Run a command against emulators of Pub/Sub, Firestore and Cloud Storage that live as long as it does.

    python -m tests.support.with_emulators nba-props serve

The command finds them by the variables of Google's clients. Where one is not installed the command does not run, with
`--if-installed` it runs without any. Exit status is that of the command.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Sequence
from contextlib import ExitStack

from tests.support.emulators import Emulator, EmulatorMissing, start_firestore, start_gcs, start_pubsub

STARTS: tuple[Callable[[], Emulator], ...] = (start_gcs, start_firestore, start_pubsub)
_NOT_INSTALLED = 69


def main(arguments: Sequence[str]) -> int:
    """Start all, run the command, stop all."""
    is_optional = bool(arguments) and arguments[0] == "--if-installed"
    command = list(arguments[1:] if is_optional else arguments)
    with ExitStack() as stack:
        emulators: list[Emulator] = []
        try:
            for start in STARTS:
                emulators.append(start())
                stack.callback(emulators[-1].stop)
        except EmulatorMissing as error:
            print(f"no emulators: {error}", file=sys.stderr)
            if not is_optional:
                return _NOT_INSTALLED
            stack.close()
            emulators = []
        variables = {name: value for emulator in emulators for name, value in emulator.environment.items()}
        for name, value in variables.items():
            print(f"export {name}={value}", flush=True)
        return _run(command, {**os.environ, **variables})


def _run(command: Sequence[str], environment: dict[str, str]) -> int:
    """Run a command that ends in its own time, also when this process is told to end, before the emulators do."""
    process = subprocess.Popen(command, env=environment)  # noqa: S603
    # A terminal sends Ctrl-C to the command as well.
    former = {
        signal.SIGINT: signal.signal(signal.SIGINT, lambda number, frame: None),
        signal.SIGTERM: signal.signal(signal.SIGTERM, lambda number, frame: process.send_signal(number)),
    }
    try:
        return process.wait()
    finally:
        for number, handler in former.items():
            signal.signal(number, handler)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
