"""Adapters under contract: each is opened by a small factory that can also open it a second time."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Protocol

import pytest

from python_runners.platform.bus import Bus, EmbeddedBus
from python_runners.platform.pubsub import PubSubBus
from python_runners.platform.pubsub_admin import create_all
from python_runners.platform.topology import Topology

BACKOFF_SECONDS = 0.2
TOPICS = ("alpha-complete", "beta-complete")


class OpenBus(Protocol):
    def __call__(self, *, backoff_seconds: float = BACKOFF_SECONDS) -> Bus: ...


def small_topology() -> Topology:
    """Two topics, each with its dead letters, every one with a subscription named after it."""
    names = [name for topic in TOPICS for name in (topic, f"{topic}-dlq")]
    return Topology.model_validate(
        {
            "region": "us-west1",
            "runtime": "python311",
            "source": ".",
            "time_zone": "America/Los_Angeles",
            "delivery": {
                "ack_deadline_seconds": 10,
                "max_delivery_attempts": 5,
                "minimum_backoff_seconds": BACKOFF_SECONDS,
                "maximum_backoff_seconds": 1,
                "retention_days": 1,
                "is_ordered": True,
            },
            "topics": [{"name": t, "dead_letter": f"{t}-dlq", "publishers": ["tester"]} for t in TOPICS],
            "subscriptions": [{"name": f"read-{name}", "topic": name, "reader": "tester"} for name in names],
            "service_accounts": {"tester": {"purpose": "tests"}},
            "functions": [],
            "schedules": [],
        }
    )


@pytest.fixture(params=["embedded", "pubsub"])
def open_bus(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[OpenBus]:
    """Open the bus under test; a second call opens the same one again, as a restarted process would."""
    opened: list[Bus] = []
    build: Callable[[float], Bus]
    if request.param == "embedded":

        def build(backoff: float) -> Bus:
            return EmbeddedBus(tmp_path / "bus.sqlite", backoff_seconds=backoff)

    else:
        emulator = request.getfixturevalue("pubsub_emulator")
        project = f"contract-{uuid.uuid4().hex[:8]}"
        for name, value in emulator.environment.items():
            monkeypatch.setenv(name, value)
        declared = small_topology()
        create_all(project, declared)
        names = {item.topic: item.name for item in declared.subscriptions}

        def build(backoff: float) -> Bus:
            return PubSubBus(project, names, backoff_seconds=backoff)

    def opener(*, backoff_seconds: float = BACKOFF_SECONDS) -> Bus:
        opened.append(build(backoff_seconds))
        return opened[-1]

    yield opener
    for bus in opened:
        bus.close()
