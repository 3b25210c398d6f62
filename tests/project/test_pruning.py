"""Runs of a date, of entities and of an event read the partitions of their dates, by literals, in one job a model."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date
from math import ceil
from typing import Any

import pytest
from sqlglot import exp, parse

from python_runners.loaders.contracts import Layout
from python_runners.operations.cost.estimate import REFERENCES_OF_A_SCRIPT, SCOPE_JOBS, SCOPE_REFERENCES
from python_runners.operations.cost.predicates import date_range
from python_runners.operations.cost.pruning import declared_full_reads, layouts, unpruned
from python_runners.operations.cost.scans import Scan, TableScans
from tests.support.bigquery_submissions import DAY, SCOPED_RUNS
from tests.support.recording_bigquery import BYTES_OF_A_JOB, SLOT_MILLISECONDS_OF_A_JOB

# No window reaches back further than two seasons.
EARLIEST = date.fromisoformat(DAY).replace(year=date.fromisoformat(DAY).year - 2)
Found = tuple[str, str, list[frozenset[Scan]]]


@pytest.fixture(scope="module")
def stored(submissions: dict[str, Any]) -> Mapping[str, Layout]:
    return layouts(submissions["manifest"])


@pytest.fixture(scope="module")
def scanned(submissions: dict[str, Any]) -> list[Found]:
    """Run, node and scans per statement of every job."""
    scans = TableScans(submissions["manifest"], submissions["compiled"], "bigquery")
    return [
        (run, job["node"], scans.of_script(job["sql"])) for run, jobs in submissions["runs"].items() for job in jobs
    ]


def full_reads(scanned: list[Found], stored: Mapping[str, Layout]) -> Iterator[tuple[str, str]]:
    """Model and table of each scan in a scoped run that no partition predicate narrows."""
    for run, node, statements in scanned:
        for scans in statements if run in SCOPED_RUNS else ():
            for scan in unpruned(scans, stored, EARLIEST):
                yield node, scan.relation.split(".")[1]


def test_scoped_runs_scan_partitions_of_their_dates_alone(
    submissions: dict[str, Any], scanned: list[Found], stored: Mapping[str, Layout]
) -> None:
    declared = declared_full_reads(submissions["manifest"])
    allowed = {(node, table) for node, tables in declared.items() for table in tables}
    assert set(full_reads(scanned, stored)) == allowed
    assert all(reason for tables in declared.values() for reason in tables.values())


def test_scoped_runs_touch_their_own_table_by_date_alone(scanned: list[Found], stored: Mapping[str, Layout]) -> None:
    checked = 0
    for run, node, statements in scanned:
        if run not in SCOPED_RUNS or len(statements) < 3:
            continue
        own = next((name for name in stored if name.split(".")[1] == node.split(".")[-1]), None)
        for scan in (scan for scans in statements for scan in scans if scan.relation == own):
            checked += 1
            assert stored[scan.relation].partition_by is None or not unpruned([scan], stored, EARLIEST), scan
    assert checked > 50


def test_no_statement_lacks_a_partition_filter_that_bigquery_demands(
    scanned: list[Found], stored: Mapping[str, Layout]
) -> None:
    demanding = {name: layout for name, layout in stored.items() if layout.require_partition_filter}
    assert len(demanding) == 6
    seen: Counter[str] = Counter()
    for _, node, statements in scanned:
        for scan in (scan for scans in statements for scan in scans if scan.relation in demanding):
            seen[scan.relation] += 1
            assert date_range(scan.predicates, str(demanding[scan.relation].partition_by)), (node, scan)
    assert seen.keys() == demanding.keys()


def test_each_model_of_a_scoped_run_is_one_job(submissions: dict[str, Any]) -> None:
    for run in ("dates", "entities"):
        jobs = Counter(job["node"] for job in submissions["runs"][run])
        assert set(jobs.values()) == {1}, run
        assert all(
            "begin transaction" in job["sql"] and "commit transaction" in job["sql"] for job in submissions["runs"][run]
        )


def test_an_event_adds_a_few_small_jobs_a_model_to_find_its_scope(submissions: dict[str, Any]) -> None:
    jobs = submissions["runs"]["event"]
    scripts = Counter(job["node"] for job in jobs if "begin transaction" in job["sql"])
    others = Counter(job["node"] for job in jobs if "begin transaction" not in job["sql"])
    assert set(scripts.values()) == {1}
    gates = {
        node["unique_id"]: sum(rule["via"] == "gate" for rule in node["config"]["meta"].get("widening", []))
        for node in submissions["manifest"]["nodes"].values()
        if node["unique_id"] in scripts
    }
    assert {node: others[node] for node in scripts if others[node]} == {
        node: 2 + gate
        for node, gate in gates.items()
        if submissions["manifest"]["nodes"][node]["config"]["meta"]["widening"]
    }


def tables_named(sql: str) -> int:
    """Tables that the statements of a job read, each statement by itself and but for the model's own query."""
    named = 0
    for statement in parse(sql, dialect="bigquery"):
        if statement is None or (isinstance(statement, exp.Create) and "rebuilt_rows" in statement.this.sql()):
            continue
        own = {cte.alias for cte in statement.find_all(exp.CTE)}
        target = statement.this.find(exp.Table) if isinstance(statement, exp.Insert | exp.Create) else None
        read = [table for table in statement.find_all(exp.Table) if table is not target and table.name not in own]
        named += len({(table.db, table.name) for table in read})
    return named


def test_the_estimate_counts_the_tables_that_an_event_names(submissions: dict[str, Any]) -> None:
    scripts: Counter[int] = Counter()
    scopes: Counter[str] = Counter()
    jobs: Counter[str] = Counter()
    for job in submissions["runs"]["event"]:
        if "begin transaction" in job["sql"]:
            scripts[tables_named(job["sql"])] += 1
        else:
            scopes[job["node"]] += tables_named(job["sql"])
            jobs[job["node"]] += 1
    assert scripts.most_common(1)[0][0] == REFERENCES_OF_A_SCRIPT
    assert ceil(scopes.total() / len(scopes)) == SCOPE_REFERENCES
    assert Counter(jobs.values()).most_common(1)[0][0] == SCOPE_JOBS


def test_what_a_script_used_is_told_for_the_ledger(submissions: dict[str, Any]) -> None:
    assert submissions["used"].keys() == {job["node"] for job in submissions["runs"]["dates"]}
    told = [(use["bytes_processed"], use["slot_milliseconds"], use["jobs"]) for use in submissions["used"].values()]
    assert set(told) == {(BYTES_OF_A_JOB, SLOT_MILLISECONDS_OF_A_JOB, 1)}


def test_a_model_that_is_not_pruned_is_found(submissions: dict[str, Any], stored: Mapping[str, Layout]) -> None:
    name = "model.nba_props.player_game_summary"
    script = next(job["sql"] for job in submissions["runs"]["entities"] if job["node"] == name)
    predicate = f"game_date >= cast('{DAY}' as date)"
    assert predicate in script
    broken = script.replace(predicate, "true")
    scans = TableScans(submissions["manifest"], submissions["compiled"], "bigquery").of_script(broken)
    found = {scan.relation for statement in scans for scan in unpruned(statement, stored, EARLIEST)}
    assert "nba_analytics.player_game_summary" in found
    assert "nba_raw.nbac_play_by_play" in found
