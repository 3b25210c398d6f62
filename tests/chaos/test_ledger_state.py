"""The storm ends only when nothing is open: each kind of open work is seen, and seen to end."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest

from python_runners.events import Envelope, Phase, Topic, chained
from python_runners.pipeline.composition import Platform
from python_runners.pipeline.ledger import Ledger
from python_runners.platform.warehouse import DuckDBWarehouse
from python_runners.settings import Settings
from tests.chaos.comparison import differing_documents
from tests.chaos.faults import written
from tests.chaos.ledger_state import EXPECTED, OpenWork, open_work

SCRAPED = Envelope(
    processor_name="nbac_schedule",
    phase=Phase.SCRAPERS,
    execution_id="scrape_1",
    correlation_id="evening_1",
    game_date=date(2025, 11, 3),
    status="success",
)


@pytest.fixture
def warehouse(tmp_path: Path) -> Iterator[DuckDBWarehouse]:
    with closing(Platform(Settings(data_dir=tmp_path, as_of=None))) as platform:
        yield platform.warehouse


def test_a_completion_is_open_until_its_load_and_what_follows_have_ended(
    warehouse: DuckDBWarehouse, tmp_path: Path
) -> None:
    written(tmp_path / EXPECTED, json.dumps([{"execution_id": "scrape_1", "processor_name": "load_nbac_schedule"}]))
    ledger = Ledger(warehouse)
    assert open_work(warehouse, tmp_path) == OpenWork(loads=1, unannounced=0, unhandled=0, dead_letters=0)
    load = ledger.start(Phase.RAW, "load_nbac_schedule", correlation_id="evening_1", parent=SCRAPED)
    assert open_work(warehouse, tmp_path).loads == 1
    announcement = chained(
        SCRAPED,
        processor_name=load.processor_name,
        phase=Phase.RAW,
        execution_id=load.execution_id,
        source_table="nbac_schedule",
        status="success",
    )
    ledger.announce_later(Topic.RAW_COMPLETE, announcement)
    ledger.finish(load, "success")
    assert open_work(warehouse, tmp_path) == OpenWork(loads=0, unannounced=1, unhandled=0, dead_letters=0)
    warehouse.execute("update nba_orchestration.outbox set announced_at = created_at")
    assert open_work(warehouse, tmp_path) == OpenWork(loads=0, unannounced=0, unhandled=1, dead_letters=0)
    run = ledger.start(Phase.ANALYTICS, "phase_3_analytics", correlation_id="evening_1", parent=announcement)
    assert not open_work(warehouse, tmp_path).is_settled
    ledger.finish(run, "skipped", skip_reason="unchanged")
    assert open_work(warehouse, tmp_path).is_settled


def test_documents_that_are_missing_too_many_or_different_are_named() -> None:
    storm, calm = {"a": 1, "b": 2, "c": 3}, {"a": 1, "b": 0, "d": 4}
    assert differing_documents(storm, calm) == ["b", "c", "d"]
