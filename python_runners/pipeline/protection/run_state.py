"""What the ledger knows that bears on a run: one query."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime

from python_runners.pipeline.protection.breaker import TABLE, Circuit
from python_runners.pipeline.protection.consumption import Consumption
from python_runners.platform.warehouse import Warehouse

_STATE = f"""
with
own_runs as (
    select attempt, status, skip_reason, change_signature, game_date, trigger_message_id, lease_expires_at
    from nba_orchestration.pipeline_execution_log
    where
        (phase in (3, 4, 5) and trigger_message_id = $message_id)
        or (phase in (3, 4, 5) and status = 'failed' and change_signature = $signature)
        or status = 'running'
),

handled as (
    select attempt from own_runs
    where trigger_message_id = $message_id
    group by attempt
    having
        countif(status = 'success') > 0
        and countif(not (status = 'success' or (status = 'skipped' and skip_reason = 'unchanged'))) = 0
),

former as (
    select
        exists (select 1 from handled) as is_handled,
        exists (
            select 1 from own_runs
            where status = 'failed' and change_signature = $signature and game_date is not distinct from $game_date
        ) as has_failed_before,
        exists (select 1 from own_runs where status = 'running' and lease_expires_at < $now) as has_expired_lease,
        exists (
            select 1 from nba_raw.nbac_schedule
            where game_date in (select cast(listed as date) from unnest($dates) as listed)
        ) as has_games,
        (
            select count(*) from nba_orchestration.watermarks
            where consumer in (select listed from unnest($consumers) as listed)
        ) as consumers_computed,
        (
            select min(as_of) from nba_orchestration.watermarks
            where consumer in (select listed from unnest($looks_ahead) as listed)
        ) as computed_for
)

select former.*, circuit.*
from former
left join {TABLE} as circuit on circuit.game_date = $day
order by circuit.consumer
"""


@dataclass(frozen=True)
class RunState:
    """What former runs left.

    Attributes:
        is_handled: a run for the same message has succeeded.
        has_failed_before: a run over the same changes has failed.
        has_expired_lease: a run outlived its lease and is not yet marked.
        has_games: the schedule has a game on one of the dates asked for.
        consumers_computed: how many of the consumers have ever run.
        computed_for: oldest as_of of the consumers that look ahead, naive UTC; None when there is none.
        circuits: circuits of the run's date.
    """

    is_handled: bool = False
    has_failed_before: bool = False
    has_expired_lease: bool = False
    has_games: bool = True
    consumers_computed: int = 0
    computed_for: datetime | None = None
    circuits: tuple[Circuit, ...] = ()


def read_state(
    warehouse: Warehouse,
    consumption: Consumption,
    *,
    message_id: str | None,
    signature: str,
    game_date: date | None,
    day: date,
    dates: Collection[date],
    now: datetime,
) -> RunState:
    """Return what former runs left.

    Args:
        warehouse: where the ledger is.
        consumption: what the run consumes.
        message_id: message that asks for the run; None when a person does.
        signature: change signature of the run.
        game_date: game date of the message.
        day: date of the circuits.
        dates: dates to look for games on.
        now: instant to which leases are compared, naive UTC.
    """
    parameters: dict[str, object] = {
        # No run has an empty one.
        "message_id": message_id or "",
        "signature": signature,
        "game_date": game_date,
        "day": day,
        "dates": [each.isoformat() for each in sorted(dates)],
        "now": now,
        "consumers": _sorted(consumption.consumers),
        "looks_ahead": _sorted(consumption.looks_ahead),
    }
    rows = warehouse.query(_STATE, parameters).to_pylist()
    names = [column.name for column in fields(RunState) if column.name != "circuits"]
    circuits = [{name: value for name, value in row.items() if name not in names} for row in rows]
    return RunState(
        **{name: rows[0][name] for name in names},
        circuits=tuple(Circuit(**circuit) for circuit in circuits if circuit["consumer"] is not None),
    )


def _sorted(names: Collection[str]) -> Sequence[str]:
    return sorted(names)
