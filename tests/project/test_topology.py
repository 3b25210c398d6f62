"""Declaration, code, recorded messages and tests tell one story, and a change of one alone is noticed."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from rich.console import Console

from python_runners.errors import InvariantViolated
from python_runners.operations.topology_check import (
    Places,
    edge_problems,
    function_problems,
    problems_of,
    proof_problems,
    topic_problems,
)
from python_runners.operations.topology_view import check_once
from python_runners.platform.topology import INFRASTRUCTURE, Topology, read_topology, topology

Declaration = dict[str, Any]


def declaration() -> Declaration:
    return yaml.safe_load(INFRASTRUCTURE.read_text(encoding="utf-8"))


def parsed(document: Declaration, tmp_path: Path) -> Topology:
    path = tmp_path / "infrastructure.yaml"
    path.write_text(yaml.safe_dump(document), encoding="utf-8")
    return read_topology(path)


@pytest.fixture
def messages(tmp_path: Path) -> Path:
    """A copy of the recorded messages that a test may spoil."""
    return shutil.copytree(Places().messages, tmp_path / "messages")


def test_everything_fits_together() -> None:
    assert problems_of(topology(), Places()) == []


def test_the_command_counts_what_fits(capsys: pytest.CaptureFixture[str]) -> None:
    check_once(Console(width=200))
    printed = capsys.readouterr().out
    assert "16 topics have a consumer, 16 edges a recorded message, 9 functions a test." in printed
    assert "prediction_coordinator/trigger" in printed


@pytest.mark.parametrize("position", range(len(declaration()["subscriptions"])))
def test_a_removed_subscription_is_missed(tmp_path: Path, position: int) -> None:
    document = declaration()
    removed = document["subscriptions"].pop(position)
    problems = topic_problems(parsed(document, tmp_path))
    assert f"topic {removed['topic']}: nobody consumes it" in problems


@pytest.mark.parametrize("position", range(len(declaration()["topics"])))
def test_a_renamed_topic_is_noticed_on_both_sides(tmp_path: Path, position: int) -> None:
    document = declaration()
    former = document["topics"][position]["name"]
    text = yaml.safe_dump(document).replace(former, former.replace("nba-", "wnba-"))
    renamed = parsed(yaml.safe_load(text), tmp_path)
    problems = [*topic_problems(renamed), *edge_problems(renamed, Places().messages)]
    assert f"topic {former}: the code publishes to it, the declaration does not have it" in problems
    assert f"topic w{former}: declared, and the code does not know it" in problems
    assert f"message {former}.json: recorded for a topic that is not declared" in problems


@pytest.mark.parametrize("topic", topology().topic_names)
@pytest.mark.parametrize("field", ["correlation_id", "affected_entities", "skip_downstream_trigger", "phase"])
def test_a_renamed_field_of_a_message_is_noticed(messages: Path, topic: str, field: str) -> None:
    def rename(document: dict[str, Any]) -> None:
        document["body"][f"new_{field}"] = document["body"].pop(field)

    spoil(messages / f"{topic}.json", rename)
    (problem,) = edge_problems(topology(), messages)
    assert problem.startswith(f"edge {topic} -> ")
    assert f"{topic}.json: InvalidMessage" in problem or field in problem


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (
            lambda document: document["attributes"].pop("phase"),
            "attributes or ordering key are written otherwise today",
        ),
        (lambda document: document.update(ordering_key="never"), "attributes or ordering key are written otherwise"),
        (lambda document: document["body"].update(surprise=1), "surprise"),
        (lambda document: document["body"].update(record_count=-1), "record_count"),
        (lambda document: document["body"].update(phase="phase_6_publishing"), "does not belong here"),
        (
            lambda document: document["body"].update(duration_seconds="3"),
            "fields duration_seconds are written otherwise",
        ),
    ],
)
def test_a_recorded_message_that_the_code_would_not_publish_is_noticed(
    messages: Path, change: Callable[[dict[str, Any]], object], reason: str
) -> None:
    spoil(messages / "nba-phase2-raw-complete.json", change)
    (problem,) = edge_problems(topology(), messages)
    assert problem.startswith("edge nba-phase2-raw-complete -> ")
    assert reason in problem


def test_an_edge_without_a_recorded_message_and_a_message_without_an_edge_are_noticed(messages: Path) -> None:
    (messages / "nba-phase4-trigger.json").rename(messages / "nba-phase4-start.json")
    assert list(edge_problems(topology(), messages)) == [
        "edge nba-phase4-trigger -> on_phase4_trigger: no recorded message nba-phase4-trigger.json",
        "message nba-phase4-start.json: recorded for a topic that is not declared",
    ]


def test_a_dead_letter_without_a_reason_is_noticed(messages: Path) -> None:
    name = "nba-phase2-raw-complete-dlq"
    spoil(messages / f"{name}.json", lambda document: document["attributes"].pop("dead_letter_reason"))
    (problem,) = edge_problems(topology(), messages)
    assert problem.endswith("a dead letter without dead_letter_reason")


def test_functions_and_entry_points_are_the_same_set(tmp_path: Path) -> None:
    entry_points = tmp_path / "main.py"
    source = Places().entry_points.read_text(encoding="utf-8")
    first = topology().functions[0].name
    entry_points.write_text(source.replace(f"def {first}(", "def on_surprise("), encoding="utf-8")
    problems = list(function_problems(topology(), entry_points))
    assert f"function {first}: declared, and main.py has no such entry point" in problems
    assert "function on_surprise: an entry point that is not declared is not deployed" in problems


def test_a_function_needs_its_trigger_a_caller_and_a_test(tmp_path: Path) -> None:
    document = declaration()
    function = document["functions"][0]
    function["trigger"] = "http"
    document["subscriptions"] = [item for item in document["subscriptions"] if item.get("function") != function["name"]]
    changed = parsed(document, tmp_path)
    problems = list(function_problems(changed, Places().entry_points))
    assert f"function {function['name']}: declared for http, its signature is for event" in problems
    assert f"function {function['name']}: no subscription and no schedule calls it" in problems
    assert list(proof_problems(changed, tmp_path)) == [
        f"function {item['name']}: no test names it" for item in document["functions"]
    ]


def test_dead_letters_lie_where_the_code_puts_them(tmp_path: Path) -> None:
    document = declaration()
    first, second = document["topics"][:2]
    first["dead_letter"], second["dead_letter"] = second["dead_letter"], first["dead_letter"]
    problems = topic_problems(parsed(document, tmp_path))
    assert (
        f"topic {first['name']}: its dead letters go to {first['dead_letter']} and not to {first['name']}-dlq"
        in problems
    )


def test_the_command_fails_with_every_problem(tmp_path: Path) -> None:
    document = declaration()
    del document["subscriptions"][:2]
    with pytest.raises(InvariantViolated, match=r"(?s)problems of the topology.*scrapers-complete.*raw-complete"):
        check_once(Console(quiet=True), parsed(document, tmp_path))


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda document: document["delivery"].update(ack_deadline_seconds=601), "ack_deadline_seconds"),
        (lambda document: document["delivery"].update(max_delivery_attempts=4), "max_delivery_attempts"),
        (lambda document: document["delivery"].update(maximum_backoff_seconds=601), "maximum_backoff_seconds"),
        (lambda document: document["delivery"].update(maximum_backoff_seconds=1), "below minimum_backoff_seconds"),
        (lambda document: document["functions"][0].update(timeout_seconds=3601), "timeout_seconds"),
        (lambda document: document["functions"][0].update(memory="lots"), "memory"),
        (lambda document: document["schedules"][0].update(deadline_seconds=1801), "deadline_seconds"),
        (lambda document: document["schedules"][0].update(cron="daily"), "cron"),
        (lambda document: document["schedules"][0].update(function="nobody"), "function nobody is not declared"),
        (
            lambda document: document["topics"][0].update(publishers=["nobody"]),
            "service account nobody is not declared",
        ),
        (lambda document: document["topics"].append(document["topics"][0]), "is declared 2 times"),
        (lambda document: document["subscriptions"][0].update(reader="web"), "exactly one of function and reader"),
        (lambda document: document["service_accounts"]["web"].update(project_roles=["owner"]), "project_roles"),
    ],
)
def test_what_the_platform_cannot_run_is_refused(
    tmp_path: Path, change: Callable[[Declaration], object], reason: str
) -> None:
    document = declaration()
    document["service_accounts"].setdefault("web", {"purpose": "reads"})
    change(document)
    with pytest.raises(InvariantViolated, match=reason):
        parsed(document, tmp_path)


def test_a_declaration_that_is_no_yaml_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "infrastructure.yaml"
    path.write_text("topics: [", encoding="utf-8")
    with pytest.raises(InvariantViolated, match=r"infrastructure\.yaml"):
        read_topology(path)


def spoil(path: Path, change: Callable[[dict[str, Any]], object]) -> None:
    document = json.loads(path.read_text(encoding="utf-8"))
    change(document)
    path.write_text(json.dumps(document), encoding="utf-8")
