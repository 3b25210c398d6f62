"""Documents: rendered by pure functions, validated, rewritten only when their content moved."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from python_runners.errors import InvariantViolated
from python_runners.platform.objects import FolderObjectStore
from python_runners.publishers.envelope import Document, content_digest, render
from python_runners.publishers.manifest import manifest_document
from python_runners.publishers.publish import documents_of
from python_runners.publishers.rows import GradedDay, SlateRows
from python_runners.publishers.slate import fatigue_level
from python_runners.publishers.storage import object_name, publish, validate
from tests.unit.publishers.document_rows import (
    DAY,
    EMPTY,
    NOON,
    edition,
    game,
    graded,
    player,
    prediction,
    rendered,
    slate,
)
from tests.unit.publishers.stores import state_of


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


def test_an_equal_document_is_not_rewritten(tmp_path: Path) -> None:
    store, first = FolderObjectStore(tmp_path), edition()
    again = edition(generated_at=NOON + timedelta(hours=1), correlation_id="other")
    written = publish(store, state_of(store), documents_of(slate(), first), first).written
    assert len(written) == len(set(written)) == len(rendered(slate()))
    report = publish(store, state_of(store), documents_of(slate(), again), again)
    assert [path for path in report.written if path != "status"] == []


def test_one_moved_player_rewrites_his_documents_only(tmp_path: Path) -> None:
    store, this = FolderObjectStore(tmp_path), edition()
    publish(store, state_of(store), documents_of(slate(), this), this)
    moved = tuple(player(number, current_points_line=17.5 if number == 3 else 16.5) for number in range(16))
    report = publish(store, state_of(store), documents_of(slate(players=moved), this), this)
    assert sorted(report.written) == sorted([f"tonight/{DAY}", "tonight/all-players", "tonight/player/3"])


def test_one_failing_document_leaves_the_others_and_its_own_former_version(tmp_path: Path) -> None:
    store, this = FolderObjectStore(tmp_path), edition()
    publish(store, state_of(store), documents_of(slate(), this), this)
    before = store.get(object_name(f"predictions/{DAY}")).body
    broken = (prediction(0, predicted_points=61.0), *(prediction(number) for number in range(1, 16)))
    report = publish(store, state_of(store), documents_of(slate(predictions=broken), this), this)
    assert f"predictions/{DAY}" in report.failed
    assert "maximum of 60" in report.failed[f"predictions/{DAY}"]
    assert store.get(object_name(f"predictions/{DAY}")).body == before
    assert "tonight/player/1" not in report.failed


def test_an_emptied_input_never_replaces_a_good_document(tmp_path: Path) -> None:
    store, this = FolderObjectStore(tmp_path), edition()
    publish(store, state_of(store), documents_of(slate(), this), this)
    report = publish(store, state_of(store), documents_of(slate(predictions=()), this), this)
    kept = json.loads(store.get(object_name(f"predictions/{DAY}")).body)
    assert f"predictions/{DAY}" in report.kept_degraded
    assert (kept["status"], kept["degraded_reasons"]) == ("degraded", ["too_few_predictions"])
    assert kept["total_predictions"] == 16


@pytest.mark.parametrize("status", ["out", "doubtful"])
def test_a_player_who_was_ruled_out_after_he_was_predicted_is_shown_without_a_prediction(status: str) -> None:
    made = (prediction(1, current_injury_status=status), *(prediction(number) for number in range(2, 16)))
    shown = rendered(slate(predictions=made))
    (game_of_day,) = shown[f"predictions/{DAY}"]["games"]
    assert game_of_day["prediction_count"] == shown[f"predictions/{DAY}"]["total_predictions"] == 14
    assert {entry["player_id"] for entry in game_of_day["predictions"]} == {str(number) for number in range(2, 16)}
    listed = {entry["player_id"]: entry["prediction"] for entry in shown["tonight/all-players"]["games"][0]["players"]}
    assert listed["1"] is None
    assert listed["2"] is not None
    assert shown["tonight/player/1"]["predictions"] == []


def test_backfilled_predictions_are_marked() -> None:
    rows = slate(predictions=tuple(prediction(number, mode="backfill") for number in range(16)))
    document = rendered(rows)[f"predictions/{DAY}"]
    assert (document["status"], document["degraded_reasons"]) == ("degraded", ["backfill_predictions"])


def test_cache_control_is_set_on_the_object(tmp_path: Path) -> None:
    store, this = FolderObjectStore(tmp_path), edition()
    publish(store, state_of(store), documents_of(slate(), this), this)
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


def test_the_index_lists_the_league_and_not_only_tonight() -> None:
    members = ({"player_id": "77", "player_name": "Luka Dončić", "team": "LAL"},)
    document = rendered(slate(players=(), league_players=members))["players/index"]
    assert document["players"] == [{"player_id": "77", "player_name": "Luka Dončić", "team": "LAL"}]


def test_game_counts_of_a_full_season() -> None:
    document = rendered(slate())["schedule/game-counts"]
    assert (document["season"], document["status"]) == ("2025-26", "ok")
    assert document["dates"][0] == {"date": "2025-11-15", "games": 10}
    assert sum(entry["games"] for entry in document["dates"]) == 1080


@pytest.mark.parametrize(("phase", "status"), [("regular", "degraded"), ("off_season", "empty")])
def test_a_season_without_its_schedule(phase: str, status: str) -> None:
    document = rendered(slate(season_dates=(), season_phase=phase, season=None))["schedule/game-counts"]
    assert (document["status"], document["dates"]) == (status, [])
    validate(document)


def test_the_latest_results_are_those_of_the_last_graded_date() -> None:
    day = DAY - timedelta(days=1)
    before = GradedDay(day, ({**game(), "game_status": 3},), (prediction(1),), (graded(1),))
    documents = rendered(slate(last_graded=before))
    assert documents[f"results/{DAY}"]["status"] == "empty"
    for path in ("results/latest", f"results/{day}"):
        assert documents[path]["game_date"] == day.isoformat()
        assert documents[path]["summary"]["wins"] == 1
        validate(documents[path])


def test_half_graded_results_are_degraded() -> None:
    final = ({**game(), "game_status": 3},)
    rows = slate(games=final, predictions=(prediction(1), prediction(2)), results=(graded(1),))
    document = rendered(rows)[f"results/{DAY}"]
    assert (document["status"], document["degraded_reasons"]) == ("degraded", ["grading_incomplete"])


def test_a_date_that_is_over_writes_its_own_documents_only() -> None:
    assert sorted(rendered(slate(), edition(is_current=False))) == sorted(
        f"{name}/{DAY}" for name in ("predictions", "tonight", "results", "best-bets")
    )


def test_the_manifest_says_what_stands_where_and_how_old_it_is(tmp_path: Path) -> None:
    store, first = FolderObjectStore(tmp_path), edition()
    publish(store, state_of(store), documents_of(slate(), first), first)
    moment = NOON + timedelta(hours=25)
    later = edition(generated_at=moment, data_as_of=moment)
    broken = (prediction(0, predicted_points=61.0), *(prediction(number) for number in range(1, 16)))
    report = publish(store, state_of(store), documents_of(slate(predictions=broken), later), later)
    document = render(manifest_document(report, later), later)
    validate(document)
    entries = {entry["path"]: entry for entry in document["documents"]}
    assert set(entries) == {f"{path}.json" for path in rendered(slate())}
    refused = entries["predictions/today.json"]
    assert "predictions/today" in report.failed
    assert (refused["age_minutes"], refused["expected_every_minutes"], refused["is_stale"]) == (1500, 1440, True)
    dated = entries[f"predictions/{DAY}.json"]
    assert (dated["age_minutes"], dated["expected_every_minutes"], dated["is_stale"]) == (1500, None, False)
    assert entries["status.json"]["age_minutes"] == 0


def test_a_refused_document_that_never_stood_is_not_in_the_manifest(tmp_path: Path) -> None:
    store, this = FolderObjectStore(tmp_path), edition()
    report = publish(store, state_of(store), [Document("status", "status", {"services": {}}, 60)], this)
    assert list(report.failed) == ["status"]
    assert render(manifest_document(report, this), this)["documents"] == []
