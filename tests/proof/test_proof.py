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

# Sequences that one test tries: processes share the tests, and each that ends tells how far the proof is.
PER_SHARD = 10
# Up to as many, the same ones are tried each time; a longer proof tries others than the one before.
SAME_EACH_TIME = 50


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Share the wanted sequences among tests."""
    if "shard" in metafunc.fixturenames:
        metafunc.parametrize("shard", range(-(-metafunc.config.getoption("sequences") // PER_SHARD)))


@pytest.mark.parametrize("move", MOVES, ids=lambda move: move.__name__)
def test_each_kind_of_event_alone(base: Base, tmp_path: Path, move: Move) -> None:
    world = base.world(tmp_path / "world")
    move(world, random.Random(1))
    world.settle()
    assert base.differences(world) == {}


def test_sequences_of_events(
    base: Base,
    tmp_path: Path,
    request: pytest.FixtureRequest,
    record_property: Callable[[str, object], None],
    shard: int,
) -> None:
    # Hypothesis derives the random choices from the name: each shard tries other sequences.
    machine = type(
        f"SequenceOfEvents{shard}", (SequenceOfEvents,), {"base": base, "folder": tmp_path, "tried": Counter()}
    )
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=PER_SHARD,
            stateful_step_count=5,
            deadline=None,
            derandomize=request.config.getoption("sequences") <= SAME_EACH_TIME,
            print_blob=True,
            suppress_health_check=list(HealthCheck),
        ),
    )
    tried = machine.tried
    for name, times in tried.items():
        record_property(name, times)
    assert tried["events"] >= tried["sequences"] >= PER_SHARD
