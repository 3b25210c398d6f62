"""What an event costs on BigQuery: bytes, jobs and dollars of the models that it re-opens, one script job each."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from python_runners.operations.cost.predicates import Predicate
from python_runners.operations.cost.prices import MINIMUM_BYTES_PER_TABLE, billed, dollars_of_bytes
from python_runners.operations.cost.scans import Scan
from python_runners.operations.cost.statistics import TableStatistics

# Tables that the statements of a scoped replace name beside those of the model's own query, each statement by itself:
# its temporary tables, the model's table and the change records. They are counted in the recorded scripts by a test.
REFERENCES_OF_A_SCRIPT = 15
# The queries that find a model's scope in the change log, and the tables that they name.
SCOPE_JOBS = 2
SCOPE_REFERENCES = 7

Statistics = Callable[[str], TableStatistics]


@dataclass(frozen=True)
class Scope:
    """What an event makes the models recompute.

    Attributes:
        name: in words.
        first_date: first game date, ISO 8601.
        last_date: last game date; None for all that follow.
        ids: entities by kind; empty for all of the dates.
    """

    name: str
    first_date: str
    last_date: str | None
    ids: Mapping[str, Sequence[str]]

    @property
    def variables(self) -> dict[str, object]:
        """The scope as vars of a dbt run."""
        lists = {f"{kind}_ids": list(ids) for kind, ids in self.ids.items()}
        return {"assume_incremental": True, "from_date": self.first_date, "to_date": self.last_date, **lists}


@dataclass(frozen=True)
class Cost:
    """What a run costs.

    Attributes:
        jobs: jobs that are submitted.
        bytes_read: bytes of the scanned partitions, as a dry run tells them.
        bytes_clustered: those of them that lie in the clusters of the listed entities.
        bytes_billed: bytes that are billed on demand, minimum for each named table included.
        largest: table of which most is read.
    """

    jobs: int
    bytes_read: int
    bytes_clustered: int
    bytes_billed: int
    largest: str

    @property
    def dollars(self) -> float:
        """Dollars on demand."""
        return dollars_of_bytes(self.bytes_billed)


def cost_of_models(
    scans: Mapping[str, frozenset[Scan]],
    writes: Mapping[str, Scan],
    statistics: Statistics,
) -> Cost:
    """Estimate a run of several models.

    Args:
        scans: scans of each model's query, by model.
        writes: what each model compares with and deletes from its own table: all columns of its write scope.
        statistics: gives the size of a table by `dataset.table`.
    """
    jobs = read = clustered = charged = 0
    by_table: dict[str, int] = {}
    for model, found in scans.items():
        jobs += 1 + SCOPE_JOBS
        per_table: dict[str, int] = {}
        for scan in [*found, writes[model], writes[model]]:
            size = statistics(scan.relation)
            count = size.bytes_read(scan)
            per_table[scan.relation] = per_table.get(scan.relation, 0) + count
            read += count
            clustered += round(count * size.cluster_share(scan.predicates))
        charged += billed(list(per_table.values()))
        charged += (REFERENCES_OF_A_SCRIPT - 1 + SCOPE_REFERENCES) * MINIMUM_BYTES_PER_TABLE
        for table, count in per_table.items():
            by_table[table] = by_table.get(table, 0) + count
    largest = max(by_table, key=lambda table: (by_table[table], table), default="")
    return Cost(jobs, read, clustered, charged, largest)


def write_scan(relation: str, columns: Sequence[str], scope_columns: Mapping[str, str], scope: Scope) -> Scan:
    """Return what a model reads of its own table to compare and delete: every column of its write scope.

    Args:
        relation: the model's table.
        columns: its columns.
        scope_columns: its columns by kind, as `meta.scope_columns` names them.
        scope: what the run is told to recompute.
    """
    predicates = set()
    if "date" in scope_columns:
        predicates.add(Predicate(scope_columns["date"], ">=", (scope.first_date,)))
        if scope.last_date:
            predicates.add(Predicate(scope_columns["date"], "<=", (scope.last_date,)))
    listed = [(scope_columns[kind], ids) for kind, ids in scope.ids.items() if kind in scope_columns]
    # Several kinds are alternatives, so none of them alone bounds the rows.
    if len(listed) == 1:
        predicates.add(Predicate(listed[0][0], "in", tuple(listed[0][1])))
    return Scan(relation, frozenset(columns), frozenset(predicates))
