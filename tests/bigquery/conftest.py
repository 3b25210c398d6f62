"""The league of the BigQuery tests: scraped and loaded once, built once on either side."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from python_runners.pipeline.dbt_runner import DbtRun, DbtRunner
from tests.bigquery.league import RawLeague, scrape_league
from tests.bigquery.twins import Twins, start
from tests.support.emulators import Emulator


@dataclass(frozen=True)
class BuiltTwins:
    """Both sides after a build of the whole project, what dbt said about each node on the emulator, and the league."""

    twins: Twins
    build: DbtRun
    league: RawLeague


@pytest.fixture(scope="session")
def built(bigquery_emulator: Emulator, tmp_path_factory: pytest.TempPathFactory) -> Iterator[BuiltTwins]:
    """The whole project built on both sides."""
    dbt = DbtRunner()
    league = scrape_league(tmp_path_factory.mktemp("league"), dbt)
    twins = start(league, tmp_path_factory.mktemp("twins") / "data", dbt, bigquery_emulator)
    yield BuiltTwins(twins, twins.build_both(), league)
    twins.close()
