"""The ledger of expected outputs: written by key, and only where something differs."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Any

import pyarrow as pa

from python_runners.loaders.contracts import operational_tables
from python_runners.operations.expected.outputs import Judged
from python_runners.platform.warehouse import Warehouse

_TABLE = "expected_outputs"
_KEY = ("game_date", "phase", "output", "scope_key")
_FOUND = ("season", "expected_by", "min_rows", "status", "row_count", "content_digest")
_SETTLED = ("COMPLETE", "EMPTY_OK")
_MATCH = " and ".join(f"stored.{name} = found.{name}" for name in _KEY)

Key = tuple[date, int, str, str]


def write_statuses(
    warehouse: Warehouse, judged: Sequence[Judged], from_date: date, to_date: date, now: datetime
) -> None:
    """Bring the ledger of a range of dates to what was judged, in one transaction.

    New outputs are inserted, those that differ are updated, those that the schedule no longer asks for are removed; a
    row that stands as judged keeps its time. An output that is there forgets the repairs that it needed.

    Args:
        warehouse: whose ledger to write.
        judged: every expected output of the range.
        from_date: first date of the range.
        to_date: last date of the range.
        now: time of the change, naive UTC.
    """
    contract = operational_tables()[_TABLE]
    relation = contract.relation
    rows = [_row(item) | {"attempts": 0, "updated_at": now} for item in judged]
    schema = pa.schema([column.arrow_field for column in contract.columns])
    assignments = ", ".join(f"{name} = found.{name}" for name in _FOUND)
    differs = " or ".join(f"stored.{name} is distinct from found.{name}" for name in _FOUND)
    settled = ", ".join(f"'{status}'" for status in _SETTLED)
    columns = ", ".join(column.name for column in contract.columns)
    with warehouse.attached("judged", pa.Table.from_pylist(rows, schema=schema)), warehouse.transaction():
        warehouse.execute(
            f"delete from {relation} as stored where stored.game_date between $from_date and $to_date "
            f"and not exists (select 1 from judged as found where {_MATCH})",
            {"from_date": from_date, "to_date": to_date},
        )
        warehouse.execute(
            f"update {relation} as stored set {assignments}, updated_at = found.updated_at, "
            f"attempts = case when found.status in ({settled}) then 0 else stored.attempts end, "
            f"last_error = case when found.status in ({settled}) then null else stored.last_error end "
            f"from judged as found where {_MATCH} and ({differs})"
        )
        warehouse.execute(
            f"insert into {relation} ({columns}) select {columns} from judged as found "
            f"where not exists (select 1 from {relation} as stored where {_MATCH})"
        )


def _row(judged: Judged) -> dict[str, Any]:
    expected = judged.expected
    game_date, phase, output, scope_key = judged.key
    return {
        "game_date": game_date,
        "phase": phase,
        "output": output,
        "scope_key": scope_key,
        "season": expected.season,
        "expected_by": expected.expected_by,
        "min_rows": expected.min_rows,
        "status": judged.status,
        "row_count": judged.count.rows,
        "content_digest": judged.count.digest,
    }


def note_attempts(
    warehouse: Warehouse, keys: Collection[Key], execution_id: str, error: str | None, now: datetime
) -> None:
    """Count one repair for each output and note its run; `error` says why it did not help, None that it ran."""
    contract = operational_tables()[_TABLE]
    schema = pa.schema([column.arrow_field for column in contract.columns if column.name in _KEY])
    tried = pa.Table.from_pylist([dict(zip(_KEY, key, strict=True)) for key in keys], schema=schema)
    with warehouse.attached("tried", tried):
        warehouse.execute(
            f"update {contract.relation} as stored set attempts = stored.attempts + 1, "
            "last_execution_id = $execution_id, last_error = $error, updated_at = $now "
            f"from tried as found where {_MATCH}",
            {"execution_id": execution_id, "error": error, "now": now},
        )


def attempts_of(warehouse: Warehouse, from_date: date, to_date: date) -> dict[Key, int]:
    """Return how many repairs each output of a range of dates has had, where any."""
    relation = operational_tables()[_TABLE].relation
    rows = warehouse.query(
        f"select {', '.join(_KEY)}, attempts from {relation} "
        "where attempts > 0 and game_date between $from_date and $to_date",
        {"from_date": from_date, "to_date": to_date},
    ).to_pylist()
    return {tuple(row[name] for name in _KEY): row["attempts"] for row in rows}
