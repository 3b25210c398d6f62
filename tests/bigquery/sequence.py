"""Random events on both engines: whenever all is processed, every table is equal."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.bigquery.twins import Twins
from tests.proof.machine import SequenceOfEvents
from tests.proof.world import World


@dataclass(frozen=True)
class OnTwins:
    """Sequences that go on where the one before ended: the emulator cannot be set back within the time of a test."""

    twins: Twins

    def world(self, folder: Path) -> World:
        """Return the twins as the sequences before left them."""
        return self.twins

    def differences(self, world: World) -> dict[str, int]:
        """Count the rows that differ between the engines."""
        return self.twins.differences()

    def leave(self, world: World) -> None:
        """Leave the twins to the next sequence."""


def random_sequences(twins: Twins, sequences: int, folder: Path) -> Counter[str]:
    """Let sequences of the proof happen to both engines.

    Returns:
        How often each event happened, how many sequences there were, and how many runs died.

    Raises:
        AssertionError: the engines differ after a sequence; Hypothesis prints all that had happened in it.
    """
    tried: Counter[str] = Counter()
    machine = type("OnBothEngines", (SequenceOfEvents,), {"base": OnTwins(twins), "folder": folder, "tried": tried})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=sequences,
            stateful_step_count=1,
            deadline=None,
            derandomize=True,
            database=None,
            # A sequence that failed cannot be tried again from where it began, so nothing is made smaller.
            phases=(Phase.generate,),
            suppress_health_check=list(HealthCheck),
        ),
    )
    return tried
