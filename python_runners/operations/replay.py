"""`nba-props replay`: run a date again from a phase on; where nothing differs, nothing is written.

Phases 1 and 2 ask the sources, or load the newest stored answers, again. Phases 3 to 5 re-open the date and all later
ones for every model from the given phase on, and one event recomputes them: the same path as that of any change.
Phase 6 publishes the documents of the date.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, date
from typing import Any

from rich.console import Console

from python_runners.dates import slate_date
from python_runners.errors import PermanentError
from python_runners.operations.fresh_events import change_event, load_event
from python_runners.operations.publish_command import as_of_for
from python_runners.operations.reopen import reopen
from python_runners.pipeline.composition import Platform, configured_platform
from python_runners.pipeline.handle import analytics_step, drive
from python_runners.pipeline.ledger import new_execution_id
from python_runners.pipeline.trigger_graph import all_routes
from python_runners.publishers.run import publish_slate
from python_runners.publishers.storage import PublishReport
from python_runners.scrapers.catalog import scraper_of
from python_runners.scrapers.http import HttpClient
from python_runners.scrapers.run import run_scraper

FIRST_PHASE, LAST_PHASE = 1, 6


@dataclass(frozen=True)
class ReplayPlan:
    """What a replay does.

    Attributes:
        phase: first phase, 1 to 6.
        day: US Eastern date.
        objects: newest stored object of each request about the date; fetched again in phase 1, loaded again in phase 2.
        inputs: inputs of the models, re-opened from the date on.
        models: stored models of the phases, in name order.
        tables: raw tables whose routes reach these models.
    """

    phase: int
    day: date
    objects: tuple[str, ...]
    inputs: tuple[str, ...]
    models: tuple[str, ...]
    tables: tuple[str, ...]


def plan_replay(platform: Platform, phase: int, day: date) -> ReplayPlan:
    """Return what a replay of a date from a phase on does, and do nothing.

    Raises:
        PermanentError: there is no such phase, or the replay would begin with objects and none is stored.
    """
    if not FIRST_PHASE <= phase <= LAST_PHASE:
        raise PermanentError(f"--from-phase wants a phase from {FIRST_PHASE} to {LAST_PHASE}, not {phase}")
    objects = _objects(platform, day) if phase <= 2 else ()
    if phase <= 2 and not objects:
        raise PermanentError(f"no object about {day} is stored; fetch with `nba-props scrape`, or replay from phase 3")
    manifest = platform.dbt.manifest
    nodes = [node for node in manifest["nodes"].values() if _is_replayed(node, phase)]
    inputs = {rule["input"] for node in nodes for rule in node["config"]["meta"].get("widening", [])}
    names = {node["name"] for node in nodes}
    routes = all_routes(manifest).items() if names else ()
    reached = [table for table, route in routes if names & {name for own in route.phases.values() for name in own}]
    return ReplayPlan(phase, day, objects, tuple(sorted(inputs)), tuple(sorted(names)), tuple(reached))


def replay(platform: Platform, plan: ReplayPlan) -> PublishReport:
    """Carry out a plan and publish the documents of the date.

    Raises:
        PermanentError: a scraper is not configured; documents that were refused are in the report instead.
    """
    correlation_id = f"replay_{new_execution_id()}"
    if plan.phase == 1:
        _fetch(platform, plan.objects)
    elif plan.phase == 2:
        for path in plan.objects:
            event = load_event(platform, path, correlation_id)
            platform.ledger.announce_later(event.topic, event.envelope)
    drive(platform)
    if plan.models:
        event = change_event(
            platform, plan.tables, correlation_id, game_date=plan.day, backfill_mode=_is_past(platform, plan)
        )
        now = platform.clock().astimezone(UTC).replace(tzinfo=None)
        with platform.warehouse.transaction():
            for name in plan.inputs:
                reopen(platform.warehouse, name, plan.day, event.envelope.execution_id, now)
        # Handled here: a backfill of a past date is announced to nobody.
        analytics_step(platform, event.envelope, 1)
        drive(platform)
    return publish_slate(platform, plan.day, as_of=as_of_for(platform, plan.day), correlation_id=correlation_id)


def replay_once(console: Console, phase: int, day: date, *, dry_run: bool) -> None:
    """Print what a replay does, do it unless told not to, and print what came of it.

    Raises:
        PermanentError: the plan is impossible, or a document was refused.
    """
    with closing(configured_platform()) as platform:
        plan = plan_replay(platform, phase, day)
        for line in _lines(plan):
            console.print(line, soft_wrap=True, highlight=False)
        if dry_run:
            console.print("Dry run: nothing was done.")
            return
        report = replay(platform, plan)
        console.print(f"{len(report.written)} documents written, {len(report.unchanged)} unchanged")
        if report.failed:
            path, reason = next(iter(report.failed.items()))
            raise PermanentError(f"{len(report.failed)} documents refused, first {path}: {reason}")


def _lines(plan: ReplayPlan) -> list[str]:
    verb = "fetch again what answered" if plan.phase == 1 else "load again"
    lines = [f"phase {plan.phase}: {verb} {path}" for path in plan.objects]
    if plan.models:
        first = max(plan.phase, 3)
        lines.append(f"phases {first} to 5, from {plan.day} on: {', '.join(plan.models)}")
    return [*lines, f"phase 6: documents of {plan.day}"]


def _is_replayed(node: Mapping[str, Any], phase: int) -> bool:
    meta = node["config"].get("meta", {})
    is_stored = node["resource_type"] == "model" and node["config"]["materialized"] == "incremental"
    return is_stored and (meta.get("phase") or 0) >= max(phase, 3)


def _is_past(platform: Platform, plan: ReplayPlan) -> bool:
    return plan.day < slate_date(platform.as_of())


def _objects(platform: Platform, day: date) -> tuple[str, ...]:
    newest: dict[str, str] = {}
    for name in platform.objects.names():
        parts = name.split("/")
        if len(parts) == 5 and parts[2] == day.isoformat():
            newest[name.rpartition("/")[0]] = max(newest.get(name.rpartition("/")[0], ""), name)
    return tuple(sorted(newest.values()))


def _fetch(platform: Platform, objects: tuple[str, ...]) -> None:
    with closing(HttpClient(platform.settings)) as http:
        for path in objects:
            about = platform.objects.get(path).metadata
            scraper = scraper_of(about["scraper_name"], platform.settings, http, about["source_variant"])
            run_scraper(platform, scraper, json.loads(about["params"]), workflow="replay")
