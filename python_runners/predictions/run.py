"""What a scoring run was asked to do, read once from the parameters of its invocation."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from python_runners.dates import eastern_date, parse_instant, utc_now
from python_runners.errors import InvalidMessage
from python_runners.version import code_version

LIVE = "live"
BACKFILL = "backfill"
HORIZON_DAYS = 2


@dataclass(frozen=True)
class PredictionRun:
    """One scoring run. Instants are naive and hold UTC.

    Attributes:
        mode: `live` for games ahead, `backfill` for a replay of past dates.
        as_of: what the run may know ends here.
        written_at: wall clock of the run.
        from_date: first game date.
        to_date: last game date.
        player_ids: players to score; None when the run does not name any, empty for none of them.
        team_ids: tricodes, likewise.
        game_ids: likewise.
    """

    mode: str
    as_of: datetime
    written_at: datetime
    from_date: date
    to_date: date
    run_id: str
    batch_id: str
    correlation_id: str
    code_version: str
    player_ids: tuple[str, ...] | None = None
    team_ids: tuple[str, ...] | None = None
    game_ids: tuple[str, ...] | None = None

    @classmethod
    def from_parameters(cls, given: Mapping[str, Any]) -> PredictionRun:
        """Read the parameters of a dbt invocation or of a command.

        Keys, all but run_id optional: run_id, prediction_mode, as_of, written_at, from_date, to_date, player_ids,
        team_ids, game_ids (lists; "all" as any of them lifts the narrowing), batch_id, correlation_id, code_version.
        A live run covers the games from the day of its as_of to the horizon, whatever earlier dates its scope names.

        Raises:
            InvalidMessage: the mode is unknown, or a backfill does not say for which dates.
        """
        mode = given.get("prediction_mode") or LIVE
        if mode not in (LIVE, BACKFILL):
            raise InvalidMessage(f"prediction_mode must be live or backfill, not {mode!r}")
        now = utc_now()
        as_of = parse_instant(str(given["as_of"])) if given.get("as_of") else now
        written_at = parse_instant(str(given["written_at"])) if given.get("written_at") else now
        first, last = _day(given.get("from_date")), _day(given.get("to_date"))
        if mode == BACKFILL:
            if first is None or last is None:
                raise InvalidMessage("a backfill of predictions needs from_date and to_date")
        else:
            today = eastern_date(as_of)
            horizon = today + timedelta(days=HORIZON_DAYS)
            first = max(first or today, today)
            last = min(last or horizon, horizon)
        lists = {kind: given.get(kind) for kind in ("player_ids", "team_ids", "game_ids")}
        is_narrowed = "all" not in [ids for ids in lists.values() if isinstance(ids, str)]
        run_id = str(given["run_id"])
        return cls(
            mode=mode,
            as_of=_naive(as_of),
            written_at=_naive(written_at),
            from_date=first,
            to_date=last,
            run_id=run_id,
            batch_id=str(given.get("batch_id") or run_id),
            correlation_id=str(given.get("correlation_id") or f"manual_{run_id}"),
            code_version=str(given.get("code_version") or code_version()),
            player_ids=_listed(lists["player_ids"]) if is_narrowed else None,
            team_ids=_listed(lists["team_ids"]) if is_narrowed else None,
            game_ids=_listed(lists["game_ids"]) if is_narrowed else None,
        )

    @property
    def is_backfill(self) -> bool:
        """Whether the run replays past dates."""
        return self.mode == BACKFILL

    def covers(self, game_id: str, player_id: str, teams: tuple[str, str]) -> bool:
        """Whether the run's entities name this row; a run without lists covers every row of its dates."""
        named = (self.player_ids, self.team_ids, self.game_ids)
        if all(ids is None for ids in named):
            return True
        return (
            player_id in (self.player_ids or ())
            or game_id in (self.game_ids or ())
            or any(team in (self.team_ids or ()) for team in teams)
        )


def _listed(value: Any) -> tuple[str, ...] | None:
    return None if value is None else tuple(str(item) for item in value)


def _day(value: Any) -> date | None:
    return date.fromisoformat(str(value)[:10]) if value else None


def _naive(instant: datetime) -> datetime:
    return instant.astimezone(UTC).replace(tzinfo=None)
