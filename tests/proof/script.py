"""The fixed script of the equivalence: two hundred corrections of a real season, in batches, each over a fortnight."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from python_runners.dates import parse_instant
from tests.proof.corrections import CORRECTIONS, Correction, alias_added, duplicate_removed, late_line_arrives
from tests.proof.season import Season, fortnights

# The morning of the first slate after the data: what is corrected in the season reaches its predictions.
AS_OF = parse_instant("2025-11-16T12:00:00Z")
SEED = 2024
SIZE = sum(CORRECTIONS.values())
BATCH = 20


@dataclass(frozen=True)
class Batch:
    """Corrections that are processed together.

    Attributes:
        corrections: in their order.
        window: first and last game date that they are about.
    """

    corrections: Sequence[Correction]
    window: tuple[date, date]

    def happen(self, season: Season, chance: random.Random) -> None:
        """Deliver them; all but a new alias come as rows of a source."""
        season.window = self.window
        for correction in self.corrections:
            before = season.observed
            correction(season, chance)
            assert season.observed > before or correction is alias_added


def script_for(season: Season, chance: random.Random) -> list[Batch]:
    """Shuffle the corrections and share them among the fortnights of a season."""
    corrections = [correction for correction, times in CORRECTIONS.items() for _ in range(times)]
    chance.shuffle(corrections)
    batches = [corrections[start : start + BATCH] for start in range(0, SIZE, BATCH)]
    return [Batch(batch, window) for batch, window in zip(batches, fortnights(season, len(batches)), strict=True)]


def make_mistakes(season: Season, chance: random.Random) -> None:
    """Have the feeds show what corrections of the script put right."""
    season.list_twice(CORRECTIONS[duplicate_removed], chance)
    season.withhold(CORRECTIONS[late_line_arrives], chance)
    season.touched.clear()
