"""The launcher itself: servers answer on loopback, end with their group, and die with the process that started them."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

import tests.support.emulators as emulators
from tests.support.emulators import Emulator, EmulatorBroken, EmulatorMissing

ROOT = Path(__file__).parents[2]


def _listens(address: str) -> bool:
    host, port = address.split(":")
    with socket.socket() as probe:
        return probe.connect_ex((host, int(port))) == 0


@pytest.mark.parametrize("fixture", ["pubsub_emulator", "firestore_emulator", "gcs_server", "bigquery_emulator"])
def test_each_server_listens_on_loopback_and_names_its_variable(fixture: str, request: pytest.FixtureRequest) -> None:
    emulator: Emulator = request.getfixturevalue(fixture)
    assert emulator.address.startswith("127.0.0.1:")
    assert _listens(emulator.address)
    assert emulator.address in emulator.environment[emulator.variable]


def test_a_stopped_server_no_longer_listens(gcs_server: Emulator) -> None:
    second = emulators.start_gcs()
    assert second.address != gcs_server.address
    second.stop()
    assert not _listens(second.address)
    assert second.process.returncode is not None


def test_nothing_is_left_listening_when_the_parent_is_killed(gcs_server: Emulator) -> None:
    program = (
        "import time; from tests.support.emulators import start_gcs; "
        "print(start_gcs().address, flush=True); time.sleep(60)"
    )
    parent = subprocess.Popen(  # noqa: S603
        [sys.executable, "-c", program],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        text=True,
    )
    assert parent.stdout is not None
    with parent.stdout:
        address = parent.stdout.readline().strip()
        assert _listens(address)
        parent.send_signal(signal.SIGKILL)
        parent.wait(5)
    deadline = time.monotonic() + 5
    while _listens(address) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not _listens(address)


@pytest.mark.parametrize("start", [emulators.start_pubsub, emulators.start_firestore])
def test_a_machine_without_the_sdk_hears_what_to_install(
    start: Callable[[], Emulator], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setattr(emulators, "_SDK_FOLDERS", ())
    with pytest.raises(EmulatorMissing, match="Google Cloud SDK is absent"):
        start()


def test_a_server_that_ends_at_once_is_reported_with_what_it_printed() -> None:
    command = [sys.executable, "-c", "print('no such flag'); raise SystemExit(2)"]
    with pytest.raises(EmulatorBroken, match="no such flag"):
        emulators._start("broken", command, emulators.free_port(), "NOWHERE", "/")
