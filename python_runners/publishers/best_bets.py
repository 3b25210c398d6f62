"""Best bets: the champion's picks. Before tip-off they follow the predictions; from then on what was shown stands."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from typing import Any

from python_runners.predictions.eligibility import RULED_OUT
from python_runners.predictions.picks import Pick
from python_runners.publishers.envelope import Document, Edition
from python_runners.publishers.rows import GradedDay, Row, Rows, SlateRows

# Name, least absolute edge in points, most picks.
TIERS = (("premium", 5.0, 5), ("strong", 3.0, 10), ("value", 0.0, 10))


def best_bets_path(day: date) -> str:
    """Return the path of the best bets of a date; the ledger of shown picks names it too."""
    return f"best-bets/{day}"


def best_bets_documents(rows: SlateRows, edition: Edition) -> Iterable[Document]:
    """Yield best-bets/{date} and latest, and once more the last graded date, whose picks now have results."""
    day = edition.game_date
    ranked = () if edition.halt.active else select(rows, edition)
    content = _content(ranked, rows.results, rows.champion)
    for path, cache in ((best_bets_path(day), 86400), ("best-bets/latest", 300)):
        yield Document(path, "best_bets", content, cache, not ranked)
    graded = rows.last_graded
    if graded is not None and graded.day != day and graded.shown_picks:
        yield _graded_document(graded, rows.champion)


def _graded_document(graded: GradedDay, champion: str) -> Document:
    content = _content(_ranked(graded.shown_picks), graded.results, champion)
    return Document(best_bets_path(graded.day), "best_bets", content, 86400, game_date=graded.day)


def select(rows: SlateRows, edition: Edition) -> tuple[Row, ...]:
    """Choose the picks of a date, best first: what stood when its game began, and recommendations of games ahead.

    Tiers hold a limited number of picks; those of games that have begun take their room first. A halt takes back the
    others.
    """
    now = edition.data_as_of
    ahead = {row["game_id"] for row in rows.games if row["tip_off_utc"] is None or _utc(row["tip_off_utc"]) > now}
    begun = {row["game_id"] for row in rows.games} - ahead
    locked = [row for row in rows.shown_picks if row["game_id"] in begun]
    room = {name: limit for name, _, limit in TIERS}
    for row in locked:
        room[tier_of(row["edge"])] -= 1
    chosen = list(locked)
    for row in _ranked(row for row in rows.predictions if row["game_id"] in ahead and _is_bet(row, rows.champion)):
        tier = tier_of(row["edge"])
        if room[tier] > 0 and not edition.halt.active:
            room[tier] -= 1
            chosen.append(row)
    return _ranked(chosen)


def ledger_picks(chosen: Sequence[Row], day: date) -> list[Pick]:
    """Return chosen picks as the ledger of shown picks holds them."""
    return [
        Pick(
            game_date=day,
            game_id=row["game_id"],
            player_id=row["player_id"],
            system_id=row["system_id"],
            rank=rank,
            tier=tier_of(row["edge"]),
            recommendation=row["recommendation"],
            points_line=row["points_line"],
            edge=row["edge"],
            confidence=row["confidence"],
            prediction_id=row["prediction_id"],
        )
        for rank, row in enumerate(chosen, start=1)
    ]


def withdrawal_reason(rows: SlateRows, edition: Edition, chosen: Sequence[Row], row: Row) -> str:
    """Say why a pick that was shown is not among the picks any more."""
    if row["game_id"] not in {game["game_id"] for game in rows.games}:
        return "game_not_played"
    if edition.halt.active:
        return "halted"
    if _key(row) in map(_key, chosen):
        return "superseded"
    return "not_recommended"


def tier_of(edge: float) -> str:
    """Return premium from 5 points of edge on, strong from 3, value below."""
    return next(name for name, least, _ in TIERS if abs(edge) >= least)


def _key(row: Row) -> tuple[str, str, str]:
    return row["game_id"], row["player_id"], row["system_id"]


def _utc(value: datetime) -> datetime:
    return value.replace(tzinfo=UTC) if value.tzinfo is None else value


def _is_bet(row: Row, champion: str) -> bool:
    return bool(
        row["system_id"] == champion
        and row["mode"] == "live"
        and row["recommendation"] in {"OVER", "UNDER"}
        and row["is_row_ready"]
        and row["injury_status_at_prediction"] not in RULED_OUT
        and row["current_injury_status"] not in RULED_OUT
    )


def _ranked(rows: Iterable[Row]) -> tuple[Row, ...]:
    return tuple(sorted(rows, key=lambda row: (-abs(row["edge"]) * row["confidence"], row["player_id"])))


def _content(ranked: Sequence[Row], results: Rows, champion: str) -> dict[str, Any]:
    graded = {_key(row): row for row in results if row["mode"] == "live"}
    picks = [_pick(rank, row, graded.get(_key(row))) for rank, row in enumerate(ranked, start=1)]
    return {
        "system_id": champion,
        "total_picks": len(picks),
        "tiers": {name: sum(pick["tier"] == name for pick in picks) for name, _, _ in TIERS},
        "picks": picks,
    }


def _pick(rank: int, row: Row, graded: Row | None) -> dict[str, Any]:
    return {
        "rank": rank,
        "tier": tier_of(row["edge"]),
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
        "result": None if graded is None else pick_result(row, graded),
        "actual": None if graded is None else graded["actual_points"],
    }


def pick_result(pick: Row, graded: Row) -> str | None:
    """Return WIN, LOSS, PUSH or VOID of a pick on the line that it was shown with; None while that is unknown.

    The graded prediction may be a later version with another line, so only its actual points and a VOID are taken.
    """
    if graded["outcome"] == "VOID":
        return "VOID"
    actual, line = graded["actual_points"], pick["points_line"]
    if actual is None:
        return None
    if actual == line:
        return "PUSH"
    return "WIN" if (actual > line) == (pick["recommendation"] == "OVER") else "LOSS"
