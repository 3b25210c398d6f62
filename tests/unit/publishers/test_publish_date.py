"""Publishing a date from a warehouse: documents, and the ledger of the picks that they showed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from python_runners.platform.objects import FolderObjectStore
from python_runners.platform.warehouse import DuckDBWarehouse
from python_runners.publishers.envelope import Halt
from python_runners.publishers.publish import publish_date
from python_runners.publishers.storage import PublishReport, object_name
from tests.unit.publishers.slate_warehouse import DAY, GAME, NOON, fill, prediction, warehouse_of_a_slate
from tests.unit.publishers.stores import state_of

AFTER_TIP = NOON + timedelta(hours=8)


@pytest.fixture
def warehouse(tmp_path: Path) -> Iterator[DuckDBWarehouse]:
    opened = warehouse_of_a_slate(tmp_path / "w.duckdb")
    yield opened
    opened.close()


@pytest.fixture
def store(tmp_path: Path) -> FolderObjectStore:
    return FolderObjectStore(tmp_path / "published")


def published(
    warehouse: DuckDBWarehouse, store: FolderObjectStore, as_of: datetime = NOON, **more: Any
) -> PublishReport:
    report = publish_date(warehouse, store, state_of(store), DAY, as_of=as_of, correlation_id="c", **more)
    assert report.failed == {}
    return report


def document(store: FolderObjectStore, path: str) -> dict[str, Any]:
    parsed: dict[str, Any] = json.loads(store.get(object_name(path)).body)
    return parsed


def ledger(warehouse: DuckDBWarehouse) -> list[tuple[str, int, str | None]]:
    rows = warehouse.query(
        "select prediction_id, published_version, withdrawn_reason from nba_predictions.published_picks "
        "order by player_id, published_version"
    ).to_pylist()
    return [(row["prediction_id"], row["published_version"], row["withdrawn_reason"]) for row in rows]


def shown(store: FolderObjectStore, path: str = f"best-bets/{DAY}") -> list[tuple[str, float]]:
    return [(pick["player_id"], pick["line"]) for pick in document(store, path)["picks"]]


def test_publishing_twice_records_the_picks_once(warehouse: DuckDBWarehouse, store: FolderObjectStore) -> None:
    published(warehouse, store)
    assert ledger(warehouse) == [("p1v1", 1, None), ("p2v1", 1, None)]
    before = warehouse.query("select * from nba_predictions.published_picks order by all").to_pylist()
    again = published(warehouse, store)
    assert warehouse.query("select * from nba_predictions.published_picks order by all").to_pylist() == before
    assert {path for path in again.written if path not in ("status", "manifest")} == set()
    assert before[0]["document"] == f"best-bets/{DAY}"
    assert (before[0]["rank"], before[0]["tier"]) == (1, "strong")


def test_picks_that_were_written_but_not_recorded_are_recorded_by_the_next_run(
    warehouse: DuckDBWarehouse, store: FolderObjectStore
) -> None:
    published(warehouse, store)
    warehouse.execute("delete from nba_predictions.published_picks")
    assert f"best-bets/{DAY}" in published(warehouse, store).unchanged
    assert ledger(warehouse) == [("p1v1", 1, None), ("p2v1", 1, None)]


def test_a_new_version_supersedes_the_shown_pick(warehouse: DuckDBWarehouse, store: FolderObjectStore) -> None:
    published(warehouse, store)
    fill(warehouse, "nba_predictions.player_points_predictions", [prediction(1, version=2, line=14.5)])
    published(warehouse, store)
    assert ledger(warehouse) == [("p1v1", 1, "superseded"), ("p1v2", 2, None), ("p2v1", 1, None)]
    assert shown(store) == [("1", 14.5), ("2", 16.5)]


def test_a_player_ruled_out_is_withdrawn_and_comes_back_as_a_new_version(
    warehouse: DuckDBWarehouse, store: FolderObjectStore
) -> None:
    published(warehouse, store)
    for status in ("out", "available"):
        warehouse.execute(
            "update nba_analytics.upcoming_player_game_context set injury_status = ? where player_id = '2'", [status]
        )
        published(warehouse, store)
    assert ledger(warehouse) == [("p1v1", 1, None), ("p2v1", 1, "not_recommended"), ("p2v1", 2, None)]


def test_a_halt_withdraws_what_was_shown(warehouse: DuckDBWarehouse, store: FolderObjectStore) -> None:
    published(warehouse, store)
    published(warehouse, store, halt=Halt(active=True, reason="manual", since=DAY, source_date=DAY))
    assert shown(store) == []
    assert {reason for _, _, reason in ledger(warehouse)} == {"halted"}


def test_nothing_changes_a_pick_after_tip_off(warehouse: DuckDBWarehouse, store: FolderObjectStore) -> None:
    published(warehouse, store)
    warehouse.execute("update nba_predictions.player_points_predictions set recommendation = 'PASS'")
    warehouse.execute("update nba_predictions.prediction_systems set is_active = false, is_champion = false")
    fill(warehouse, "nba_predictions.player_points_predictions", [prediction(1, version=2, line=14.5)])
    published(warehouse, store, AFTER_TIP)
    published(warehouse, store, AFTER_TIP + timedelta(days=1), is_current=False)
    assert ledger(warehouse) == [("p1v1", 1, None), ("p2v1", 1, None)]
    assert shown(store) == [("1", 16.5), ("2", 16.5)]


def test_picks_are_never_made_in_hindsight(warehouse: DuckDBWarehouse, store: FolderObjectStore) -> None:
    published(warehouse, store, AFTER_TIP)
    assert (shown(store), ledger(warehouse)) == ([], [])


def test_a_refused_document_showed_nothing(warehouse: DuckDBWarehouse, store: FolderObjectStore) -> None:
    warehouse.execute("update nba_predictions.player_points_predictions set predicted_points = 61")
    report = publish_date(warehouse, store, state_of(store), DAY, as_of=NOON, correlation_id="c")
    assert f"best-bets/{DAY}" in report.failed
    assert ledger(warehouse) == []


def test_graded_picks_show_their_results_the_day_after(warehouse: DuckDBWarehouse, store: FolderObjectStore) -> None:
    published(warehouse, store)
    accuracy = {
        "game_id": GAME, "player_id": "1", "system_id": "ensemble_v1", "mode": "live", "game_date": DAY,
        "predicted_points": 20.0, "points_line": 16.5, "recommendation": "OVER", "confidence_decile": 8,
        "predicted_margin": 3.5, "actual_points": 30, "signed_error": -10.0, "outcome": "WIN", "void_reason": None,
    }  # fmt: skip
    fill(warehouse, "nba_predictions.prediction_accuracy", [accuracy])
    summary = {
        "player_id": "1", "game_id": GAME, "game_date": DAY, "player_name": "Player 1", "team": "BOS",
        "opponent": "NYK", "is_home": True, "is_dnp": False, "points": 30, "season_type": "regular",
    }  # fmt: skip
    fill(warehouse, "nba_analytics.player_game_summary", [summary])
    day_after = DAY + timedelta(days=1)
    report = publish_date(
        warehouse, store, state_of(store), day_after, as_of=NOON + timedelta(days=1), correlation_id="c"
    )
    assert report.failed == {}
    results = [(pick["result"], pick["actual"]) for pick in document(store, f"best-bets/{DAY}")["picks"]]
    assert results == [("WIN", 30), (None, None)]
    assert document(store, "results/latest")["game_date"] == DAY.isoformat()
    assert document(store, f"best-bets/{day_after}")["status"] == "empty"
    assert ledger(warehouse) == [("p1v1", 1, None), ("p2v1", 1, None)]


def test_a_date_that_is_over_leaves_the_documents_of_today_alone(
    warehouse: DuckDBWarehouse, store: FolderObjectStore
) -> None:
    report = published(warehouse, store, is_current=False)
    assert sorted(report.written) == sorted(
        f"{name}/{DAY}" for name in ("predictions", "tonight", "results", "best-bets")
    )


def test_the_league_is_read_from_the_dimensions(warehouse: DuckDBWarehouse, store: FolderObjectStore) -> None:
    published(warehouse, store)
    index = document(store, "players/index")["players"]
    assert [(entry["player_id"], entry["team"]) for entry in index] == [("1", "BOS"), ("2", "NYK")]
    counts = document(store, "schedule/game-counts")
    assert (counts["season"], counts["dates"]) == ("2025-26", [{"date": "2025-11-15", "games": 1}])
    assert (counts["status"], counts["degraded_reasons"]) == ("degraded", ["too_few_games"])


def test_the_manifest_lists_what_stands(warehouse: DuckDBWarehouse, store: FolderObjectStore) -> None:
    report = published(warehouse, store)
    listed = {entry["path"] for entry in document(store, "manifest")["documents"]}
    assert listed == {f"{path}.json" for path in report.written if path != "manifest"}
    assert f"best-bets/{DAY}.json" in listed
