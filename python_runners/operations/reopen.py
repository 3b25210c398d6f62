"""Re-open a date of a table in the change log, so that the next run of every model that reads it computes it anew."""

from __future__ import annotations

from datetime import date, datetime

from python_runners.loaders.write_sql import CHANGE_LOG
from python_runners.platform.warehouse import Warehouse

_REOPEN = f"""
insert into {CHANGE_LOG} (change_id, input_name, change_kind, game_date, changed_fields, run_id, changed_at)
select coalesce(max(change_id), 0) + 1, ?, 'rebuilt', cast(? as date), ?, ?, ? from {CHANGE_LOG}
"""


def reopen(warehouse: Warehouse, table: str, day: date | None, run_id: str, now: datetime) -> None:
    """Log that a table is another one than before.

    Args:
        warehouse: where the log is.
        table: name of a raw table or a model.
        day: the date that changed; None for all of the table.
        run_id: who says so.
        now: naive UTC instant of the log's entry.
    """
    warehouse.execute(_REOPEN, [table, day, [], run_id, now])
