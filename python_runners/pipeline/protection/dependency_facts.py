"""One query over all sources of a run: how recent they are, and how many groups of rows fall short."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime

from python_runners.pipeline.protection.dependencies import RECENT, SourceFacts, SourcePromise, season_year_at
from python_runners.platform.warehouse import Warehouse

_CONFIRMED = """
confirmed as (
    select source_table, max(completed_at) as completed_at
    from nba_orchestration.pipeline_execution_log
    where phase = 2 and status in ('success', 'skipped', 'partial', 'no_data') and completed_at >= {since}
    group by source_table
)
"""


def read_facts(
    warehouse: Warehouse, promises: Sequence[SourcePromise], as_of: datetime, dates: Collection[date]
) -> dict[str, SourceFacts]:
    """Return the facts of each source, by its dbt name.

    Args:
        warehouse: where the raw tables are.
        promises: the sources to look at.
        as_of: instant that the run computes for, naive UTC.
        dates: game dates that the run is about; groups of other dates are not counted.
    """
    if not promises:
        return {}
    since = f"timestamp '{as_of - RECENT:%Y-%m-%d %H:%M:%S}'"
    selects = [_facts_sql(promise, as_of, dates) for promise in promises]
    statement = (
        f"with {_CONFIRMED.format(since=since)}, facts as ({' union all '.join(selects)}) "
        "select facts.name, facts.found, facts.short, "
        "coalesce(greatest(facts.newest, confirmed.completed_at), facts.newest, confirmed.completed_at) as newest "
        "from facts left join confirmed on facts.source_table = confirmed.source_table"
    )
    rows = warehouse.query(statement).to_pylist()
    return {row["name"]: SourceFacts(row["newest"], row["found"] or 0, row["short"] or 0) for row in rows}


def _facts_sql(promise: SourcePromise, as_of: datetime, dates: Collection[date]) -> str:
    # An unknown instant makes the greatest of two unknown in BigQuery, and in DuckDB the other one.
    observed = f"coalesce({promise.observed_at}, {promise.loaded_at})" if promise.observed_at else ""
    stamp = f"greatest({promise.loaded_at}, {observed})" if observed else promise.loaded_at
    recent = f" where {promise.date_column} >= date '{(as_of - RECENT).date()}'" if promise.date_column else ""
    names = f"select '{promise.name}' as name, '{promise.table}' as source_table"
    if promise.minimum is None:
        return f"{names}, max({stamp}) as newest, 0 as found, 0 as short from {promise.relation}{recent}"
    newest = f"(select max({stamp}) from {promise.relation}{recent}) as newest"
    short = f"rows_found {'<>' if promise.is_exact else '<'} {promise.minimum}"
    grouped = f" group by {', '.join(promise.per)}" if promise.per else ""
    groups = f"select count(*) as rows_found from {promise.relation}{_concerned(promise, as_of, dates)}{grouped}"
    counts = f"count(*) as found, sum(case when {short} then 1 else 0 end) as short"
    return f"{names}, {newest}, {counts} from ({groups}) as groups"


def _concerned(promise: SourcePromise, as_of: datetime, dates: Collection[date]) -> str:
    """The rows that the promise is counted over: the newest season begun, the dates of the run, or the whole table."""
    if "season_year" in promise.per:
        year = season_year_at(as_of.date())
        return f" where season_year = (select max(season_year) from {promise.relation} where season_year <= {year})"
    if promise.is_per_date:
        listed = ", ".join(f"date '{day}'" for day in sorted(dates))
        return f" where {promise.date_column} in ({listed})"
    return ""
