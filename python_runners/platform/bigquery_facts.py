"""What BigQuery tells without changing anything: dry runs, layouts of tables, what jobs used, what one may do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

from google.api_core.exceptions import NotFound
from google.cloud.bigquery import Client, QueryJobConfig

from python_runners.platform.bigquery_errors import sorted_failures


@dataclass(frozen=True)
class TableFact:
    """How a table stands in BigQuery."""

    partition_by: str | None
    cluster_by: tuple[str, ...]
    is_filter_required: bool
    rows: int
    bytes: int


class Facts(Protocol):
    """The questions that checks ask."""

    def rows(self, sql: str) -> list[dict[str, Any]]:
        """Run a query and return its rows."""

    def dry_run(self, sql: str) -> tuple[int, int]:
        """Return the bytes that a query would read and the number of tables that it names."""

    def table(self, name: str) -> TableFact | None:
        """Return how `dataset.table` stands; None when it is absent."""

    def dataset_location(self, name: str) -> str | None:
        """Return where a dataset is; None when it is absent."""


class BigQueryFacts:
    """Asks one project. Nothing here writes, and a dry run bills nothing."""

    def __init__(self, project: str, location: str | None = None, client: Client | None = None) -> None:
        """Ask as whoever this machine is signed in as.

        Args:
            project: Google Cloud project.
            location: where its datasets are.
            client: to ask through another client than the project's own.

        Raises:
            WarehouseRefused: nobody is signed in.
        """
        with sorted_failures("signing in"):
            self._client = client or Client(project=project, location=location)
        self._project = project

    def rows(self, sql: str) -> list[dict[str, Any]]:
        """Run a query and return its rows.

        Raises:
            WarehouseRefused: BigQuery does not accept the statement.
            WarehouseUnavailable: it could not be asked now.
        """
        with sorted_failures(sql):
            return [dict(row.items()) for row in self._client.query(sql).result()]

    def dry_run(self, sql: str) -> tuple[int, int]:
        """Return the bytes that a query would read and the number of tables that it names.

        Raises:
            WarehouseRefused: BigQuery does not accept the statement.
            WarehouseUnavailable: it could not be asked now.
        """
        with sorted_failures(sql):
            job = self._client.query(sql, job_config=QueryJobConfig(dry_run=True, use_query_cache=False))
        return int(job.total_bytes_processed or 0), len(job.referenced_tables or [])

    def table(self, name: str) -> TableFact | None:
        """Return how `dataset.table` stands; None when it is absent."""
        with sorted_failures(name):
            try:
                found = self._client.get_table(f"{self._project}.{name}")
            except NotFound:
                return None
        partitioning = found.time_partitioning
        return TableFact(
            partition_by=partitioning.field if partitioning else None,
            cluster_by=tuple(found.clustering_fields or ()),
            is_filter_required=bool(found.require_partition_filter),
            rows=int(found.num_rows or 0),
            bytes=int(found.num_bytes or 0),
        )

    def dataset_location(self, name: str) -> str | None:
        """Return where a dataset is; None when it is absent."""
        with sorted_failures(name):
            try:
                return str(self._client.get_dataset(f"{self._project}.{name}").location)
            except NotFound:
                return None
