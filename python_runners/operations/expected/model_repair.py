"""Gaps of models: build them again from the first date that lacks rows, and everything that reads them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from python_runners.dates import as_of_variable
from python_runners.errors import NbaPropsError
from python_runners.events import Phase
from python_runners.operations.expected.outputs import Judged
from python_runners.operations.expected.survey import Survey
from python_runners.pipeline.composition import Platform
from python_runners.pipeline.trigger_graph import build_order, merge, route_of

Manifest = Mapping[str, Any]

# Most windows end with the season; meetings with the same opponent are looked up for a year.
LONGEST_WINDOW = timedelta(days=366)


def with_readers(manifest: Manifest, models: Collection[str]) -> tuple[str, ...]:
    """Return models and the event-triggered stored models of phases 3 and 4 that read them, in build order."""
    nodes = manifest["nodes"]
    reached: set[str] = set()
    ahead = [node for node in build_order(manifest) if nodes[node]["name"] in models]
    while ahead:
        node = ahead.pop()
        if node not in reached:
            reached.add(node)
            ahead.extend(child for child in manifest["child_map"].get(node, ()) if child.startswith("model."))
    return tuple(nodes[node]["name"] for node in build_order(manifest) if node in reached and _is_built(nodes[node]))


def _is_built(node: Mapping[str, Any]) -> bool:
    meta = node["config"].get("meta", {})
    is_event = meta.get("phase") in (3, 4) and meta.get("trigger") == "event"
    return is_event and node["config"]["materialized"] in {"incremental", "table"}


def models_of_tables(manifest: Manifest, tables: Collection[str]) -> tuple[str, ...]:
    """Return what raw tables set off up to phase 4, dimensions first, in build order."""
    reference, phases = merge([route_of(manifest, table) for table in sorted(tables)], manifest)
    return (*reference, *phases[3], *phases[4])


def is_waiting(gap: Judged, found: Survey) -> bool:
    """Tell whether a summary of a game waits for the game's box: a build cannot bring what its input lacks."""
    name = gap.expected.rule.table
    if gap.expected.game is None or gap.expected.rule.phase != 3 or name.startswith("upcoming_"):
        return False
    groups = ("player_box",) if name.startswith("player_") else ("team_box",)
    boxes = [
        item
        for item in found.judged
        if item.expected.scope_key == gap.expected.scope_key and item.expected.rule.group in groups
    ]
    return bool(boxes) and all(item.count.rows == 0 for item in boxes)


def repair_models(
    platform: Platform, gaps: Sequence[Judged], tables: Mapping[str, date], found: Survey, correlation_id: str
) -> str:
    """Build what the gaps and the tables that were loaded again need, season by season, announcing nothing.

    Windows look back, so the build runs from the first date concerned for as long as a window can reach it.

    Args:
        platform: where to build.
        gaps: gaps of models.
        tables: raw tables that were loaded again, with the first date that they cover.
        found: the survey that the gaps are of.
        correlation_id: id of the repair.

    Returns:
        The execution id of the run.

    Raises:
        BuildFailed: a model failed; the ledger row of the run says which.
    """
    manifest = platform.dbt.manifest
    as_of = platform.as_of()
    run = platform.ledger.start(
        Phase.ANALYTICS,
        "heal",
        correlation_id=correlation_id,
        as_of=as_of,
        processing_mode="date_range",
        backfill_mode=True,
        backfill_reason="heal",
        skip_downstream_trigger=True,
    )
    try:
        for season, (first, last) in _date_ranges(gaps, tables, found).items():
            own = {gap.expected.rule.table for gap in gaps if gap.expected.season == season}
            from_tables = models_of_tables(manifest, tables) if tables else ()
            chosen = {*with_readers(manifest, own), *from_tables}
            models = [name for node in build_order(manifest) if (name := manifest["nodes"][node]["name"]) in chosen]
            variables = {
                "from_date": first.isoformat(),
                "to_date": max(found.season_end(season), last + LONGEST_WINDOW).isoformat(),
                "as_of": as_of_variable(as_of),
                "run_id": run.execution_id,
            }
            platform.dbt.invoke("run", select=models, variables=variables)
    except NbaPropsError as error:
        platform.ledger.finish(run, "failed", error_type=type(error).__name__, error_message=str(error))
        raise
    platform.ledger.finish(run, "success")
    return run.execution_id


def _date_ranges(gaps: Sequence[Judged], tables: Mapping[str, date], found: Survey) -> dict[str, tuple[date, date]]:
    dates: dict[str, list[date]] = defaultdict(list)
    for gap in gaps:
        dates[gap.expected.season].append(gap.expected.game_date)
    for day in tables.values():
        for season in {game.season for game in found.games if game.game_date == day}:
            dates[season].append(day)
    return {season: (min(days), max(days)) for season, days in sorted(dates.items())}
