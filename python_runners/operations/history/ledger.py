"""What was imported from which file, and which rows were refused: the two tables that make an import resumable."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime

import pyarrow as pa

from python_runners.loaders.contracts import RawTable
from python_runners.operations.history.sources import SourceFile
from python_runners.platform.warehouse import Warehouse

_TABLES = """
create table if not exists nba_orchestration.history_imports (
    dataset varchar not null, file varchar not null, sha256 varchar not null, fingerprint varchar not null,
    rows_read bigint not null, rows_loaded bigint not null, rows_refused bigint not null, finished_at timestamp not null
);
create table if not exists nba_orchestration.history_refusals (
    dataset varchar not null, raw_table varchar not null, source_file varchar not null, reason varchar not null,
    row_key varchar not null
);
"""


def create(warehouse: Warehouse) -> None:
    """Create the tables that do not exist yet."""
    warehouse.execute(_TABLES)


def imported_counts(warehouse: Warehouse, dataset: str, fingerprint: str) -> tuple[int, int, Counter[str]] | None:
    """Return rows read, rows loaded and refusals per reason of the import with this fingerprint, if there was one."""
    [files] = warehouse.query(
        "select count(*) as files, cast(sum(rows_read) as bigint) as rows_read, "
        "cast(sum(rows_loaded) as bigint) as rows_loaded "
        "from nba_orchestration.history_imports where dataset = ? and fingerprint = ?",
        [dataset, fingerprint],
    ).to_pylist()
    if not files["files"]:
        return None
    reasons = warehouse.query(
        "select reason, count(*) as refused from nba_orchestration.history_refusals where dataset = ? group by reason",
        [dataset],
    ).to_pylist()
    return files["rows_read"], files["rows_loaded"], Counter({row["reason"]: row["refused"] for row in reasons})


def record(
    warehouse: Warehouse,
    dataset: str,
    fingerprint: str,
    files: Sequence[SourceFile],
    *,
    loaded: Counter[str],
    refused: Counter[str],
) -> None:
    """Replace the ledger rows of a dataset; `loaded` and `refused` are rows per file, a lookup gives none."""
    warehouse.execute("delete from nba_orchestration.history_imports where dataset = ?", [dataset])
    finished = datetime.now(UTC).replace(tzinfo=None)
    for file in files:
        rows_read = 0 if file.is_lookup else file.rows
        warehouse.execute(
            "insert into nba_orchestration.history_imports values (?, ?, ?, ?, ?, ?, ?, ?)",
            [dataset, file.path, file.sha256, fingerprint, rows_read, loaded[file.path], refused[file.path], finished],
        )


def record_refusals(warehouse: Warehouse, dataset: str, table: RawTable, refused: pa.Table) -> None:
    """Replace the refusals of a dataset; a refused row is named by its primary key, as far as the row has one."""
    parts = [f"'{key}=' || coalesce(cast({key} as varchar), '?')" for key in table.primary_key]
    with warehouse.attached("refused_rows", refused):
        warehouse.execute("delete from nba_orchestration.history_refusals where dataset = ?", [dataset])
        warehouse.execute(
            "insert into nba_orchestration.history_refusals "
            f"select ?, ?, source_file, refusal, concat_ws(' ', {', '.join(parts)}) from refused_rows",
            [dataset, table.name],
        )
