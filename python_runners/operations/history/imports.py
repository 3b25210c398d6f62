"""Importing history: each dataset is one transaction, remembered by its files and rules, so a run resumes."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from python_runners.errors import InvariantViolated
from python_runners.loaders.contracts import RawTable, raw_tables
from python_runners.loaders.write import Lineage, replace_scopes
from python_runners.operations.history import ledger
from python_runners.operations.history.datasets import DATASETS, Dataset
from python_runners.operations.history.sources import SourceFile, find_files, fingerprint, readable
from python_runners.platform.warehouse import DuckDBWarehouse

RUN_PREFIX = "history_"
LIVE = "loaded_from_source"


@dataclass(frozen=True)
class ImportResult:
    """What one dataset came to.

    Attributes:
        dataset: name of the import.
        table: raw table.
        rows_read: rows of its files; two sides of a price become one row, one game line becomes two.
        rows_loaded: rows in the raw table.
        refused: rows per reason.
        seconds: wall time.
        is_resumed: whether the same files were imported before, by the same rules, and nothing was done.
    """

    dataset: str
    table: str
    rows_read: int
    rows_loaded: int
    refused: Counter[str]
    seconds: float
    is_resumed: bool = False


def import_history(
    warehouse: DuckDBWarehouse,
    root: Path,
    *,
    seasons: Sequence[int] | None = None,
    datasets: Sequence[Dataset] = DATASETS,
    on_dataset: Callable[[str], None] = lambda name: None,
) -> Iterator[ImportResult]:
    """Import every dataset below `root`, yielding a result after each.

    Args:
        warehouse: where to; its raw tables exist.
        root: folder of the files.
        seasons: first calendar years of the seasons to hold; rows of other seasons go, if an import brought them.
        datasets: what to import.
        on_dataset: called with the name of each dataset before it starts.

    Raises:
        PermanentError: the folder or a file is missing; nothing has been imported then.
        InvariantViolated: two rows share a key, or a value does not fit its column.
    """
    files = find_files(root, datasets)
    ledger.create(warehouse)
    prints: dict[str, str] = {}
    for dataset in datasets:
        on_dataset(dataset.name)
        started = time.perf_counter()
        table = raw_tables()[dataset.table]
        prints[dataset.name] = fingerprint(dataset, table, files[dataset.name], seasons, prints)
        known = ledger.imported_counts(warehouse, dataset.name, prints[dataset.name])
        if known is not None:
            yield ImportResult(dataset.name, dataset.table, *known, seconds=0.0, is_resumed=True)
            continue
        with readable(warehouse, root, dataset):
            formed = warehouse.query(dataset.sql)
        loaded, refused = _write(warehouse, dataset, formed, seasons, prints[dataset.name], files[dataset.name])
        read = sum(file.rows for file in files[dataset.name] if not file.is_lookup)
        yield ImportResult(dataset.name, dataset.table, read, loaded, refused, time.perf_counter() - started)


def _write(
    warehouse: DuckDBWarehouse,
    dataset: Dataset,
    formed: pa.Table,
    seasons: Sequence[int] | None,
    version: str,
    files: Sequence[SourceFile],
) -> tuple[int, Counter[str]]:
    table = raw_tables()[dataset.table]
    run_id = RUN_PREFIX + dataset.name
    with warehouse.interactive_transaction():
        # Its own former rows are no newer observation: files or rules changed, so they make way as a whole.
        warehouse.execute(f"delete from {table.relation} where run_id = ?", [run_id])
        with warehouse.attached("formed_rows", formed):
            judged = warehouse.query(_judged_sql(table, seasons), {} if seasons is None else {"seasons": list(seasons)})
        accepted = pc.is_null(judged.column("judgement"))
        rows = conform(table, judged.filter(accepted))
        refused = judged.filter(pc.invert(accepted)).drop_columns("refusal").rename_columns({"judgement": "refusal"})
        result = replace_scopes(warehouse, table, rows, _scopes(table, rows), Lineage(run_id))
        if result.stale_scopes:
            raise InvariantViolated(f"{dataset.name} and another import describe the same rows of {table.name}")
        ledger.record_refusals(warehouse, dataset.name, table, refused)
        ledger.record(
            warehouse,
            dataset.name,
            version,
            files,
            loaded=_counts(rows, "source_file"),
            refused=_counts(refused, "source_file"),
        )
    return rows.num_rows, _counts(refused, "refusal")


def _judged_sql(table: RawTable, seasons: Sequence[int] | None) -> str:
    """Refuse what a loader has brought already, and leave out the seasons that nobody asked for.

    A scope that holds a row of a loader is the loader's: it saw the source, while an import assumes when it did.
    """
    matches = [f"stored.{name} = formed_rows.{name}" for name in table.scope]
    matches.append(f"not starts_with(stored.run_id, '{RUN_PREFIX}')")
    live = f"exists (select 1 from {table.relation} as stored where {' and '.join(matches)})"
    return (
        f"select *, coalesce(refusal, case when {live} then '{LIVE}' end) as judgement from formed_rows "
        f"where {_season_sql(table, seasons)}"
    )


def _season_sql(table: RawTable, seasons: Sequence[int] | None) -> str:
    names = {column.name for column in table.columns}
    if seasons is None:
        return "true"
    if "season_year" in names:
        return "season_year in (select unnest($seasons))"
    if "game_date" in names:
        return (
            "game_date in (select game_date from nba_raw.nbac_schedule where season_year in (select unnest($seasons)))"
        )
    return "len($seasons) > 0"


def _scopes(table: RawTable, rows: pa.Table) -> list[dict[str, object]] | None:
    # A table whose scope is all of it is replaced as a whole; every other one scope by scope, as the rows name them.
    return None if table.scope or rows.num_rows == 0 else [{}]


def _counts(rows: pa.Table, column: str) -> Counter[str]:
    return Counter({count["values"]: count["counts"] for count in pc.value_counts(rows.column(column)).to_pylist()})


def conform(table: RawTable, read: pa.Table) -> pa.Table:
    """Bring query results to the table's value columns and the lineage columns, cast to the contract's types.

    Raises:
        InvariantViolated: a value does not fit its column.
    """
    lineage = [pa.field("source_file", pa.string()), pa.field("source_variant", pa.string())]
    lineage.append(pa.field("observed_at", pa.timestamp("us")))
    fields = [*(column.arrow_field for column in table.value_columns), *lineage]
    columns = []
    for field in fields:
        if field.name not in read.column_names:
            columns.append(pa.nulls(read.num_rows, field.type))
            continue
        try:
            columns.append(read.column(field.name).cast(field.type))
        except pa.ArrowInvalid as error:
            raise InvariantViolated(f"{table.name}.{field.name}: {error}") from error
    return pa.table(columns, names=[field.name for field in fields])
