"""The process that is killed: every function behind one port, fed from Pub/Sub, with failures that can be asked for.

It prints one line of JSON twice a second between two messages: what is still open in the ledger, and that it is alive.
"""

from __future__ import annotations

import json
import signal
import sys
import threading
from collections import Counter
from dataclasses import asdict
from pathlib import Path
from types import FrameType

from cloud_functions.host import Host, use_host
from cloud_functions.serve import LocalServer
from python_runners.loaders.write import create_tables
from python_runners.pipeline.composition import Platform
from python_runners.platform.bus import Handler, Message
from python_runners.platform.pubsub import PubSubBus
from python_runners.platform.topology import topology
from python_runners.settings import get_settings
from tests.chaos.faults import FailingWarehouse, FileClock, RefusingStateStore
from tests.chaos.ledger_state import OpenWork, open_work

LEASE_SECONDS = 10
_BACKOFF_SECONDS = 0.3
_LONGEST_BACKOFF_SECONDS = 2.0
_REPORT_SECONDS = 0.5


class CountingBus(PubSubBus):
    """Counts deliveries and those of them that were not the first."""

    counted: Counter[str]

    def subscribe(self, topic: str, handler: Handler) -> None:
        def counting(message: Message) -> None:
            self.counted["deliveries"] += 1
            self.counted["redeliveries"] += message.attempt > 1
            handler(message)

        super().subscribe(topic, counting)


def open_platform(control: Path) -> Platform:
    """Build the platform of the cloud runtime from the environment, with the failures that `control` asks for."""
    settings = get_settings()
    platform = Platform(settings, FileClock(control))
    warehouse = FailingWarehouse(settings.warehouse_path, control)
    create_tables(warehouse)
    bus = CountingBus(
        settings.required("project", "the emulators"),
        {item.topic: item.name for item in topology().subscriptions},
        backoff_seconds=_BACKOFF_SECONDS,
        longest_backoff_seconds=_LONGEST_BACKOFF_SECONDS,
        lease_seconds=LEASE_SECONDS,
    )
    bus.counted = Counter()
    platform.__dict__.update(warehouse=warehouse, bus=bus, state=RefusingStateStore(platform.state, control))
    return platform


def main(control: Path) -> int:
    """Serve until SIGTERM; 1 when messages are no longer delivered."""
    stopping = threading.Event()

    def stop(number: int, frame: FrameType | None) -> None:
        stopping.set()

    signal.signal(signal.SIGTERM, stop)
    platform = open_platform(control)
    host = Host(lambda: platform)
    use_host(host)
    server = LocalServer("127.0.0.1", 0, host)
    _ = platform.dbt.manifest
    warehouse, bus = platform.warehouse, platform.bus
    assert isinstance(warehouse, FailingWarehouse)
    assert isinstance(bus, CountingBus)
    warehouse.is_failing = True
    server.start()
    is_alive = True
    while not stopping.wait(_REPORT_SECONDS) and is_alive:
        with host.turn():
            warehouse.is_failing = False
            work: OpenWork = open_work(warehouse, control)
            warehouse.is_failing = True
        is_alive = server.loop.is_alive
        print(json.dumps(asdict(work) | dict(bus.counted)), flush=True)
    server.stop()
    return 0 if is_alive else 1


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
