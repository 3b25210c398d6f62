"""The known facts of history: named once each, and broken by one wrong number."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from rich.console import Console

from python_runners.errors import InvariantViolated
from python_runners.operations.history.checks import CheckResult, history_checks, run_checks, verify_once
from python_runners.platform.warehouse import DuckDBWarehouse
from python_runners.settings import get_settings

POINTS = "points per game, Joel Embiid 2022-23"
SUMMARY = """
create table nba_analytics.player_game_summary as
select '203954' as player_id, '2022-23' as season, 'regular' as season_type, * from (
    values (33, false), (33, false), (34, false), (null, true)
) as games (points, is_dnp)
"""


@pytest.mark.parametrize(("found", "is_met"), [(33.08, True), (33.07, False), (None, False)])
def test_a_fact_holds_only_with_its_number(found: float | None, is_met: bool) -> None:
    assert CheckResult("a", 33.08, found).is_met is is_met


def test_every_fact_has_its_own_name() -> None:
    assert [name for name, count in Counter(check.name for check in history_checks()).items() if count > 1] == []


def test_a_season_average_counts_played_games_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    warehouse = DuckDBWarehouse(tmp_path / "warehouse.duckdb")
    warehouse.execute(SUMMARY)
    averages = tuple(check for check in history_checks() if check.name == POINTS)
    monkeypatch.setattr("python_runners.operations.history.checks.history_checks", lambda: averages)
    assert run_checks(warehouse) == [CheckResult(POINTS, 33.08, 33.33)]
    warehouse.close()

    monkeypatch.setenv("NBA_PROPS_DATA_DIR", str(tmp_path))
    get_settings.cache_clear()
    try:
        with pytest.raises(InvariantViolated, match=f"1 of 1 facts differ: {POINTS}"):
            verify_once(Console(quiet=True))
    finally:
        get_settings.cache_clear()
