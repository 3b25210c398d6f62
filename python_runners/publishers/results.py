"""Documents of results: what was predicted for a date, and what came."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from typing import Any

from python_runners.publishers.best_bets import tier_of
from python_runners.publishers.envelope import Document
from python_runners.publishers.rows import GradedDay, Row, Rows, SlateRows

MIN_GRADED_SHARE = 0.9


def results_documents(rows: SlateRows, day: date) -> Iterable[Document]:
    """Yield results/{date}, results/{last graded date}, and the latter as latest."""
    own = GradedDay(day, rows.games, rows.predictions, rows.results)
    latest = rows.last_graded or own
    yield _document(f"results/{day}", 86400, own, rows.champion)
    if latest.day != day:
        yield _document(f"results/{latest.day}", 86400, latest, rows.champion)
    yield _document("results/latest", 300, latest, rows.champion)


def _document(path: str, cache: int, graded: GradedDay, champion: str) -> Document:
    return Document(
        path,
        "results",
        _content(graded.results, champion),
        cache,
        is_empty=not graded.results,
        degraded_reasons=_reasons(graded, champion),
        game_date=graded.day,
    )


def _reasons(graded: GradedDay, champion: str) -> tuple[str, ...]:
    final = {game["game_id"] for game in graded.games if game["game_status"] == 3}
    owed = {
        (row["game_id"], row["player_id"])
        for row in graded.predictions
        if row["system_id"] == champion and row["game_id"] in final
    }
    done = {(row["game_id"], row["player_id"]) for row in graded.results}
    share = len(owed & done) / len(owed) if owed else 1.0
    return () if share >= MIN_GRADED_SHARE else ("grading_incomplete",)


def _content(rows: Rows, champion: str) -> dict[str, Any]:
    shown = [row for row in rows if row["system_id"] == champion]
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
    return tier_of(row["predicted_margin"])


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
