"""What the doctor looks at in BigQuery: datasets, layouts, filters, pruning, statements, and what jobs billed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any

from python_runners.errors import PermanentError, WarehouseRefused
from python_runners.loaders.contracts import Layout
from python_runners.operations.cost.prices import TIB, dollars_of_bytes
from python_runners.operations.cost.pruning import layouts
from python_runners.operations.doctor import Check, Finding
from python_runners.platform.bigquery_facts import Facts
from python_runners.platform.warehouse import SCHEMAS, SCRATCH

_EVERY = (*SCHEMAS, SCRATCH, "nba_staging", "nba_intermediate")
_BUILD = "NBA_PROPS_TARGET=bigquery dbt build"
_MOST_DOLLARS_A_DAY = 25.0


def bigquery_checks(
    manifest: Mapping[str, Any],
    compile_sql: Callable[[], Mapping[str, str]],
    facts: Facts,
    region: str,
    project: str,
) -> list[Check]:
    """Return the checks of BigQuery.

    Args:
        manifest: the dbt manifest of the BigQuery target.
        compile_sql: gives the SQL of every SQL model by unique id.
        facts: answers.
        region: where the datasets are declared to be.
        project: Google Cloud project.
    """
    stored = {name: layout for name, layout in layouts(manifest).items() if layout.partition_by or layout.cluster_by}
    rights = f"gcloud projects get-iam-policy {project}"
    return [
        Check("datasets", partial(_datasets, facts, region, project), rights),
        Check("table layouts", partial(_layouts, facts, stored), rights),
        Check("demanded filters", partial(_filters, facts, stored), rights),
        Check("pruning", partial(_pruning, facts, stored), rights),
        Check("statements", partial(_statements, facts, manifest, compile_sql), "dbt debug --target bigquery"),
        Check(
            "bytes billed",
            partial(_billed, facts, region),
            f"gcloud projects add-iam-policy-binding {project} --member=user:YOU --role=roles/bigquery.resourceViewer",
        ),
    ]


def _datasets(facts: Facts, region: str, project: str) -> Iterator[Finding]:
    for name in _EVERY:
        location = facts.dataset_location(name)
        if location is None:
            yield Finding(name, "fail", "absent", f"nba-props deploy --project {project}")
        elif location.lower() != region.lower():
            yield Finding(name, "fail", f"in {location}, declared in {region}", f"bq rm -d {name}, then deploy again")
        else:
            yield Finding(name, "ok", location)


def _layouts(facts: Facts, stored: Mapping[str, Layout]) -> Iterator[Finding]:
    for name, layout in sorted(stored.items()):
        found = facts.table(name)
        model = name.split(".")[1]
        if found is None:
            yield Finding(name, "fail", "absent", _BUILD)
            continue
        differs = [
            f"{what} is {there or 'nothing'}, declared {wanted or 'nothing'}"
            for what, there, wanted in (
                ("partition", found.partition_by, layout.partition_by),
                ("cluster", ", ".join(found.cluster_by), ", ".join(layout.cluster_by)),
            )
            if there != wanted
        ]
        if layout.require_partition_filter and not found.is_filter_required:
            differs.append("a query without a partition filter is allowed")
        if not differs:
            yield Finding(name, "ok", f"{found.rows:,} rows")
        elif layout.require_partition_filter and not found.is_filter_required and len(differs) == 1:
            yield Finding(name, "fail", differs[0], f"bq update --require_partition_filter {name.replace('.', ':', 1)}")
        else:
            yield Finding(
                name, "fail", "; ".join(differs), f"dbt run --target bigquery --full-refresh --select {model}"
            )


def _filters(facts: Facts, stored: Mapping[str, Layout]) -> Iterator[Finding]:
    for name in sorted(name for name, layout in stored.items() if layout.require_partition_filter):
        try:
            count, _ = facts.dry_run(f"select count(*) as rows_found from {name}")
        except WarehouseRefused as refused:
            is_filter = "partition" in str(refused).lower()
            yield Finding(
                name,
                "ok" if is_filter else "fail",
                "a query without a filter is refused" if is_filter else str(refused),
                "" if is_filter else _BUILD,
            )
        else:
            step = f"bq update --require_partition_filter {name.replace('.', ':', 1)}"
            yield Finding(name, "fail", f"a query without a filter would read {count:,} bytes", step)


def _pruning(facts: Facts, stored: Mapping[str, Layout]) -> Iterator[Finding]:
    for name, layout in sorted(stored.items()):
        found = facts.table(name)
        if found is None or not found.rows or layout.partition_by is None:
            continue
        newest = facts.rows(
            f"select cast(max({layout.partition_by}) as string) as day from {name} "
            f"where {layout.partition_by} >= '2000-01-01'"
        )[0]["day"]
        one_day, _ = facts.dry_run(f"select * from {name} where {layout.partition_by} = '{newest}'")
        if one_day < found.bytes or found.bytes == 0:
            yield Finding(name, "ok", f"one date reads {one_day:,} of {found.bytes:,} bytes")
        else:
            yield Finding(
                name, "warn", f"one date reads all {found.bytes:,} bytes", "right only while the table holds one date"
            )


def _statements(
    facts: Facts, manifest: Mapping[str, Any], compile_sql: Callable[[], Mapping[str, str]]
) -> Iterator[Finding]:
    for unique_id, sql in sorted(compile_sql().items()):
        name = manifest["nodes"][unique_id]["name"]
        try:
            facts.dry_run(sql)
        except PermanentError as refused:
            yield Finding(name, "fail", str(refused), f"{_BUILD} --select +{name}")
        else:
            yield Finding(name, "ok", "accepted")


def _billed(facts: Facts, region: str) -> Iterator[Finding]:
    rows = facts.rows(
        f"select coalesce(sum(total_bytes_billed), 0) as billed, count(*) as jobs "
        f"from `region-{region.lower()}`.INFORMATION_SCHEMA.JOBS "
        "where creation_time >= timestamp_sub(current_timestamp(), interval 1 day) and parent_job_id is null"
    )
    billed, jobs = int(rows[0]["billed"]), int(rows[0]["jobs"])
    dollars = dollars_of_bytes(billed)
    found = f"{jobs:,} jobs billed {billed / TIB:.3f} TiB, ${dollars:.2f} on demand, in 24 hours"
    if dollars <= _MOST_DOLLARS_A_DAY:
        yield Finding("last 24 hours", "ok", found)
    else:
        step = (
            "compare with docs/architecture/scale.md; consider a reservation, "
            "or set NBA_PROPS_BIGQUERY_MAXIMUM_BYTES_BILLED"
        )
        yield Finding("last 24 hours", "warn", found, step)
