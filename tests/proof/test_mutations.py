"""The proof can fail: with one part of the machinery broken, a single event must already leave the tables different."""

from __future__ import annotations

import random
import shutil
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from python_runners.pipeline.dbt_runner import DbtRunner
from python_runners.settings import PROJECT_ROOT
from tests.proof import moves
from tests.proof.conftest import Base

PARTS = ("models", "macros", "seeds", "snapshots", "tests/data", "dbt_project.yml", "profiles.yml", "selectors.yml")


@dataclass(frozen=True)
class Mutation:
    """One line of the project broken, and the event that must show it."""

    name: str
    path: str
    sound: str
    broken: str
    move: moves.Move


MUTATIONS = (
    Mutation(
        "a widening rule is missing",
        "models/precompute/player_daily_cache.yml",
        "      - {input: player_game_summary, via: same, reopens: player, days: 400}\n",
        "",
        moves.move_a_basket,
    ),
    Mutation(
        "the cutoff takes rows that differ for equal",
        "macros/scope/scoped_replace_sql.sql",
        "or stored_rows.row_digest <> rebuilt_rows.row_digest",
        "or stored_rows.row_digest is null",
        moves.move_a_basket,
    ),
    Mutation(
        "rows that vanished stay",
        "macros/scope/scoped_replace_sql.sql",
        "where moved_rows.change_kind <> 'new'",
        "where moved_rows.change_kind = 'changed'",
        moves.withdraw_a_line,
    ),
    Mutation(
        "the watermark stands too far ahead",
        "macros/changes/scope_of_changes.sql",
        "log.change_id > coalesce(mark.change_id, 0)",
        "log.change_id > coalesce(mark.change_id, 0) + 1000",
        moves.correct_box_minutes,
    ),
)


def copy_of_the_project(folder: Path) -> Path:
    """Copy what dbt reads, to be changed."""
    for part in PARTS:
        source, target = PROJECT_ROOT / part, folder / part
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copytree(source, target) if source.is_dir() else shutil.copy(source, target)
    return folder


@pytest.mark.parametrize("mutation", MUTATIONS, ids=lambda mutation: mutation.name)
def test_broken_machinery_is_found(base: Base, tmp_path: Path, mutation: Mutation) -> None:
    project = copy_of_the_project(tmp_path / "project")
    text = (project / mutation.path).read_text(encoding="utf-8")
    assert text.count(mutation.sound) == 1
    (project / mutation.path).write_text(text.replace(mutation.sound, mutation.broken), encoding="utf-8")
    world = replace(base, dbt=DbtRunner(project)).world(tmp_path / "world")
    mutation.move(world, random.Random(4))
    world.settle()
    assert base.differences(world) != {}
