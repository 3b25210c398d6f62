"""The warehouse on BigQuery: load jobs, parameterised queries, one script job per transaction."""

from __future__ import annotations

import io
import re
import time
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Literal

import pyarrow as pa
from google.api_core.client_options import ClientOptions
from google.api_core.exceptions import NotFound
from google.auth.credentials import AnonymousCredentials
from google.cloud.bigquery import (
    Client,
    Dataset,
    LoadJobConfig,
    QueryJob,
    QueryJobConfig,
    SourceFormat,
    Table,
    WriteDisposition,
)
from google.cloud.bigquery.query import ConnectionProperty

from python_runners.errors import InvariantViolated
from python_runners.platform.bigquery_errors import sorted_failures
from python_runners.platform.bigquery_rows import naive_utc, ndjson, schema_of
from python_runners.platform.bigquery_sql import bind, inline
from python_runners.platform.warehouse import SCHEMAS, SCRATCH, SCRATCH_LIFE, Parameters, read_too_late

# BigQuery ends a session after a day without a statement; nothing staged is needed after so long a silence.
SESSION_SILENCE_SECONDS = 1800.0


class BigQueryWarehouse:
    """One BigQuery project; datasets carry the names of the schemas of the embedded warehouse.

    Temporary tables live in one session of this object. A transaction collects its statements and runs them as one
    script job when its block ends, so what is read inside the block is the state before it.
    """

    dialect: Literal["bigquery"] = "bigquery"

    def __init__(
        self,
        project: str,
        *,
        location: str = "US",
        endpoint: str | None = None,
        labels: Mapping[str, str] | None = None,
        maximum_bytes_billed: int | None = None,
    ) -> None:
        """Connect with the credentials of this machine, or without any to an endpoint such as an emulator.

        Args:
            project: Google Cloud project that owns the datasets and pays for the jobs.
            location: where the datasets are.
            endpoint: address of a server that stands in for BigQuery.
            labels: labels of every job.
            maximum_bytes_billed: bytes above which a query is refused instead of run.
        """
        stand_in: dict[str, Any] = {}
        if endpoint is not None:
            stand_in = {
                "credentials": AnonymousCredentials(),  # type: ignore[no-untyped-call]
                "client_options": ClientOptions(api_endpoint=endpoint),
            }
        self._client = Client(project=project, location=location, **stand_in)
        self._labels = dict(labels or {})
        self._maximum_bytes = maximum_bytes_billed
        # A stand-in answers a broken statement with a code that Google's client would try again for ten minutes.
        self._retry: dict[str, Any] = {"retry": None} if endpoint is not None else {}
        self._session: str | None = None
        self._asked_at = time.monotonic()
        self._script: list[str] | None = None
        self._attached: dict[str, str] = {}

    @property
    def project(self) -> str:
        """The project of the datasets."""
        return str(self._client.project)

    def create_datasets(self) -> None:
        """Create every dataset that is absent; what is staged in the scratch dataset expires by itself."""
        for name in (*SCHEMAS, SCRATCH):
            dataset = Dataset(f"{self._client.project}.{name}")
            dataset.location = self._client.location
            if name == SCRATCH:
                dataset.default_table_expiration_ms = int(SCRATCH_LIFE.total_seconds() * 1000)
            with sorted_failures(f"create dataset {name}"):
                self._client.create_dataset(dataset, exists_ok=True, **self._retry)

    def query(self, sql: str, parameters: Parameters = ()) -> pa.Table:
        """Run one statement and return its rows.

        Raises:
            InvariantViolated: a transaction has collected statements, whose effect the rows would not show.
            WarehouseRefused: BigQuery does not accept the statement.
            WarehouseUnavailable: it could not be run now.
        """
        job = self._submitted(sql, parameters)
        with sorted_failures(sql):
            return naive_utc(job.result(**self._retry).to_arrow(create_bqstorage_client=False))

    def execute(self, sql: str, parameters: Parameters = ()) -> None:
        """Run one statement for its effect; inside a transaction it waits for the end of the block.

        Raises:
            WarehouseRefused: BigQuery does not accept the statement.
            WarehouseUnavailable: it could not be run now.
        """
        if self._script is not None:
            self._script.append(inline(self._qualified(sql), parameters))
            return
        self.stage(sql, parameters)

    def stage(self, sql: str, parameters: Parameters = ()) -> None:
        """Run one statement over temporary tables, at once and outside of any transaction.

        Raises:
            InvariantViolated: a transaction has collected statements, which may rest on what this would replace.
            WarehouseRefused: BigQuery does not accept the statement.
            WarehouseUnavailable: it could not be run now.
        """
        job = self._submitted(sql, parameters)
        with sorted_failures(sql):
            job.result(**self._retry)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Commit everything inside as one script job, or nothing; a nested block joins the outer one.

        Raises:
            WarehouseRefused: BigQuery does not accept a statement, or one of them raised.
            WarehouseUnavailable: the script could not be run now, or another transaction was faster.
        """
        if self._script is not None:
            yield
            return
        self._script = []
        try:
            yield
            statements = self._script
        finally:
            self._script = None
        if statements:
            self.stage(";\n".join(["begin transaction", *statements, "commit transaction;"]))

    @contextmanager
    def attached(self, name: str, rows: pa.Table) -> Iterator[None]:
        """Load an Arrow table by one load job; statements inside the block read it under `name`."""
        table = f"{SCRATCH}.{name}_{uuid.uuid4().hex}"
        self.load(table, rows)
        self._attached[name] = f"`{self._client.project}`.{table}"
        try:
            yield
        finally:
            del self._attached[name]
            with sorted_failures(f"drop {table}"):
                self._client.delete_table(table, not_found_ok=True, **self._retry)

    def load(self, table: str, rows: pa.Table) -> int:
        """Append rows to a table by one load job and return how many; the table is created when absent.

        Args:
            table: `dataset.table`.
            rows: what to write; naive timestamps hold UTC.

        Raises:
            InvariantViolated: BigQuery counted fewer rows than were given.
            WarehouseRefused: BigQuery does not accept the rows.
            WarehouseUnavailable: the job could not be run now.
        """
        schema = schema_of(rows.schema)
        with sorted_failures(f"load {table}"):
            if not rows.num_rows:
                self._client.create_table(
                    Table(f"{self._client.project}.{table}", schema), exists_ok=True, **self._retry
                )
                return 0
            config = LoadJobConfig(
                schema=schema,
                source_format=SourceFormat.NEWLINE_DELIMITED_JSON,
                write_disposition=WriteDisposition.WRITE_APPEND,
                labels=self._labels,
            )
            body = io.BytesIO(ndjson(rows))
            job = self._client.load_table_from_file(body, table, job_config=config)
            job.result(**self._retry)
        written = int(job.output_rows or 0)
        # The emulator counts the rows of the table, so more than were given is no sign of a loss.
        if written < rows.num_rows:
            raise InvariantViolated(f"{table}: {written} of {rows.num_rows} rows were loaded")
        return int(rows.num_rows)

    def exists(self, relation: str) -> bool:
        """Whether `dataset.table` is there.

        Raises:
            WarehouseUnavailable: BigQuery did not answer.
        """
        with sorted_failures(f"look up {relation}"):
            try:
                self._client.get_table(f"{self._client.project}.{relation}", **self._retry)
            except NotFound:
                return False
        return True

    def close(self) -> None:
        """Close the connections; the session and its temporary tables end by themselves."""
        self._client.close()  # type: ignore[no-untyped-call]

    def _submitted(self, sql: str, parameters: Parameters) -> QueryJob:
        if self._script:
            raise read_too_late(sql)
        bound, values = bind(self._qualified(sql), parameters)
        return self._run(bound, query_parameters=values)

    def _run(self, sql: str, **options: Any) -> QueryJob:
        config = QueryJobConfig(labels=self._labels, use_legacy_sql=False, **options)
        if self._maximum_bytes is not None:
            config.maximum_bytes_billed = self._maximum_bytes
        if time.monotonic() - self._asked_at > SESSION_SILENCE_SECONDS:
            self._session = None
        self._asked_at = time.monotonic()
        if self._session is None:
            config.create_session = True
        else:
            config.connection_properties = [ConnectionProperty("session_id", self._session)]
        with sorted_failures(sql):
            # Without job_retry=None the client would run a statement again that may have taken effect.
            job = self._client.query(sql, job_config=config, job_retry=None, **self._retry)
            if self._session is None:
                job.result(**self._retry)
                self._session = job.session_info.session_id if job.session_info else None
        return job

    def _qualified(self, sql: str) -> str:
        for name, table in self._attached.items():
            sql = re.sub(rf"\b{name}\b", table, sql)
        return sql
