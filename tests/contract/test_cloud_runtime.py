"""The platform of the cloud runtime speaks Pub/Sub, through the declared topics and subscriptions."""

from __future__ import annotations

import uuid
from datetime import date
from pathlib import Path

import pytest

from python_runners.errors import MissingSetting
from python_runners.events import Envelope, Phase, Topic, parse_message
from python_runners.pipeline.composition import Platform
from python_runners.platform.bus import Message
from python_runners.platform.pubsub import PubSubBus
from python_runners.platform.pubsub_admin import create_all
from python_runners.platform.topology import topology
from python_runners.settings import Settings
from tests.support.emulators import Emulator


def test_an_announcement_of_the_ledger_travels_through_pubsub(
    pubsub_emulator: Emulator, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv(pubsub_emulator.variable, pubsub_emulator.value)
    settings = Settings(data_dir=tmp_path, runtime="cloud", project=f"cloud-{uuid.uuid4().hex[:8]}")
    create_all(str(settings.project), topology())
    platform, arrived = Platform(settings), list[Message]()
    assert isinstance(platform.bus, PubSubBus)
    run = platform.ledger.start(Phase.RAW, "load_boxscore", correlation_id="evening_x1")
    completion = Envelope(
        processor_name="load_boxscore",
        phase=Phase.RAW,
        execution_id=run.execution_id,
        correlation_id="evening_x1",
        game_date=date(2026, 1, 15),
        status="success",
    )
    platform.ledger.announce_later(Topic.RAW_COMPLETE, completion)
    platform.bus.subscribe(Topic.RAW_COMPLETE.value, arrived.append)
    assert platform.ledger.relay(platform.bus) == 1
    assert platform.bus.drain() == 1
    assert parse_message(arrived[0].body) == completion
    assert (arrived[0].ordering_key, arrived[0].attributes["correlation_id"]) == ("2026-01-15", "evening_x1")
    platform.close()


def test_the_cloud_runtime_needs_a_project(tmp_path: Path) -> None:
    with pytest.raises(MissingSetting, match="NBA_PROPS_PROJECT"):
        _ = Platform(Settings(data_dir=tmp_path, runtime="cloud")).bus
