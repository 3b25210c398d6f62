"""The changes that wait above the watermarks of a run's models, and the signature that stands for them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from python_runners.pipeline.protection.consumption import Consumption
from python_runners.platform.warehouse import Warehouse

_WAITING = """
with reads as (
    select substr(pair, 1, strpos(pair, '|') - 1) as consumer, substr(pair, strpos(pair, '|') + 1) as input_name
    from unnest($pairs) as pair
),

floors as (
    select reads.input_name, min(coalesce(mark.change_id, 0)) as change_id
    from reads
    left join nba_orchestration.watermarks as mark on reads.consumer = mark.consumer
    group by reads.input_name
)

select
    log.input_name, log.change_kind, coalesce(array_to_string(log.changed_fields, ','), '') as fields,
    string_agg(cast(log.change_id as string), ',' order by log.change_id) as positions,
    string_agg(distinct cast(log.game_date as string), ',') as dates,
    count(*) = count(log.game_date) as is_dated,
    max(log.change_id) as newest
from nba_orchestration.change_log as log
inner join floors on log.input_name = floors.input_name and log.change_id > floors.change_id
where log.change_id > (select min(change_id) from floors)
group by log.input_name, log.change_kind, fields
order by log.input_name, log.change_kind, fields
"""


@dataclass(frozen=True)
class WaitingChange:
    """Changes of one input that are alike: same kind, same fields.

    Attributes:
        digest: hash over their positions in the change log, in order.
        dates: their dates.
        is_dated: every one of them has a date.
        newest: highest of their positions.
    """

    input_name: str
    change_kind: str
    changed_fields: tuple[str, ...]
    digest: str
    dates: tuple[date, ...]
    is_dated: bool
    newest: int


def read_waiting(warehouse: Warehouse, consumption: Consumption) -> list[WaitingChange]:
    """Return what waits above the lowest watermark of each input's consumers, alike changes as one."""
    rows = warehouse.query(
        _WAITING,
        {"pairs": [f"{consumer}|{name}" for consumer, name in sorted(consumption.reads)]},
    ).to_pylist()
    return [
        WaitingChange(
            input_name=row["input_name"],
            change_kind=row["change_kind"],
            changed_fields=tuple(row["fields"].split(",")) if row["fields"] else (),
            digest=hashlib.sha256(row["positions"].encode()).hexdigest(),
            dates=tuple(sorted(date.fromisoformat(day) for day in (row["dates"] or "").split(",") if day)),
            is_dated=row["is_dated"],
            newest=row["newest"],
        )
        for row in rows
    ]


def signature_of(models: Sequence[str], waiting: Sequence[WaitingChange]) -> str:
    """Return the hash that stands for a run of these models over these changes: other changes, another hash."""
    parts = [[change.input_name, change.change_kind, *change.changed_fields, change.digest] for change in waiting]
    document = json.dumps([list(models), parts], separators=(",", ":"))
    return hashlib.sha256(document.encode()).hexdigest()[:32]
