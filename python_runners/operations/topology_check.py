"""Whether the declaration, the code, the recorded messages and the tests tell the same story.

Everything is read, nothing is run: functions and tests as syntax trees, recorded messages as JSON.
"""

from __future__ import annotations

import ast
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from python_runners.errors import NbaPropsError
from python_runners.events import Topic, parse_message
from python_runners.pipeline.publisher import attributes_of, checked, ordering_key
from python_runners.platform.topology import Subscription, Topology
from python_runners.settings import PROJECT_ROOT

_TRIGGERS = {"cloud_event": "event", "http": "http"}


@dataclass(frozen=True)
class Places:
    """Where the parts of the story lie."""

    entry_points: Path = PROJECT_ROOT / "cloud_functions" / "main.py"
    messages: Path = PROJECT_ROOT / "tests" / "messages"
    tests: Path = PROJECT_ROOT / "tests"


def problems_of(declared: Topology, places: Places) -> list[str]:
    """Return everything that does not fit together, empty when all does."""
    return [
        *topic_problems(declared),
        *function_problems(declared, places.entry_points),
        *edge_problems(declared, places.messages),
        *proof_problems(declared, places.tests),
    ]


def topic_problems(declared: Topology) -> Iterator[str]:
    """Compare the topics with those of the code, and look for a consumer of each."""
    spoken = {topic.value for topic in Topic}
    written = {item.name for item in declared.topics}
    for name in sorted(spoken - written):
        yield f"topic {name}: the code publishes to it, the declaration does not have it"
    for name in sorted(written - spoken):
        yield f"topic {name}: declared, and the code does not know it"
    for item in declared.topics:
        if item.dead_letter != f"{item.name}-dlq":
            yield f"topic {item.name}: its dead letters go to {item.dead_letter} and not to {item.name}-dlq"
    consumed = {item.topic for item in declared.subscriptions}
    for name in declared.topic_names:
        if name not in consumed:
            yield f"topic {name}: nobody consumes it"


def function_problems(declared: Topology, entry_points: Path) -> Iterator[str]:
    """Compare the functions with the entry points, and look for what calls each."""
    written = _entry_points(entry_points) if entry_points.is_file() else {}
    for function in declared.functions:
        trigger = written.get(function.name)
        if trigger is None:
            yield f"function {function.name}: declared, and {entry_points.name} has no such entry point"
        elif trigger != function.trigger:
            yield f"function {function.name}: declared for {function.trigger}, its signature is for {trigger}"
    for name in sorted(set(written) - {function.name for function in declared.functions}):
        yield f"function {name}: an entry point that is not declared is not deployed"
    called = {item.function for item in declared.subscriptions} | {item.function for item in declared.schedules}
    for function in declared.functions:
        if function.name not in called:
            yield f"function {function.name}: no subscription and no schedule calls it"


def _entry_points(path: Path) -> dict[str, str]:
    found: dict[str, str] = {}
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if not isinstance(node, ast.FunctionDef):
            continue
        for decorator in node.decorator_list:
            if isinstance(decorator, ast.Attribute) and decorator.attr in _TRIGGERS:
                found[node.name] = _TRIGGERS[decorator.attr]
    return found


def edge_problems(declared: Topology, folder: Path) -> Iterator[str]:
    """Look for the recorded message of each edge, and whether the code would publish it today."""
    for subscription in declared.subscriptions:
        consumer = subscription.function or subscription.reader
        edge = f"edge {subscription.topic} -> {consumer}"
        path = folder / f"{subscription.topic}.json"
        if not path.is_file():
            yield f"{edge}: no recorded message {path.name}"
            continue
        reason = _refusal(declared, subscription, json.loads(path.read_text(encoding="utf-8")))
        if reason is not None:
            yield f"{edge}: {path.name}: {reason}"
    known = {f"{name}.json" for name in declared.topic_names}
    for path in sorted(folder.glob("*.json")):
        if path.name not in known:
            yield f"message {path.name}: recorded for a topic that is not declared"


def _refusal(declared: Topology, subscription: Subscription, recorded: Mapping[str, Any]) -> str | None:
    """Say why a recorded message is not what today's code would publish; None when it is."""
    origin = {item.dead_letter: item.name for item in declared.topics}.get(subscription.topic)
    try:
        envelope = parse_message(json.dumps(recorded["body"]).encode(), recorded["attributes"])
        today = json.loads(checked(Topic(origin or subscription.topic), envelope))
    except (NbaPropsError, ValueError, KeyError) as error:
        return f"{type(error).__name__}: {error}"
    if today != recorded["body"]:
        changed = sorted(set(today) ^ set(recorded["body"])) or [
            name for name in today if today[name] != recorded["body"][name]
        ]
        return f"fields {', '.join(changed)} are written otherwise today; record the messages again"
    expected = attributes_of(envelope)
    carried = recorded["attributes"]
    if origin is not None:
        missing = sorted({"dead_letter_reason", "delivery_attempts"} - set(carried))
        return f"a dead letter without {', '.join(missing)}" if missing else None
    if carried != expected or recorded["ordering_key"] != ordering_key(envelope):
        return "attributes or ordering key are written otherwise today; record the messages again"
    return None


def proof_problems(declared: Topology, tests: Path) -> Iterator[str]:
    """Look for a test that names each function."""
    named = set().union(*(_names_in(path) for path in tests.rglob("test_*.py")), set())
    for function in declared.functions:
        if function.name not in named:
            yield f"function {function.name}: no test names it"


def _names_in(path: Path) -> set[str]:
    """Return what the code of a test file names: identifiers, attributes, and words at the start of its strings."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Name):
            names.add(node.id)
        elif isinstance(node, ast.Attribute):
            names.add(node.attr)
        elif isinstance(node, ast.alias):
            names.add(node.name)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            names.add(node.value.strip("/").split("/")[0])
    return names
