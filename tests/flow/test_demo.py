"""The demonstration: one league scraped over HTTP, through every phase, to documents; then events one by one."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC
from pathlib import Path
from typing import Any

import duckdb
import pytest
from rich.console import Console

from python_runners.operations.demo import documents_of_demo, run_demo
from python_runners.operations.demo_report import DemoReport
from python_runners.pipeline.dbt_runner import DbtRunner
from python_runners.platform.objects import FolderObjectStore
from python_runners.platform.state import SqliteStateStore
from python_runners.platform.warehouse import DuckDBWarehouse
from python_runners.publishers.publish import publish_date
from python_runners.publishers.storage import object_name, validate
from python_runners.settings import get_settings
from tests.flow.builds import project_paths


@dataclass(frozen=True)
class Demonstration:
    """A finished demonstration."""

    report: DemoReport
    folder: Path

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        with duckdb.connect(str(self.folder / "warehouse.duckdb")) as connection:
            return connection.execute(sql).fetchall()


@pytest.fixture(scope="module")
def demonstration(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demonstration]:
    folder = tmp_path_factory.mktemp("demo") / "data"
    with pytest.MonkeyPatch.context() as patch:
        for name in ("NBA_PROPS_DATA_DIR", "DBT_TARGET_PATH", "DBT_LOG_PATH"):
            patch.setenv(name, str(folder))
        report = run_demo(Console(quiet=True), folder, dates=13, seed=7, with_docs=False)
        yield Demonstration(report, folder)
    get_settings.cache_clear()


def test_every_phase_leaves_rows_and_nothing_is_refused(demonstration: Demonstration) -> None:
    assert demonstration.report.refused == {}
    assert all(demonstration.report.rows[phase] > 0 for phase in demonstration.report.rows)


def test_every_eligible_player_is_predicted(demonstration: Demonstration) -> None:
    batch = demonstration.report.batch
    assert batch is not None
    assert batch.eligible_players > 0
    assert batch.predicted_players == batch.eligible_players


def test_every_document_validates(demonstration: Demonstration) -> None:
    documents = documents_of_demo(demonstration.folder)
    assert len(documents) > 50
    for document in documents:
        validate(document)


def test_every_run_has_an_end(demonstration: Demonstration) -> None:
    states = dict(
        demonstration.rows("select status, count(*) from nba_orchestration.pipeline_execution_log group by status")
    )
    assert "running" not in states
    assert "failed" not in states
    assert demonstration.rows("select count(*) from nba_orchestration.outbox where announced_at is null") == [(0,)]


def test_one_correlation_id_goes_from_the_scraper_to_the_documents(demonstration: Demonstration) -> None:
    # The last journey that changed documents: what an earlier one wrote, a later one may have written again.
    ((journey,),) = demonstration.rows(
        "select correlation_id from nba_orchestration.pipeline_execution_log where phase = 6 and record_count > 0 "
        "and correlation_id <> 'demo_history' order by started_at desc limit 1"
    )
    phases = demonstration.rows(
        "select distinct phase from nba_orchestration.pipeline_execution_log "
        f"where correlation_id = '{journey}' and status = 'success' order by phase"
    )
    assert [phase for (phase,) in phases] == [2, 3, 4, 5, 6]
    scrapes = demonstration.rows(
        f"select count(*) from nba_orchestration.scraper_execution_log where correlation_id = '{journey}'"
    )
    assert scrapes == [(1,)]
    assert any(document["correlation_id"] == journey for document in documents_of_demo(demonstration.folder))


def test_unchanged_content_sets_nothing_off(demonstration: Demonstration) -> None:
    first, again = (
        e for e in demonstration.report.events if e[0].scraper == "nbac_injury_report" and e[0].at == _at(demonstration)
    )
    assert first[3] > again[3] == 1
    (row,) = demonstration.rows(
        f"select status, skip_reason from nba_orchestration.pipeline_execution_log where correlation_id = '{again[2]}'"
    )
    assert row == ("skipped", "unchanged")


def test_scoped_publications_end_where_a_whole_one_does(demonstration: Demonstration) -> None:
    told = [
        json.loads(affected)
        for (affected,) in demonstration.rows(
            "select affected_entities from nba_orchestration.pipeline_execution_log "
            "where phase = 5 and status = 'success' and affected_entities is not null"
        )
    ]
    assert any(isinstance(lists["players"], list) and lists["players"] and lists["teams"] == [] for lists in told)
    ((as_of, day),) = demonstration.rows(
        "select as_of, game_date from nba_orchestration.pipeline_execution_log where phase = 6 "
        "order by started_at desc limit 1"
    )
    whole = FolderObjectStore(demonstration.folder / "whole")
    warehouse = DuckDBWarehouse(demonstration.folder / "warehouse.duckdb")
    state = SqliteStateStore(demonstration.folder / "whole.sqlite")
    report = publish_date(warehouse, whole, state, day, as_of=as_of.replace(tzinfo=UTC), correlation_id="whole")
    warehouse.close()
    state.close()
    stood = FolderObjectStore(demonstration.folder / "published")
    differing = [
        path
        for path in report.written
        if path not in {"status", "manifest"}
        and json.loads(stood.get(object_name(path)).body)["content_digest"] != report.stored[path].content_digest
    ]
    assert (report.failed, differing) == ({}, [])


def _at(demonstration: Demonstration) -> Any:
    times = [e[0].at for e in demonstration.report.events if e[0].scraper == "nbac_injury_report"]
    return max(times, key=times.count)


def test_tables_that_one_box_score_feeds_become_one_run(demonstration: Demonstration) -> None:
    journey = next(e[2] for e in demonstration.report.events if e[0].scraper == "nbac_live_boxscore")
    runs = demonstration.rows(
        "select status, skip_reason from nba_orchestration.pipeline_execution_log "
        f"where correlation_id = '{journey}' and phase = 3 order by status desc"
    )
    assert runs == [("success", None), ("skipped", "coalesced"), ("skipped", "coalesced")]


def test_predictions_were_made_before_tip_off(demonstration: Demonstration) -> None:
    late = demonstration.rows(
        "select count(*) from nba_predictions.player_points_predictions where created_at >= tip_off_utc"
    )
    assert late == [(0,)]


def test_the_models_of_every_run_are_measured(demonstration: Demonstration) -> None:
    names = {
        name
        for (name,) in demonstration.rows("select distinct processor_name from nba_processing.analytics_processor_runs")
    }
    assert len(names) == 10


def test_every_dbt_test_of_the_project_holds(demonstration: Demonstration, dbt: DbtRunner) -> None:
    # A league of two weeks has no tenth game of a player.
    longer = "not_constant_ml_feature_store_v2_f12_minutes_change"
    with project_paths(demonstration.folder):
        done = dbt.invoke("test", exclude=("tag:changes", longer), variables={"as_of": "2025-11-04T04:00:00"})
    assert len(done.nodes) > 700
