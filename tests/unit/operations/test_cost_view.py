"""The estimate as it is printed."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from rich.console import Console

from python_runners.errors import MissingSetting, PermanentError
from python_runners.operations.cost import view
from python_runners.operations.cost.estimate import Cost
from python_runners.operations.cost.plan import PlannedEvent
from python_runners.operations.cost.view import print_plan, show_cost_plan
from python_runners.pipeline.composition import Platform
from python_runners.settings import Settings


def test_a_narrow_terminal_scrolls_and_cuts_no_name() -> None:
    console = Console(file=io.StringIO(), width=80)
    largest = "nba_analytics.upcoming_player_game_context"
    cost = Cost(51, 2**20, 2**20, 10 * 2**20, largest)
    print_plan(console, [PlannedEvent("bettingpros_player_points_props", "a player", 17, cost)], "a test")
    assert isinstance(console.file, io.StringIO)
    printed = console.file.getvalue()
    assert all(text in printed for text in ("bettingpros_player_points_props", "a player", "51", "1.0", "10", largest))


@pytest.mark.parametrize(
    ("target", "refusal", "reason"),
    [
        ("bigquery", MissingSetting, "NBA_PROPS_BIGQUERY_PROJECT"),
        ("emulator", PermanentError, "embedded warehouse only"),
    ],
)
def test_where_no_table_is_at_hand_it_says_so_before_anything_is_compiled(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, target: str, refusal: type[Exception], reason: str
) -> None:
    settings = Settings(data_dir=tmp_path, target=target)
    platform = Platform(settings)
    monkeypatch.setattr(view, "get_settings", lambda: settings)
    monkeypatch.setattr(view, "configured_platform", lambda: platform)
    with pytest.raises(refusal, match=reason):
        show_cost_plan(Console(file=io.StringIO()), None)
    assert "dbt" not in platform.__dict__
