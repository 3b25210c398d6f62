"""The same estimate asked of BigQuery itself: dry runs bill nothing and tell the bytes of the scanned partitions."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from python_runners.errors import NoData
from python_runners.operations.cost.estimate import (
    REFERENCES_OF_A_SCRIPT,
    SCOPE_JOBS,
    SCOPE_REFERENCES,
    Cost,
    Scope,
)
from python_runners.operations.cost.plan import Compile, Node, PlannedEvent, events_at, scopes_at
from python_runners.operations.cost.prices import MINIMUM_BYTES_PER_TABLE
from python_runners.platform.bigquery_facts import BigQueryFacts

_NEWEST_GAME = (
    "select cast(game_date as string) as game_date, game_id, array_agg(distinct player_id) as players, "
    "array_agg(distinct team) as teams from {project}.nba_analytics.player_game_summary "
    "where game_date >= date_sub(current_date(), interval 400 day) and not is_dnp "
    "group by game_date, game_id order by game_date desc, game_id limit 1"
)


def dry_run_events(
    manifest: Mapping[str, Any], compile_sql: Compile, project: str, facts: BigQueryFacts | None = None
) -> list[PlannedEvent]:
    """Estimate every kind of event by dry runs.

    Args:
        manifest: the dbt manifest of the BigQuery target.
        compile_sql: gives the SQL of every SQL model by unique id for the vars of a run.
        project: Google Cloud project that holds the tables.
        facts: asks BigQuery; the project's own by default.

    Raises:
        NoData: no game has been summarised.
    """
    facts = facts or BigQueryFacts(project)
    rows = facts.rows(_NEWEST_GAME.format(project=f"`{project}`"))
    if not rows:
        raise NoData(f"no game is summarised in {project}: build the project there first")
    newest = rows[0]
    scopes = scopes_at(str(newest["game_date"]), newest["game_id"], sorted(newest["players"]), sorted(newest["teams"]))

    def asked_at(scope: Scope, compiled: Mapping[str, str]) -> Callable[[Node], tuple[int, int]]:
        return lambda node: facts.dry_run(compiled[node["unique_id"]])

    return events_at(manifest, compile_sql, scopes, asked_at, _cost)


def _cost(found: Mapping[str, tuple[int, int]]) -> Cost:
    extra = (REFERENCES_OF_A_SCRIPT + SCOPE_REFERENCES) * MINIMUM_BYTES_PER_TABLE
    read = sum(count for count, _ in found.values())
    charged = sum(max(count, tables * MINIMUM_BYTES_PER_TABLE) + extra for count, tables in found.values())
    largest = max(found, key=lambda name: (found[name][0], name), default="")
    return Cost(len(found) * (1 + SCOPE_JOBS), read, read, charged, largest)
