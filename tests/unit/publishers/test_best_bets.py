"""Best bets: chosen before tip-off, locked from then on, graded on the line that was shown."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from python_runners.publishers.best_bets import ledger_picks, pick_result, select, tier_of, withdrawal_reason
from python_runners.publishers.envelope import Edition, Halt
from python_runners.publishers.rows import GradedDay, SlateRows
from python_runners.publishers.storage import validate
from tests.unit.publishers.document_rows import DAY, GAME, NOON, edition, game, graded, prediction, rendered, slate

AFTER_TIP = edition(data_as_of=NOON + timedelta(hours=8))
HALTED = edition(halt=Halt(active=True, reason="manual", since=DAY, source_date=DAY))


def players(rows: SlateRows, this: Edition | None = None) -> list[str]:
    return [row["player_id"] for row in select(rows, this or edition())]


def test_picks_rank_by_edge_times_confidence_within_their_tiers() -> None:
    strong = [prediction(number, edge=6.0 + number / 10, confidence=0.8) for number in range(7)]
    value = prediction(50, edge=-2.0, recommendation="UNDER")
    picks = rendered(slate(predictions=(*strong, value)))[f"best-bets/{DAY}"]["picks"]
    assert [pick["tier"] for pick in picks] == ["premium"] * 5 + ["value"]
    assert [pick["player_id"] for pick in picks] == ["6", "5", "4", "3", "2", "50"]
    assert [pick["rank"] for pick in picks] == [1, 2, 3, 4, 5, 6]


@pytest.mark.parametrize(("edge", "limit"), [(6.0, 5), (-3.0, 10), (2.9, 10)])
def test_every_tier_has_its_room(edge: float, limit: int) -> None:
    assert len(players(slate(predictions=tuple(prediction(number, edge=edge) for number in range(16))))) == limit


def test_equal_picks_are_ordered_by_player() -> None:
    rows = slate(predictions=(prediction(2), prediction(1), prediction(3, edge=-3.5, recommendation="UNDER")))
    assert players(rows) == ["1", "2", "3"]


@pytest.mark.parametrize(
    ("edge", "tier"), [(5.0, "premium"), (-5.0, "premium"), (4.9, "strong"), (3.0, "strong"), (2.9, "value")]
)
def test_tiers_are_cut_at_whole_edges(edge: float, tier: str) -> None:
    assert tier_of(edge) == tier


@pytest.mark.parametrize(
    "lacking",
    [
        {"injury_status_at_prediction": "out"},
        {"current_injury_status": "doubtful"},
        {"recommendation": "PASS", "edge": 0.2},
        {"recommendation": "NO_LINE", "edge": None, "points_line": None},
        {"system_id": "moving_average_v1"},
        {"is_row_ready": False},
        {"is_row_ready": None},
        {"mode": "backfill"},
    ],
    ids=lambda lacking: next(iter(lacking)),
)
def test_what_is_no_pick(lacking: dict[str, Any]) -> None:
    assert players(slate(predictions=(prediction(1) | lacking, prediction(2)))) == ["2"]


def test_a_halt_empties_the_picks_and_says_why() -> None:
    documents = rendered(slate(), HALTED)
    for path in (f"best-bets/{DAY}", "best-bets/latest"):
        assert (documents[path]["picks"], documents[path]["halt_reason"]) == ([], "manual")
        assert (documents[path]["total_picks"], documents[path]["status"]) == (0, "empty")
    assert documents[f"predictions/{DAY}"]["total_predictions"] == 16


def test_after_tip_off_only_what_was_shown_is_a_pick() -> None:
    moved = prediction(1, prediction_id="later", edge=-6.0, recommendation="UNDER", points_line=26.0)
    rows = slate(predictions=(moved, prediction(2)), shown_picks=(prediction(1, prediction_id="shown"),))
    assert [row["prediction_id"] for row in select(rows, AFTER_TIP)] == ["shown"]
    assert [row["prediction_id"] for row in select(rows, edition())] == ["later", "ensemble_v1-2"]


def test_picks_of_games_that_began_take_their_room_first() -> None:
    other = "0022500226"
    late = {**game(), "game_id": other, "tip_off_utc": game()["tip_off_utc"] + timedelta(hours=3)}
    locked = tuple(prediction(number, edge=5.0) for number in range(4))
    ahead = tuple(prediction(number, edge=9.0, game_id=other) for number in range(20, 25))
    rows = slate(games=(game(), late), predictions=ahead, shown_picks=locked)
    assert players(rows, AFTER_TIP) == ["20", "0", "1", "2", "3"]


def test_a_pick_shown_with_another_system_stays_when_the_champion_changes() -> None:
    rows = slate(shown_picks=(prediction(1, system="moving_average_v1"),))
    assert [row["system_id"] for row in select(rows, AFTER_TIP)] == ["moving_average_v1"]


def test_the_ledger_gets_what_the_document_shows() -> None:
    rows = slate(predictions=(prediction(1), prediction(2, edge=7.0)))
    picks = ledger_picks(select(rows, edition()), DAY)
    assert [(pick.rank, pick.tier, pick.key) for pick in picks] == [
        (1, "premium", (GAME, "2", "ensemble_v1")),
        (2, "strong", (GAME, "1", "ensemble_v1")),
    ]


@pytest.mark.parametrize(
    ("rows", "this", "reason"),
    [
        (slate(predictions=(prediction(1),)), edition(), "superseded"),
        (slate(predictions=(prediction(1, recommendation="PASS"),)), edition(), "not_recommended"),
        (slate(), HALTED, "halted"),
        (slate(games=()), edition(), "game_not_played"),
    ],
    ids=["superseded", "not recommended", "halted", "not played"],
)
def test_a_withdrawal_has_its_reason(rows: SlateRows, this: Edition, reason: str) -> None:
    former = prediction(1, prediction_id="former")
    assert withdrawal_reason(rows, this, select(rows, this), former) == reason


@pytest.mark.parametrize(
    ("pick", "came", "result"),
    [
        ({"recommendation": "OVER", "points_line": 16.5}, {"actual_points": 17}, "WIN"),
        ({"recommendation": "OVER", "points_line": 16.5}, {"actual_points": 16}, "LOSS"),
        ({"recommendation": "UNDER", "points_line": 16.5}, {"actual_points": 0}, "WIN"),
        ({"recommendation": "UNDER", "points_line": 16.0}, {"actual_points": 16}, "PUSH"),
        ({}, {"actual_points": None, "outcome": "VOID"}, "VOID"),
        ({}, {"actual_points": None, "outcome": "NONE"}, None),
    ],
)
def test_a_pick_is_graded_on_its_own_line(pick: dict[str, Any], came: dict[str, Any], result: str | None) -> None:
    graded_later = graded(1, points_line=30.5, outcome="LOSS") | came
    assert pick_result(prediction(1) | pick, graded_later) == result


def test_picks_of_the_last_graded_date_get_their_results() -> None:
    day = DAY - timedelta(days=1)
    before = GradedDay(day, results=(graded(1, actual_points=12),), shown_picks=(prediction(1),))
    document = rendered(slate(last_graded=before))[f"best-bets/{day}"]
    validate(document)
    assert (document["game_date"], document["status"]) == (day.isoformat(), "ok")
    assert [(pick["result"], pick["actual"]) for pick in document["picks"]] == [("LOSS", 12)]


def test_a_graded_date_without_shown_picks_leaves_its_document_alone() -> None:
    day = DAY - timedelta(days=1)
    assert f"best-bets/{day}" not in rendered(slate(last_graded=GradedDay(day, results=(graded(1),))))
