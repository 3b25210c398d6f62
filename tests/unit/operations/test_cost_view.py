"""The estimate as it is printed."""

from __future__ import annotations

import io

from rich.console import Console

from python_runners.operations.cost.estimate import Cost
from python_runners.operations.cost.plan import PlannedEvent
from python_runners.operations.cost.view import print_plan


def test_a_narrow_terminal_scrolls_and_cuts_no_name() -> None:
    console = Console(file=io.StringIO(), width=80)
    largest = "nba_analytics.upcoming_player_game_context"
    cost = Cost(51, 2**20, 2**20, 10 * 2**20, largest)
    print_plan(console, [PlannedEvent("bettingpros_player_points_props", "a player", 17, cost)], "a test")
    assert isinstance(console.file, io.StringIO)
    printed = console.file.getvalue()
    assert all(text in printed for text in ("bettingpros_player_points_props", "a player", "51", "1.0", "10", largest))
