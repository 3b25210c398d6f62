"""What the documents are told: every change of their inputs once, whichever run made it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from python_runners.dates import slate_date
from python_runners.events import AffectedEntities
from python_runners.pipeline.composition import Platform
from python_runners.pipeline.touched import document_inputs, remember_told, shown_columns, touched_documents
from python_runners.settings import Settings

DAY = date(2025, 11, 15)
NOON = datetime(2025, 11, 15, 17, tzinfo=UTC)
EVERYTHING = AffectedEntities(players="all", teams="all", games="all")
NOTHING = AffectedEntities(players=(), teams=(), games=())
MANIFEST: dict[str, Any] = {
    "nodes": {f"model.nba.{name}": {"name": name} for name in ("context", "zones", "inner")},
    "exposures": {
        "documents": {
            "type": "application",
            "depends_on": {"nodes": ["model.nba.context", "model.nba.zones"]},
            "config": {"meta": {"shown_columns": {"context": ["line"]}}},
        },
        "scoring": {"type": "ml", "depends_on": {"nodes": ["model.nba.inner"]}, "config": {}},
    },
}


@pytest.fixture
def platform(tmp_path: Path) -> Iterator[Platform]:
    opened = Platform(Settings(data_dir=tmp_path), lambda: NOON)
    opened.__dict__["dbt"] = SimpleNamespace(manifest=MANIFEST)
    yield opened
    opened.close()


def change(
    platform: Platform,
    input_name: str,
    kind: str = "changed",
    fields: tuple[str, ...] = (),
    day: date = DAY,
    **ids: str | None,
) -> None:
    platform.warehouse.execute(
        "insert into nba_orchestration.change_log "
        "(change_id, input_name, change_kind, game_date, player_id, team, game_id, changed_fields, run_id, changed_at) "
        "select coalesce(max(change_id), 0) + 1, ?, ?, ?, ?, ?, ?, ?, 'run', ? from nba_orchestration.change_log",
        [
            input_name,
            kind,
            day,
            ids.get("player"),
            ids.get("team"),
            ids.get("game"),
            list(fields),
            NOON.replace(tzinfo=None),
        ],
    )


def tell(platform: Platform, as_of: datetime = NOON) -> AffectedEntities:
    touched = touched_documents(platform, slate_date(as_of))
    remember_told(platform, touched.change_id, as_of)
    return touched.affected


def test_only_documents_count_among_the_exposures() -> None:
    assert document_inputs(MANIFEST) == ("context", "zones")


def test_everything_is_new_to_documents_that_were_never_told(platform: Platform) -> None:
    assert tell(platform) == EVERYTHING
    assert tell(platform) == NOTHING
    assert touched_documents(platform, DAY).is_nothing


def test_a_row_counts_for_its_player_or_else_for_its_team_and_game(platform: Platform) -> None:
    tell(platform)
    change(platform, "context", player="1", team="BOS", game="g1")
    change(platform, "context", "removed", player="2", team="BOS", game="g1")
    change(platform, "zones", team="NYK")
    change(platform, "context", game="g2")
    change(platform, "inner", player="3")
    assert tell(platform) == AffectedEntities(players=("1", "2"), teams=("NYK",), games=("g2",))
    assert tell(platform) == NOTHING


def test_what_was_not_announced_is_told_the_next_time(platform: Platform) -> None:
    tell(platform)
    change(platform, "context", player="1")
    assert touched_documents(platform, DAY).affected.players == ("1",)
    change(platform, "context", player="2")
    assert tell(platform).players == ("1", "2")


def test_a_change_between_looking_and_telling_is_kept_for_the_next_time(platform: Platform) -> None:
    tell(platform)
    touched = touched_documents(platform, DAY)
    change(platform, "context", player="1")
    remember_told(platform, touched.change_id, NOON)
    assert tell(platform).players == ("1",)


def test_a_rebuild_touches_everything_and_long_lists_collapse(platform: Platform) -> None:
    tell(platform)
    for number in range(101):
        change(platform, "context", player=str(number))
    assert tell(platform) == AffectedEntities(players="all", teams=(), games=())
    change(platform, "zones", "rebuilt")
    assert tell(platform) == EVERYTHING


def test_a_column_that_no_document_shows_touches_nothing(platform: Platform) -> None:
    tell(platform)
    change(platform, "context", fields=("report_at",), player="1")
    change(platform, "context", fields=("report_at", "line"), player="2")
    change(platform, "context", "new", player="3")
    change(platform, "zones", fields=("line",), team="BOS")
    assert tell(platform) == AffectedEntities(players=("2", "3"), teams=("BOS",), games=())
    assert shown_columns(MANIFEST) == {"context": ["line"]}


def test_a_later_date_is_left_to_its_own_first_edition(platform: Platform) -> None:
    tell(platform)
    change(platform, "context", day=DAY + timedelta(days=1), player="1")
    change(platform, "context", day=DAY - timedelta(days=1), player="2")
    assert tell(platform).players == ("2",)


def test_a_past_date_takes_nothing_from_the_documents_of_today(platform: Platform) -> None:
    tell(platform)
    change(platform, "context", day=DAY - timedelta(days=1), player="1")
    assert tell(platform, NOON - timedelta(days=1)).players == ("1",)
    assert tell(platform).players == ("1",)
