"""A halt holds from a game date on, until somebody lifts it."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from rich.console import Console

from python_runners.errors import PermanentError
from python_runners.operations.halt import halt_once
from python_runners.pipeline.composition import Platform
from python_runners.publishers.envelope import Halt
from python_runners.publishers.halts import UNKNOWN, HaltState, declare, halt_on
from python_runners.settings import Settings, get_settings

MONDAY, TUESDAY, FRIDAY = date(2025, 11, 10), date(2025, 11, 11), date(2025, 11, 14)
NOON = datetime(2025, 11, 10, 17, tzinfo=UTC)


@pytest.fixture
def platform(tmp_path: Path) -> Iterator[Platform]:
    opened = Platform(Settings(data_dir=tmp_path), lambda: NOON)
    yield opened
    opened.close()


def say(platform: Platform, day: date, reason: str | None) -> Halt:
    return declare(platform.warehouse, platform.ledger, day, reason, source="Ada", now=NOON)


def test_nothing_is_halted_before_anybody_says_so(platform: Platform) -> None:
    assert halt_on(platform.warehouse, MONDAY) == HaltState(Halt())


def test_a_halt_holds_from_its_date_until_it_is_lifted(platform: Platform) -> None:
    assert say(platform, TUESDAY, "tight_market") == Halt(True, "tight_market", TUESDAY, TUESDAY)
    say(platform, FRIDAY, None)
    assert halt_on(platform.warehouse, MONDAY).halt == Halt()
    assert halt_on(platform.warehouse, date(2025, 11, 13)).halt == Halt(True, "tight_market", TUESDAY, TUESDAY)
    assert halt_on(platform.warehouse, FRIDAY).halt == Halt()


def test_another_reason_goes_on_with_the_same_halt(platform: Platform) -> None:
    say(platform, MONDAY, "manual")
    assert say(platform, FRIDAY, "edge_collapse") == Halt(True, "edge_collapse", MONDAY, FRIDAY)


def test_what_was_said_for_a_date_is_replaced(platform: Platform) -> None:
    say(platform, MONDAY, "manual")
    assert say(platform, MONDAY, None) == Halt()
    rows = platform.warehouse.query("select halt_reason, halt_since, source from nba_orchestration.halt_state")
    assert rows.to_pylist() == [{"halt_reason": None, "halt_since": None, "source": "Ada"}]


def test_without_its_table_everything_is_halted(platform: Platform) -> None:
    platform.warehouse.execute("drop table nba_orchestration.halt_state")
    assert halt_on(platform.warehouse, MONDAY) == HaltState(UNKNOWN, is_known=False)


@pytest.mark.parametrize(
    ("reason", "source", "said"),
    [("weather", "Ada", "no reason for a halt: weather"), ("manual", " ", "--by"), (None, "Ada", "are not halted")],
)
def test_what_makes_no_sense_is_refused(platform: Platform, reason: str | None, source: str, said: str) -> None:
    with pytest.raises(PermanentError, match=said):
        declare(platform.warehouse, platform.ledger, MONDAY, reason, source=source, now=NOON)


def test_the_command_halts_shows_and_lifts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NBA_PROPS_DATA_DIR", str(tmp_path))
    get_settings.cache_clear()

    def run(reason: str | None, *, lift: bool) -> str:
        console = Console(file=io.StringIO(), width=200)
        halt_once(console, MONDAY, reason, lift=lift, by="Ada")
        assert isinstance(console.file, io.StringIO)
        return console.file.getvalue()

    assert run(None, lift=False) == "Not halted on 2025-11-10\n"
    assert "Halted on 2025-11-10: manual, since 2025-11-10" in run("manual", lift=False)
    assert "nba-props publish --date 2025-11-10" in run(None, lift=True)
    assert run(None, lift=False) == "Not halted on 2025-11-10\n"
    get_settings.cache_clear()
