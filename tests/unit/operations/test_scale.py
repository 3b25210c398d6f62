"""The scale model: counts add up, limits are met where they are said to be, the page says what is computed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import duckdb
import pytest

from python_runners.errors import InvariantViolated
from python_runners.operations.cost.event_mix import RECORDED, feeds, measured_season
from python_runners.operations.scale import Assumptions, first_limits, load_of, loads
from python_runners.operations.scale_view import page_with

MODELS: Mapping[str, int] = {feed.table: 10 for feed in feeds(RECORDED)}


def test_leagues_with_datasets_of_their_own_add_up_and_wait_for_nobody() -> None:
    one = load_of(RECORDED, MODELS, 1, is_shared=False)
    ten = load_of(RECORDED, MODELS, 10, is_shared=False)
    for name in ("deliveries", "changes", "runs", "jobs", "raw_rows", "billed_tib", "peak_slots"):
        assert getattr(ten, name) == pytest.approx(10 * getattr(one, name)), name
    assert ten.latency_seconds == pytest.approx(one.latency_seconds)
    assert ten.loads_per_table == one.loads_per_table


def test_writers_of_shared_tables_take_turns() -> None:
    one = load_of(RECORDED, MODELS, 1, is_shared=True)
    ten = load_of(RECORDED, MODELS, 10, is_shared=True)
    assert ten.busy_share == pytest.approx(10 * one.busy_share)
    assert ten.runs < 10 * one.runs
    assert ten.latency_seconds > one.latency_seconds
    assert ten.loads_per_table == 10 * one.loads_per_table


def test_leagues_that_are_only_loaded_do_not_keep_up() -> None:
    assert not load_of(RECORDED, MODELS, 100, is_shared=True).keeps_up
    assert load_of(RECORDED, MODELS, 100, is_shared=False).keeps_up


def test_a_quiet_league_is_a_run_a_change() -> None:
    quick = Assumptions(script_seconds=0.1, scope_seconds=0.1, load_seconds=0.1, worker_jobs=30, worker_seconds=0.1)
    load = load_of(RECORDED, MODELS, 1, is_shared=True, given=quick)
    assert load.runs == load.changes
    assert load.run_seconds == pytest.approx(10 * 0.2 + 30 * 0.1)
    assert load.busy_share < 1


def test_bytes_follow_the_references_and_dollars_the_bytes() -> None:
    load = load_of(RECORDED, MODELS, 1, is_shared=True)
    cheap = load_of(
        RECORDED, MODELS, 1, is_shared=True, given=replace(Assumptions(), query_references=0.0, query_mib=0.0)
    )
    assert cheap.billed_tib < load.billed_tib
    assert load.on_demand_dollars == pytest.approx(load.billed_tib * 6.25)


def test_what_the_worker_does_around_the_models_is_billed_and_counted() -> None:
    with_worker = load_of(RECORDED, MODELS, 1, is_shared=True)
    without = load_of(RECORDED, MODELS, 1, is_shared=True, given=Assumptions(worker_jobs=0))
    assert with_worker.runs == without.runs
    assert with_worker.jobs - without.jobs == pytest.approx(70 * without.runs)
    assert with_worker.billed_tib - without.billed_tib == pytest.approx(without.runs * 70 * 1.5 * 10 / 1024**2)


def test_limits_come_in_the_order_in_which_they_are_met() -> None:
    limits = first_limits(loads(RECORDED, MODELS))
    assert [leagues for _, leagues in limits] == sorted(leagues for _, leagues in limits)
    assert limits[0][0].startswith("turns of the writers")
    one = load_of(RECORDED, MODELS, 1, is_shared=True)
    at = dict(limits)["load jobs a table and day"]
    assert (at - 1) * one.loads_per_table < 1_500 <= at * one.loads_per_table


def test_the_computed_part_of_a_page_is_replaced_and_nothing_else() -> None:
    page = page_with(
        "new", "# A\n<!-- computed: nba-props scale --write -->\nold\n<!-- computed until here -->\nrest\n"
    )
    assert page == "# A\n<!-- computed: nba-props scale --write -->\n\nnew\n\n<!-- computed until here -->\nrest\n"
    with pytest.raises(InvariantViolated, match="has no part"):
        page_with("new", "# A page without the marks")


def test_the_recorded_season_is_what_history_measures(shared_data: Path) -> None:
    assert measured_season(shared_data) == RECORDED


def test_a_history_without_files_is_refused(tmp_path: Path) -> None:
    with pytest.raises(duckdb.IOException):
        measured_season(tmp_path)
