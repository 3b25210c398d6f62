"""Whatever happens, and however it is interrupted, recomputing what changed gives what recomputing everything gives."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.proof.conftest import Base
from tests.proof.machine import SequenceOfEvents
from tests.proof.moves import MOVES, Move

# As many processes can share the work.
SHARDS = 4


@pytest.mark.parametrize("move", MOVES, ids=lambda move: move.__name__)
def test_each_kind_of_event_alone(base: Base, tmp_path: Path, move: Move) -> None:
    world = base.world(tmp_path / "world")
    move(world, random.Random(1))
    world.settle()
    assert base.differences(world) == {}


@pytest.mark.parametrize("shard", range(SHARDS))
def test_sequences_of_events(
    base: Base,
    tmp_path: Path,
    request: pytest.FixtureRequest,
    record_property: Callable[[str, object], None],
    shard: int,
) -> None:
    wanted = -(-int(request.config.getoption("sequences")) // SHARDS)
    # Hypothesis derives the random choices from the name: each shard tries other sequences.
    machine = type(
        f"SequenceOfEvents{shard}", (SequenceOfEvents,), {"base": base, "folder": tmp_path, "tried": Counter()}
    )
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=wanted,
            stateful_step_count=5,
            deadline=None,
            derandomize=wanted <= 50,
            print_blob=True,
            suppress_health_check=list(HealthCheck),
        ),
    )
    tried = machine.tried
    for name, times in tried.items():
        record_property(name, times)
    assert tried["events"] >= tried["sequences"] >= wanted
