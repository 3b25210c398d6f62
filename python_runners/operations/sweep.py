"""Find what changed behind the loaders' back, and hand it to the next run.

The change log is written with the rows, so it knows every change that went through a loader. The snapshots over the raw
tables' digests know what really stands. What the snapshots saw since the last sweep and the log does not tell came from
elsewhere: a restored backup, a query by hand, a foreign load. The sweep logs it by date, which re-opens that date and
all later ones.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from rich.console import Console
from rich.table import Table

from python_runners.events import Envelope, Phase, Topic
from python_runners.loaders.write_sql import CHANGE_LOG
from python_runners.operations.reopen import reopen
from python_runners.pipeline.composition import Platform, configured_platform
from python_runners.pipeline.handle import drive
from python_runners.pipeline.ledger import new_execution_id

CONSUMER = "sweep"

_CHANGES = "nba_orchestration.entity_changes"
_MARKS = "nba_orchestration.watermarks"

# A bulk load is in the log by date alone, and a rebuild without one: both account for every entity of theirs.
_UNLOGGED = f"""
select seen.source_table, seen.game_date, count(*) as entities
from {_CHANGES} as seen
where
    seen.detected_by = 'snapshot'
    and seen.changed_at > $seen_until
    and not exists (
        select 1 from {CHANGE_LOG} as log
        where
            log.change_id > $change_id
            and log.input_name = seen.source_table
            and (
                log.game_date is not distinct from seen.game_date
                or (log.change_kind = 'rebuilt' and log.game_date is null)
            )
            and (
                log.change_kind = 'rebuilt'
                or case seen.entity_kind when 'player' then log.player_id when 'team' then log.team else log.game_id end
                    is not distinct from seen.entity_id
            )
    )
group by seen.source_table, seen.game_date
order by seen.source_table, seen.game_date
"""


@dataclass(frozen=True)
class Unlogged:
    """Changes of one raw table on one date that no loader logged.

    Attributes:
        source_table: raw table.
        game_date: US Eastern date of the rows; None for a table without dates.
        entities: players, teams and games that differ.
    """

    source_table: str
    game_date: date | None
    entities: int


def sweep(platform: Platform, *, first: date | None = None, last: date | None = None) -> list[Unlogged] | None:
    """Renew digests and snapshots, and log what changed without a loader.

    Args:
        platform: the platform.
        first: first game date to compare; None for all.
        last: last game date to compare; None for all.

    Returns:
        What had not been logged; None for the first sweep, which only notes how things stand.

    Raises:
        BuildFailed: a digest or a snapshot failed; the next sweep takes up what this one left.
    """
    run_id = f"sweep_{new_execution_id()}"
    bounds = {"from_date": first, "to_date": last}
    variables = {"run_id": run_id} | {name: day.isoformat() for name, day in bounds.items() if day is not None}
    platform.dbt.invoke("build", select=("tag:changes",), exclude_types=("test", "unit_test"), variables=variables)
    marks = platform.warehouse.query(
        f"select change_id, as_of from {_MARKS} where consumer = ?", [CONSUMER]
    ).to_pylist()
    found = [Unlogged(**row) for row in _unlogged(platform, marks[0])] if marks else None
    with platform.warehouse.transaction():
        for change in found or []:
            reopen(platform.warehouse, change.source_table, change.game_date, run_id, _now())
        if found:
            platform.ledger.announce_later(Topic.RAW_COMPLETE, _announcement(platform, found))
        _move_mark(platform)
    return found


def sweep_once(console: Console, first: date | None, last: date | None) -> None:
    """Sweep, show what was found, and recompute what depends on it."""
    with closing(configured_platform()) as platform:
        found = sweep(platform, first=first, last=last)
        if found is None:
            console.print("First sweep: noted how every raw table stands. Later sweeps compare with it.")
            return
        if not found:
            console.print("Every change since the last sweep came through a loader.")
            return
        console.print(_report(found))
        drive(platform)
        console.print("Recomputed and published what depends on them.")


def _unlogged(platform: Platform, mark: dict[str, Any]) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = platform.warehouse.query(
        _UNLOGGED, {"seen_until": mark["as_of"], "change_id": mark["change_id"]}
    ).to_pylist()
    return rows


def _move_mark(platform: Platform) -> None:
    platform.warehouse.execute(f"delete from {_MARKS} where consumer = ?", [CONSUMER])
    platform.warehouse.execute(
        f"insert into {_MARKS} (consumer, change_id, as_of, updated_at) select ?, "
        f"(select coalesce(max(change_id), 0) from {CHANGE_LOG}), "
        f"(select coalesce(max(changed_at), timestamp '1970-01-01') from {_CHANGES} where detected_by = 'snapshot'), ?",
        [CONSUMER, _now()],
    )


def _announcement(platform: Platform, found: Sequence[Unlogged]) -> Envelope:
    tables = sorted({change.source_table for change in found})
    execution = new_execution_id()
    return Envelope(
        processor_name=CONSUMER,
        phase=Phase.RAW,
        execution_id=execution,
        correlation_id=f"sweep_{execution}",
        status="success",
        source_table=tables[0],
        trigger_source="manual",
        timestamp=platform.clock(),
        metadata={"source_tables": tables},
    )


def _report(found: Sequence[Unlogged]) -> Table:
    table = Table(title="Changes that no loader logged")
    table.add_column("raw table")
    table.add_column("from")
    table.add_column("to")
    table.add_column("entities", justify="right")
    for name in sorted({change.source_table for change in found}):
        own = [change for change in found if change.source_table == name]
        days = sorted(change.game_date for change in own if change.game_date is not None)
        first, last = (days[0].isoformat(), days[-1].isoformat()) if days else ("", "")
        table.add_row(name, first, last, str(sum(change.entities for change in own)))
    return table


def _now() -> datetime:
    return datetime.now(tz=UTC).replace(tzinfo=None)
