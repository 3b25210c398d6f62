"""The scope of a run: which dates and entities it rebuilds, and how that reaches dbt as vars."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from python_runners.events import EntityIds, Envelope


@dataclass(frozen=True)
class RunScope:
    """Dates and entities of a run. None = not narrowed by this, an empty tuple = none of them.

    Attributes:
        from_date: first date whose rows are rebuilt.
        to_date: last date whose rows are rebuilt.
        players: NBA.com person ids.
        teams: tricodes.
        games: game ids.
    """

    from_date: date | None = None
    to_date: date | None = None
    players: EntityIds = None
    teams: EntityIds = None
    games: EntityIds = None

    @classmethod
    def of_change(cls, message: Envelope) -> RunScope:
        """Scope of a change that a message announces: every row from the earliest date that it touches."""
        text = message.metadata.get("from_date")
        return cls(from_date=date.fromisoformat(text) if text else None)

    @property
    def mode(self) -> str:
        """processing_mode of the ledger."""
        if any(ids is not None for ids in (self.players, self.teams, self.games)):
            return "entity"
        return "date_range" if self.from_date or self.to_date else "full_refresh"

    def variables(self, *, as_of: datetime, run_id: str) -> dict[str, Any]:
        """Return the dbt vars of the run; what is not narrowed is absent."""
        given: dict[str, Any] = {"as_of": as_of.strftime("%Y-%m-%dT%H:%M:%S"), "run_id": run_id}
        for name, day in (("from_date", self.from_date), ("to_date", self.to_date)):
            if day is not None:
                given[name] = day.isoformat()
        for name, ids in (("player_ids", self.players), ("team_ids", self.teams), ("game_ids", self.games)):
            if ids is not None:
                given[name] = ids if isinstance(ids, str) else list(ids)
        return given
