"""Random sequences of events as a state machine: at the end every table must equal its rebuild."""

from __future__ import annotations

import itertools
import random
from collections import Counter
from pathlib import Path
from typing import ClassVar, Protocol

from hypothesis import note, strategies
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from tests.proof.moves import MOVES, Move
from tests.proof.world import World

_NUMBERS = itertools.count()
_CHANCE = strategies.integers(0, 10_000)
_EVENTS = strategies.lists(strategies.tuples(strategies.sampled_from(MOVES), _CHANCE), min_size=1, max_size=4)


class Start(Protocol):
    """Where sequences begin, and what they are judged by."""

    def world(self, folder: Path) -> World:
        """Give the world that a sequence happens to; a new one belongs into the folder."""

    def differences(self, world: World) -> dict[str, int]:
        """Count the rows that are not as they should be, by table."""

    def leave(self, world: World) -> None:
        """End with a world."""


class SequenceOfEvents(RuleBasedStateMachine):
    """Events happen, are processed now or later, and a run may die in the middle."""

    base: Start
    folder: Path
    tried: ClassVar[Counter[str]] = Counter()

    @initialize(first=_EVENTS)
    def start(self, first: list[tuple[Move, int]]) -> None:
        """Start from the built league, with the first events delivered."""
        self.world = self.base.world(self.folder / f"world_{next(_NUMBERS)}")
        type(self).tried["sequences"] += 1
        self._deliver(first)

    @rule(events=_EVENTS)
    def happen(self, events: list[tuple[Move, int]]) -> None:
        """Some events are delivered."""
        self._deliver(events)

    def _deliver(self, events: list[tuple[Move, int]]) -> None:
        for move, chance in events:
            note(f"{move.__name__}({chance})")
            type(self).tried["events"] += 1
            type(self).tried[move.__name__] += 1
            move(self.world, random.Random(chance))

    @rule()
    def process(self) -> None:
        """What was delivered is processed."""
        self.world.settle()

    @rule(chance=_CHANCE)
    def die(self, chance: int) -> None:
        """A run dies after some models; the messages are delivered again later."""
        if self.world.touched:
            type(self).tried["deaths"] += 1
            self.world.settle(dies_after=random.Random(chance).randrange(1, 14))

    def teardown(self) -> None:
        """Process the rest and compare with the rebuild."""
        if not hasattr(self, "world"):
            return
        try:
            self.world.settle()
            found = self.base.differences(self.world)
            assert found == {}, f"rows that differ: {found}"
        finally:
            self.base.leave(self.world)
