"""Whatever dies, comes twice, out of order or not at all for a while: the evening ends as if nothing had happened."""

from __future__ import annotations

import random
import uuid
from collections.abc import Callable, Iterable
from contextlib import closing
from pathlib import Path

import google.cloud.storage as storage
import pytest
from google.cloud.pubsub_v1 import SubscriberClient
from rich.console import Console
from rich.table import Table

from python_runners.pipeline.composition import Platform
from python_runners.pipeline.dbt_runner import DbtRunner
from python_runners.platform.pubsub_admin import create_all
from python_runners.platform.topology import topology
from python_runners.sample.clock import LeagueClock
from python_runners.settings import Settings
from tests.chaos.calm import calm_platform, play_calmly
from tests.chaos.comparison import (
    differing_documents,
    differing_tables,
    documents_of,
    doubled,
    run_states,
    spoiled_documents,
)
from tests.chaos.evening import Evening, scrape_evening
from tests.chaos.faults import FileClock
from tests.chaos.handler import LEASE_SECONDS
from tests.chaos.process import HandlerProcess
from tests.chaos.storm import Storm
from tests.flow.builds import project_paths
from tests.support.emulators import Emulator
from tests.support.played import Played

pytestmark = pytest.mark.chaos

_MOST_ATTEMPTS = 100


@pytest.fixture
def evening(played: Played, tmp_path: Path, request: pytest.FixtureRequest) -> Evening:
    return scrape_evening(played, tmp_path / "before", int(request.config.getoption("events")))


@pytest.fixture
def cloud(
    pubsub_emulator: Emulator,
    firestore_emulator: Emulator,
    gcs_server: Emulator,
    monkeypatch: pytest.MonkeyPatch,
) -> str:
    """A project on the emulators, with its topics and buckets."""
    for emulator in (pubsub_emulator, firestore_emulator, gcs_server):
        monkeypatch.setenv(emulator.variable, emulator.value)
    project = f"chaos-{uuid.uuid4().hex[:8]}"
    declared = topology()
    # The emulator never takes an ordering key back from a consumer that was killed, so nothing is ordered here. The
    # attempts of dead processes count as well; the bus of the handlers gives up after five all the same.
    delivery = declared.delivery.model_copy(
        update={"is_ordered": False, "ack_deadline_seconds": LEASE_SECONDS, "max_delivery_attempts": _MOST_ATTEMPTS}
    )
    create_all(project, declared.model_copy(update={"delivery": delivery}))
    deliver_again_at_once(project, [subscription.name for subscription in declared.subscriptions])
    with closing(storage.Client(project=project)) as client:
        for bucket in ("payloads", "published", "models"):
            client.create_bucket(f"{project}-{bucket}")
    return project


def deliver_again_at_once(project: str, names: Iterable[str]) -> None:
    """Take the back-off from subscriptions: with one, the emulator never returns what a killed consumer had leased."""
    with closing(SubscriberClient()) as subscriber:
        for name in names:
            subscriber.update_subscription(
                subscription={"name": f"projects/{project}/subscriptions/{name}"},
                update_mask={"paths": ["retry_policy"]},
            )


def cloud_platform(project: str, folder: Path, clock: FileClock, dbt: DbtRunner) -> Callable[[], Platform]:
    """Return what opens the platform of the cloud runtime on a folder."""
    settings = Settings(
        data_dir=folder,
        runtime="cloud",
        project=project,
        payload_bucket=f"{project}-payloads",
        published_bucket=f"{project}-published",
        models_bucket=f"{project}-models",
        as_of=None,
    )

    def opened() -> Platform:
        platform = Platform(settings, clock)
        platform.__dict__["dbt"] = dbt
        return platform

    return opened


# Printed even when nothing of the kind happened.
COUNTED = (
    *("events", "published", "duplicates", "out of order"),
    *("kills", "kills in the middle of a statement", "refusals of the state", "refusals of the warehouse"),
    *("deliveries", "redeliveries", "dead letters"),
)


def handler_environment(project: str, folder: Path) -> dict[str, str]:
    return Settings().child_environment(data_dir=folder, target_path=folder / "target") | {
        "NBA_PROPS_RUNTIME": "cloud",
        "NBA_PROPS_PROJECT": project,
        "NBA_PROPS_PAYLOAD_BUCKET": f"{project}-payloads",
        "NBA_PROPS_PUBLISHED_BUCKET": f"{project}-published",
        "NBA_PROPS_MODELS_BUCKET": f"{project}-models",
    }


def test_a_stormy_evening_ends_like_a_calm_one(
    evening: Evening, cloud: str, dbt: DbtRunner, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    calm_folder, folder, control = tmp_path / "calm", tmp_path / "storm", tmp_path / "control"
    play_calmly(evening, calm_folder, dbt)
    control.mkdir()
    evening.copy_to(folder)
    chance = random.Random(int(request.config.getoption("chaos_seed")))
    platform_of = cloud_platform(cloud, folder, FileClock(control), dbt)
    storm = Storm(platform_of, control, HandlerProcess(control, handler_environment(cloud, folder)), chance)
    with project_paths(folder):
        storm.upload(evening)
        storm.blow(evening, int(request.config.getoption("kills")))
        with closing(platform_of()) as platform:
            documents, spoiled = documents_of(platform), spoiled_documents(platform)
    with closing(calm_platform(calm_folder, LeagueClock(evening.waves[-1].as_of))) as platform:
        calm_documents = documents_of(platform)
    tables, rows = differing_tables(folder / "warehouse.duckdb", calm_folder / "warehouse.duckdb")
    apart = differing_documents(documents, calm_documents)
    twice, states = doubled(folder / "warehouse.duckdb"), run_states(folder / "warehouse.duckdb")
    report = Table("what", "count", title=f"Chaos on the emulators, seed {request.config.getoption('chaos_seed')}")
    counted = storm.happened + storm.handler.counted
    for what in COUNTED:
        report.add_row(what, str(counted[what]))
    for status, count in states.items():
        report.add_row(f"runs {status}", str(count))
    report.add_row("tables compared, differing", f"{tables}, {len(rows)}")
    report.add_row("documents compared, differing", f"{len(calm_documents)}, {len(apart)}")
    Console().print(report)
    assert rows == {}
    assert apart == []
    assert spoiled == []
    assert twice == {}
    assert "running" not in states
    assert len(calm_documents) > 50
    assert storm.happened["kills"] == int(request.config.getoption("kills"))
