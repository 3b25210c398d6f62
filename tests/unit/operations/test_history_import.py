"""Importing as a job: once, again, after a change, after a break, beside live loads."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from python_runners.errors import InvariantViolated, PermanentError
from python_runners.loaders.contracts import raw_tables
from python_runners.loaders.write import Lineage, replace_scopes, to_arrow
from python_runners.operations.history.command import import_once, show_results
from python_runners.operations.history.datasets import DATASETS
from python_runners.operations.history.imports import conform, import_history
from python_runners.settings import get_settings

PLAYER_BOX = "boxscores/player_box"
BOTH = ("schedule", "player_box")


@pytest.fixture
def game(history: Any) -> Any:
    history.put_game()
    history.put(PLAYER_BOX, {}, {"player_id": 2})
    return history


def test_a_folder_of_empty_files_imports_nothing(history: Any) -> None:
    results = history.load()
    assert list(results) == [dataset.name for dataset in DATASETS]
    assert all(result.rows_loaded == 0 and not result.refused for result in results.values())


def test_the_same_files_are_not_read_twice(game: Any) -> None:
    game.put(PLAYER_BOX, {}, {"player_id": 2, "pts": 1})
    first = game.load(*BOTH)["player_box"]
    loaded_at = game.rows("nbac_player_boxscores", "loaded_at")
    second = game.load(*BOTH)["player_box"]
    assert (first.is_resumed, second.is_resumed) == (False, True)
    assert (second.rows_read, second.rows_loaded, second.refused) == (2, 1, {"points_do_not_add_up": 1})
    assert game.rows("nbac_player_boxscores", "loaded_at") == loaded_at


def test_a_changed_file_replaces_what_it_gave_and_what_builds_on_it(game: Any) -> None:
    game.load("player_list", *BOTH)
    game.put(PLAYER_BOX, {"pts": 13, "ftm": 4})
    results = game.load("player_list", *BOTH)
    assert {name: result.is_resumed for name, result in results.items()} == {
        "schedule": True,
        "player_box": False,
        "player_list": True,
    }
    assert game.rows("nbac_player_boxscores", "player_id", "points") == [("1628369", 13)]
    game.put("schedule/schedule_cdn_2023", {})
    assert not game.load(*BOTH)["player_box"].is_resumed


def test_the_ledger_names_every_file_and_what_came_of_it(game: Any) -> None:
    game.put(PLAYER_BOX, {}, {"player_id": 2, "pts": 1})
    game.load("schedule", "player_box", "team_box")
    ledger = game.warehouse.query(
        "select dataset, rows_read, rows_loaded, rows_refused, length(sha256) as digits "
        "from nba_orchestration.history_imports where file like 'boxscores/player_box%' order by dataset"
    ).to_pylist()
    assert [tuple(row.values()) for row in ledger] == [("player_box", 2, 1, 1, 64), ("team_box", 0, 0, 0, 64)]


def test_an_import_that_was_broken_off_goes_on_where_it_was(game: Any) -> None:
    run = import_history(game.warehouse, game.root)
    assert [next(run).dataset, next(run).dataset] == list(BOTH)
    del run
    resumed = [result.dataset for result in import_history(game.warehouse, game.root) if result.is_resumed]
    assert resumed == list(BOTH)


def test_a_refused_dataset_leaves_what_stood(game: Any) -> None:
    game.load(*BOTH)
    game.put(PLAYER_BOX, {}, {})
    with pytest.raises(InvariantViolated, match="several rows for one key"):
        game.load(*BOTH)
    assert game.rows("nbac_player_boxscores", "player_id") == [("1628369",), ("2",)]
    game.put(PLAYER_BOX, {}, {"player_id": 2})
    assert game.load(*BOTH)["player_box"].is_resumed


def test_a_value_that_does_not_fit_its_column_names_the_column(history: Any) -> None:
    read = history.warehouse.query("select 'many' as weight")
    with pytest.raises(InvariantViolated, match=r"nbac_team_rosters\.weight"):
        conform(raw_tables()["nbac_team_rosters"], read)


def test_what_a_loader_has_brought_is_the_loaders(history: Any) -> None:
    table = raw_tables()["nbac_player_list_current"]
    live = {"player_id": "7", "season_year": 2025, "first_name": "A", "last_name": "B", "is_active": True}
    lineage = Lineage("run_1", "nba_stats/playerindex.json", "playerindex", datetime(2025, 3, 1, tzinfo=UTC))
    replace_scopes(history.warehouse, table, to_arrow(table, [live]), [{"season_year": 2025}], lineage)
    history.put("directory/player_index", {})
    assert history.load("player_list")["player_list"].refused == {"loaded_from_source": 1}
    assert history.rows(table.name, "player_id") == [("7",)]


def test_a_loader_may_replace_what_an_import_has_brought(history: Any) -> None:
    history.put("directory/player_index", {})
    history.load("player_list")
    table = raw_tables()["nbac_player_list_current"]
    live = {"player_id": "7", "season_year": 2025, "first_name": "A", "last_name": "B", "is_active": True}
    lineage = Lineage("run_1", "nba_stats/playerindex.json", "playerindex", datetime(2025, 10, 1, tzinfo=UTC))
    replace_scopes(history.warehouse, table, to_arrow(table, [live]), [{"season_year": 2025}], lineage)
    assert history.rows(table.name, "player_id") == [("7",)]


def test_only_the_seasons_asked_for_are_held(game: Any) -> None:
    game.put("schedule/schedule_2025", {})
    game.put("odds/game_lines_closing", {})
    game.put("odds/game_lines_consensus_2025", {})
    names = (*BOTH, "game_lines")
    game.load(*names)
    assert game.rows("odds_api_game_lines", "count(*)") == [(8,)]
    game.load(*names, seasons=[2025])
    assert game.rows("nbac_schedule", "season_year") == [(2025,)]
    assert game.rows("nbac_player_boxscores", "player_id") == []
    assert game.rows("odds_api_game_lines", "count(*)", "min(bookmaker)") == [(4, "consensus")]


def test_missing_files_are_all_named_before_anything_is_imported(game: Any) -> None:
    for path in ("boxscores/player_box_2023_24.parquet", "shots/shots_2023_24.parquet"):
        (game.root / path).unlink()
    with pytest.raises(PermanentError, match=r"player_box_20\*\.parquet, shots/shots_20"):
        game.load()
    assert game.rows("nbac_schedule", "game_id") == []


def test_a_missing_folder_is_one_clear_line(history: Any, tmp_path: Path) -> None:
    with pytest.raises(PermanentError, match=r"no folder .*nowhere"):
        list(import_history(history.warehouse, tmp_path / "nowhere"))


def test_the_command_reports_rows_and_refusals(history: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    history.put("boxscores/player_gamelog_light", {})
    history.put("directory/player_index", {})
    monkeypatch.setenv("NBA_PROPS_DATA_DIR", str(tmp_path / "data"))
    get_settings.cache_clear()
    console = Console(record=True, width=80, force_terminal=False)
    try:
        results = import_once(console, history.root)
    finally:
        get_settings.cache_clear()
    show_results(console, history.root, results)
    text = console.export_text()
    assert "no_makes_and_attempts" in text
    assert "1 rows stand, 1 were refused" in text
