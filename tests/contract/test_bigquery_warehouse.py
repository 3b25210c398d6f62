"""What the BigQuery warehouse does beyond the contract: jobs, labels, and how its failures are sorted."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

import pyarrow as pa
import pytest
from google.api_core.client_options import ClientOptions
from google.api_core.exceptions import (
    BadRequest,
    Forbidden,
    InternalServerError,
    NotFound,
    RetryError,
    TooManyRequests,
)
from google.auth.credentials import AnonymousCredentials
from google.cloud.bigquery import Client, QueryJobConfig

from python_runners.errors import InvariantViolated, WarehouseRefused, WarehouseUnavailable
from python_runners.platform import bigquery
from python_runners.platform.bigquery import BigQueryWarehouse
from python_runners.platform.bigquery_errors import sorted_failures
from python_runners.platform.bigquery_rows import schema_of
from python_runners.platform.bigquery_sql import bind, inline, literal
from tests.contract.warehouses import ROSTERS, open_bigquery, player, stored, write_roster
from tests.support.emulators import Emulator, free_port

pytestmark = pytest.mark.bigquery


@pytest.fixture
def warehouse(bigquery_emulator: Emulator) -> Iterator[BigQueryWarehouse]:
    opened = open_bigquery(bigquery_emulator, labels={"phase": "2"}, maximum_bytes_billed=10**9)
    yield opened
    opened.close()


def _jobs(emulator: Emulator) -> dict[str, Any]:
    client = Client(
        project="contract-tests",
        credentials=AnonymousCredentials(),
        client_options=ClientOptions(api_endpoint=emulator.url),
    )
    found = {job.job_id: job for job in client.list_jobs(max_results=10_000)}
    client.close()
    return found


def test_a_replace_is_one_load_job_a_table_and_one_script(
    warehouse: BigQueryWarehouse, bigquery_emulator: Emulator
) -> None:
    before = _jobs(bigquery_emulator)
    write_roster(warehouse, [player(number) for number in range(40)])
    jobs = [job for name, job in _jobs(bigquery_emulator).items() if name not in before]
    loads = [job for job in jobs if job.job_type == "load"]
    scripts = [job for job in jobs if job.job_type == "query" and job.query.startswith("begin transaction")]
    assert (len(loads), len(scripts)) == (2, 1)
    assert [job.labels for job in loads] == [{"phase": "2"}] * 2
    written = f"insert into {ROSTERS.relation}"
    assert [job for job in jobs if job.job_type == "query" and written in job.query] == scripts


def test_queries_carry_labels_and_a_limit_of_bytes(
    warehouse: BigQueryWarehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Looked at on the way out: the emulator does not keep the labels of a query.
    sent: list[QueryJobConfig] = []
    submit = Client.query

    def noted(self: Client, sql: str, *, job_config: QueryJobConfig, **options: Any) -> Any:
        sent.append(job_config)
        return submit(self, sql, job_config=job_config, **options)

    monkeypatch.setattr(Client, "query", noted)
    write_roster(warehouse, [player(1)])
    assert len(sent) > 5
    assert {(job.labels["phase"], job.maximum_bytes_billed) for job in sent} == {("2", 10**9)}


def test_rows_that_moved_between_compare_and_write_stop_the_write(
    warehouse: BigQueryWarehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_roster(warehouse, [player(1, age=30)])
    other = f"update {ROSTERS.relation} set row_digest = 'other' where player_id = '1'"
    submit = BigQueryWarehouse._run

    def late(self: BigQueryWarehouse, sql: str, **options: Any) -> Any:
        if sql.startswith("begin transaction"):
            submit(self, other).result(retry=None)
        return submit(self, sql, **options)

    monkeypatch.setattr(BigQueryWarehouse, "_run", late)
    with pytest.raises(WarehouseUnavailable, match="moved meanwhile"):
        write_roster(warehouse, [player(1, age=31)])
    assert stored(warehouse, "player_id, age") == [{"player_id": "1", "age": 30}]


def test_a_wrong_statement_is_refused_and_rows_of_another_shape_too(warehouse: BigQueryWarehouse) -> None:
    with pytest.raises(WarehouseRefused, match="no_such_column"):
        warehouse.query(f"select no_such_column from {ROSTERS.relation}")
    with pytest.raises(WarehouseRefused):
        warehouse.load("nba_raw.nbac_team_rosters", pa.table({"roster_date": pa.array(["no date"])}))


def test_a_warehouse_that_does_not_answer_is_unavailable() -> None:
    absent = BigQueryWarehouse("contract-tests", endpoint=f"http://127.0.0.1:{free_port()}")
    with pytest.raises(WarehouseUnavailable, match="does not answer"):
        absent.query("select 1 as one")
    absent.close()


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "null"),
        (True, "true"),
        (7, "7"),
        (0.1, "0.1"),
        ("a \"b\" \\ \n 'c'", '"a \\"b\\" \\\\ \\n \'c\'"'),
        (date(2025, 2, 28), "date '2025-02-28'"),
        (datetime.fromisoformat("2025-02-28T01:02:03.000004"), "timestamp '2025-02-28 01:02:03.000004+00'"),
        (datetime.fromisoformat("2025-02-28T01:00:00-05:00"), "timestamp '2025-02-28 06:00:00.000000+00'"),
        ([], "cast([] as array<string>)"),
        (["a"], 'cast(["a"] as array<string>)'),
    ],
)
def test_literals(value: object, text: str) -> None:
    assert literal(value) == text
    assert inline("select ? as x", [value]) == f"select {text} as x"


def test_what_is_no_parameter_stays_as_it_is() -> None:
    sql = "select '?', \"$a\", `x?`, ? -- ?\n/* $a */"
    bound, values = bind(sql, [1])
    assert bound == "select '?', \"$a\", `x?`, @p1 -- ?\n/* $a */"
    assert [(value.name, value.type_, value.value) for value in values] == [("p1", "INT64", 1)]


@pytest.mark.parametrize(
    ("sql", "values"),
    [("select ?", []), ("select 1", [1]), ("select $a", {}), ("select ?", [object()]), ("select ?", [[object()]])],
)
def test_statement_and_values_that_do_not_fit_are_refused(sql: str, values: Any) -> None:
    with pytest.raises(InvariantViolated):
        bind(sql, values)
    with pytest.raises(InvariantViolated):
        inline(sql, values)


def test_a_column_type_outside_the_contracts_is_refused() -> None:
    with pytest.raises(InvariantViolated, match="has no BigQuery type"):
        schema_of(pa.schema([pa.field("x", pa.int8())]))


@pytest.mark.parametrize(
    ("failure", "sorted_as"),
    [
        (BadRequest("Transaction is aborted due to concurrent update against table t"), WarehouseUnavailable),
        (BadRequest("Query error: nbac_schedule moved meanwhile at [3:1]"), WarehouseUnavailable),
        (Forbidden("Quota exceeded, reason: jobRateLimitExceeded"), WarehouseUnavailable),
        (TooManyRequests("slow down"), WarehouseUnavailable),
        (InternalServerError("try again"), WarehouseUnavailable),
        (RetryError("too long", None), WarehouseUnavailable),
        (BadRequest("Syntax error: Unexpected keyword"), WarehouseRefused),
        (Forbidden("Access Denied: Table t"), WarehouseRefused),
        (NotFound("Not found: Table t"), WarehouseRefused),
    ],
)
def test_failures_are_sorted_by_whether_trying_again_helps(failure: Exception, sorted_as: type[Exception]) -> None:
    def fail() -> None:
        with sorted_failures("select  1"):
            raise failure

    with pytest.raises(sorted_as):
        fail()


def test_a_session_is_kept_while_it_is_used_and_not_after_a_long_silence(
    warehouse: BigQueryWarehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent: list[QueryJobConfig] = []
    submit = Client.query

    def noted(self: Client, query: str, job_config: QueryJobConfig, **options: Any) -> Any:
        sent.append(job_config)
        return submit(self, query, job_config=job_config, **options)

    warehouse.query("select 1 as one")
    monkeypatch.setattr(Client, "query", noted)
    warehouse.query("select 2 as two")
    monkeypatch.setattr(bigquery, "SESSION_SILENCE_SECONDS", -1.0)
    warehouse.query("select 3 as three")
    assert [bool(config.create_session) for config in sent] == [False, True]
