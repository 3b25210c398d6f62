"""Whatever happens, and however it is interrupted, recomputing what changed gives what recomputing everything gives."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.proof.conftest import Base
from tests.proof.machine import SequenceOfEvents
from tests.proof.moves import MOVES, Move


@pytest.mark.parametrize("move", MOVES, ids=lambda move: move.__name__)
def test_each_kind_of_event_alone(base: Base, tmp_path: Path, move: Move) -> None:
    world = base.world(tmp_path / "world")
    move(world, random.Random(1))
    world.settle()
    assert base.oracle.differences(world.folder / "warehouse.duckdb") == {}


def test_sequences_of_events(base: Base, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    wanted: int = request.config.getoption("sequences")
    SequenceOfEvents.base, SequenceOfEvents.folder = base, tmp_path
    SequenceOfEvents.tried.clear()
    run_state_machine_as_test(
        SequenceOfEvents,
        settings=settings(
            max_examples=wanted,
            stateful_step_count=8,
            deadline=None,
            derandomize=wanted <= 100,
            print_blob=True,
            suppress_health_check=list(HealthCheck),
        ),
    )
    print(f"\n{SequenceOfEvents.tried['sequences']} sequences, {SequenceOfEvents.tried['events']} events:")
    for name, times in SequenceOfEvents.tried.most_common():
        print(f"  {times:6} {name}")
    assert SequenceOfEvents.tried["events"] >= SequenceOfEvents.tried["sequences"] >= wanted
