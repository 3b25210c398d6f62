"""A week in date mode shows what entity scope would save; after the switch the waste is gone."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from python_runners.operations.decide import decide
from python_runners.pipeline.dbt_runner import DbtRunner
from tests.flow.builds import project_paths
from tests.proof.conftest import Base
from tests.proof.test_mutations import copy_of_the_project
from tests.proof.world import World

# A league of two weeks wastes seconds, not hours: the thresholds in hours are those of its size.
THRESHOLDS = {
    "decision_implement_hours_per_week": 0,
    "decision_implement_runs": 2,
    "decision_implement_weeks_to_return": 10**9,
}
EVENTS = 3


def week(world: World) -> tuple[dict[str, Any], dict[str, float]]:
    """Corrections of single players; returns the verdict per model and its mean waste in percent."""
    for number in range(EVENTS):
        correct_plus_minus(world, number)
        world.settle()
    with world.platform() as platform, project_paths(world.folder):
        today = datetime.now(UTC).date().isoformat()
        rows = decide(platform, {"decision_until": today, **THRESHOLDS})
    return (
        {row["processor_name"]: row["recommendation"] for row in rows},
        {row["processor_name"]: row["avg_waste_pct"] for row in rows},
    )


def correct_plus_minus(world: World, number: int) -> None:
    """One player's plus-minus, which no total contradicts."""
    game = f"game_id = (select min(game_id) from nba_raw.nbac_boxscore_players where minutes > {10 + number})"
    rows = world.rows("nbac_boxscore_players", game)
    row = random.Random(number).choice([row for row in rows if row["minutes"]])
    row["plus_minus"] += 1
    world.deliver("nbac_boxscore_players", rows, [{"game_id": row["game_id"], "source_variant": row["source_variant"]}])


@pytest.fixture(scope="module")
def by_date(base: Base, tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, Any], dict[str, float]]:
    project = copy_of_the_project(tmp_path_factory.mktemp("by_date") / "project")
    settings = project / "dbt_project.yml"
    text = settings.read_text(encoding="utf-8")
    assert text.count("scope: entity") == 2
    settings.write_text(text.replace("scope: entity", "scope: date"), encoding="utf-8")
    return week(replace(base, dbt=DbtRunner(project)).world(tmp_path_factory.mktemp("world") / "world"))


def test_a_week_in_date_mode_recommends_entity_scope(by_date: tuple[dict[str, Any], dict[str, float]]) -> None:
    verdicts, waste = by_date
    assert verdicts["player_game_summary"] == "implement"
    assert waste["player_game_summary"] > 90


def test_after_the_switch_the_waste_is_gone(base: Base, tmp_path: Path) -> None:
    _, waste = week(base.world(tmp_path / "world"))
    assert waste["player_game_summary"] < 5
