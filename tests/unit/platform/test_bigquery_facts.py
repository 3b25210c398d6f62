"""What BigQuery tells, from a client that answers from memory."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from google.api_core.exceptions import BadRequest, Forbidden, GoogleAPICallError, NotFound, ServiceUnavailable
from google.auth.exceptions import DefaultCredentialsError

from python_runners.errors import WarehouseRefused, WarehouseUnavailable
from python_runners.platform.bigquery_facts import BigQueryFacts, TableFact


class Client:
    """Answers with what it was given, or raises it."""

    def __init__(self, answer: Any) -> None:
        self.answer = answer
        self.configs: list[Any] = []

    def _give(self) -> Any:
        if isinstance(self.answer, GoogleAPICallError):
            raise self.answer
        return self.answer

    def query(self, sql: str, job_config: Any = None) -> Any:
        self.configs.append(job_config)
        return self._give()

    def get_table(self, name: str) -> Any:
        assert name == "p.nba_raw.s"
        return self._give()

    def get_dataset(self, name: str) -> Any:
        assert name == "p.nba_raw"
        return self._give()


def facts(answer: Any) -> BigQueryFacts:
    return BigQueryFacts("p", client=Client(answer))  # type: ignore[arg-type]


def test_a_dry_run_asks_for_bytes_and_runs_nothing() -> None:
    client = Client(SimpleNamespace(total_bytes_processed=42, referenced_tables=["a", "b"]))
    assert BigQueryFacts("p", client=client).dry_run("select 1") == (42, 2)  # type: ignore[arg-type]
    assert client.configs[0].dry_run
    assert not client.configs[0].use_query_cache


def test_rows_are_plain_mappings() -> None:
    job = SimpleNamespace(result=lambda: [{"a": 1}])
    assert facts(job).rows("select 1 as a") == [{"a": 1}]


def test_a_table_tells_its_layout() -> None:
    table = SimpleNamespace(
        time_partitioning=SimpleNamespace(field="game_date"), clustering_fields=["team"], require_partition_filter=True,
        num_rows=3, num_bytes=99,
    )  # fmt: skip
    assert facts(table).table("nba_raw.s") == TableFact("game_date", ("team",), True, 3, 99)
    bare = SimpleNamespace(
        time_partitioning=None, clustering_fields=None, require_partition_filter=None, num_rows=None, num_bytes=None
    )
    assert facts(bare).table("nba_raw.s") == TableFact(None, (), False, 0, 0)


def test_what_is_absent_is_none() -> None:
    assert facts(NotFound("no")).table("nba_raw.s") is None
    assert facts(NotFound("no")).dataset_location("nba_raw") is None
    assert facts(SimpleNamespace(location="US")).dataset_location("nba_raw") == "US"


@pytest.mark.parametrize(
    ("raised", "becomes"),
    [
        (BadRequest("Unrecognized name"), WarehouseRefused),
        (Forbidden("Access Denied"), WarehouseRefused),
        (ServiceUnavailable("later"), WarehouseUnavailable),
    ],
)
def test_refusals_and_failures_are_told_apart(raised: GoogleAPICallError, becomes: type[Exception]) -> None:
    asked = facts(raised)
    for question in (lambda: asked.rows("s"), lambda: asked.dry_run("s"), lambda: asked.table("nba_raw.s")):
        with pytest.raises(becomes, match=raised.message.split()[0]):
            question()
    with pytest.raises(becomes):
        asked.dataset_location("nba_raw")


def test_who_is_not_signed_in_is_told_so_in_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    def nobody(*_: Any, **__: Any) -> None:
        raise DefaultCredentialsError("Your default credentials were not found. To set up\nread a page")

    monkeypatch.setattr("google.auth.default", nobody)
    with pytest.raises(WarehouseRefused) as refused:
        BigQueryFacts("p")
    assert str(refused.value) == ("Your default credentials were not found: `gcloud auth application-default login`")
