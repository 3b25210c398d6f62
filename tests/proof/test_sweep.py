"""Changes that no loader wrote are found by the snapshots and end in tables that equal a rebuild."""

from __future__ import annotations

import random
from datetime import date
from pathlib import Path

import duckdb

from python_runners.operations.sweep import Unlogged, sweep
from python_runners.pipeline.handle import connect
from tests.flow.builds import project_paths
from tests.proof.conftest import Base
from tests.proof.moves import correct_box_minutes
from tests.proof.world import World

GAME = "select game_id, game_date from nba_raw.nbac_boxscore_players where minutes > 20 order by all limit 1"


def swept(world: World) -> list[Unlogged] | None:
    with world.platform() as platform, project_paths(world.folder):
        return sweep(platform)


def test_a_foreign_change_is_found_and_recomputed(base: Base, tmp_path: Path) -> None:
    world = base.world(tmp_path / "world")
    assert swept(world) is None, "the first sweep has nothing to compare with"
    assert swept(world) == []

    correct_box_minutes(world, random.Random(3))
    assert swept(world) == [], "the loader logged its own change"
    world.settle()

    with duckdb.connect(str(world.folder / "warehouse.duckdb")) as connection:
        game, day = connection.execute(GAME).fetchall()[0]
        connection.execute(
            f"update nba_raw.nbac_boxscore_players set minutes = minutes + 1 where game_id = '{game}' and minutes > 20"
        )
        connection.execute(f"delete from nba_raw.nbac_play_by_play where game_id = '{game}'")
    found = swept(world)
    assert found is not None
    assert {(change.source_table, change.game_date) for change in found} == {
        ("nbac_boxscore_players", day),
        ("nbac_play_by_play", day),
    }
    with world.platform() as platform, project_paths(world.folder):
        connect(platform)
        platform.ledger.relay(platform.bus)
        platform.bus.drain()
    assert base.differences(world) == {}
    assert swept(world) == []


def test_a_sweep_of_some_dates_takes_no_unread_row_for_a_removed_one(base: Base, tmp_path: Path) -> None:
    world = base.world(tmp_path / "world")
    swept(world)
    with world.platform() as platform, project_paths(world.folder):
        assert sweep(platform, first=date(2025, 10, 30), last=date(2025, 10, 31)) == []
        removed = platform.warehouse.query(
            "select count(*) as rows from nba_orchestration.entity_changes where change_kind = 'removed'"
        )
    assert removed.to_pylist() == [{"rows": 0}]
