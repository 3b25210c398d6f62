"""The barrier over both state stores: one trigger, whatever order, however often, and whoever dies in between."""

from __future__ import annotations

import random
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta

import pytest

from python_runners.errors import PermanentError, TransientError
from python_runners.events import AffectedEntities, Envelope, Phase
from python_runners.pipeline.barrier import CLAIM, Barrier, Decision
from python_runners.pipeline.barrier_state import BarrierKey, BarrierState, Completion
from python_runners.pipeline.modes import Mode
from python_runners.platform.state import StateStore

DAY = date(2025, 11, 15)
NOON = datetime(2025, 11, 15, 17, tzinfo=UTC)
OVERNIGHT = BarrierKey(3, DAY, Mode.OVERNIGHT)
ONE_JOURNEY = BarrierKey(3, DAY, Mode.INCREMENTAL, "j~1/nbac_schedule")
MODELS = ("a", "b", "c", "d", "e")
PATIENCE = timedelta(minutes=30)


@dataclass
class Stand:
    """Barriers on a store, what they announced and decided, and a clock to turn."""

    store: StateStore
    now: datetime = NOON
    announced: list[BarrierState] = field(default_factory=list)
    decided: list[Decision] = field(default_factory=list)
    failing: Exception | None = None
    closed_by: str | None = None
    asked: list[int] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def barrier(self) -> Barrier:
        return Barrier(self.store, self._announce, lambda barrier: self.closed_by, self._record, lambda: self.now)

    def _announce(self, barrier: BarrierState) -> str:
        if self.failing is not None:
            raise self.failing
        with self.lock:
            self.announced.append(barrier)
            return f"m{len(self.announced)}"

    def _record(self, decision: Decision) -> None:
        with self.lock:
            self.decided.append(decision)

    def complete(self, model: str, run: str = "1", key: BarrierKey = OVERNIGHT, **fields: object) -> Decision:
        completion = Completion(model, f"{model}{run}", "success", self.now)
        return self.barrier.complete(key, replace(completion, **fields), parent(key), self._expect)  # type: ignore[arg-type]

    def _expect(self, round_number: int) -> tuple[str, ...]:
        self.asked.append(round_number)
        return MODELS

    @property
    def verbs(self) -> list[str]:
        return [decision.verb for decision in self.decided]


def parent(key: BarrierKey) -> Envelope:
    return Envelope(
        processor_name="a", phase=Phase.ANALYTICS, execution_id="e", correlation_id="c", status="success",
        game_date=key.game_date,
    )  # fmt: skip


@pytest.fixture
def stand(state: StateStore) -> Stand:
    return Stand(state)


def test_the_last_completion_triggers_and_each_wait_says_why(stand: Stand) -> None:
    for model in MODELS:
        stand.complete(model)
    assert stand.verbs == ["wait", "wait", "wait", "wait", "trigger"]
    assert stand.decided[2].reason == "not yet, because d, e not complete"
    assert stand.decided[-1].message_id == "m1"
    assert (stand.announced[0].completed, stand.announced[0].missing) == (MODELS, ())
    assert stand.asked == [1]


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_fifty_completions_at_once_with_duplicates_in_any_order_trigger_once(
    open_state: Callable[[], StateStore], seed: int
) -> None:
    stands = [Stand(open_state()) for _ in range(5)]
    completions = [(model, str(run)) for model in MODELS for run in (1, 1, 1, 1, 1, 2, 2, 3, 3, 3)]
    random.Random(seed).shuffle(completions)
    start = threading.Barrier(len(completions))

    def send(number: int) -> None:
        start.wait()
        stands[number % len(stands)].complete(*completions[number])

    with ThreadPoolExecutor(len(completions)) as pool:
        list(pool.map(send, range(len(completions))))
    assert sum(len(stand.announced) for stand in stands) == 1
    assert sum(stand.verbs.count("trigger") for stand in stands) == 1
    assert sum(len(stand.decided) for stand in stands) == 50


def test_duplicates_after_the_trigger_change_nothing(stand: Stand) -> None:
    for model in (*MODELS, *MODELS):
        stand.complete(model)
    assert len(stand.announced) == 1
    assert stand.decided[-1].reason == "has triggered already, by message m1"
    assert len(stand.barrier.show(OVERNIGHT.collection, str(DAY))) == 1


def test_a_run_of_its_own_completes_once_and_for_all(stand: Stand) -> None:
    for run in ("1", "2"):
        for model in MODELS:
            stand.complete(model, run, ONE_JOURNEY)
    assert len(stand.announced) == 1
    assert len(stand.barrier.show(OVERNIGHT.collection, str(DAY))) == 1


def test_new_runs_of_a_date_after_the_trigger_are_the_next_round(stand: Stand) -> None:
    for run in ("1", "2"):
        stand.now += timedelta(seconds=1)
        for model in MODELS:
            stand.complete(model, run)
    assert stand.asked == [1, 2]
    assert [barrier.name[-4:] for barrier in stand.announced] == ["0001", "0002"]
    assert stand.complete("a", "1").reason == "has triggered already, by message m1"


def test_what_was_done_before_the_trigger_is_no_new_round(stand: Stand) -> None:
    for run in ("1", "2", "3"):
        for model in MODELS:
            stand.complete(model, run)
    assert (len(stand.announced), stand.asked) == (1, [1])


