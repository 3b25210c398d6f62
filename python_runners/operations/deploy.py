"""`nba-props deploy`: print the plan as a shell script, or run it."""

from __future__ import annotations

import shlex
import subprocess
from collections.abc import Callable, Sequence
from itertools import groupby

from rich.console import Console

from python_runners.errors import PermanentError
from python_runners.operations.deploy_plan import plan
from python_runners.operations.deploy_steps import PROJECT_NUMBER, Command, Step, Target
from python_runners.settings import PROJECT_ROOT

Run = Callable[[Command], "subprocess.CompletedProcess[str]"]


class DeployFailed(PermanentError):
    """A command of the plan failed; the plan may be run again from its beginning."""


def run_command(command: Command) -> subprocess.CompletedProcess[str]:
    """Run one command in the project's folder and return its exit status and output.

    Raises:
        DeployFailed: the program is not installed.
    """
    try:
        return subprocess.run(command, cwd=PROJECT_ROOT, capture_output=True, text=True, check=False)  # noqa: S603
    except FileNotFoundError as error:
        raise DeployFailed(f"{command[0]} is not on the PATH: install it, then deploy again") from error


def script_of(steps: Sequence[Step], project: str) -> str:
    """Return the plan as a shell script that does what `deploy` does."""
    lines = ["set -euo pipefail", f"PROJECT_NUMBER=$({_text(_number(project))})"]
    for group, members in groupby(steps, key=lambda step: step.group):
        lines += ["", f"# {group}"]
        lines += [_line(step) for step in members]
    return "\n".join(lines)


def deploy(steps: Sequence[Step], project: str, run: Run, say: Callable[[str], None]) -> None:
    """Run every step; what is there already is brought to the declaration.

    Raises:
        DeployFailed: a command failed; the message holds the command and what it printed.
    """
    number = _must(run, _number(project)).strip()
    for position, step in enumerate(steps, start=1):
        command = step.create
        if step.exists is not None and run(step.exists).returncode == 0:
            if step.update is None:
                say(f"{position}/{len(steps)} {step.group}: there already: {_subject(step)}")
                continue
            command = step.update
        say(f"{position}/{len(steps)} {step.group}: {_text(command)}")
        _must(run, tuple(word.replace(PROJECT_NUMBER, number) for word in command))


def deploy_once(console: Console, target: Target, *, dry_run: bool, run: Run = run_command) -> None:
    """Print the plan, or run it."""
    steps = plan(target)
    if dry_run:
        console.print(script_of(steps, target.project), soft_wrap=True, highlight=False, markup=False)
        return
    deploy(steps, target.project, run, lambda line: console.print(line, soft_wrap=True, highlight=False, markup=False))
    console.print(f"Deployed to {target.project}: {len(steps)} steps.")


def _number(project: str) -> Command:
    return ("gcloud", "projects", "describe", project, "--format=value(projectNumber)")


def _must(run: Run, command: Command) -> str:
    done = run(command)
    if done.returncode != 0:
        raise DeployFailed(f"{_text(command)}: exit status {done.returncode}: {(done.stderr or done.stdout).strip()}")
    return done.stdout


def _line(step: Step) -> str:
    if step.exists is None:
        return _text(step.create)
    there = f"{_text(step.exists)} >/dev/null 2>&1"
    if step.update is None:
        return f"{there} || {_text(step.create)}"
    return f"if {there}; then {_text(step.update)}; else {_text(step.create)}; fi"


def _text(command: Command) -> str:
    words = []
    for word in command:
        before, number, after = word.partition(PROJECT_NUMBER)
        words.append(shlex.quote(word) if not number else f"{shlex.quote(before)}{number}{shlex.quote(after)}")
    return " ".join(words)


def _subject(step: Step) -> str:
    return step.create[4] if step.create[1] in {"pubsub", "iam"} else " ".join(step.create[1:5])
