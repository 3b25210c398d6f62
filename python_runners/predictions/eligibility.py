"""Which rows of a slate may be predicted, and why the others may not."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta

import pyarrow as pa

from python_runners.predictions.run import PredictionRun

RULED_OUT = frozenset({"out", "doubtful"})
LAST_MOMENT = timedelta(seconds=1)


@dataclass(frozen=True)
class Eligibility:
    """Positions of the eligible rows with the instant of each prediction, and of the others with the reason of each."""

    positions: list[int]
    created_at: list[datetime]
    left_out: dict[int, str]

    @property
    def skipped(self) -> Counter[str]:
        """Ineligible rows by reason."""
        return Counter(self.left_out.values())


def judge(slate: pa.Table, run: PredictionRun) -> Eligibility:
    """Decide for every row of the run's scope.

    Reasons, the first that applies: tip_off_passed, no_context, inputs_after_as_of, ruled_out, not_production_ready.
    A replayed prediction is made one second before tip-off, or at the run's as_of when that is earlier.
    """
    positions: list[int] = []
    instants: list[datetime] = []
    left_out: dict[int, str] = {}
    columns = ("game_id", "player_id", "team", "opponent", "tip_off_utc", "as_of", "is_production_ready")
    rows = zip(*(slate.column(name).to_pylist() for name in columns), strict=True)
    context = zip(slate.column("context_as_of").to_pylist(), slate.column("injury_status").to_pylist(), strict=True)
    for position, (row, (context_as_of, injury_status)) in enumerate(zip(rows, context, strict=True)):
        game_id, player_id, team, opponent, tip_off, as_of, is_ready = row
        if not run.covers(game_id, player_id, (team, opponent)):
            continue
        created_at = min(run.as_of, tip_off - LAST_MOMENT) if run.is_backfill else run.as_of
        knowledge = run.as_of if run.is_backfill else created_at
        if created_at >= tip_off:
            left_out[position] = "tip_off_passed"
        elif context_as_of is None:
            left_out[position] = "no_context"
        elif max(as_of, context_as_of) > knowledge:
            left_out[position] = "inputs_after_as_of"
        elif injury_status in RULED_OUT:
            left_out[position] = "ruled_out"
        elif not is_ready:
            left_out[position] = "not_production_ready"
        else:
            positions.append(position)
            instants.append(created_at)
    return Eligibility(positions, instants, left_out)
