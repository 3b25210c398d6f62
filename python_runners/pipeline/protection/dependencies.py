"""What the sources of a run promise, read from the dbt manifest: freshness, minimum rows, and how grave a lack is."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

Manifest = Mapping[str, Any]

# Partitions older than this say nothing about how recent a table is.
RECENT = timedelta(days=30)

_PERIODS = {"minute": timedelta(minutes=1), "hour": timedelta(hours=1), "day": timedelta(days=1)}
_SEASON_BEGINS = 10


@dataclass(frozen=True)
class SourcePromise:
    """What one source table must hold.

    Attributes:
        name: dbt name, `system.table`.
        table: name of the raw table.
        loaded_at: column of the instant at which a row was loaded.
        observed_at: column of the instant at which the source showed it; None when the table has none.
        warn_after: age beyond which the table is late; None without a limit.
        error_after: age beyond which it is stale; None without a limit.
        date_column: column by which the table is partitioned; None when it has none.
        minimum: rows that every group must have; None when nothing is promised.
        per: columns that make a group; none for the whole table.
        is_exact: a group must have exactly the minimum.
        is_critical: a lack blocks the run.
    """

    name: str
    table: str
    relation: str
    loaded_at: str
    observed_at: str | None = None
    warn_after: timedelta | None = None
    error_after: timedelta | None = None
    date_column: str | None = None
    minimum: int | None = None
    per: tuple[str, ...] = ()
    is_exact: bool = False
    is_critical: bool = False

    @property
    def is_per_date(self) -> bool:
        """Whether its groups belong to dates; those of games ahead may then be absent."""
        return self.date_column is not None and "season_year" not in self.per


@dataclass(frozen=True)
class SourceFacts:
    """What a source table holds.

    Attributes:
        newest: newest instant at which a row was loaded or observed, or a load found all rows unchanged; naive UTC.
        groups: groups found, of the season or dates that the run is about.
        groups_short: those with too few rows.
    """

    newest: datetime | None
    groups: int
    groups_short: int


@dataclass(frozen=True)
class Lack:
    """A promise that does not hold, and whether the run must wait for it."""

    text: str
    is_critical: bool


def promises_of(manifest: Manifest, sources: Collection[str]) -> list[SourcePromise]:
    """Return the promises of the given sources (unique ids), in the order of their names.

    A source is critical when its `minimum_rows` test has the severity error; one without that test is optional.
    """
    tests = {
        parent: node
        for node in manifest["nodes"].values()
        if (node.get("test_metadata") or {}).get("name") == "minimum_rows"
        for parent in node["depends_on"]["nodes"]
        if parent in sources
    }
    return [_promise(manifest["sources"][unique_id], tests.get(unique_id)) for unique_id in sorted(sources)]


def _promise(source: Mapping[str, Any], test: Mapping[str, Any] | None) -> SourcePromise:
    arguments = test["test_metadata"]["kwargs"] if test else {}
    freshness = source["freshness"] or {}
    return SourcePromise(
        name=f"{source['source_name']}.{source['name']}",
        table=source["name"],
        relation=f"{source['schema']}.{source['name']}",
        loaded_at=source["loaded_at_field"],
        observed_at="observed_at" if "observed_at" in source["columns"] else None,
        warn_after=_age(freshness.get("warn_after")),
        error_after=_age(freshness.get("error_after")),
        date_column=source["config"]["meta"].get("partition_by"),
        minimum=int(arguments["minimum"]) if test else None,
        per=tuple(arguments.get("per", ())),
        is_exact=bool(arguments.get("is_exact", False)),
        is_critical=test is not None and test["config"]["severity"].lower() == "error",
    )


def _age(limit: Mapping[str, Any] | None) -> timedelta | None:
    return limit["count"] * _PERIODS[limit["period"]] if limit and limit.get("count") else None


def season_year_at(day: date) -> int:
    """Return the first calendar year of the newest season that has begun by a date."""
    return day.year if day.month >= _SEASON_BEGINS else day.year - 1


def lacks_of(promise: SourcePromise, facts: SourceFacts, now: datetime, *, ages_count: bool) -> list[Lack]:
    """Return what a source lacks.

    Args:
        promise: what the source must hold.
        facts: what it holds.
        now: the as_of of the run, naive UTC; a row from after it is not old.
        ages_count: false for runs over the past, for which the age of a table says nothing.
    """
    if facts.newest is None:
        since = f" of the last {RECENT.days} days" if promise.date_column else ""
        return [Lack(f"{promise.name}: no rows{since}", promise.is_critical)]
    lacks = []
    is_absent = promise.minimum is not None and not facts.groups and not promise.is_per_date
    if facts.groups_short or is_absent:
        wanted = f"{'exactly' if promise.is_exact else 'at least'} {promise.minimum} rows"
        per = f" per {', '.join(promise.per)}" if promise.per else ""
        found = "none found" if is_absent else f"{facts.groups_short} of {facts.groups} short"
        lacks.append(Lack(f"{promise.name}: {wanted}{per} wanted, {found}", promise.is_critical))
    age = now - facts.newest
    if ages_count and promise.error_after is not None and age > promise.error_after:
        lacks.append(Lack(f"{promise.name}: stale, {_hours(age)} > {_hours(promise.error_after)}", promise.is_critical))
    elif ages_count and promise.warn_after is not None and age > promise.warn_after:
        lacks.append(Lack(f"{promise.name}: late, {_hours(age)} > {_hours(promise.warn_after)}", is_critical=False))
    return lacks


def _hours(age: timedelta) -> str:
    return f"{age.total_seconds() / 3600:.0f} h"
