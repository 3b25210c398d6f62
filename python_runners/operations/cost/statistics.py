"""How many bytes a scan reads: rows by partition, bytes by column and values by cluster column of a table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from python_runners.loaders.contracts import Layout
from python_runners.operations.cost.predicates import Predicate, date_range
from python_runners.operations.cost.scans import Scan
from python_runners.platform.warehouse import Warehouse

_FIXED = {"int64": 8, "float64": 8, "date": 8, "timestamp": 8, "bool": 1}
_TEXT_OVERHEAD = 2


@dataclass(frozen=True)
class TableStatistics:
    """Size of one table as BigQuery counts it.

    Attributes:
        layout: how the table is partitioned and clustered.
        rows: rows by partition date; rows without a date, and those of a table in one piece, under None.
        column_bytes: mean bytes of a row by column.
        distinct: number of values of the first cluster column; 1 for a table without clusters.
    """

    layout: Layout
    rows: Mapping[date | None, int]
    column_bytes: Mapping[str, float]
    distinct: int

    @property
    def total_rows(self) -> int:
        """Rows of the whole table."""
        return sum(self.rows.values())

    def rows_read(self, predicates: frozenset[Predicate]) -> int:
        """Rows of the partitions that predicates leave."""
        bounds = date_range(predicates, self.layout.partition_by) if self.layout.partition_by else None
        if bounds is None:
            return self.total_rows
        first, last = bounds
        return sum(
            count
            for day, count in self.rows.items()
            if day is not None and (first is None or day >= first) and (last is None or day <= last)
        )

    def bytes_read(self, scan: Scan) -> int:
        """Bytes that a scan reads of the partitions that its predicates leave, which is what a dry run tells."""
        width = sum(self.column_bytes.get(column, 0.0) for column in scan.columns)
        return round(self.rows_read(scan.predicates) * width)

    def cluster_share(self, predicates: frozenset[Predicate]) -> float:
        """Share of those bytes that lies in the clusters of the listed values, 0..1; 1 without a list."""
        if not self.layout.cluster_by:
            return 1.0
        listed = [
            len(p.values) for p in predicates if p.column == self.layout.cluster_by[0] and p.operator in {"=", "in"}
        ]
        return min(1.0, min(listed) / max(self.distinct, 1)) if listed else 1.0


def measure(warehouse: Warehouse, relation: str, columns: Mapping[str, str], layout: Layout) -> TableStatistics:
    """Measure a table of the embedded warehouse.

    Args:
        warehouse: the embedded warehouse.
        relation: `dataset.table`.
        columns: GoogleSQL type by column; those that the table does not have yet count nothing.
        layout: how BigQuery stores it.
    """
    dataset, table = relation.split(".")
    there = warehouse.query(
        "select column_name from information_schema.columns where table_schema = ? and table_name = ?", [dataset, table]
    )
    present = set(there.column("column_name").to_pylist())
    columns = {name: kind for name, kind in columns.items() if name in present}
    sizes = ", ".join(f"avg({_size(_quoted(name), kind)}) as {_quoted(name)}" for name, kind in columns.items())
    day = layout.partition_by or "cast(null as date)"
    first = layout.cluster_by[0] if layout.cluster_by else "1"
    counted = warehouse.query(f"select {day} as day, count(*) as rows from {relation} group by 1").to_pylist()
    means = warehouse.query(f"select {sizes} from {relation}").to_pylist()[0] if columns else {}
    values = warehouse.query(f"select count(distinct {first}) as found from {relation}").to_pylist()
    return TableStatistics(
        layout=layout,
        rows={row["day"]: int(row["rows"]) for row in counted},
        column_bytes={name: float(mean or 0.0) for name, mean in means.items()},
        distinct=max(1, int(values[0]["found"])),
    )


def _quoted(name: str) -> str:
    return f'"{name}"'


def _size(name: str, kind: str) -> str:
    if kind == "array<string>":
        return f"coalesce(list_sum(list_transform({name}, lambda item: strlen(item) + {_TEXT_OVERHEAD})), 0)"
    if kind in _FIXED:
        return f"case when {name} is null then 0 else {_FIXED[kind]} end"
    return f"coalesce(strlen({name}) + {_TEXT_OVERHEAD}, 0)"


def declared_columns(manifest: Mapping[str, Any]) -> dict[str, dict[str, str]]:
    """Return the declared columns with their GoogleSQL types of every relation by `dataset.table`."""
    return {
        f"{node['schema']}.{node['name']}": {
            name: (column["data_type"] or "string").lower() for name, column in node["columns"].items()
        }
        for node in (*manifest["nodes"].values(), *manifest["sources"].values())
        if node["resource_type"] in {"model", "seed", "snapshot", "source"}
    }
