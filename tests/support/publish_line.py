"""Move the line of one player of the demo, and publish the scraper's completion with the client of Pub/Sub.

    python -m tests.support.publish_line            # publish
    python -m tests.support.publish_line --as-of    # print the instant of the demo that serve has to stand at

Wants the variables of the emulators that `make emulators` prints, and the league that `make demo` left. Prints where
the prediction stands afterwards, and how long it took.
"""

from __future__ import annotations

import gzip
import json
import random
import sys
import time
import uuid
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

from google.auth.credentials import AnonymousCredentials
from google.cloud import firestore, storage
from google.cloud.pubsub_v1 import PublisherClient

from python_runners.events import Envelope, Phase, Topic, instant_text
from python_runners.platform.objects import FolderObjectStore, StoredObject
from python_runners.settings import PROJECT_ROOT, Settings
from tests.support.emulators import PROJECT

DEMO = PROJECT_ROOT / ".nba-props" / "demo"
PATIENCE_SECONDS = 120.0
_HANDLED_AFTER = timedelta(seconds=5)


def newest_lines(demo: Path) -> StoredObject:
    """Return the last answer of the book that the demo stored."""
    store = FolderObjectStore(demo / "objects")
    return store.get(max(store.names("odds-api/player-props/"), key=lambda name: name.rpartition("/")[2]))


def with_moved_line(lines: StoredObject) -> tuple[StoredObject, str]:
    """Return the answer a minute later, with another line for one player, and his name."""
    is_packed = lines.metadata["content_encoding"] == "gzip"
    document = json.loads(gzip.decompress(lines.body) if is_packed else lines.body)
    outcomes = [
        outcome
        for bookmaker in document["bookmakers"]
        for market in bookmaker["markets"]
        for outcome in market["outcomes"]
    ]
    player = random.choice(sorted({str(outcome["description"]) for outcome in outcomes}))
    # Hardly ever the same twice: content that is known already is not loaded again.
    moved = random.choice((-0.5, 0.5)) * random.randint(1, 9)
    for outcome in outcomes:
        outcome["point"] += moved if outcome["description"] == player else 0.0
    seen = _seen_next(lines)
    folder = lines.name.rpartition("/")[0]
    about = {**lines.metadata, "observed_at": seen.isoformat(), "content_encoding": "identity"}
    name = f"{folder}/{instant_text(seen)}-{uuid.uuid4().hex[:8]}.json"
    return replace(lines, name=name, body=json.dumps(document).encode(), metadata=about), player


def _seen_next(lines: StoredObject) -> datetime:
    return datetime.fromisoformat(lines.metadata["observed_at"]) + timedelta(minutes=1)


def completion_of(lines: StoredObject) -> Envelope:
    """Return what the scraper would announce."""
    execution_id = uuid.uuid4().hex[:16]
    seen = datetime.fromisoformat(lines.metadata["observed_at"])
    return Envelope(
        processor_name=lines.metadata["scraper_name"],
        phase=Phase.SCRAPERS,
        execution_id=execution_id,
        correlation_id=f"try_{execution_id}",
        game_date=json.loads(lines.metadata["params"])["game_date"],
        status="success",
        timestamp=seen,
        trigger_source="manual",
        metadata={"object_path": lines.name},
    )


def main(arguments: Sequence[str]) -> int:
    """Upload, publish, wait, print."""
    if "--as-of" in arguments:
        print((_seen_next(newest_lines(DEMO)) + _HANDLED_AFTER).isoformat())
        return 0
    absent = Settings().absent_emulators
    if absent or not DEMO.is_dir():
        print("`make demo` first." if not absent else f"{', '.join(absent)} not set: `make emulators` prints them.")
        return 1
    lines, player = with_moved_line(newest_lines(DEMO))
    message = completion_of(lines)
    bucket = storage.Client(project=PROJECT, credentials=AnonymousCredentials()).bucket(f"{PROJECT}-payloads")
    blob = bucket.blob(lines.name)
    blob.metadata = dict(lines.metadata)
    blob.upload_from_string(lines.body, content_type=lines.content_type)
    publisher = PublisherClient()
    started = time.monotonic()
    publisher.publish(publisher.topic_path(PROJECT, Topic.SCRAPERS_COMPLETE.value), message.to_bytes()).result(10)
    print(f"Published: another line for {player}, {message.correlation_id}")
    games = firestore.Client(project=PROJECT).collection(f"predictions/{message.game_date}/games")
    while time.monotonic() - started < PATIENCE_SECONDS:
        for snapshot in games.stream():
            if snapshot.get("correlation_id") == message.correlation_id:
                print(f"After {time.monotonic() - started:.1f} s in Firestore: {snapshot.reference.path}")
                print(f"and in gs://{PROJECT}-published: v1/predictions/{message.game_date}.json")
                return 0
        time.sleep(0.1)
    print(f"No document after {PATIENCE_SECONDS:.0f} s; look at the output of `make emulators`.")
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
