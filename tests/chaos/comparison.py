"""Whether two evenings left the same behind: rows, documents, state, and a ledger in which every run has an end."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import duckdb

from python_runners.pipeline.composition import Platform
from python_runners.predictions.eligibility import RULED_OUT
from python_runners.publishers.envelope import content_digest
from tests.flow.builds import differing_rows, value_columns

SCHEMAS = ("nba_raw", "nba_reference", "nba_staging", "nba_intermediate", "nba_analytics", "nba_precompute")
PREDICTIONS = "nba_predictions.player_points_predictions"
# Which version stands, and from which observation of an equal line it was made, depends on what had arrived when; the
# content of the newest one does not.
_VERSIONED = (
    *("prediction_version", "prediction_id", "supersedes", "batch_id", "row_digest", "published_version"),
    "line_observed_at",
    *("created_at", "written_at", "graded_at", "published_at"),
)
_JOURNEY = ("correlation_id", "code_version")
# Of equal contents the one that came first is kept, and says which observation it is.
_LOAD = ("source_file", "observed_at", "loaded_at")
# A player who could be predicted for a while keeps what was predicted then; who can be predicted at the end counts.
_ELIGIBLE = f"""
where
    exists (
        select 1 from {{db}}nba_precompute.ml_feature_store_v2 as store
        where store.game_id = made.game_id and store.player_id = made.player_id and store.is_production_ready
    )
    and exists (
        select 1 from {{db}}nba_analytics.upcoming_player_game_context as context
        where
            context.game_id = made.game_id and context.player_id = made.player_id
            and coalesce(context.injury_status, '') not in ({", ".join(f"'{status}'" for status in sorted(RULED_OUT))})
    )
qualify prediction_version = max(prediction_version) over (partition by game_id, player_id, system_id, mode)
"""
_STANDING = {
    PREDICTIONS: _ELIGIBLE,
    "nba_predictions.prediction_accuracy": "",
    "nba_predictions.prediction_systems": "",
    "nba_predictions.published_picks": "where withdrawn_at is null",
}
_COLLECTIONS = ("tonight_players", "best_bets", "results", "status")
_TIMES = ("generated_at", "age_minutes", "last_update", "correlation_id", "data_as_of", "content_digest")


def tables_of(connection: duckdb.DuckDBPyConnection) -> list[str]:
    """Return the tables that hold data of the league, and no record of runs."""
    rows = connection.execute(
        "select schema_name || '.' || table_name from duckdb_tables() "
        "where list_contains(?, schema_name) and database_name = current_database() order by all",
        [list(SCHEMAS)],
    ).fetchall()
    return [name for (name,) in rows]


def differing_tables(storm: Path, calm: Path) -> tuple[int, dict[str, int]]:
    """Return how many tables were compared, and the rows that differ by table, tables that agree left out."""
    # A copy: dbt keeps the warehouse of the calm evening open in this process.
    copy = calm.with_name("compared.duckdb")
    with duckdb.connect(str(calm)) as connection:
        connection.execute("checkpoint")
    shutil.copy(calm, copy)
    with duckdb.connect(str(storm)) as connection:
        connection.execute(f"attach '{copy}' as calm (read_only)")
        found, tables = {}, tables_of(connection)
        theirs = connection.execute(
            "select schema_name || '.' || table_name from duckdb_tables() "
            "where database_name = 'calm' and list_contains(?, schema_name) order by all",
            [list(SCHEMAS)],
        ).fetchall()
        assert tables == [name for (name,) in theirs]
        for table in tables:
            columns = value_columns(connection, table, without=_LOAD if table.startswith("nba_raw.") else _JOURNEY)
            found[table] = differing_rows(connection, columns, table, f"calm.{table}")
        for table, standing in _STANDING.items():
            columns = value_columns(connection, table, without=(*_VERSIONED, *_JOURNEY))
            ours, theirs = (f"(select * from {db}{table} as made {standing.format(db=db)})" for db in ("", "calm."))
            found[table] = differing_rows(connection, columns, ours, theirs)
        return len(found), {table: rows for table, rows in found.items() if rows}


def documents_of(platform: Platform) -> dict[str, Any]:
    """Return every published document, as object and as state, without the times and journeys of its making."""
    found = {name: _timeless(json.loads(platform.documents.get(name).body)) for name in platform.documents.names("v1/")}
    days = {name.rpartition("/")[2].removesuffix(".json") for name in found if name.startswith("v1/predictions/")}
    collections = [*_COLLECTIONS, *(f"predictions/{day}/games" for day in days if day[:2] == "20")]
    for collection in collections:
        for document in platform.state.documents(collection):
            found[f"state:{collection}/{document.name}"] = _timeless(document.fields)
    return found


def spoiled_documents(platform: Platform) -> list[str]:
    """Return the documents whose digest is not that of their content."""
    found = []
    for name in platform.documents.names("v1/"):
        content = json.loads(platform.documents.get(name).body)
        if content["content_digest"] != content_digest(content):
            found.append(name)
    return found


def differing_documents(storm: Mapping[str, Any], calm: Mapping[str, Any]) -> list[str]:
    """Return the names of documents that only one evening has, or that differ."""
    return sorted(name for name in {*storm, *calm} if storm.get(name) != calm.get(name))


def doubled(storm: Path) -> dict[str, int]:
    """Return what the storm wrote twice, by what it is; empty when nothing was."""
    checks = {
        "prediction versions": f"select count(*) - count(distinct (game_id, player_id, system_id, mode, "
        f"prediction_version)) from {PREDICTIONS}",
        "predictions from equal inputs": "select count(*) from (select input_digest = lag(input_digest) over "
        "(partition by game_id, player_id, system_id, mode order by prediction_version) as is_equal "
        f"from {PREDICTIONS}) where is_equal",
        "announcements": "select count(*) - count(distinct idempotency_key) from nba_orchestration.outbox",
        "open dead letters": "select count(*) from nba_orchestration.dead_letters where status = 'open'",
        "unannounced": "select count(*) from nba_orchestration.outbox where announced_at is null",
    }
    with duckdb.connect(str(storm)) as connection:
        found = {name: int(connection.execute(sql).fetchall()[0][0]) for name, sql in checks.items()}
    return {name: rows for name, rows in found.items() if rows}


def run_states(storm: Path) -> dict[str, int]:
    """Return how many runs of the ledger ended in which way."""
    with duckdb.connect(str(storm)) as connection:
        return dict(
            connection.execute(
                "select status, count(*) from nba_orchestration.pipeline_execution_log group by all order by all"
            ).fetchall()
        )


def _timeless(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {name: _timeless(entry) for name, entry in value.items() if name not in _TIMES}
    if isinstance(value, list):
        return [_timeless(entry) for entry in value]
    return value
