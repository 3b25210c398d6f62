"""Whether every scan of a partitioned table is narrowed to partitions of the run."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from python_runners.operations.cost.predicates import date_range
from python_runners.operations.cost.scans import Scan


@dataclass(frozen=True)
class Layout:
    """How BigQuery stores a table.

    Attributes:
        partition_by: date column of its partitions, one a day; None for a table in one piece.
        cluster_by: columns by which the rows of a partition are sorted.
        is_filter_required: a query without a predicate on the partition column is refused.
    """

    partition_by: str | None
    cluster_by: tuple[str, ...]
    is_filter_required: bool


def layouts(manifest: Mapping[str, Any]) -> dict[str, Layout]:
    """Return the layout of every stored relation of a project by `dataset.table`."""
    found = {}
    for node in (*manifest["nodes"].values(), *manifest["sources"].values()):
        if node["resource_type"] not in {"model", "seed", "snapshot", "source"}:
            continue
        config = node["config"]
        settings = config.get("meta", {}) if node["resource_type"] == "source" else config
        partition = settings.get("partition_by")
        cluster = settings.get("cluster_by") or ()
        found[f"{node['schema']}.{node['name']}"] = Layout(
            partition["field"] if isinstance(partition, Mapping) else partition,
            (cluster,) if isinstance(cluster, str) else tuple(cluster),
            bool(settings.get("require_partition_filter")),
        )
    return found


def unpruned(scans: Iterable[Scan], stored: Mapping[str, Layout], earliest: date) -> list[Scan]:
    """Return the scans of partitioned tables that no literal predicate keeps after `earliest`."""
    found = []
    for scan in scans:
        column = stored[scan.relation].partition_by
        if column is None:
            continue
        bounds = date_range(scan.predicates, column)
        if bounds is None or bounds[0] is None or bounds[0] < earliest:
            found.append(scan)
    return sorted(found, key=lambda scan: (scan.relation, sorted(scan.columns)))


def declared_full_reads(manifest: Mapping[str, Any]) -> dict[str, dict[str, str]]:
    """Return, per model, the tables that it says to read over all dates (`meta.reads_all_dates`), with the reason."""
    return {
        node["unique_id"]: dict(node["config"]["meta"]["reads_all_dates"])
        for node in manifest["nodes"].values()
        if node["resource_type"] == "model" and node["config"].get("meta", {}).get("reads_all_dates")
    }
