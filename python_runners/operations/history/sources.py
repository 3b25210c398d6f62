"""The files of an import: found, fingerprinted, and made readable for its SQL."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from python_runners.errors import PermanentError
from python_runners.loaders.contracts import RawTable
from python_runners.operations.history.datasets import Dataset
from python_runners.platform.warehouse import Warehouse
from python_runners.teams import names_of_all_teams, team_id_of, tricodes


@dataclass(frozen=True)
class SourceFile:
    """One Parquet file: its path below the folder of history, its digest, its row count, and whether it is a lookup."""

    path: str
    sha256: str
    rows: int
    is_lookup: bool


def find_files(root: Path, datasets: Sequence[Dataset]) -> dict[str, list[SourceFile]]:
    """Return the files of every dataset, each read once for its digest.

    Raises:
        PermanentError: the folder or any file is missing; all missing ones are named.
    """
    if not root.is_dir():
        raise PermanentError(f"no folder {root}: --from wants the folder that holds boxscores/, odds/, schedule/")
    patterns = sorted({pattern for dataset in datasets for pattern in dataset.patterns.values()})
    found = {pattern: sorted(root.glob(pattern)) for pattern in patterns}
    missing = [pattern for pattern, paths in found.items() if not paths]
    if missing:
        raise PermanentError(f"missing below {root}: {', '.join(missing)}")
    known = {
        path: (hashlib.sha256(path.read_bytes()).hexdigest(), pq.ParquetFile(path).metadata.num_rows)
        for paths in found.values()
        for path in paths
    }
    return {
        dataset.name: [
            SourceFile(path.relative_to(root).as_posix(), *known[path], is_lookup=name in dataset.lookups)
            for name, pattern in dataset.patterns.items()
            for path in found[pattern]
        ]
        for dataset in datasets
    }


def fingerprint(
    dataset: Dataset,
    table: RawTable,
    files: Sequence[SourceFile],
    seasons: Sequence[int] | None,
    upstream: Mapping[str, str],
) -> str:
    """Return 16 hex digits over all that decides what the dataset gives: rules, contract, files, earlier imports."""
    parts = (
        dataset.sql,
        table.columns,
        [(file.path, file.sha256) for file in files],
        sorted(seasons) if seasons is not None else None,
        [upstream[name] for name in dataset.after],
        sorted(names_of_all_teams().items()),
    )
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:16]


@contextmanager
def readable(warehouse: Warehouse, root: Path, dataset: Dataset) -> Iterator[None]:
    """Make the files readable under their names, with columns `file` and `file_row`, next to the teams and their names.

    `teams` has team and team_id; `team_names` has every lower-case name of every source with its team.
    """
    files = {name: _read(root, pattern) for name, pattern in dataset.patterns.items()}
    derived = {name: relation(files) for name, relation in dataset.relations.items()}
    names = names_of_all_teams()
    teams = {
        "teams": pa.table({"team": list(tricodes()), "team_id": [team_id_of(team) for team in tricodes()]}),
        "team_names": pa.table({"name": list(names), "team": list(names.values())}),
    }
    with ExitStack() as stack:
        for name, rows in {**files, **derived, **teams}.items():
            stack.enter_context(warehouse.attached(name, rows))
        yield


def _read(root: Path, pattern: str) -> pa.Table:
    parts = []
    for path in sorted(root.glob(pattern)):
        part = pq.read_table(path)
        file = pa.array([path.relative_to(root).as_posix()] * part.num_rows, pa.string())
        part = part.append_column("file", file)
        parts.append(part.append_column("file_row", pa.array(range(part.num_rows), pa.int64())))
    return pa.concat_tables(parts, promote_options="permissive")
