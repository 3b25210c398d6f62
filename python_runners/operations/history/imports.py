"""Importing history: each dataset is one transaction, remembered by the digest of its files, so a run resumes."""

from __future__ import annotations

import hashlib
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from python_runners.errors import PermanentError
from python_runners.loaders.contracts import RawTable, raw_tables
from python_runners.loaders.write import Lineage, replace_scopes
from python_runners.operations.history.datasets import DATASETS, Dataset
from python_runners.platform.warehouse import Warehouse
from python_runners.teams import names_of_all_teams, team_id_of, tricodes
from python_runners.version import code_version

_LINEAGE = ("source_file", "source_variant", "observed_at")
_TABLES = """
create table if not exists nba_orchestration.history_imports (
    dataset varchar not null, files_digest varchar not null, rows_read bigint not null, rows_loaded bigint not null,
    rows_refused bigint not null, finished_at timestamp not null
);
create table if not exists nba_orchestration.history_refusals (
    dataset varchar not null, reason varchar not null, rows bigint not null
);
"""


@dataclass(frozen=True)
class ImportResult:
    """What one dataset came to; `is_resumed` when the same files were imported before."""

    dataset: str
    table: str
    rows_read: int
    rows_loaded: int
    refused: Counter[str]
    seconds: float
    is_resumed: bool = False


def import_history(
    warehouse: Warehouse, root: Path, *, on_dataset: Callable[[str], None] = lambda name: None
) -> Iterator[ImportResult]:
    """Import every dataset below `root`, yielding a result after each.

    Raises:
        PermanentError: the folder or a file is missing.
    """
    if not root.is_dir():
        raise PermanentError(f"no folder {root}: --from wants the folder that holds boxscores/, odds/, schedule/")
    warehouse.execute(_TABLES)
    for dataset in DATASETS:
        on_dataset(dataset.name)
        yield _import(warehouse, root, dataset)


def _import(warehouse: Warehouse, root: Path, dataset: Dataset) -> ImportResult:
    started = time.perf_counter()
    files = {name: _files(root, pattern) for name, pattern in dataset.inputs.items()}
    digest = _digest(dataset, files)
    known = warehouse.query(
        "select rows_read, rows_loaded from nba_orchestration.history_imports where dataset = ? and files_digest = ?",
        [dataset.name, digest],
    ).to_pylist()
    if known:
        return ImportResult(
            dataset.name, dataset.table, known[0]["rows_read"], known[0]["rows_loaded"], Counter(), 0.0, is_resumed=True
        )
    with _inputs(warehouse, root, files):
        read = warehouse.query(dataset.sql)
    refused: Counter[str] = Counter(reason for reason in read.column("refusal").to_pylist() if reason is not None)
    table = raw_tables()[dataset.table]
    rows = conform(table, read.filter(pc.is_null(read.column("refusal"))))
    with warehouse.transaction():
        result = replace_scopes(warehouse, table, rows, _scopes(table, rows), Lineage(f"history_{dataset.name}"))
        warehouse.execute("delete from nba_orchestration.history_imports where dataset = ?", [dataset.name])
        warehouse.execute("delete from nba_orchestration.history_refusals where dataset = ?", [dataset.name])
        warehouse.execute(
            "insert into nba_orchestration.history_imports values (?, ?, ?, ?, ?, ?)",
            [dataset.name, digest, read.num_rows, rows.num_rows, sum(refused.values()), _now()],
        )
        for reason, count in refused.items():
            warehouse.execute(
                "insert into nba_orchestration.history_refusals values (?, ?, ?)", [dataset.name, reason, count]
            )
    if result.is_stale:
        raise PermanentError(f"{dataset.table} already holds newer observations; import history before live loads")
    seconds = time.perf_counter() - started
    return ImportResult(dataset.name, dataset.table, read.num_rows, rows.num_rows, refused, seconds)


def _scopes(table: RawTable, rows: pa.Table) -> list[dict[str, object]] | None:
    # A table whose scope is all of it is replaced as a whole; every other one scope by scope, as the rows name them.
    return None if table.scope or rows.num_rows == 0 else [{}]


def _now() -> datetime:
    return datetime.now(UTC).replace(tzinfo=None)


def _files(root: Path, pattern: str) -> list[Path]:
    found = sorted(root.glob(pattern))
    if not found:
        raise PermanentError(f"no file {root / pattern}")
    return found


def _digest(dataset: Dataset, files: dict[str, list[Path]]) -> str:
    digest = hashlib.sha256(dataset.sql.encode() + code_version().encode())
    for paths in files.values():
        for path in paths:
            digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


@contextmanager
def _inputs(warehouse: Warehouse, root: Path, files: dict[str, list[Path]]) -> Iterator[None]:
    with ExitStack() as stack:
        for name, paths in files.items():
            stack.enter_context(warehouse.attached(name, _read(root, paths)))
        teams = pa.table({"team": list(tricodes()), "team_id": [team_id_of(team) for team in tricodes()]})
        stack.enter_context(warehouse.attached("teams", teams))
        names = names_of_all_teams()
        stack.enter_context(
            warehouse.attached("team_names", pa.table({"name": list(names), "team": list(names.values())}))
        )
        yield


def _read(root: Path, paths: list[Path]) -> pa.Table:
    parts = []
    for path in paths:
        part = pq.read_table(path)
        part = part.append_column("file", pa.array([str(path.relative_to(root))] * part.num_rows, pa.string()))
        parts.append(part.append_column("file_row", pa.array(range(part.num_rows), pa.int64())))
    return pa.concat_tables(parts, promote_options="permissive")


def conform(table: RawTable, read: pa.Table) -> pa.Table:
    """Bring query results to the table's value columns and the lineage columns, cast to the contract's types."""
    lineage = [pa.field("source_file", pa.string()), pa.field("source_variant", pa.string())]
    lineage.append(pa.field("observed_at", pa.timestamp("us")))
    fields = [*(column.arrow_field for column in table.value_columns), *lineage]
    columns = [
        read.column(field.name).cast(field.type)
        if field.name in read.column_names
        else pa.nulls(read.num_rows, field.type)
        for field in fields
    ]
    return pa.table(columns, names=[field.name for field in fields])
