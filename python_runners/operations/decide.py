"""`nba-props decide`: does a finer run scope pay? The measured waste of a window, the verdict and what to do next."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date
from typing import Any

from rich.console import Console
from rich.table import Table

from python_runners.dates import as_of_variable
from python_runners.pipeline.composition import Platform, configured_platform
from python_runners.version import code_version

MODEL = "optimization_decision"
HISTORY_ROWS = 50

_COLOURS = {"implement": "green", "monitor": "yellow", "sufficient": "dim", "unknown": "magenta"}

_DECISIONS = "select * from nba_orchestration.optimization_decision order by processor_name, processing_mode"

_EARLIER = """
select * from nba_orchestration.optimization_decision_log
order by decided_at desc, processor_name, processing_mode limit ?
"""


def next_step(decision: Mapping[str, Any], node: Mapping[str, Any] | None) -> str:
    """Return what to do about a decision.

    Args:
        decision: a row of the model `optimization_decision`.
        node: the consumer's node in the dbt manifest; None when the project has it no more.
    """
    if node is None:
        return "none: the project has this model no more"
    verdict, path = decision["recommendation"], node["original_file_path"].removesuffix(".sql") + ".yml"
    if verdict == "unknown":
        return "measure: runs of this mode do not record entities_changed"
    if verdict == "monitor":
        return "decide again next week"
    if verdict == "sufficient":
        return "none"
    if node["config"].get("meta", {}).get("scope") == "date":
        return f"set meta.scope: entity in {path}"
    if decision["processing_mode"] == "entity":
        return f"narrow meta.widening in {path}"
    return f"give events of its sources a change set, so that meta.scope: entity of {path} applies"


def decide(platform: Platform, variables: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Build the decision model and return its rows, each with its next step.

    Args:
        platform: whose ledger is judged.
        variables: dbt vars: the window and the thresholds that differ from dbt_project.yml.

    Raises:
        BuildFailed: the model could not be built.
    """
    as_of = as_of_variable(platform.as_of())
    warehouse = platform.warehouse  # opened first: it creates the ledger tables that the model reads
    platform.dbt.invoke("run", select=[MODEL], variables={"as_of": as_of, **variables})
    nodes = {node["name"]: node for node in platform.dbt.manifest["nodes"].values() if node["resource_type"] == "model"}
    return [
        {**row, "next_step": next_step(row, nodes.get(row["processor_name"]))}
        for row in warehouse.query(_DECISIONS).to_pylist()
    ]


def record(platform: Platform, decisions: Sequence[Mapping[str, Any]]) -> None:
    """Append decisions to the decision log, all with one time."""
    decided_at = platform.clock().astimezone(UTC).replace(tzinfo=None)
    with platform.warehouse.transaction():
        for decision in decisions:
            row = {"decided_at": decided_at, "code_version": code_version(), **decision}
            platform.ledger.insert("optimization_decision_log", row)


def decide_once(
    console: Console, until: date | None, thresholds: Mapping[str, float | None], *, log: bool, history: bool
) -> None:
    """Decide for one window, print it, and append it to the log.

    Args:
        console: where to print.
        until: last UTC date of the window; None ends it now.
        thresholds: dbt vars by name; None leaves the default of dbt_project.yml.
        log: whether the decisions are appended to the log.
        history: whether the decisions of the log are printed as well.

    Raises:
        BuildFailed: the decision model could not be built.
    """
    platform = configured_platform()
    given: dict[str, Any] = {name: value for name, value in thresholds.items() if value is not None}
    if until is not None:
        given["decision_until"] = until.isoformat()
    earlier = platform.warehouse.query(_EARLIER, [HISTORY_ROWS]).to_pylist() if history else []
    decisions = decide(platform, given)
    if decisions:
        window = f"{decisions[0]['window_start']:%Y-%m-%d %H:%M} to {decisions[0]['window_end']:%Y-%m-%d %H:%M} UTC"
        console.print(decision_table(f"Decision for {window}", decisions))
    else:
        console.print("No run of phases 3 and 4 was set off by a change in this window; nothing to decide.")
    if earlier:
        console.print(decision_table("Earlier decisions", earlier))
    elif history:
        console.print("The log holds no earlier decision.")
    if log and decisions:
        record(platform, decisions)
        console.print(f"{len(decisions)} decisions appended to nba_orchestration.optimization_decision_log")


def decision_table(title: str, decisions: Sequence[Mapping[str, Any]]) -> Table:
    """Return decisions as a table; those of the log show when they were made."""
    dated = any("decided_at" in decision for decision in decisions)
    table = Table(title=title)
    headings = ("consumer", "mode", "runs", "waste", "wasted h", "h a week", "weeks to return", "verdict", "next step")
    for heading in ("decided (UTC)", *headings) if dated else headings:
        numeric = heading in {"runs", "waste", "wasted h", "h a week", "weeks to return"}
        table.add_column(heading, justify="right" if numeric else "left", overflow="fold")
    for decision in decisions:
        verdict = decision["recommendation"]
        cells = (
            decision["processor_name"],
            decision["processing_mode"],
            str(decision["runs"]) + (f" (+{decision['unmeasured_runs']})" if decision["unmeasured_runs"] else ""),
            _number(decision["avg_waste_pct"], ".1f", " %"),
            _number(decision["wasted_hours"], ".2f"),
            _number(decision["wasted_hours_per_week"], ".2f"),
            _number(decision["weeks_to_return"], ".1f"),
            f"[{_COLOURS[verdict]}]{verdict}[/{_COLOURS[verdict]}]",
            f"{decision['next_step']} [dim]({decision['reason']})[/dim]",
        )
        table.add_row(*((f"{decision['decided_at']:%Y-%m-%d %H:%M}", *cells) if dated else cells))
    if any(decision["unmeasured_runs"] for decision in decisions):
        table.caption = "(+n): runs that did not measure what changed; they enter no average"
    return table


def _number(value: float | None, spec: str, unit: str = "") -> str:
    return "" if value is None else f"{value:{spec}}{unit}"
