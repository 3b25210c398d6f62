"""What the embedded bus has beyond the contract of every bus: a look at what waits, and a file that others may hold."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from python_runners.errors import BusUnavailable, TransientError
from python_runners.platform.bus import EmbeddedBus, Message


def refuse(message: Message) -> None:
    raise TransientError(f"no luck with {message.body.decode()}")


def test_dead_letters_are_seen_until_someone_acts(tmp_path: Path) -> None:
    bus = EmbeddedBus(tmp_path / "bus.sqlite", backoff_seconds=0.001)
    bus.subscribe("t", refuse)
    bus.publish("t", b"x", attributes={"k": "v"})
    bus.publish("t", b"y")
    bus.drain()
    assert bus.pending("t") == []
    first, second = bus.pending("t-dlq")
    assert (first.body, first.attributes["k"]) == (b"x", "v")
    assert first.attributes["dead_letter_reason"] == "TransientError: no luck with x"
    assert second.body == b"y"
    bus.close()


def test_a_file_that_another_process_holds_is_a_passing_failure(tmp_path: Path) -> None:
    bus = EmbeddedBus(tmp_path / "bus.sqlite", busy_seconds=0.05)
    with closing(sqlite3.connect(tmp_path / "bus.sqlite", isolation_level=None)) as other:
        other.execute("begin immediate")
        with pytest.raises(BusUnavailable, match="t: database is locked"):
            bus.publish("t", b"x")
        other.execute("rollback")
    assert bus.publish("t", b"x")
    bus.close()
