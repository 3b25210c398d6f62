"""A real season on both engines: built, corrected, verified and backtested, with the same rows and numbers.

`--corrections` says how far the script of the proof is played; of the season there is as much as it reaches.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import time, timedelta
from pathlib import Path

import pytest

from python_runners.dates import eastern_wall_to_utc
from python_runners.operations.history.checks import run_checks
from python_runners.pipeline.dbt_runner import DbtRunner
from python_runners.platform.warehouse import Warehouse
from python_runners.predictions.backtest import Backtest, backtest
from tests.bigquery.statements import sent_statements
from tests.bigquery.twins import EmulatorSide, Twins
from tests.proof.script import AS_OF, BATCH, SEED, SIZE, Batch, make_mistakes, script_for
from tests.proof.season import Season
from tests.support.emulators import Emulator

pytestmark = pytest.mark.bigquery

# The generated league of the other tests may be in the same emulator.
PROJECT = "parity-season"
# Points lines of players begin after this season, and the script ends with the weeks that follow it.
NO_POINTS_LINES = ("nba_intermediate.int_points_line",)
BACKTESTED = timedelta(days=3)


@dataclass
class SeasonTwins(Season, Twins):
    """A season whose corrections happen on the emulator as well."""


@dataclass(frozen=True)
class Scripted:
    """The built twins and what is to happen to them."""

    twins: SeasonTwins
    batches: Sequence[Batch]
    chance: random.Random


@pytest.fixture(scope="module")
def scripted(
    bigquery_emulator: Emulator,
    shared_data: Path,
    dbt: DbtRunner,
    tmp_path_factory: pytest.TempPathFactory,
    request: pytest.FixtureRequest,
) -> Iterator[Scripted]:
    """The season with the mistakes that the script puts right, built on both sides."""
    wanted = max(1, int(request.config.getoption("corrections")))
    chance = random.Random(SEED)
    season = Season.imported(tmp_path_factory.mktemp("season"), shared_data, dbt, AS_OF)
    script = script_for(season, chance)
    batches = script[: -(-wanted // BATCH)]
    if len(batches) < len(script):
        # With the fortnight that follows: corrections reach its games.
        _, last = script[len(batches)].window
        season.forget_after(last)
        season.as_of = eastern_wall_to_utc(last + timedelta(days=1), time(12, 0))
    make_mistakes(season, chance)
    season.close()

    folder = tmp_path_factory.mktemp("twins")
    twins = SeasonTwins(folder, dbt, season.as_of, other=EmulatorSide(bigquery_emulator, folder, PROJECT))
    try:
        twins.withheld = season.withheld
        twins.start_from(season.folder / "warehouse.duckdb")
        twins.build_both()
        yield Scripted(twins, batches, chance)
    finally:
        twins.close()


def test_corrections_give_the_rows_of_duckdb(scripted: Scripted) -> None:
    twins, batches = scripted.twins, scripted.batches
    empty = () if len(batches) * BATCH == SIZE else NO_POINTS_LINES
    for number, batch in enumerate(batches, start=1):
        batch.happen(twins, scripted.chance)
        twins.settle()
        if number in (len(batches) // 2, len(batches)):
            twins.assert_equal(f"{number * BATCH} corrections of a real season", empty=empty)


def test_the_history_is_verified_alike(scripted: Scripted) -> None:
    twins = scripted.twins
    with twins.platform() as platform:
        expected = run_checks(platform.warehouse)
    with sent_statements() as sent:
        assert run_checks(twins.emulator.warehouse) == expected
    assert sum(result.is_met for result in expected) > 10
    assert len(sent.statements) == len(expected)
    assert sent.refused(twins.emulator.dbt.manifest) == {}


def test_a_backtest_measures_the_same(scripted: Scripted) -> None:
    twins = scripted.twins
    last = twins.as_of.date() - timedelta(days=1)

    def measured(warehouse: Warehouse) -> Backtest:
        return backtest(warehouse, last - BACKTESTED, last, twins.as_of)

    with twins.platform() as platform:
        expected = measured(platform.warehouse)
    with sent_statements() as sent:
        found = measured(twins.emulator.warehouse)
    assert found.model.card == expected.model.card
    assert found.reports == expected.reports
    assert found.skipped == expected.skipped
    assert min(report.rows for report in found.reports if report.mae is not None) > 100
    assert sent.refused(twins.emulator.dbt.manifest) == {}
