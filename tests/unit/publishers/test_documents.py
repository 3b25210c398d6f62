"""Documents: rendered by pure functions, validated, rewritten only when their content moved."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from python_runners.errors import InvariantViolated
from python_runners.platform.objects import FolderObjectStore
from python_runners.publishers.envelope import Document, Edition, Halt, content_digest, render
from python_runners.publishers.publish import documents_of
from python_runners.publishers.record import best_bets
from python_runners.publishers.rows import SlateRows
from python_runners.publishers.slate import fatigue_level
from python_runners.publishers.storage import object_name, publish, validate

DAY = date(2025, 11, 15)
TIP = datetime(2025, 11, 16, 0, 30)  # noqa: DTZ001 - the warehouse gives naive UTC
NOON = datetime(2025, 11, 15, 17, 0, tzinfo=UTC)
GAME = "0022500225"


def game() -> dict[str, Any]:
    return {
        "game_id": GAME, "game_date": DAY, "home_team": "BOS", "away_team": "NYK", "tip_off_utc": TIP,
        "game_status": 1, "home_score": None, "away_score": None,
    }  # fmt: skip


def prediction(player: int, system: str = "ensemble_v1", **more: Any) -> dict[str, Any]:
    base = {
        "game_id": GAME, "player_id": str(player), "player_name": f"Player {player}", "system_id": system,
        "mode": "live", "team": "BOS", "opponent": "NYK", "is_home": True, "predicted_points": 20.0,
        "confidence": 0.7, "recommendation": "OVER", "points_line": 16.5, "line_book": "draftkings", "edge": 3.5,
        "injury_status_at_prediction": "available", "current_injury_status": "available",
        "component_adjustments": '{"pace": 0.3}', "feature_coverage": 0.9, "created_at": NOON.replace(tzinfo=None),
    }  # fmt: skip
    return base | more


def player(number: int, **more: Any) -> dict[str, Any]:
    base = {
        "game_id": GAME, "player_id": str(number), "player_name": f"Player {number}",
        "team": "BOS" if number < 8 else "NYK", "opponent": "NYK" if number < 8 else "BOS", "is_home": number < 8,
        "tip_off_utc": TIP, "has_prop_line": True, "current_points_line": 16.5, "current_line_book": "draftkings",
        "opening_points_line": None, "line_movement": None, "days_rest": 2, "is_back_to_back": False,
        "injury_status": None, "injury_reason_category": None, "points_avg_season": 18.2, "minutes_avg_season": 31.0,
        "points_avg_last_5": 19.0, "games_played_season": 12, "games_below_season_avg_streak": 0, "fatigue_score": 91,
        "defensive_rating_last_15": 112.3, "weakest_zone": "three", "defense_rank": 20,
    }  # fmt: skip
    return base | more


def past_game(days_ago: int, points: int | None, result: str | None = None) -> dict[str, Any]:
    is_dnp = points is None
    makes = None if is_dnp else 4
    return {
        "player_id": "1", "game_id": GAME, "game_date": DAY - timedelta(days=days_ago), "team": "BOS",
        "opponent": "MIA", "is_home": True, "is_dnp": is_dnp, "points": points, "minutes": None if is_dnp else 30.0,
        "fg_makes": makes, "fg_attempts": makes, "three_makes": makes, "three_attempts": makes, "ft_makes": makes,
        "ft_attempts": makes, "points_line": 15.5 if result else None, "over_under_result": result,
        "line_margin": None, "season_type": "regular", "win_flag": True,
    }  # fmt: skip


def slate(**more: Any) -> SlateRows:
    base: dict[str, Any] = {
        "games": (game(),),
        "predictions": tuple(prediction(number) for number in range(16)),
        "players": tuple(player(number) for number in range(16)),
        "recent_games": {"1": (past_game(2, 22, "OVER"), past_game(4, None), past_game(6, 18, "OVER"))},
        "results": (),
        "systems": (),
        "next_game_date": DAY + timedelta(days=1),
        "season_phase": "regular",
    }
    return SlateRows(**(base | more))


EMPTY = slate(games=(), predictions=(), players=(), recent_games={})


def edition(**more: Any) -> Edition:
    return Edition(**({"game_date": DAY, "generated_at": NOON, "data_as_of": NOON, "correlation_id": "c"} | more))


def rendered(rows: SlateRows, this: Edition | None = None) -> dict[str, dict[str, Any]]:
    chosen = this or edition()
    return {document.path: render(document, chosen) for document in documents_of(rows, chosen)}


@pytest.mark.parametrize("rows", [slate(), EMPTY], ids=["slate", "no games"])
def test_every_document_fits_its_schema(rows: SlateRows) -> None:
    for document in rendered(rows).values():
        validate(document)


def test_a_day_without_games_has_the_same_keys_and_says_empty() -> None:
    full, empty = rendered(slate()), rendered(EMPTY)
    for path in (f"predictions/{DAY}", f"tonight/{DAY}", f"best-bets/{DAY}", f"results/{DAY}"):
        assert list(empty[path]) == list(full[path])
        assert empty[path]["status"] == "empty"
    assert empty[f"predictions/{DAY}"]["games"] == []


def test_the_tonight_list_shows_games_played_and_no_other() -> None:
    shown = rendered(slate())["tonight/all-players"]["games"][0]["players"]
    first = next(entry for entry in shown if entry["player_id"] == "1")
    assert (first["last_10_points"], first["last_10_results"]) == ([22, 18], ["O", "O"])
    form = rendered(slate())["tonight/player/1"]
    assert [row["points"] for row in form["recent_form"]] == [22, None, 18]
    assert form["streak"] == {"type": "OVER", "length": 2}


@pytest.mark.parametrize(
    ("score", "level"), [(100, "fresh"), (90, "fresh"), (89, "normal"), (75, "normal"), (74, "tired"), (None, None)]
)
def test_fatigue_levels(score: int | None, level: str | None) -> None:
    assert fatigue_level(score) == level


def test_best_bets_rank_by_edge_times_confidence_within_their_tiers() -> None:
    strong = [prediction(number, edge=6.0 + number / 10, confidence=0.8) for number in range(7)]
    value = prediction(50, edge=-2.0, recommendation="UNDER")
    picks = best_bets(slate(predictions=(*strong, value)))
    assert [pick["tier"] for pick in picks] == ["premium"] * 5 + ["value"]
    assert [pick["player_id"] for pick in picks] == ["6", "5", "4", "3", "2", "50"]


def test_players_ruled_out_and_passes_are_no_picks() -> None:
    rows = (
        prediction(1, injury_status_at_prediction="out"),
        prediction(2, current_injury_status="doubtful"),
        prediction(3, recommendation="PASS", edge=0.2),
        prediction(4, system_id="moving_average_v1"),
    )
    assert best_bets(slate(predictions=rows)) == []


def test_a_halt_empties_the_picks_and_says_why() -> None:
    halted = edition(halt=Halt(active=True, reason="manual", since=DAY, source_date=DAY))
    document = rendered(slate(), halted)[f"best-bets/{DAY}"]
    assert (document["picks"], document["halt_reason"]) == ([], "manual")
    assert rendered(slate(), halted)[f"predictions/{DAY}"]["total_predictions"] == 16


def test_an_equal_document_is_not_rewritten(tmp_path: Path) -> None:
    store, first = FolderObjectStore(tmp_path), edition()
    again = edition(generated_at=NOON + timedelta(hours=1), correlation_id="other")
    written = publish(store, documents_of(slate(), first), first).written
    assert len(written) == len(set(written)) == len(rendered(slate()))
    report = publish(store, documents_of(slate(), again), again)
    assert [path for path in report.written if path != "status"] == []


def test_one_moved_player_rewrites_his_documents_only(tmp_path: Path) -> None:
    store, this = FolderObjectStore(tmp_path), edition()
    publish(store, documents_of(slate(), this), this)
    moved = tuple(player(number, current_points_line=17.5 if number == 3 else 16.5) for number in range(16))
    report = publish(store, documents_of(slate(players=moved), this), this)
    assert sorted(report.written) == sorted([f"tonight/{DAY}", "tonight/all-players", "tonight/player/3"])


def test_one_failing_document_leaves_the_others_and_its_own_former_version(tmp_path: Path) -> None:
    store, this = FolderObjectStore(tmp_path), edition()
    publish(store, documents_of(slate(), this), this)
    before = store.get(object_name(f"predictions/{DAY}")).body
    broken = (prediction(0, predicted_points=61.0), *(prediction(number) for number in range(1, 16)))
    report = publish(store, documents_of(slate(predictions=broken), this), this)
    assert f"predictions/{DAY}" in report.failed
    assert "maximum of 60" in report.failed[f"predictions/{DAY}"]
    assert store.get(object_name(f"predictions/{DAY}")).body == before
    assert "tonight/player/1" not in report.failed


def test_an_emptied_input_never_replaces_a_good_document(tmp_path: Path) -> None:
    store, this = FolderObjectStore(tmp_path), edition()
    publish(store, documents_of(slate(), this), this)
    report = publish(store, documents_of(slate(predictions=()), this), this)
    kept = json.loads(store.get(object_name(f"predictions/{DAY}")).body)
    assert f"predictions/{DAY}" in report.kept_degraded
    assert (kept["status"], kept["degraded_reasons"]) == ("degraded", ["too_few_predictions"])
    assert kept["total_predictions"] == 16


def test_backfilled_predictions_are_marked() -> None:
    rows = slate(predictions=tuple(prediction(number, mode="backfill") for number in range(16)))
    document = rendered(rows)[f"predictions/{DAY}"]
    assert (document["status"], document["degraded_reasons"]) == ("degraded", ["backfill_predictions"])


def test_cache_control_is_set_on_the_object(tmp_path: Path) -> None:
    store, this = FolderObjectStore(tmp_path), edition()
    publish(store, documents_of(slate(), this), this)
    assert store.get(object_name("predictions/today")).cache_control == "public, max-age=300"
    assert store.get(object_name(f"predictions/{DAY}")).cache_control == "public, max-age=3600"


def test_a_missing_key_does_not_validate() -> None:
    document = rendered(slate())["status"]
    del document["services"]
    with pytest.raises(InvariantViolated, match="services"):
        validate(document)


@given(st.text(min_size=1), st.datetimes(timezones=st.just(UTC)))
def test_the_digest_ignores_times_and_journeys_only(correlation: str, moment: datetime) -> None:
    document = Document("status", "status", {"services": {}}, 60)
    base = render(document, edition())
    assert (
        content_digest({**base, "correlation_id": correlation, "generated_at": moment.isoformat()})
        == (base["content_digest"])
    )
    assert content_digest({**base, "status": "degraded"}) != base["content_digest"]
