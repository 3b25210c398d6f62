"""What production on BigQuery takes for one league and for many: rows, jobs, bytes, slots, dollars, quotas, latency.

Counts come from a measured season (`cost.event_mix`), shapes from the dbt graph, prices and limits from `cost.prices`.
What only an account can tell is an assumption here, named as one, to be replaced by what the ledger says of real runs.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from python_runners.operations.cost import prices
from python_runners.operations.cost.estimate import REFERENCES_OF_A_SCRIPT, SCOPE_JOBS, SCOPE_REFERENCES
from python_runners.operations.cost.event_mix import Season, feeds
from python_runners.pipeline.trigger_graph import all_routes


@dataclass(frozen=True)
class Assumptions:
    """What nobody has measured here. `nba-props cost` shows the same numbers of real runs.

    Attributes:
        script_seconds: a scoped replace of one model: ten statements in one job.
        scope_seconds: the queries that find its scope.
        slot_seconds: worker time of both.
        load_seconds: a load job and the script that commits it.
        worker_jobs: statements of a worker around the models of a run: gate, ledger, what moved, documents.
        worker_seconds: one of them.
        worker_references: stored tables that one of them names, in the mean.
        query_references: stored tables that a model's query names, in the mean.
        query_mib: what it reads of them in the mean, with five seasons of one league stored.
        row_bytes: stored bytes of a row.
        derived_rows_per_line: rows of phases 3 to 5 for each player line.
        message_bytes: size of a message.
        active_hours: hours of a date in which sources deliver.
        coalesce_seconds: how long a run waits for more of the same date.
    """

    script_seconds: float = 8.0
    scope_seconds: float = 2.0
    slot_seconds: float = 25.0
    load_seconds: float = 6.0
    worker_jobs: float = 70.0
    worker_seconds: float = 0.5
    worker_references: float = 1.5
    query_references: float = 8.0
    query_mib: float = 2.0
    row_bytes: int = 250
    derived_rows_per_line: float = 13.0
    message_bytes: int = 2_000
    active_hours: float = 18.0
    coalesce_seconds: float = 30.0


@dataclass(frozen=True)
class Load:
    """What a date with games brings and takes, for some leagues.

    Attributes:
        leagues: number of leagues of the measured size.
        is_shared: all leagues in the same tables; otherwise each in datasets of its own.
        deliveries: payloads that are loaded.
        changes: those of them that differ and so start or join a run.
        runs: runs after coalescing.
        run_seconds: one run, all of its models one after the other and what the worker does around them.
        latency_seconds: from a payload to its documents, in the mean.
        busy_share: share of the active hours in which the writers of one set of tables work; above 1 a queue grows.
        jobs: query and load jobs.
        raw_rows: rows loaded.
        stored_gib_per_season: growth in a season.
        billed_tib: bytes billed on demand.
        on_demand_dollars: what they cost.
        slot_dollars: the same work on slots, in steps of the edition.
        peak_slots: slots in use at once.
        loads_per_table: load jobs of the fullest table, on the busiest date.
        dml_per_10_seconds: statements on the change log, which every script writes to.
        pubsub_bytes_per_second: mean of the busiest hour.
    """

    leagues: int
    is_shared: bool
    deliveries: float
    changes: float
    runs: float
    run_seconds: float
    latency_seconds: float
    busy_share: float
    jobs: float
    raw_rows: float
    stored_gib_per_season: float
    billed_tib: float
    on_demand_dollars: float
    slot_dollars: float
    peak_slots: float
    loads_per_table: float
    dml_per_10_seconds: float
    pubsub_bytes_per_second: float

    @property
    def keeps_up(self) -> bool:
        """Whether the writers have time left for runs when everything is loaded."""
        return self.runs >= 1


def models_by_table(manifest: Mapping[str, Any]) -> dict[str, int]:
    """Return how many stored SQL models an event of each raw table re-opens at most."""
    stored = {
        node["name"]
        for node in manifest["nodes"].values()
        if node["resource_type"] == "model"
        and node["language"] == "sql"
        and node["config"]["materialized"] == "incremental"
    }
    return {table: len(stored.intersection(route.models)) for table, route in all_routes(manifest).items()}


def load_of(
    season: Season, models: Mapping[str, int], leagues: int, *, is_shared: bool, given: Assumptions = Assumptions()
) -> Load:
    """Compute a mean date with games for some leagues; limits per day are taken on the busiest date.

    Args:
        season: what a season brings.
        models: models re-opened by raw table.
        leagues: number of leagues.
        is_shared: whether they share tables, and so the turns of the writers.
        given: what is assumed.
    """
    delivered = {feed.table: feed.deliveries(season.games_per_date) for feed in feeds(season)}
    changed = {feed.table: delivered[feed.table] * feed.changed_share for feed in feeds(season)}
    rows = sum(delivered[feed.table] * feed.changed_share * feed.rows for feed in feeds(season)) * leagues
    writers = 1 if is_shared else leagues
    changes = sum(changed.values()) * leagues
    mean_models = sum(changed[table] * models[table] for table in changed) / sum(changed.values())
    active = given.active_hours * 3600
    per_model = given.script_seconds + given.scope_seconds
    loading = sum(delivered.values()) * leagues / writers * given.load_seconds
    around = given.worker_jobs * given.worker_seconds
    alone = mean_models * per_model + around
    joined = max(models.values()) * per_model + around
    most = (active - min(loading, active)) / (joined + given.coalesce_seconds) * writers
    runs = min(changes, most)
    is_joined = runs < changes
    run_models = float(max(models.values())) if is_joined else mean_models
    run_seconds = joined if is_joined else alone
    busy = (loading + changes / writers * alone) / active
    waiting = given.coalesce_seconds + (run_seconds / 2 if is_joined else busy * run_seconds / 2)
    queue = max(0.0, loading / active - 1) * active / 2
    jobs = sum(delivered.values()) * leagues * 2 + runs * (run_models * (1 + SCOPE_JOBS) + given.worker_jobs)
    references = REFERENCES_OF_A_SCRIPT + SCOPE_REFERENCES
    # Partitions of shared tables hold the rows of every league.
    query = max(
        given.query_references * prices.MINIMUM_BYTES_PER_TABLE, given.query_mib * prices.MIB * leagues / writers
    )
    read = references * prices.MINIMUM_BYTES_PER_TABLE + query
    of_worker = given.worker_jobs * given.worker_references * prices.MINIMUM_BYTES_PER_TABLE
    billed = runs * (run_models * read + of_worker)
    running = min(runs * run_seconds / writers, active)
    slots = given.slot_seconds / per_model * writers
    stepped = max(1, -(-slots // prices.SLOT_STEP)) * prices.SLOT_STEP
    lines = season.lines_per_game * season.games_per_date * given.derived_rows_per_line * leagues
    busiest = max(feed.deliveries(season.busiest_date_games) for feed in feeds(season))
    messages = (sum(delivered.values()) * leagues * 2 + runs * 4) * given.message_bytes
    return Load(
        leagues=leagues,
        is_shared=is_shared,
        deliveries=sum(delivered.values()) * leagues,
        changes=changes,
        runs=runs,
        run_seconds=run_seconds,
        latency_seconds=given.load_seconds + waiting + run_seconds + queue,
        busy_share=busy,
        jobs=jobs,
        raw_rows=rows,
        stored_gib_per_season=(rows + lines) * season.game_dates * given.row_bytes / prices.GIB,
        billed_tib=billed / prices.TIB,
        on_demand_dollars=prices.dollars_of_bytes(billed),
        slot_dollars=stepped * running / 3600 * prices.DOLLARS_PER_SLOT_HOUR,
        peak_slots=slots,
        loads_per_table=busiest * (leagues if is_shared else 1),
        dml_per_10_seconds=10 / per_model,
        pubsub_bytes_per_second=messages / active * 3,
    )


def loads(season: Season, models: Mapping[str, int]) -> list[Load]:
    """Compute 1, 10 and 100 leagues, in shared tables and in datasets of their own."""
    return [load_of(season, models, leagues, is_shared=shared) for shared in (True, False) for leagues in (1, 10, 100)]


def first_limits(found: list[Load]) -> list[tuple[str, int]]:
    """Return the limits of shared tables with the number of leagues at which each is met, the earliest first."""
    one = next(load for load in found if load.is_shared and load.leagues == 1)
    met = {
        "turns of the writers: every change its own run": (one.busy_share, 1.0),
        "load jobs a table and day": (one.loads_per_table, float(prices.LOAD_JOBS_PER_TABLE_PER_DAY)),
        "load jobs a project and day": (one.deliveries, float(prices.LOAD_JOBS_PER_PROJECT_PER_DAY)),
        "Pub/Sub throughput of a region": (
            one.pubsub_bytes_per_second,
            float(prices.PUBSUB_PUBLISH_BYTES_PER_SECOND_REGIONAL),
        ),
    }
    return sorted(
        ((name, max(1, int(-(-limit // each)))) for name, (each, limit) in met.items()), key=lambda item: item[1]
    )
