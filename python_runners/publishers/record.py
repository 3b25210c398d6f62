"""Documents of the record: graded results, systems, best bets, and the status of it all."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime
from typing import Any

from python_runners.publishers.envelope import Document, Halt, instant
from python_runners.publishers.rows import Row, SlateRows

MIN_GRADED_SHARE = 0.9
TIERS = (("premium", 5.0, 5), ("strong", 3.0, 10), ("value", 0.0, 10))
_WINDOWS = {7: "last_7", 30: "last_30", 0: "season"}


def record_documents(rows: SlateRows, day: date, halt: Halt, as_of: datetime) -> Iterable[Document]:
    """Yield results, best bets, systems performance and status."""
    results = _results(rows)
    open_games = [game for game in rows.games if game["game_status"] == 3]
    owed = {
        (row["game_id"], row["player_id"])
        for row in rows.predictions
        if row["system_id"] == rows.champion and row["game_id"] in {game["game_id"] for game in open_games}
    }
    graded = {(row["game_id"], row["player_id"]) for row in rows.results}
    share = len(owed & graded) / len(owed) if owed else 1.0
    reasons = () if share >= MIN_GRADED_SHARE else ("grading_incomplete",)
    for path, cache in ((f"results/{day}", 86400), ("results/latest", 300)):
        yield Document(path, "results", results, cache, not rows.results, reasons)
    picks = [] if halt.active else best_bets(rows)
    content = {
        "system_id": rows.champion,
        "total_picks": len(picks),
        "tiers": {name: sum(pick["tier"] == name for pick in picks) for name, _, _ in TIERS},
        "picks": picks,
    }
    for path, cache in ((f"best-bets/{day}", 86400), ("best-bets/latest", 300)):
        yield Document(path, "best_bets", content, cache, not picks)
    yield Document("systems/performance", "systems_performance", {"systems": _systems(rows)}, 3600, not rows.systems)
    yield Document("status", "status", _status(rows, as_of), 60)


def best_bets(rows: SlateRows) -> list[dict[str, Any]]:
    """Rank the champion's recommendations by edge times confidence, at most so many per tier of the edge."""
    out = {"out", "doubtful"}
    candidates = [
        row
        for row in rows.predictions
        if row["system_id"] == rows.champion
        and row["recommendation"] in {"OVER", "UNDER"}
        and row["injury_status_at_prediction"] not in out
        and row["current_injury_status"] not in out
    ]
    candidates.sort(key=lambda row: (-abs(row["edge"]) * row["confidence"], row["player_id"]))
    room = {name: limit for name, _, limit in TIERS}
    picks: list[dict[str, Any]] = []
    outcomes = {(row["game_id"], row["player_id"], row["system_id"]): row for row in rows.results}
    for row in candidates:
        tier = next(name for name, least, _ in TIERS if abs(row["edge"]) >= least)
        if not room[tier]:
            continue
        room[tier] -= 1
        graded = outcomes.get((row["game_id"], row["player_id"], row["system_id"]))
        picks.append(
            {
                "rank": len(picks) + 1,
                "tier": tier,
                "player_id": row["player_id"],
                "player_name": row["player_name"],
                "game_id": row["game_id"],
                "team": row["team"],
                "opponent": row["opponent"],
                "recommendation": row["recommendation"],
                "line": row["points_line"],
                "predicted": row["predicted_points"],
                "edge": row["edge"],
                "confidence": row["confidence"],
                "rationale": [f"{row['predicted_points']:.1f} points against a line of {row['points_line']:.1f}"],
                "feature_coverage": row["feature_coverage"],
                "result": graded["outcome"] if graded else None,
                "actual": graded["actual_points"] if graded else None,
            }
        )
    return picks


def _results(rows: SlateRows) -> dict[str, Any]:
    shown = [row for row in rows.results if row["system_id"] == rows.champion]
    return {
        "summary": {"total": len(shown), **_summary(shown)},
        "breakdowns": {
            "by_recommendation": _breakdown(shown, lambda row: str(row["recommendation"])),
            "by_confidence": _breakdown(shown, lambda row: str(row["confidence_decile"])),
            "by_tier": _breakdown(shown, _tier),
            "by_venue": _breakdown(shown, lambda row: "home" if row["is_home"] else "away"),
            "by_rest": _breakdown(shown, lambda row: str(row["days_rest"])),
        },
        "results": [
            {
                "player_id": row["player_id"],
                "player_name": row["player_name"],
                "game_id": row["game_id"],
                "team": row["team"],
                "opponent": row["opponent"],
                "predicted": row["predicted_points"],
                "line": row["points_line"],
                "recommendation": row["recommendation"],
                "actual": row["actual_points"],
                "error": row["signed_error"],
                "outcome": row["outcome"],
                "void_reason": row["void_reason"],
                "mode": row["mode"],
            }
            for row in shown
        ],
    }


def _tier(row: Row) -> str:
    if row["recommendation"] not in {"OVER", "UNDER"} or row["predicted_margin"] is None:
        return "none"
    return next(name for name, least, _ in TIERS if abs(row["predicted_margin"]) >= least)


def _summary(shown: Sequence[Row]) -> dict[str, Any]:
    outcomes = [row["outcome"] for row in shown]
    errors = [row["signed_error"] for row in shown if row["signed_error"] is not None]
    wins, losses = outcomes.count("WIN"), outcomes.count("LOSS")

    def share(hits: int, total: int) -> float | None:
        return round(hits / total, 4) if total else None

    return {
        "wins": wins,
        "losses": losses,
        "pushes": outcomes.count("PUSH"),
        "voids": outcomes.count("VOID"),
        "passes": outcomes.count("NONE"),
        "hit_rate": share(wins, wins + losses),
        "mae": round(sum(map(abs, errors)) / len(errors), 2) if errors else None,
        "bias": round(sum(errors) / len(errors), 2) if errors else None,
        "within_3_pct": share(sum(abs(error) <= 3 for error in errors), len(errors)),
        "within_5_pct": share(sum(abs(error) <= 5 for error in errors), len(errors)),
    }


def _breakdown(shown: Sequence[Row], key: Callable[[Row], str]) -> list[dict[str, Any]]:
    names = sorted({key(row) for row in shown})
    return [{"name": name, **_summary([row for row in shown if key(row) == name])} for name in names]


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


def _status(rows: SlateRows, as_of: datetime) -> dict[str, Any]:
    newest = max((row["created_at"] for row in rows.predictions), default=None)
    counts = {
        "predictions": len(rows.predictions),
        "tonight": len(rows.players),
        "results": len(rows.results),
        "best_bets": len(rows.predictions),
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
