"""A run that dies after its last model and before its announcements leaves nothing unannounced."""

from __future__ import annotations

import json
import random
from pathlib import Path

from python_runners.events import Topic
from tests.proof.conftest import Base
from tests.proof.moves import move_a_basket


def test_what_a_dead_run_moved_is_announced_by_its_redelivery(base: Base, tmp_path: Path) -> None:
    world = base.world(tmp_path / "world")
    move_a_basket(world, random.Random(1))
    every_model = 1000
    world.settle(dies_after=every_model)
    world.settle()
    with world.platform() as platform:
        ends = platform.warehouse.query(
            "select status, skip_reason from nba_orchestration.pipeline_execution_log "
            "where correlation_id = 'proof' and phase = 3"
        ).to_pylist()
        told = platform.warehouse.query(
            "select envelope from nba_orchestration.outbox where announced_at is null and topic = ?",
            [Topic.PREDICTIONS_COMPLETE.value],
        ).to_pylist()
    assert ends == [{"status": "skipped", "skip_reason": "unchanged"}]
    assert len(told) == 1
    players = json.loads(told[0]["envelope"])["affected_entities"]["players"]
    assert players == "all" or len(players) >= 2
