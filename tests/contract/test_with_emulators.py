"""Running a command with all emulators: it finds them, they end with it, and its status is passed on."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys

import pytest

from tests.support import with_emulators
from tests.support.emulators import Emulator, EmulatorMissing

SHOW = "import os, sys; print(*(v for n, v in os.environ.items() if n.endswith('_EMULATOR_HOST'))); sys.exit(3)"


def _is_listening(address: str) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", int(address.rpartition(":")[2]))) == 0


@pytest.mark.usefixtures("pubsub_emulator", "firestore_emulator", "gcs_server")
def test_the_command_sees_three_emulators_that_end_with_it(
    capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in [name for name in os.environ if name.endswith("_EMULATOR_HOST")]:
        monkeypatch.delenv(name)
    assert with_emulators.main([sys.executable, "-c", SHOW]) == 3
    *exports, seen = capfd.readouterr().out.splitlines()
    assert sorted(line.partition("=")[2] for line in exports) == sorted(seen.split())
    assert len(seen.split()) == 3
    assert not any(_is_listening(address) for address in seen.split())


def _absent() -> Emulator:
    raise EmulatorMissing("java is absent")


@pytest.mark.parametrize(("option", "status", "ran"), [([], 69, False), (["--if-installed"], 3, True)])
def test_without_emulators_the_command_runs_only_if_told_to(
    option: list[str],
    status: int,
    ran: bool,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(with_emulators, "STARTS", (_absent,))
    assert with_emulators.main([*option, sys.executable, "-c", "print('ran'); raise SystemExit(3)"]) == status
    printed = capfd.readouterr()
    assert ("ran" in printed.out) is ran
    assert printed.err == "no emulators: java is absent\n"


def test_a_command_that_is_told_to_end_ends_in_its_own_time() -> None:
    inner = (
        "import signal, sys, time; signal.signal(15, lambda *a: sys.exit(7)); print('up', flush=True); time.sleep(60)"
    )
    program = (
        "import sys; from tests.support import with_emulators as w; w.STARTS = (); "
        f"sys.exit(w.main([sys.executable, '-c', {inner!r}]))"
    )
    outer = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True)  # noqa: S603
    assert outer.stdout is not None
    with outer.stdout:
        assert outer.stdout.readline() == "up\n"
        outer.send_signal(signal.SIGTERM)
        assert outer.wait(20) == 7
