"""Record one real message per topic: `python -m tests.support.record_messages`.

The sample league plays until every topic has carried a message: a live day of fused runs, then one change whose models
run one by one and meet at the barriers. A dead letter is recorded by letting a consumer of the same message fail.
"""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from rich.console import Console

from python_runners.errors import TransientError
from python_runners.events import Topic, parse_message
from python_runners.operations.demo import run_demo
from python_runners.pipeline.composition import Platform
from python_runners.pipeline.handle import connect
from python_runners.pipeline.publisher import publish
from python_runners.platform.bus import EmbeddedBus, Message
from python_runners.settings import Settings

MESSAGES = Path(__file__).parents[1] / "messages"


def record(folder: Path, work: Path) -> list[str]:
    """Write a recorded message for every topic and return the topics that carried none."""
    data = work / "demo"
    run_demo(Console(quiet=True), data, dates=10, seed=7, with_docs=False)
    _run_unfused(data)
    folder.mkdir(parents=True, exist_ok=True)
    with closing(sqlite3.connect(data / "state.sqlite")) as state:
        found = {topic: _first(state, topic) for topic in Topic}
    graveyard = EmbeddedBus(work / "graveyard.sqlite", backoff_seconds=0.0)
    for message in found.values():
        if message is not None:
            _write(folder, message)
            _write(folder, _dead(graveyard, message))
    graveyard.close()
    return [topic.value for topic, message in found.items() if message is None]


def _run_unfused(data: Path) -> None:
    """Send the newest change of a box score once more, with one run per model."""
    settings = Settings(data_dir=data, fused_runs=False)
    with closing(Platform(settings)) as platform:
        with closing(sqlite3.connect(settings.state_path)) as state:
            change = _first(state, Topic.RAW_COMPLETE)
        assert change is not None
        parsed = parse_message(change.body)
        again = parsed.model_copy(
            update={"execution_id": f"{parsed.execution_id}u", "correlation_id": "sample_unfused"}
        )
        publish(platform.bus, Topic.RAW_COMPLETE, again)
        connect(platform)
        platform.bus.drain()


def _first(state: sqlite3.Connection, topic: Topic) -> Message | None:
    rows = state.execute(
        "select message_id, body, ordering_key, attributes from messages where topic = ? order by position",
        (topic.value,),
    )
    for message_id, body, key, attributes in rows:
        message = Message(message_id, topic.value, bytes(body), key, json.loads(attributes))
        if parse_message(message.body).status == "success":
            return message
    return None


def _dead(bus: EmbeddedBus, message: Message) -> Message:
    def fail(delivery: Message) -> None:
        raise TransientError("the warehouse does not answer")

    bus.subscribe(message.topic, fail)
    bus.publish(message.topic, message.body, ordering_key=message.ordering_key, attributes=message.attributes)
    bus.drain()
    return bus.pending(f"{message.topic}-dlq")[-1]


def _write(folder: Path, message: Message) -> None:
    document: dict[str, Any] = {
        "topic": message.topic,
        "ordering_key": message.ordering_key,
        "attributes": dict(message.attributes),
        "body": json.loads(message.body),
    }
    text = json.dumps(document, indent=2, sort_keys=True)
    (folder / f"{message.topic}.json").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    with TemporaryDirectory() as temporary:
        silent = record(MESSAGES, Path(temporary))
    print(f"recorded in {MESSAGES}; topics without a message: {', '.join(silent) or 'none'}")
