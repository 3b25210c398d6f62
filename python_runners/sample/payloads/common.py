"""What several sources share: team names, instants, ratios, row sets."""

from __future__ import annotations

import csv
import json
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from python_runners.dates import EASTERN
from python_runners.sample.lines import Counts
from python_runners.settings import PROJECT_ROOT

Document = dict[str, Any]


@dataclass(frozen=True)
class TeamNames:
    """How a team is called."""

    tricode: str
    team_id: int
    city: str
    name: str
    conference: str
    division: str

    @property
    def full_name(self) -> str:
        """City and name."""
        return f"{self.city} {self.name}"

    @property
    def slug(self) -> str:
        """Name in addresses."""
        return {"76ers": "sixers", "Trail Blazers": "blazers"}.get(self.name, self.name.lower())


@lru_cache(maxsize=1)
def team_names() -> dict[str, TeamNames]:
    """Return the names of the 30 teams by tricode."""
    with (PROJECT_ROOT / "seeds" / "teams.csv").open(encoding="utf-8", newline="") as handle:
        return {
            row["team"]: TeamNames(
                row["team"], int(row["team_id"]), row["city"], row["name"], row["conference"], row["division"]
            )
            for row in csv.DictReader(handle)
        }


def to_bytes(document: Any) -> bytes:
    """Return a document as the sources send it: compact UTF-8 JSON."""
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()


def utc_text(instant: datetime) -> str:
    """Return `2025-11-04T00:30:00Z`."""
    return instant.strftime("%Y-%m-%dT%H:%M:%SZ")


def eastern_text(instant: datetime) -> str:
    """Return the Eastern wall clock with the false Z that several feeds put behind it."""
    return instant.astimezone(EASTERN).strftime("%Y-%m-%dT%H:%M:%SZ")


def ratio(part: int, whole: int, digits: int = 3) -> float:
    """Return a share as the feeds round it; 0.0 when nothing was attempted."""
    return round(part / whole, digits) if whole else 0.0


def minutes_text(seconds: int) -> str:
    """Return `35:07`."""
    return f"{seconds // 60:02d}:{seconds % 60:02d}"


def iso_minutes(seconds: int) -> str:
    """Return `PT35M07.00S`."""
    return f"PT{seconds // 60:02d}M{seconds % 60:02d}.00S"


def row_set(name: str, headers: tuple[str, ...], rows: list[list[Any]]) -> Document:
    """Return a result set of the statistics service."""
    return {"name": name, "headers": list(headers), "rowSet": rows}


def answer(resource: str, parameters: Document, *row_sets: Document) -> Document:
    """Return an answer of the statistics service, version 2."""
    return {"resource": resource, "parameters": parameters, "resultSets": list(row_sets)}


SHOOTING = (
    *("FGM", "FGA", "FG_PCT", "FG3M", "FG3A", "FG3_PCT", "FTM", "FTA", "FT_PCT"),
    *("OREB", "DREB", "REB", "AST", "STL", "BLK"),
)


def shooting_values(counts: Counts) -> list[Any]:
    """Return the values of `SHOOTING`."""
    return [
        counts.fg_makes,
        counts.fg_attempts,
        ratio(counts.fg_makes, counts.fg_attempts),
        counts.three_makes,
        counts.three_attempts,
        ratio(counts.three_makes, counts.three_attempts),
        counts.ft_makes,
        counts.ft_attempts,
        ratio(counts.ft_makes, counts.ft_attempts),
        counts.offensive_rebounds,
        counts.defensive_rebounds,
        counts.rebounds,
        counts.assists,
        counts.steals,
        counts.blocks,
    ]
