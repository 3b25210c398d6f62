"""Whether every scan of a partitioned table is narrowed to partitions of the run."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from python_runners.loaders.contracts import Layout
from python_runners.operations.cost.predicates import date_range
from python_runners.operations.cost.scans import Scan


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
