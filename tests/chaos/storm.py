"""The evening in a storm: what is published comes twice and out of order, processes die, services refuse."""

from __future__ import annotations

import math
import random
import signal
import time
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

from python_runners.dates import slate_date, utc_now
from python_runners.events import Envelope, Topic
from python_runners.operations import dead_letters
from python_runners.pipeline.composition import Platform
from python_runners.pipeline.ledger import LEASE
from python_runners.pipeline.object_stores import model_folder
from python_runners.pipeline.publisher import publish
from python_runners.platform.objects import FolderObjectStore
from python_runners.predictions.registry import copy_models
from python_runners.publishers.run import publish_slate
from tests.chaos.evening import Evening, Wave
from tests.chaos.faults import NOW, STATE, WAREHOUSE, written
from tests.chaos.handler import LEASE_SECONDS
from tests.chaos.ledger_state import expect
from tests.chaos.process import HandlerProcess

DUPLICATES = 0.2
REACH = 15
_PUBLISHED_PER_TICK = 2
_TICK_SECONDS = 0.1
_REFUSAL_SECONDS = (2.0, 6.0)
_LIFE_SECONDS = (0.2, 6.0)
_STATEMENTS = (3, 250)
_DIES_WITHIN = 0.6
_WAVE_SECONDS = 600.0
_DEAD_LETTER_ROUNDS = 10


