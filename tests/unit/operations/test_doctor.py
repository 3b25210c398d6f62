"""The doctor: what is well is said shortly, what is not has a next step, a look that fails holds back no other."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from rich.console import Console

from python_runners.errors import PermanentError, TransientError, WarehouseRefused
from python_runners.operations.deploy_messaging import push_endpoint
from python_runners.operations.deploy_steps import Command, Target
from python_runners.operations.doctor import Check, Finding, Unhealthy, doctor_once, examine, report
from python_runners.operations.doctor_bigquery import bigquery_checks
from python_runners.operations.doctor_cloud import cloud_checks
from python_runners.platform.bigquery_facts import TableFact
from python_runners.platform.topology import topology

TARGET = Target("my-project", topology())
REGION = TARGET.region
MANIFEST: Mapping[str, Any] = {
    "nodes": {
        "model.p.m": {
            "resource_type": "model", "schema": "nba_analytics", "name": "m", "language": "sql",
            "config": {"partition_by": {"field": "game_date"}, "cluster_by": ["player_id"]},
        },
    },
    "sources": {
        "source.p.s": {
            "resource_type": "source", "schema": "nba_raw", "name": "s",
            "config": {
                "meta": {"partition_by": "game_date", "cluster_by": ["game_id"], "require_partition_filter": True}
            },
        },
    },
}  # fmt: skip


class Asked:
    """A BigQuery that answers from memory."""

    def __init__(self) -> None:
        self.location: str | None = REGION
        self.tables = {
            "nba_analytics.m": TableFact("game_date", ("player_id",), False, 1000, 100_000),
            "nba_raw.s": TableFact("game_date", ("game_id",), True, 1000, 100_000),
        }
        self.billed = 1024**4
        self.refuses = "nothing"
        self.filter_holds = True
        self.day_bytes = 500

    def rows(self, sql: str) -> list[dict[str, Any]]:
        if "INFORMATION_SCHEMA" in sql:
            return [{"billed": self.billed, "jobs": 12}]
        return [{"day": "2025-11-10"}]

    def dry_run(self, sql: str) -> tuple[int, int]:
        if self.refuses in sql:
            raise WarehouseRefused("Unrecognized name: nothing")
        if "rows_found" in sql and self.filter_holds:
            raise WarehouseRefused("Cannot query over table without a filter over column(s) for partition elimination")
        return self.day_bytes, 1

    def table(self, name: str) -> TableFact | None:
        return self.tables.get(name)

    def dataset_location(self, name: str) -> str | None:
        return self.location


def bigquery(asked: Asked) -> list[tuple[str, Finding]]:
    return examine(bigquery_checks(MANIFEST, lambda: {"model.p.m": "select 1 as a"}, asked, REGION, "my-project"))


def troubles(findings: list[tuple[str, Finding]]) -> dict[str, Finding]:
    return {finding.subject: finding for _, finding in findings if finding.state != "ok"}


def test_a_healthy_warehouse_has_no_troubles() -> None:
    findings = bigquery(Asked())
    assert troubles(findings) == {}
    assert {group for group, _ in findings} == {
        "datasets", "table layouts", "demanded filters", "pruning", "statements", "bytes billed",
    }  # fmt: skip


def test_each_trouble_of_the_warehouse_is_named_with_a_next_step() -> None:
    asked = Asked()
    asked.location = "EU"
    asked.tables["nba_analytics.m"] = TableFact(None, (), False, 1000, 100_000)
    asked.tables["nba_raw.s"] = TableFact("game_date", ("game_id",), False, 1000, 100_000)
    asked.filter_holds = False
    asked.day_bytes = 100_000
    asked.billed = 10 * 1024**4
    asked.refuses = "select 1 as a"
    found = [finding for _, finding in bigquery(asked) if finding.state != "ok"]
    assert all(finding.next_step for finding in found)
    text = "\n".join(f"{finding.subject}: {finding.found}: {finding.next_step}" for finding in found)
    assert "in EU, declared in" in text
    assert "partition is nothing, declared game_date" in text
    assert "--full-refresh --select m" in text
    assert "bq update --require_partition_filter nba_raw:s" in text
    assert "a query without a filter would read" in text
    assert "one date reads all 100,000 bytes" in text
    assert "Unrecognized name" in text
    assert "$62.50 on demand" in text


def test_what_is_absent_is_said() -> None:
    asked = Asked()
    asked.location = None
    asked.tables.clear()
    found = troubles(bigquery(asked))
    assert found["nba_raw"].next_step == "nba-props deploy --project my-project"
    assert found["nba_analytics.m"].found == "absent"


def test_a_filter_that_is_refused_for_another_reason_is_no_filter() -> None:
    asked = Asked()
    asked.refuses = "rows_found"
    assert troubles(bigquery(asked))["nba_raw.s"].found == "Unrecognized name: nothing"


class Cloud:
    """A project in memory, as gcloud tells of it; `wrong` replaces single answers."""

    def __init__(self, wrong: Mapping[str, Any] | None = None) -> None:
        self.wrong = dict(wrong or {})
        self.ran: list[Command] = []

    def __call__(self, command: Command) -> subprocess.CompletedProcess[str]:
        self.ran.append(command)
        text = " ".join(command)
        for part, answer in self.wrong.items():
            if part in text:
                if isinstance(answer, str):
                    return subprocess.CompletedProcess(command, 1, "", answer)
                return subprocess.CompletedProcess(command, 0, json.dumps(answer), "")
        return subprocess.CompletedProcess(command, 0, json.dumps(self._answer(command)), "")

    @staticmethod
    def _answer(command: Command) -> Any:
        match command[1:4]:
            case ("projects", "describe", _):
                return {"lifecycleState": "ACTIVE", "projectNumber": "4711"}
            case ("projects", "get-iam-policy", _):
                return {
                    "bindings": [
                        {"role": role, "members": [TARGET.member(name)]}
                        for name, account in TARGET.declared.service_accounts.items()
                        for role in account.project_roles
                    ]
                }
            case ("pubsub", "subscriptions", "describe"):
                return subscription_as_declared(command[4])
            case ("run", "services", "get-iam-policy"):
                return {"bindings": [{"role": "roles/run.invoker", "members": [TARGET.member("invoker")]}]}
            case ("storage", "buckets", "describe"):
                return {"uniform_bucket_level_access": True, "location": "US-WEST1"}
            case ("scheduler", "jobs", "list"):
                return [{"name": f"a/b/{item.name}", "state": "ENABLED"} for item in TARGET.declared.schedules]
            case ("firestore", "databases", "describe"):
                return {"type": "FIRESTORE_NATIVE", "locationId": "us-west1"}
            case _:
                return []


def subscription_as_declared(name: str) -> dict[str, Any]:
    subscription = next(item for item in TARGET.declared.subscriptions if item.name == name)
    dead_letter = TARGET.declared.dead_letter_of(subscription.topic)
    answer: dict[str, Any] = {
        "enableMessageOrdering": TARGET.declared.delivery_of(subscription).is_ordered,
        "expirationPolicy": {},
    }
    if dead_letter:
        answer["deadLetterPolicy"] = {"deadLetterTopic": f"projects/my-project/topics/{dead_letter}"}
    if subscription.function:
        function = TARGET.declared.function_of(subscription.function)
        answer["pushConfig"] = {
            "pushEndpoint": push_endpoint(TARGET, subscription, function),
            "oidcToken": {"serviceAccountEmail": TARGET.email("invoker"), "audience": TARGET.url(function)},
        }
    return answer


def test_a_project_as_declared_has_no_troubles_and_is_only_read() -> None:
    cloud = Cloud()
    assert troubles(examine(cloud_checks(TARGET, cloud))) == {}
    reading = {"describe", "list", "get-iam-policy"}
    assert all(reading & set(command) and "--format=json" in command for command in cloud.ran)


@pytest.mark.parametrize(
    ("part", "answer", "said"),
    [
        ("projects describe", {"lifecycleState": "DELETE_REQUESTED", "projectNumber": "1"}, "DELETE_REQUESTED"),
        ("projects describe", "NOT_FOUND: no such project", "not yours to see"),
        ("projects get-iam-policy", {}, "lacks roles/bigquery.jobUser"),
        (
            "projects get-iam-policy",
            {"bindings": [{"role": "roles/editor", "members": [TARGET.member("loader")]}]},
            "has roles/editor on the whole project",
        ),
        ("subscriptions describe run-raw-changes", "NOT_FOUND", "absent"),
        (
            "subscriptions describe run-raw-changes",
            {"filter": 'attributes.a="b"', "enableMessageOrdering": False, "expirationPolicy": {"ttl": "2678400s"}},
            "filters by",
        ),
        ("subscriptions describe run-raw-changes", {"enableMessageOrdering": True}, "pushes to nowhere"),
        (
            "get-iam-policy on-raw-complete",
            {"bindings": [{"role": "roles/run.invoker", "members": ["allUsers"]}]},
            "anybody may call it",
        ),
        ("get-iam-policy on-raw-complete", {}, "the invoker may not call it"),
        ("buckets describe", {"uniform_bucket_level_access": False}, "rights of their own"),
        ("scheduler jobs list", [], "absent"),
        ("databases describe", {"type": "DATASTORE_MODE"}, "type DATASTORE_MODE"),
        ("databases describe", "NOT_FOUND", "absent"),
        ("ttls list", [{"name": "p/collectionGroups/results/fields/at"}], "documents expire by results/fields/at"),
        ("composite list", [{"name": "a/i1", "state": "CREATING"}], "i1 is CREATING"),
    ],
)
def test_each_trouble_of_the_project_is_named_with_a_next_step(part: str, answer: Any, said: str) -> None:
    findings = examine(cloud_checks(TARGET, Cloud({part: answer})))
    found = [finding for _, finding in findings if finding.state != "ok"]
    assert any(said in finding.found for finding in found), found
    assert all(finding.next_step for finding in found)


def test_a_push_with_another_token_is_found() -> None:
    subscription = subscription_as_declared("run-raw-changes")
    subscription["pushConfig"]["oidcToken"] = {"serviceAccountEmail": "somebody@else"}
    found = troubles(examine(cloud_checks(TARGET, Cloud({"describe run-raw-changes": subscription}))))
    assert "without the invoker's token" in found["run-raw-changes"].found
    subscription["pushConfig"]["oidcToken"] = {"serviceAccountEmail": TARGET.email("invoker"), "audience": "other"}
    found = troubles(examine(cloud_checks(TARGET, Cloud({"describe run-raw-changes": subscription}))))
    assert "its token is for other" in found["run-raw-changes"].found


def test_a_look_that_is_refused_is_unknown_and_holds_back_no_other() -> None:
    findings = examine(cloud_checks(TARGET, Cloud({"projects get-iam-policy": "PERMISSION_DENIED"})))
    unknown = [finding for _, finding in findings if finding.state == "unknown"]
    assert [finding.subject for finding in unknown] == ["rights"]
    assert "PERMISSION_DENIED" in unknown[0].found
    assert any(group == "Firestore" for group, _ in findings)


def test_a_failure_that_may_pass_is_unknown_as_well() -> None:
    def look() -> Iterator[Finding]:
        raise TransientError("busy")
        yield

    findings = examine([Check("x", look, "try again")])
    assert findings == [("x", Finding("x", "unknown", "busy", "try again"))]


def test_the_report_ends_in_an_error_when_something_is_wrong() -> None:
    console = Console(record=True, width=200)
    report(console, [("a", Finding("one", "ok", "fine")), ("a", Finding("two", "warn", "odd", "look"))])
    with pytest.raises(Unhealthy, match="1 of 3 checks need something: three"):
        report(
            console,
            [("a", Finding(s, "ok", "fine")) for s in ("1", "2")] + [("b", Finding("three", "fail", "x", "do"))],
        )
    text = console.export_text()
    assert "2 subjects" in text
    assert "look" in text
    assert "3 checks, 1 to mend." in text


def test_another_target_is_refused() -> None:
    with pytest.raises(PermanentError, match="say --target bigquery"):
        doctor_once(Console(), "duckdb", "my-project")
