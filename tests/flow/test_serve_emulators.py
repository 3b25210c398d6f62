"""`nba-props serve` on the emulators: a scraper completion comes in through Pub/Sub, documents go out to two stores."""

from __future__ import annotations

import io
import json
import re
import uuid
from collections.abc import Iterator

import pytest
from google.auth.credentials import AnonymousCredentials
from google.cloud import firestore, storage
from google.cloud.pubsub_v1 import PublisherClient
from rich.console import Console

from python_runners.events import Envelope, Topic
from python_runners.operations.emulator_setup import BUCKETS, create_on_emulators
from python_runners.operations.status_view import print_journey
from python_runners.pipeline.dbt_runner import DbtRunner
from python_runners.platform.topology import topology
from python_runners.settings import Settings
from tests.flow.served import Served, serving, until
from tests.support.emulators import Emulator
from tests.support.played import Played


@pytest.fixture(scope="module")
def served(
    played: Played,
    dbt: DbtRunner,
    tmp_path_factory: pytest.TempPathFactory,
    pubsub_emulator: Emulator,
    firestore_emulator: Emulator,
    gcs_server: Emulator,
) -> Iterator[Served]:
    project = f"serve-{uuid.uuid4().hex[:8]}"
    cloud = {
        "runtime": "cloud",
        "project": project,
        "payload_bucket": f"{project}-payloads",
        "published_bucket": f"{project}-published",
        "models_bucket": f"{project}-models",
    }
    with pytest.MonkeyPatch.context() as patch:
        for emulator in (pubsub_emulator, firestore_emulator, gcs_server):
            patch.setenv(emulator.variable, emulator.value)
        declared = topology()
        created = create_on_emulators(Settings(**cloud), declared)
        assert len(created) == len(declared.topic_names) + len(declared.subscriptions) + len(BUCKETS)
        assert create_on_emulators(Settings(**cloud), declared) == []
        with serving(played, tmp_path_factory.mktemp("cloud") / "data", dbt, **cloud) as served:
            yield served


def publish_with_the_client(project: str, message: Envelope) -> None:
    """Publish a completion as anybody with Google's client would, without the platform."""
    publisher = PublisherClient()
    topic = publisher.topic_path(project, Topic.SCRAPERS_COMPLETE.value)
    publisher.publish(topic, message.to_bytes()).result(timeout=10)
    publisher.stop()
    publisher.transport.close()


def test_a_completion_published_with_the_client_becomes_documents(served: Served) -> None:
    project, day = str(served.platform.settings.project), served.today.isoformat()
    stored = served.scrape_lines(0, skip_downstream=True)
    completion = stored.model_copy(update={"skip_downstream_trigger": False, "backfill_mode": False})
    publish_with_the_client(project, completion)
    served.wait_for_publication(completion.correlation_id)
    lined = dict(served.lined_players())
    assert len(lined) > 5

    bucket = storage.Client(project=project, credentials=AnonymousCredentials()).bucket(f"{project}-published")
    blob = bucket.get_blob(f"v1/predictions/{day}.json")
    assert blob is not None
    document = json.loads(blob.download_as_bytes())
    assert blob.cache_control.startswith("public, max-age=")
    assert blob.metadata["content_digest"] == document["content_digest"]
    assert (document["correlation_id"], document["game_date"]) == (completion.correlation_id, day)

    database = firestore.Client(project=project)
    games = {
        snapshot.id: snapshot.to_dict()
        for snapshot in database.collection(f"predictions/{day}/games").stream(timeout=30)
    }
    database.close()
    assert {game["game_id"]: game for game in document["games"]} == {
        game_id: fields["games"][0] for game_id, fields in games.items()
    }
    shown = {
        prediction["player_id"]
        for game in document["games"]
        for prediction in game["predictions"]
        if prediction["line"] is not None
    }
    assert set(lined) <= shown


def test_the_trace_shows_the_journey_with_times_per_phase(served: Served) -> None:
    (newest,) = served.rows(
        "select correlation_id from nba_orchestration.pipeline_execution_log where phase = 6 "
        "order by started_at desc limit 1"
    )
    console = Console(width=200, file=io.StringIO())
    print_journey(console, served.platform.warehouse, newest["correlation_id"])
    assert isinstance(console.file, io.StringIO)
    lines = console.file.getvalue().splitlines()
    steps = [re.match(r"│ +\+[\d.]+ s │ +(\d) │ \w+ +│ success │", line) for line in lines]
    assert [step[1] for step in steps if step] == ["1", "2", "3", "4", "5", "6"]
    phases = [re.match(r"│ +(\d) │ +\d+ │ +\+([\d.]+) s │ +\+([\d.]+) s │ +[\d.]+ │", line) for line in lines]
    spans = [(int(found[1]), float(found[2]), float(found[3])) for found in phases if found]
    assert [phase for phase, _, _ in spans] == [1, 2, 3, 4, 5, 6]
    assert all(began < ended for _, began, ended in spans)
    assert spans[1][2] <= spans[2][1] <= spans[4][2] <= spans[5][1]


def test_nothing_was_left_behind(served: Served) -> None:
    until(lambda: served.rows("select 1 from nba_orchestration.outbox where announced_at is null") == [])
    assert served.rows("select 1 from nba_orchestration.pipeline_execution_log where status = 'running'") == []
    assert served.rows("select 1 from nba_orchestration.dead_letters") == []
