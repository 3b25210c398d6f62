"""A league with some history and the first edition of the next day, played once for all tests that go on from there."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest
from rich.console import Console

from python_runners.operations.demo import run_demo
from python_runners.sample.config import LeagueConfig
from python_runners.sample.league import League
from python_runners.settings import get_settings

DATES = 13
SEED = 7


@dataclass(frozen=True)
class Played:
    """Data folder of the league, to be copied, and the day after its history."""

    folder: Path
    today: date

    def league(self) -> League:
        """The league, to answer for that day."""
        return League(LeagueConfig(seed=SEED, dates=DATES + 1, has_postseason=False))


def play(folder: Path) -> Played:
    """Play the league in a new folder."""
    with pytest.MonkeyPatch.context() as patch:
        for name in ("NBA_PROPS_DATA_DIR", "DBT_TARGET_PATH", "DBT_LOG_PATH"):
            patch.setenv(name, str(folder))
        report = run_demo(Console(quiet=True), folder, dates=DATES, seed=SEED, with_docs=False, with_live_day=False)
    get_settings.cache_clear()
    return Played(folder, report.today)
