"""The runbook knows every error that an operator can see, and the commands and settings that it names exist."""

from __future__ import annotations

import inspect
import re

import typer

from python_runners import errors
from python_runners.cli import app
from python_runners.settings import PROJECT_ROOT, Settings

PAGES = [(PROJECT_ROOT / "docs" / "operations" / name).read_text("utf-8") for name in ("runbook.md", "dead-letters.md")]
TEXT = "\n".join(PAGES)


def test_every_error_has_an_entry() -> None:
    named = [name for name, kind in inspect.getmembers(errors, inspect.isclass) if kind is not errors.NbaPropsError]
    headings = "\n".join(line for line in PAGES[0].splitlines() if line.startswith("### "))
    assert [name for name in named if name not in headings] == []


def test_every_command_exists() -> None:
    group = typer.main.get_command(app)
    known = set(group.commands)  # type: ignore[attr-defined]
    named = set(re.findall(r"nba-props ([a-z][a-z-]+)", TEXT))
    assert {"dlq", "replay", "daily-summary"} <= named <= known


def test_every_setting_exists() -> None:
    table = PAGES[0].partition("## Settings of the alerts")[2]
    named = {name.lower() for name in re.findall(r"^\| `([A-Z_]+)`", table, re.MULTILINE)}
    assert named == {name for name in Settings.model_fields if name.startswith("alert_")}
