"""Random events on both engines: whenever all is processed, every table is equal."""

from __future__ import annotations

import random
from collections import Counter

from tests.bigquery.twins import Twins
from tests.proof.moves import MOVES


def random_events(twins: Twins, rounds: int, chance: random.Random) -> Counter[str]:
    """Let events of the proof happen in rounds; in some a run dies in both warehouses after the same model.

    Unlike the proof on DuckDB it never starts over: the emulator cannot be set back within the time of a test.

    Returns:
        How often each event happened, and how many runs died.

    Raises:
        AssertionError: the warehouses differ after a round; the message names what had happened.
    """
    tried: Counter[str] = Counter()
    for _ in range(rounds):
        for move in chance.choices(MOVES, k=chance.randint(3, 5)):
            tried[move.__name__] += 1
            move(twins, random.Random(chance.randrange(10_000)))
        if chance.random() < 0.3:
            tried["deaths"] += 1
            twins.settle(dies_after=chance.randrange(1, 14))
        twins.settle()
        found = twins.differences()
        assert found == {}, f"rows that differ between DuckDB and BigQuery: {found} after {dict(tried)}"
    return tried
