"""Documents of the record: the systems, and the status of it all."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from python_runners.publishers.envelope import Document, instant
from python_runners.publishers.rows import Row, SlateRows

_WINDOWS = {7: "last_7", 30: "last_30", 0: "season"}


def record_documents(rows: SlateRows, picks: int, as_of: datetime) -> Iterable[Document]:
    """Yield systems performance and status; `picks` is the number of best bets."""
    yield Document("systems/performance", "systems_performance", {"systems": _systems(rows)}, 3600, not rows.systems)
    yield Document("status", "status", _status(rows, picks, as_of), 60)


def _systems(rows: SlateRows) -> list[dict[str, Any]]:
    grouped: dict[str, list[Row]] = {}
    for row in rows.systems:
        grouped.setdefault(row["system_id"], []).append(row)
    nothing = {"graded": 0, "hit_rate": None, "mae": None, "bias": None, "line_mae": None}
    return [
        {
            "system_id": system_id,
            "name": windows[0]["system_name"],
            "is_champion": windows[0]["is_champion"],
            "state": windows[0]["state"],
            "windows": {
                label: next(
                    ({name: row[name] for name in nothing} for row in windows if row["window_days"] == days), nothing
                )
                for days, label in _WINDOWS.items()
            },
        }
        for system_id, windows in grouped.items()
    ]


def _status(rows: SlateRows, picks: int, as_of: datetime) -> dict[str, Any]:
    newest = max((row["created_at"] for row in rows.shown_predictions), default=None)
    counts = {
        "predictions": len(rows.shown_predictions),
        "tonight": len(rows.players),
        "results": len(rows.results),
        "best_bets": picks,
    }
    age = None
    if newest is not None:
        age = round((as_of.replace(tzinfo=None) - newest.replace(tzinfo=None)).total_seconds() / 60)
    services = {
        name: {
            "state": "ok" if count else "empty",
            "message": f"{count} rows",
            "last_update": instant(newest),
            "age_minutes": age,
            "is_stale": False,
            "next_update_expected": rows.next_game_date.isoformat() if rows.next_game_date else None,
        }
        for name, count in counts.items()
    }
    return {
        "services": services,
        "known_issues": [],
        "season_phase": rows.season_phase,
        "next_game_date": rows.next_game_date.isoformat() if rows.next_game_date else None,
    }
