"""`nba-props doctor`: examine a real project, read-only, and say what to do about each thing that is wrong.

It looks above all at what the emulators do not check: filters, tokens, rights, expiry, indexes, bytes billed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from rich.console import Console
from rich.table import Table

from python_runners.errors import NbaPropsError, PermanentError

State = Literal["ok", "warn", "fail", "unknown"]
_COLOURS = {"ok": "green", "warn": "yellow", "fail": "red", "unknown": "magenta"}


class Unhealthy(PermanentError):
    """The project lacks something; the table above names each thing and the next step."""


@dataclass(frozen=True)
class Finding:
    """What one look at one thing found.

    Attributes:
        subject: the thing.
        state: ok; warn, it works but should be known; fail, it does not work or is not safe; unknown, it could not be
            examined.
        found: what is the case.
        next_step: what to do, mostly a command; empty when nothing is to be done.
    """

    subject: str
    state: State
    found: str
    next_step: str = ""


@dataclass(frozen=True)
class Check:
    """A named group of findings.

    Attributes:
        name: what is examined.
        look: examines it.
        when_unknown: next step if the look itself fails.
    """

    name: str
    look: Callable[[], Iterator[Finding]]
    when_unknown: str


def examine(checks: Sequence[Check]) -> list[tuple[str, Finding]]:
    """Run every check; one that cannot be made is a finding of its own and holds back no other."""
    findings: list[tuple[str, Finding]] = []
    for check in checks:
        try:
            findings += [(check.name, finding) for finding in check.look()]
        except NbaPropsError as error:
            findings.append((check.name, Finding(check.name, "unknown", str(error), check.when_unknown)))
    return findings


def report(console: Console, findings: Sequence[tuple[str, Finding]]) -> None:
    """Print every finding, those that are well in one line a group.

    Raises:
        Unhealthy: something fails or could not be examined.
    """
    table = Table(title="What the project is like")
    for name in ("examined", "subject", "state", "found", "next step"):
        table.add_column(name, overflow="fold")
    for name in dict.fromkeys(group for group, _ in findings):
        own = [finding for group, finding in findings if group == name]
        well = [finding for finding in own if finding.state == "ok"]
        if len(well) == 1:
            table.add_row(name, well[0].subject, "[green]ok[/green]", well[0].found, "")
        elif well:
            table.add_row(name, f"{len(well)} subjects", "[green]ok[/green]", "as declared", "")
        for finding in own:
            if finding.state != "ok":
                state = f"[{_COLOURS[finding.state]}]{finding.state}[/{_COLOURS[finding.state]}]"
                table.add_row(name, finding.subject, state, finding.found, finding.next_step)
    console.print(table)
    bad = [finding for _, finding in findings if finding.state in {"fail", "unknown"}]
    console.print(f"{len(findings)} checks, {len(bad)} to mend.")
    if bad:
        raise Unhealthy(f"{len(bad)} of {len(findings)} checks need something: {', '.join(f.subject for f in bad[:5])}")


def doctor_once(console: Console, target: str, project: str) -> None:
    """Examine a project and print what was found.

    Raises:
        PermanentError: the target is unknown.
        Unhealthy: something fails or could not be examined.
    """
    if target != "bigquery":
        raise PermanentError(f"nothing to examine for target {target}: say --target bigquery")
    from python_runners.operations.deploy import run_command
    from python_runners.operations.deploy_steps import Target
    from python_runners.operations.doctor_bigquery import bigquery_checks
    from python_runners.operations.doctor_cloud import cloud_checks
    from python_runners.pipeline.dbt_runner import DbtRunner
    from python_runners.platform.bigquery_facts import BigQueryFacts
    from python_runners.platform.topology import topology

    declared = Target(project, topology())
    facts = BigQueryFacts(project, declared.region)
    dbt = DbtRunner(target="bigquery")
    with console.status("looking"):
        checks = [
            *cloud_checks(declared, run_command),
            *bigquery_checks(dbt.manifest, dbt.compiled_sql, facts, declared.region, project),
        ]
        findings = examine(checks)
    report(console, findings)
