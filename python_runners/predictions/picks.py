"""The ledger of shown picks: what a document showed stays, is graded, and can only be marked as withdrawn."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from python_runners.loaders.write import ensure_table
from python_runners.platform.warehouse import Warehouse

_SHOW_PICK = """
insert into nba_predictions.published_picks (
    game_date, game_id, player_id, system_id, published_version, rank, tier, recommendation, points_line, edge,
    confidence, prediction_id, published_at, document
)
values (
    $game_date, $game_id, $player_id, $system_id, $published_version, $rank, $tier, $recommendation, $points_line,
    $edge, $confidence, $prediction_id, $published_at, $document
)
"""
_SHOWN = """
select * from nba_predictions.published_picks
where game_date = $game_date and document = $document and withdrawn_at is null
"""
_VERSIONS = """
select game_id, player_id, system_id, max(published_version) as published_version
from nba_predictions.published_picks where game_date = $game_date
group by game_id, player_id, system_id
"""
_WITHDRAW_PICK = """
update nba_predictions.published_picks set withdrawn_at = $withdrawn_at, withdrawn_reason = $withdrawn_reason
where game_date = $game_date and game_id = $game_id and player_id = $player_id and system_id = $system_id
    and published_version = $published_version
"""


_KEY = ("game_date", "game_id", "player_id", "system_id", "published_version")


@dataclass(frozen=True)
class Pick:
    """One pick as a document shows it."""

    game_date: date
    game_id: str
    player_id: str
    system_id: str
    rank: int
    tier: str
    recommendation: str
    points_line: float
    edge: float
    confidence: float
    prediction_id: str

    @property
    def key(self) -> tuple[str, str, str]:
        """Identity within a date."""
        return self.game_id, self.player_id, self.system_id


def ensure_picks(warehouse: Warehouse) -> None:
    """Create the ledger where it is missing."""
    ensure_table(warehouse, "published_picks")


def record_shown_picks(
    warehouse: Warehouse,
    game_date: date,
    document: str,
    picks: Sequence[Pick],
    now: datetime,
    reason_of: Callable[[Mapping[str, Any]], str],
) -> None:
    """Append what a document shows now and mark what it no longer shows as withdrawn; shown rows are never changed.

    Args:
        warehouse: where the ledger is.
        game_date: date of the document.
        document: path of the document.
        picks: the picks of the document, in order.
        now: instant of publishing, naive UTC.
        reason_of: says of a row of the ledger why its pick is missing now.
    """
    ensure_picks(warehouse)
    with warehouse.transaction():
        shown = warehouse.query(_SHOWN, {"game_date": game_date, "document": document}).to_pylist()
        standing = {(row["game_id"], row["player_id"], row["system_id"], row["prediction_id"]): row for row in shown}
        versions = {
            (row["game_id"], row["player_id"], row["system_id"]): row["published_version"]
            for row in warehouse.query(_VERSIONS, {"game_date": game_date}).to_pylist()
        }
        kept = {(*pick.key, pick.prediction_id) for pick in picks}
        for key, row in standing.items():
            if key not in kept:
                withdrawal = {"withdrawn_at": now, "withdrawn_reason": reason_of(row)}
                warehouse.execute(_WITHDRAW_PICK, {name: row[name] for name in _KEY} | withdrawal)
        for pick in picks:
            if (*pick.key, pick.prediction_id) not in standing:
                version = {"published_version": versions.get(pick.key, 0) + 1}
                warehouse.execute(_SHOW_PICK, asdict(pick) | version | {"published_at": now, "document": document})