def test_modes_dates_and_journeys_are_apart(stand: Stand) -> None:
    keys = [
        OVERNIGHT,
        ONE_JOURNEY,
        replace(ONE_JOURNEY, journey="j~1/nbac_schedule~"),
        replace(OVERNIGHT, mode=Mode.TOMORROW),
        replace(OVERNIGHT, game_date=DAY + timedelta(days=1)),
        replace(OVERNIGHT, phase=4),
    ]
    for key, model in zip(keys, (*MODELS, "a"), strict=True):
        stand.complete(model, key=key)
    assert set(stand.verbs) == {"wait"}
    assert {barrier.key for barrier in stand.barrier.show("phase3_completion", "2025-11-1")} == set(keys[:5])


def test_a_failure_is_waited_for_and_its_success_counts(stand: Stand) -> None:
    for model in MODELS[1:]:
        stand.complete(model)
    failed = stand.complete("a", status="failed", error="boom")
    assert (failed.verb, failed.reason) == ("wait", "not yet, because a failed (boom)")
    stand.now += timedelta(minutes=1)
    assert stand.complete("a", "2").verb == "trigger"


def test_an_old_failure_that_comes_late_does_not_undo_a_success(stand: Stand) -> None:
    stand.complete("a", "2")
    stand.complete("a", "1", status="failed", completed_at=NOON - timedelta(minutes=1))
    for model in MODELS[1:]:
        stand.complete(model)
    assert stand.verbs[-1] == "trigger"


def test_the_trigger_carries_the_entities_of_all(stand: Stand) -> None:
    for model in MODELS:
        affected = AffectedEntities(players=(model, "x"), teams="all" if model == "b" else (), games=())
        stand.complete(model, affected=affected, key=ONE_JOURNEY)
    assert stand.announced[0].affected == AffectedEntities(
        players=("a", "b", "c", "d", "e", "x"), teams="all", games=()
    )
    for model in MODELS:
        stand.complete(model, affected=AffectedEntities(players=None if model == "c" else ("x",)))
    assert stand.announced[1].affected.players is None


def test_a_publish_that_fails_does_not_latch(stand: Stand) -> None:
    stand.failing = TransientError("the bus is away")
    for model in MODELS[1:]:
        stand.complete(model)
    with pytest.raises(TransientError, match="the bus is away"):
        stand.complete("a")
    stand.failing = None
    assert stand.complete("a").verb == "trigger"


def test_a_death_between_completion_and_publish_is_repaired_once(stand: Stand) -> None:
    stand.failing = KeyboardInterrupt()
    for model in MODELS[1:]:
        stand.complete(model)
    with pytest.raises(KeyboardInterrupt):
        stand.complete("a")
    stand.failing = None
    assert stand.complete("a").reason == "another completion triggers it at this moment"
    stand.now += CLAIM + timedelta(seconds=1)
    (repaired,) = stand.barrier.sweep("phase3_completion", str(DAY), PATIENCE)
    assert (repaired.verb, repaired.message_id) == ("repaired", "m1")
    assert stand.barrier.sweep("phase3_completion", str(DAY), PATIENCE) == []


def test_a_gate_holds_back_until_it_opens(stand: Stand) -> None:
    stand.closed_by = "the schedule is stale"
    for model in MODELS:
        stand.complete(model)
    assert (stand.decided[-1].verb, stand.decided[-1].reason) == ("blocked", "the schedule is stale")
    stand.closed_by = None
    assert [decision.verb for decision in stand.barrier.sweep("phase3_completion", str(DAY), PATIENCE)] == ["repaired"]


def test_a_barrier_that_waits_too_long_is_pointed_out_once_and_still_completes(stand: Stand) -> None:
    stand.complete("a")
    stand.now += PATIENCE
    assert stand.barrier.sweep("phase3_completion", str(DAY), PATIENCE) == []
    stand.now += timedelta(seconds=1)
    (expired,) = stand.barrier.sweep("phase3_completion", str(DAY), PATIENCE)
    assert (expired.verb, expired.message_id) == ("expired", None)
    assert expired.reason == "waits since 2025-11-15T17:00:00+00:00: b, c, d, e not complete"
    assert stand.barrier.sweep("phase3_completion", str(DAY), PATIENCE) == []
    for model in MODELS[1:]:
        stand.complete(model)
    assert len(stand.announced) == 1


def test_force_triggers_without_the_missing_ones_and_they_do_not_come_again(stand: Stand) -> None:
    stand.complete("a")
    (forced,) = stand.barrier.force("phase3_completion", str(DAY), "ada: the feed is down for good")
    assert (forced.verb, forced.reason) == ("forced", "ada: the feed is down for good")
    assert forced.barrier.missing == ("b", "c", "d", "e")
    assert stand.barrier.force("phase3_completion", str(DAY), "again") == []
    assert stand.complete("b").reason == "has triggered already, by message m1"
    assert stand.asked == [1]


def test_a_barrier_that_vanishes_is_an_error(stand: Stand) -> None:
    class Vanishing(Stand):
        def _announce(self, barrier: BarrierState) -> str:
            self.store.delete(barrier.key.collection, barrier.name)
            return "m"

    vanishing = Vanishing(stand.store)
    for model in MODELS[1:]:
        vanishing.complete(model)
    with pytest.raises(PermanentError, match="was deleted while it was in use"):
        vanishing.complete("a")
