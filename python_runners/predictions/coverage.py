"""Coverage of a slate: who is eligible, who is predicted, and why each of the others is not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from python_runners.pipeline.composition import Platform
from python_runners.predictions.batches import LEAST_COVERAGE, ensure_batches, players_at, standing
from python_runners.predictions.inputs import WarehouseSource, read_slate
from python_runners.predictions.predict_command import run_variables
from python_runners.predictions.run import PredictionRun
from python_runners.predictions.scoring import plan

NOT_PREDICTED = "not_predicted"

_LAST_BATCH = """
select batch_id, mode, status, eligible_players, predicted_players, coverage, completed_at
from nba_predictions.prediction_batches
where game_date = $day and mode <> 'backfill'
order by started_at desc, batch_id
limit 1
"""


@dataclass(frozen=True)
class LeftOut:
    """One player of the slate without a prediction, and why."""

    game_id: str
    player_id: str
    reason: str


@dataclass(frozen=True)
class BatchStatus:
    """What stands for the games of a date that are still ahead.

    Attributes:
        game_date: US Eastern game date.
        as_of: the instant that eligibility was judged at, UTC.
        eligible_players: players who can be predicted.
        predicted_players: those of them with at least one live prediction.
        left_out: everybody else of the slate; an eligible player without prediction is `not_predicted`.
    """

    game_date: date
    as_of: datetime
    eligible_players: int
    predicted_players: int
    left_out: tuple[LeftOut, ...]

    @property
    def coverage(self) -> float:
        """Predicted players over eligible ones, 0..1; 1 when nobody is eligible."""
        return round(self.predicted_players / self.eligible_players, 6) if self.eligible_players else 1.0

    @property
    def is_below_target(self) -> bool:
        """Whether the coverage calls for an alert."""
        return self.coverage < LEAST_COVERAGE

    @property
    def reasons(self) -> Mapping[str, int]:
        """Players left out by reason."""
        return dict(sorted(Counter(player.reason for player in self.left_out).items()))

    def to_document(self) -> dict[str, Any]:
        """Return the status as JSON values."""
        return {
            "game_date": self.game_date.isoformat(),
            "as_of": self.as_of.isoformat(),
            "eligible_players": self.eligible_players,
            "predicted_players": self.predicted_players,
            "coverage": self.coverage,
            "target_coverage": LEAST_COVERAGE,
            "is_below_target": self.is_below_target,
            "reasons": dict(self.reasons),
            "left_out": [asdict(player) for player in self.left_out],
        }


def batch_status(platform: Platform, day: date, as_of: datetime | None = None) -> BatchStatus:
    """Return the coverage of a date at an instant (default: now). Games that began are no longer part of it."""
    instant = as_of or platform.as_of()
    run = PredictionRun.from_parameters(run_variables(platform, day, "status", as_of=instant))
    inputs = read_slate(WarehouseSource(platform.warehouse), run)
    judged = plan(inputs, run)
    eligible = players_at(inputs, judged.positions)
    stands = standing(platform.warehouse, run.mode, sorted({game_id for game_id, _ in eligible}))
    predicted = {(row["game_id"], row["player_id"]) for row in stands}
    missing = [LeftOut(*player, NOT_PREDICTED) for player in eligible if player not in predicted]
    others = zip(players_at(inputs, list(judged.left_out)), judged.left_out.values(), strict=True)
    left_out = [*missing, *(LeftOut(*player, reason) for player, reason in others)]
    ordered = tuple(sorted(left_out, key=lambda player: (player.game_id, player.player_id)))
    return BatchStatus(day, instant, len(eligible), len(eligible) - len(missing), ordered)


def players_needing_retry(status: BatchStatus) -> tuple[str, ...]:
    """Return the stragglers: players who are eligible and not predicted."""
    return tuple(sorted({player.player_id for player in status.left_out if player.reason == NOT_PREDICTED}))


def last_batch(platform: Platform, day: date) -> dict[str, Any] | None:
    """Return the newest live batch of a date as JSON values; None before the first."""
    ensure_batches(platform.warehouse)
    rows = platform.warehouse.query(_LAST_BATCH, {"day": day}).to_pylist()
    if not rows:
        return None
    found: dict[str, Any] = rows[0]
    completed_at = found["completed_at"]
    return found | {"completed_at": None if completed_at is None else completed_at.isoformat()}
