"""What the ledger says is still to be done, and what it must say at the end."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from python_runners.events import Envelope, Topic
from python_runners.loaders.registry import feeds_of
from python_runners.platform.objects import ObjectStore
from python_runners.platform.warehouse import DuckDBWarehouse
from tests.chaos.faults import written

EXPECTED = "expected"

_LOADS = """
select count(*) as n
from (select unnest($expected::struct(execution_id varchar, processor_name varchar)[]) as load)
where
    not exists (
        select 1 from nba_orchestration.pipeline_execution_log as run
        where
            run.phase = 2 and run.parent_execution_id = load.execution_id
            and run.processor_name = load.processor_name and run.status not in ('running', 'lost')
    )
    and not exists (
        select 1 from nba_orchestration.dead_letters as letter
        where letter.envelope ->> '$.execution_id' = load.execution_id
    )
"""
_UNANNOUNCED = "select count(*) as n from nba_orchestration.outbox where announced_at is null"
_UNHANDLED = """
select count(*) as n
from nba_orchestration.outbox as sent
inner join (select unnest([$raw, $predictions]) as topic, unnest([3, 6]) as phase) as next_step
    on sent.topic = next_step.topic
where
    sent.announced_at is not null
    and not exists (
        select 1 from nba_orchestration.pipeline_execution_log as run
        where
            run.phase = next_step.phase and run.status not in ('running', 'lost')
            and run.parent_execution_id = sent.envelope ->> '$.execution_id'
    )
    and not exists (
        select 1 from nba_orchestration.dead_letters as letter
        where letter.envelope ->> '$.execution_id' = sent.envelope ->> '$.execution_id'
    )
"""


@dataclass(frozen=True)
class OpenWork:
    """Counts of what has not happened yet.

    Attributes:
        loads: tables that a published completion feeds and that no run has loaded, nor a dead letter accounts for.
        unannounced: announcements that wait for the relay.
        unhandled: announcements that nothing has answered yet.
        dead_letters: dead letters that stand open.
    """

    loads: int
    unannounced: int
    unhandled: int
    dead_letters: int

    @property
    def is_settled(self) -> bool:
        """Whether everything is handled, or among the dead letters."""
        return not (self.loads or self.unannounced or self.unhandled)


def expect(control: Path, objects: ObjectStore, messages: Iterable[Envelope]) -> None:
    """Write down which loads the completions ask for."""
    loads = []
    for message in messages:
        if message.status == "success":
            variant = objects.get(message.metadata["object_path"]).metadata["source_variant"]
            for feed in feeds_of(message.processor_name, variant):
                loads.append({"execution_id": message.execution_id, "processor_name": f"load_{feed.table}"})
    written(control / EXPECTED, json.dumps(loads))


def open_work(warehouse: DuckDBWarehouse, control: Path) -> OpenWork:
    """Count what is still to be done."""
    expected = json.loads((control / EXPECTED).read_text())

    def count(sql: str, **parameters: object) -> int:
        return int(warehouse.query(sql, parameters).column("n")[0].as_py())

    return OpenWork(
        loads=count(_LOADS, expected=expected) if expected else 0,
        unannounced=count(_UNANNOUNCED),
        unhandled=count(_UNHANDLED, raw=Topic.RAW_COMPLETE.value, predictions=Topic.PREDICTIONS_COMPLETE.value),
        dead_letters=count("select count(*) as n from nba_orchestration.dead_letters where status = 'open'"),
    )
