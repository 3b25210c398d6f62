"""Unfused runs: models complete one by one, barriers let one trigger go per step, and the tables equal a rebuild."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from python_runners.dates import slate_date
from python_runners.events import Envelope, Phase, Topic, parse_message
from python_runners.pipeline.composition import Platform
from python_runners.pipeline.handle import STEPS, handle
from python_runners.pipeline.modes import Mode, expected_models, levels_of
from python_runners.pipeline.orchestrate import run_unfused
from python_runners.platform.bus import Message
from tests.proof.conftest import Base
from tests.proof.moves import move_a_basket
from tests.proof.world import World


@pytest.fixture
def world(base: Base, tmp_path: Path) -> World:
    return base.world(tmp_path / "world")


@contextmanager
def unfused(world: World) -> Iterator[Platform]:
    with world.platform() as platform:
        platform.settings = platform.settings.model_copy(update={"fused_runs": False})
        yield platform


def drive(platform: Platform, *messages: tuple[Topic, Envelope], times: int = 1) -> dict[Topic, list[Envelope]]:
    """Deliver messages and all that follows, each several times; return what was sent, by topic."""
    sent: dict[Topic, list[Envelope]] = {topic: [] for topic in Topic}

    def receive(delivery: Message) -> None:
        sent[Topic(delivery.topic)].append(parse_message(delivery.body, delivery.attributes))
        for _ in range(times):
            handle(platform, delivery)

    for topic in STEPS:
        platform.bus.subscribe(topic.value, receive)
    for topic, message in messages:
        platform.bus.publish(topic.value, message.to_bytes())
    platform.bus.drain()
    dead = [letter for topic in Topic for letter in platform.bus.pending(f"{topic.value}-dlq")]
    assert [letter.attributes["dead_letter_reason"] for letter in dead] == []
    return sent


def asked(world: World, table: str | None, **fields: Any) -> Envelope:
    return Envelope(
        **{
            "processor_name": "load", "phase": Phase.RAW, "execution_id": f"load_{table}", "status": "success",
            "correlation_id": "unfused_1", "source_table": table, "timestamp": world.as_of,
            "game_date": slate_date(world.as_of), **fields,
        }
    )  # fmt: skip


def decisions(platform: Platform) -> Counter[tuple[int, str]]:
    rows = platform.warehouse.query("select phase, decision from nba_orchestration.barrier_decisions").to_pylist()
    return Counter((row["phase"], row["decision"]) for row in rows)


def test_a_change_goes_from_model_to_model_and_ends_where_a_rebuild_does(base: Base, world: World) -> None:
    move_a_basket(world, random.Random(1))
    (table,) = world.touched
    with unfused(world) as platform:
        sent = drive(platform, (Topic.RAW_COMPLETE, asked(world, table)), times=2)
        manifest = platform.dbt.manifest
        analytics = expected_models(manifest, 3, Mode.INCREMENTAL, [table])
        precompute = expected_models(manifest, 4, Mode.INCREMENTAL, [table])
        levels = levels_of(manifest, precompute)
        decided = decisions(platform)
    assert [message.processor_name for message in sent[Topic.ANALYTICS_COMPLETE]] == list(analytics)
    assert [message.metadata["level"] for message in sent[Topic.PRECOMPUTE_TRIGGER]] == [1, 2, 3]
    assert sorted(message.processor_name for message in sent[Topic.PROCESSOR_COMPLETE]) == sorted(precompute)
    assert [len(level) for level in levels] == [3, 1, 1]
    assert len(sent[Topic.PRECOMPUTE_COMPLETE]) == 1
    assert len(sent[Topic.PREDICTIONS_COMPLETE]) >= 1
    assert (decided[3, "trigger"], decided[4, "trigger"]) == (1, 3)
    assert base.differences(world) == {}


def test_an_overnight_run_waits_for_all_five_and_a_same_day_run_for_the_contexts(world: World) -> None:
    waited = {}
    with unfused(world) as platform:
        for mode in (Mode.OVERNIGHT, Mode.SAME_DAY):
            message = asked(world, None, execution_id=mode.value, metadata={"mode": mode.value})
            run_unfused(platform, message, 1)
            platform.ledger.relay(platform.bus)
            sent = drive(platform)
            assert len(sent[Topic.PRECOMPUTE_COMPLETE]) == 1
            waited[mode] = {message.processor_name for message in sent[Topic.ANALYTICS_COMPLETE]}
    assert waited[Mode.SAME_DAY] == {"upcoming_player_game_context", "upcoming_team_game_context"}
    assert len(waited[Mode.OVERNIGHT]) == 5


def test_a_backfill_ends_with_its_own_phase(world: World) -> None:
    with unfused(world) as platform:
        run_unfused(platform, asked(world, None, backfill_mode=True, skip_downstream_trigger=True), 1)
        platform.ledger.relay(platform.bus)
        assert drive(platform) == {topic: [] for topic in Topic}
        completed = asked(world, None, backfill_mode=True).model_copy(
            update={"processor_name": "player_game_summary", "phase": Phase.ANALYTICS}
        )
        sent = drive(platform, (Topic.ANALYTICS_COMPLETE, completed))
        assert sent[Topic.PRECOMPUTE_TRIGGER] == []
        mirror = platform.warehouse.query("select mode from nba_orchestration.phase_completion").to_pylist()
    assert mirror == [{"mode": "backfill"}]