@dataclass
class Storm:
    """What happens in the storm, and how often it did.

    Attributes:
        platform: opens the platform of the cloud runtime in this process, while no handler process runs.
        control: folder through which the handler process is told.
        handler: the handler process.
        chance: everything that happens by chance.
        happened: counts.
    """

    platform: Callable[[], Platform]
    control: Path
    handler: HandlerProcess
    chance: random.Random
    happened: Counter[str] = field(default_factory=Counter)

    def blow(self, evening: Evening, kills: int) -> None:
        """Play the evening, with that many kills spread over its waves."""
        try:
            self._blow(evening.waves, kills)
        finally:
            if not self.handler.has_ended():
                self.handler.kill()

    def _blow(self, waves: tuple[Wave, ...], kills: int) -> None:
        for number, wave in enumerate(waves):
            own_kills = kills * (number + 1) // len(waves) - kills * number // len(waves)
            written(self.control / NOW, wave.as_of.isoformat())
            with closing(self.platform()) as platform:
                expect(self.control, platform.objects, [m for w in waves[: number + 1] for m in w.messages])
                if number == 0:
                    publish_slate(platform, slate_date(wave.as_of), as_of=wave.as_of, correlation_id="before")
            self._wave(wave, own_kills)
            self._bury_dead_letters()
        with closing(self.platform()) as platform:
            platform.ledger.expire_leases(utc_now() + LEASE)

    def upload(self, evening: Evening) -> None:
        """Put the payloads and the trained models of the evening where the handlers look for them."""
        stored = FolderObjectStore(evening.folder / "objects")
        with closing(self.platform()) as platform:
            for message in (message for wave in evening.waves for message in wave.messages):
                path = message.metadata["object_path"]
                if path is not None:
                    found = stored.get(path)
                    platform.objects.put(path, found.body, content_type=found.content_type, metadata=found.metadata)
            copy_models(model_folder(evening.folder / "models"), platform.models)

    def _wave(self, wave: Wave, kills: int) -> None:
        plan = self._shuffled(wave.messages)
        refusals = [(name, self.chance.uniform(0.2, 0.8)) for name in (STATE, WAREHOUSE)]
        refusing: dict[str, float] = {}
        deadline, total = time.monotonic() + _WAVE_SECONDS, len(plan)
        life = self._start(kills)
        # A publisher of its own: the platform would open the warehouse that the handler process owns.
        bus = self.platform().bus
        while not (self.handler.work and self.handler.work.is_settled and not (plan or kills or refusals or refusing)):
            assert time.monotonic() < deadline, f"not settled: {self.handler.work}\n{self.handler.log()}"
            now = time.monotonic()
            for message in plan[:_PUBLISHED_PER_TICK]:
                publish(bus, Topic.SCRAPERS_COMPLETE, message)
                self.happened["published"] += 1
            del plan[:_PUBLISHED_PER_TICK]
            for name in [name for name, until in refusing.items() if until <= now]:
                (self.control / name).unlink()
                del refusing[name]
            for name, share in [each for each in refusals if len(plan) <= (1 - each[1]) * total]:
                if self.handler.work is not None:
                    (self.control / name).touch()
                    refusing[name] = now + self.chance.uniform(*_REFUSAL_SECONDS)
                    refusals.remove((name, share))
                    self.happened[f"refusals of the {name}"] += 1
            if kills and self.handler.work and (now >= self._doomed_at(life) or self._is_idle(plan)):
                self.handler.kill()
                kills -= 1
                self.happened["kills"] += 1
                life = self._start(kills)
            elif self.handler.has_ended():
                status = self.handler.buried()
                assert (kills > 0, status) == (True, -signal.SIGKILL), f"ended with {status}\n{self.handler.log()}"
                kills -= 1
                self.happened["kills in the middle of a statement"] += 1
                self.happened["kills"] += 1
                life = self._start(kills)
            time.sleep(_TICK_SECONDS)
        bus.close()
        # What dead processes held comes again, and changes nothing.
        self._be_quiet()

    def _start(self, kills: int) -> float:
        """Start the handler process and return the seconds after which it is killed from outside."""
        dies_within = kills > 0 and self.chance.random() < _DIES_WITHIN
        self.handler.start(self.chance.randint(*_STATEMENTS) if dies_within else None)
        return math.inf if dies_within else self.chance.uniform(*_LIFE_SECONDS)

    def _doomed_at(self, life: float) -> float:
        return self.handler.ready_at + life

    def _is_idle(self, plan: list[Envelope]) -> bool:
        return bool(self.handler.work and self.handler.work.is_settled) and not plan

    def _shuffled(self, messages: tuple[Envelope, ...]) -> list[Envelope]:
        """Return the messages out of order, some of them twice."""
        placed = [(place + self.chance.uniform(0, REACH), message) for place, message in enumerate(messages)]
        again = self.chance.sample(placed, round(DUPLICATES * len(placed)))
        placed += [(place + self.chance.uniform(0, 2 * REACH), message) for place, message in again]
        self.happened["events"] += len(messages)
        self.happened["duplicates"] += len(again)
        order = [message for _, message in sorted(placed, key=lambda each: each[0])]
        positions = {id(message): place for place, message in enumerate(messages)}
        self.happened["out of order"] += sum(
            positions[id(one)] > positions[id(other)] for one, other in pairwise(order)
        )
        return order

    def _bury_dead_letters(self) -> None:
        """Replay dead letters, as a person would, until none is open."""
        for _ in range(_DEAD_LETTER_ROUNDS):
            with closing(self.platform()) as platform:
                letters = dead_letters.dead_letters(platform)
                for letter in letters:
                    self.happened["dead letters"] += 1
                    dead_letters.replay(platform, letter["dead_letter_id"])
                platform.ledger.relay(platform.bus)
            if not letters:
                return
            self.handler.start(None)
            self._be_quiet()
        raise AssertionError("dead letters come again and again")

    def _be_quiet(self) -> None:
        """Wait until nothing has come for the length of a lease, and stop the handler process."""
        quiet_since, seen = time.monotonic(), None
        deadline = quiet_since + _WAVE_SECONDS
        while time.monotonic() - quiet_since < LEASE_SECONDS:
            assert time.monotonic() < deadline, f"not settled: {self.handler.work}\n{self.handler.log()}"
            time.sleep(_TICK_SECONDS)
            state = (self.handler.work, self.handler.deliveries)
            if state != seen or self.handler.work is None or not self.handler.work.is_settled:
                quiet_since, seen = time.monotonic(), state
        self.handler.stop()
