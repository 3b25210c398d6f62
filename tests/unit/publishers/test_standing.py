"""Whose documents stay as they are: equal runs leave out whom nothing touched, and nobody when that is not certain."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from python_runners.events import AffectedEntities
from python_runners.platform.objects import FolderObjectStore
from python_runners.platform.warehouse import DuckDBWarehouse
from python_runners.publishers.envelope import Halt
from python_runners.publishers.people import people_paths
from python_runners.publishers.publish import publish_date
from python_runners.publishers.standing import untouched_documents
from python_runners.publishers.storage import PublishReport, Stored, object_name
from tests.unit.publishers.document_rows import GAME, slate
from tests.unit.publishers.slate_warehouse import DAY, NOON, warehouse_of_a_slate
from tests.unit.publishers.stores import state_of

ONE = AffectedEntities(players=("1",), teams=(), games=())
NOBODY = AffectedEntities(players=(), teams=(), games=())
STANDING = {path: Stored("d", "t", "ok") for number in range(16) for path in people_paths(str(number))}


@pytest.fixture
def warehouse(tmp_path: Path) -> Iterator[DuckDBWarehouse]:
    opened = warehouse_of_a_slate(tmp_path / "w.duckdb")
    yield opened
    opened.close()


@pytest.fixture
def store(tmp_path: Path) -> FolderObjectStore:
    return FolderObjectStore(tmp_path / "published")


def published(warehouse: DuckDBWarehouse, store: FolderObjectStore, **more: Any) -> PublishReport:
    report = publish_date(
        warehouse, store, state_of(store), **({"day": DAY, "as_of": NOON, "correlation_id": "c"} | more)
    )
    assert report.failed == {}
    return report


def looked_at(report: PublishReport) -> set[str]:
    """Players whose documents were made, written or not."""
    return {path.split("/")[-1] for path in (*report.written, *report.unchanged) if path.startswith("tonight/player/")}


def change_lines(warehouse: DuckDBWarehouse) -> None:
    warehouse.execute("update nba_analytics.upcoming_player_game_context set current_points_line = 17.5")


def generations(store: FolderObjectStore) -> dict[str, tuple[int, int]]:
    return {name: (store.get(name).generation, (store.root / name).stat().st_mtime_ns) for name in store.names("v1/")}


def test_the_document_of_an_untouched_player_is_not_made(warehouse: DuckDBWarehouse, store: FolderObjectStore) -> None:
    published(warehouse, store)
    before = generations(store)
    change_lines(warehouse)
    report = published(warehouse, store, affected=ONE)
    assert looked_at(report) == {"1"}
    after = generations(store)
    touched = {name for name in after if after[name] != before[name]}
    assert touched == {
        object_name(path) for path in ("tonight/player/1", f"tonight/{DAY}", "tonight/all-players", "manifest")
    }


def test_the_manifest_still_lists_what_was_left_alone(warehouse: DuckDBWarehouse, store: FolderObjectStore) -> None:
    published(warehouse, store)
    before = json.loads(store.get(object_name("manifest")).body)["documents"]
    for affected in (ONE, NOBODY):
        published(warehouse, store, affected=affected)
        assert json.loads(store.get(object_name("manifest")).body)["documents"] == before


def test_the_first_edition_of_a_date_is_whole(warehouse: DuckDBWarehouse, store: FolderObjectStore) -> None:
    assert looked_at(published(warehouse, store, affected=ONE)) == {"1", "2"}
    day_after = DAY + timedelta(days=1)
    warehouse.execute("update nba_analytics.upcoming_player_game_context set game_date = ?", [day_after])
    report = published(warehouse, store, affected=ONE, day=day_after, as_of=NOON + timedelta(days=1))
    assert looked_at(report) == {"1", "2"}


def test_a_halt_and_another_champion_touch_everybody(warehouse: DuckDBWarehouse, store: FolderObjectStore) -> None:
    published(warehouse, store)
    halt = Halt(active=True, reason="manual", since=DAY, source_date=DAY)
    assert looked_at(published(warehouse, store, affected=NOBODY, halt=halt)) == {"1", "2"}
    assert looked_at(published(warehouse, store, affected=NOBODY, halt=halt)) == set()
    warehouse.execute("update nba_predictions.prediction_systems set is_champion = system_id = 'moving_average_v1'")
    assert looked_at(published(warehouse, store, affected=NOBODY, halt=halt)) == {"1", "2"}


def test_a_player_without_documents_gets_them(warehouse: DuckDBWarehouse, store: FolderObjectStore) -> None:
    warehouse.execute("update nba_analytics.upcoming_player_game_context set player_id = '3' where player_id = '2'")
    published(warehouse, store)
    warehouse.execute("update nba_analytics.upcoming_player_game_context set player_id = '2' where player_id = '3'")
    assert looked_at(published(warehouse, store, affected=NOBODY)) == {"2"}


@pytest.mark.parametrize(
    "affected",
    [
        None,
        AffectedEntities(),
        AffectedEntities(players="all", teams=(), games=()),
        AffectedEntities(players=(), teams=(), games=None),
        AffectedEntities(players=(), teams=(), games="all"),
        AffectedEntities(players=(), teams=("MIA",), games=()),
        AffectedEntities(players=(), teams=(), games=(GAME,)),
    ],
)
def test_what_may_reach_everybody_leaves_nobody_out(affected: AffectedEntities | None) -> None:
    assert untouched_documents(slate(), affected, STANDING) == {}


@given(moved=st.sets(st.sampled_from([str(number) for number in range(20)])))
def test_exactly_the_listed_players_are_looked_at(moved: set[str]) -> None:
    affected = AffectedEntities(players=tuple(moved), teams=(), games=("0022500999",))
    left_alone = untouched_documents(slate(), affected, STANDING)
    assert set(left_alone) == {
        path for number in range(16) if str(number) not in moved for path in people_paths(str(number))
    }
    assert untouched_documents(slate(), affected, None) == {}
