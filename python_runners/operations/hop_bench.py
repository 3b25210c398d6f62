"""Latency of each hop of one event through the message bus: raw complete in, documents out, in one resident process.

Run as a module in the environment of a built data folder (`python -m python_runners.operations.hop_bench`), on the
emulators where the settings say cloud; prints one JSON object per hop.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import asdict
from itertools import pairwise
from typing import Any

from python_runners.dates import slate_date
from python_runners.errors import InvariantViolated
from python_runners.events import Topic
from python_runners.operations.emulator_setup import create_on_emulators
from python_runners.operations.event_bench import TABLE, Correction, EventBench, EventMeasurement
from python_runners.pipeline.composition import Platform, configured_platform
from python_runners.platform.bus import Bus, Handler, Message
from python_runners.platform.objects import ObjectStore, StoredObject
from python_runners.platform.topology import topology

EVENTS = 25
HOPS = (
    "raw complete: published to handler entry",
    "phases 3 to 5: handler entry to predictions complete published",
    "predictions complete: published to handler entry",
    "phase 6: handler entry to the last document",
    "raw complete to the last document",
)
_RAW, _PREDICTED = Topic.RAW_COMPLETE.value, Topic.PREDICTIONS_COMPLETE.value

Marks = dict[str, float]


class MarkedBus:
    """A bus that notes when a message of a topic was given to it, and when its handler began."""

    def __init__(self, bus: Bus, marks: Marks) -> None:
        """Note into `marks`, in seconds of the performance counter."""
        self._bus, self._marks = bus, marks

    def publish(
        self, topic: str, body: bytes, *, ordering_key: str = "", attributes: Mapping[str, str] | None = None
    ) -> str:
        """Publish; the time before the acknowledgement belongs to the hop."""
        self._marks[f"publish {topic}"] = time.perf_counter()
        return self._bus.publish(topic, body, ordering_key=ordering_key, attributes=attributes)

    def subscribe(self, topic: str, handler: Handler) -> None:
        """Deliver to `handler`."""

        def marked(delivery: Message) -> None:
            self._marks[f"enter {topic}"] = time.perf_counter()
            handler(delivery)

        self._bus.subscribe(topic, marked)

    def drain(self, max_deliveries: int = 100_000) -> int:
        """Deliver until nothing is due."""
        return self._bus.drain(max_deliveries)

    def pending(self, topic: str) -> list[Message]:
        """Return the undelivered messages of a topic."""
        return self._bus.pending(topic)

    def acknowledge(self, message_id: str) -> None:
        """Take a message off its topic."""
        self._bus.acknowledge(message_id)

    def close(self) -> None:
        """Stop delivering."""
        self._bus.close()


class MarkedStore:
    """An object store that notes when it last took an object."""

    def __init__(self, store: ObjectStore, marks: Marks) -> None:
        """Note into `marks`, in seconds of the performance counter."""
        self._store, self._marks = store, marks

    def put(self, name: str, body: bytes, **about: Any) -> int:
        """Store an object."""
        generation = self._store.put(name, body, **about)
        self._marks["document"] = time.perf_counter()
        return generation

    def get(self, name: str) -> StoredObject:
        """Return an object."""
        return self._store.get(name)

    def names(self, prefix: str = "") -> Iterator[str]:
        """Yield the names that start with `prefix`."""
        return self._store.names(prefix)


def hops_of(marks: Marks) -> tuple[float, ...] | None:
    """Return the seconds of each of `HOPS` from the marks of one event; None when it moved no document."""
    names = (f"publish {_RAW}", f"enter {_RAW}", f"publish {_PREDICTED}", f"enter {_PREDICTED}", "document")
    if not set(names) <= set(marks):
        return None
    instants = [marks[name] for name in names]
    parts = [later - earlier for earlier, later in pairwise(instants)]
    return (*parts, instants[-1] - instants[0])


def measure_hops(platform: Platform, events: int = EVENTS) -> list[EventMeasurement]:
    """Correct the points of one player of the slate after the other and measure each correction that moves documents.

    The first one warms up and is left out.

    Raises:
        InvariantViolated: fewer corrections than asked for moved a document.
    """
    marks: Marks = {}
    platform.__dict__["bus"] = MarkedBus(platform.bus, marks)
    platform.__dict__["documents"] = MarkedStore(platform.documents, marks)
    bench = EventBench(platform, Correction(_box_scores(platform), "points", 1))
    measured: list[tuple[float, ...]] = []
    for line in _lines_of_slate(platform, bench):
        marks.clear()
        bench.correct([line])
        hops = hops_of(marks)
        measured += [hops] if hops else []
        if len(measured) > events:
            columns = zip(*measured[1:], strict=True)
            return [EventMeasurement.of(hop, seconds) for hop, seconds in zip(HOPS, columns, strict=True)]
    raise InvariantViolated(f"{len(measured)} corrections moved a document, {events + 1} are needed")


def _box_scores(platform: Platform) -> str:
    """Return the raw table whose points count: live box scores come before those of game logs."""
    live = "nbac_boxscore_players"
    return live if platform.warehouse.query(f"select 1 from nba_raw.{live} limit 1").num_rows else TABLE


def _lines_of_slate(platform: Platform, bench: EventBench) -> list[dict[str, Any]]:
    """Return the newest line of each player who is expected to play today."""
    expected = platform.warehouse.query(
        "select distinct player_id from nba_analytics.upcoming_player_game_context where game_date = ?",
        [slate_date(platform.as_of())],
    ).to_pylist()
    newest = {line["player_id"]: line for line in reversed(bench.lines)}
    return [newest[row["player_id"]] for row in expected if row["player_id"] in newest]


def main() -> None:
    """Measure and print."""
    with closing(configured_platform()) as platform:
        if platform.settings.runtime == "cloud":
            create_on_emulators(platform.settings, topology())
        for measurement in measure_hops(platform):
            json.dump(asdict(measurement), sys.stdout)
            sys.stdout.write("\n")


if __name__ == "__main__":
    main()
