"""A date run again from a phase on: nothing is written where nothing differs, and what was damaged comes back."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import duckdb
import pytest

from python_runners.errors import PermanentError
from python_runners.operations.replay import ReplayPlan, plan_replay, replay
from tests.proof.conftest import Base
from tests.proof.world import World

DAY = date(2025, 10, 30)
WRITTEN = """
select input_name, count(*) as changes from nba_orchestration.change_log
where change_kind <> 'rebuilt' and change_id > ? group by input_name order by input_name
"""
RECOMPUTED = "select distinct consumer from nba_orchestration.run_counts where rows_processed > 0 and run_id <> 'proof'"
MODELS = {
    3: {"player_game_summary", "team_offense_game_summary", "player_daily_cache", "ml_feature_store_v2"},
    4: {"player_daily_cache", "ml_feature_store_v2"},
    5: set[str](),
    6: set[str](),
}


def replayed(world: World, phase: int) -> list[tuple[str, int]]:
    """Replay, and return what moved."""
    with world.platform() as platform:
        newest = platform.warehouse.query("select coalesce(max(change_id), 0) as id from nba_orchestration.change_log")
        replay(platform, plan_replay(platform, phase, DAY))
        runs = platform.warehouse.query(
            "select distinct status from nba_orchestration.pipeline_execution_log where processor_name like 'phase_3%'"
        )
        recomputed = platform.warehouse.query(RECOMPUTED).column("consumer").to_pylist()
        moved = platform.warehouse.query(WRITTEN, newest.column("id").to_pylist()).to_pylist()
    assert set(runs.column("status").to_pylist()) <= {"success", "skipped"}
    assert set(recomputed) >= MODELS[phase]
    return [(row["input_name"], row["changes"]) for row in moved]


@pytest.mark.parametrize("phase", [3, 4, 5, 6])
def test_a_replay_of_what_stands_writes_no_row(base: Base, tmp_path: Path, phase: int) -> None:
    world = base.world(tmp_path / "world")
    assert replayed(world, phase) == []
    assert base.differences(world) == {}


def test_a_replay_brings_back_what_was_lost_behind_the_pipeline(base: Base, tmp_path: Path) -> None:
    world = base.world(tmp_path / "world")
    with duckdb.connect(str(world.folder / "warehouse.duckdb")) as connection:
        for table in ("nba_analytics.player_game_summary", "nba_precompute.player_daily_cache"):
            column = "game_date" if "summary" in table else "analysis_date"
            lost = connection.execute(f"delete from {table} where {column} = ? returning 1", [DAY]).fetchall()
            assert lost
    assert base.differences(world) != {}
    assert {name for name, _ in replayed(world, 3)} >= {"player_game_summary", "player_daily_cache"}
    assert base.differences(world) == {}


def test_a_plan_says_what_would_run_and_does_nothing(base: Base, tmp_path: Path) -> None:
    world = base.world(tmp_path / "world")
    with world.platform() as platform:
        plans = {phase: plan_replay(platform, phase, DAY) for phase in (3, 4, 5, 6)}
        runs = platform.warehouse.query("select count(*) as n from nba_orchestration.pipeline_execution_log")
        with pytest.raises(PermanentError, match="no object about 2025-10-30 is stored"):
            plan_replay(platform, 2, DAY)
        with pytest.raises(PermanentError, match="from 1 to 6, not 7"):
            plan_replay(platform, 7, DAY)
        assert platform.warehouse.query("select count(*) as n from nba_orchestration.pipeline_execution_log") == runs
    assert plans[6] == ReplayPlan(6, DAY, (), (), (), ())
    assert set(plans[3].models) > set(plans[4].models) > set(plans[5].models) >= {"player_points_predictions"}
    assert "player_game_summary" not in plans[4].models
    assert {"nbac_schedule", "odds_api_player_points_props"} <= set(plans[3].tables)
