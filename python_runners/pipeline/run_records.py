"""What a dbt run did to each model, read back from the counts that the models wrote in their own transactions."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date
from typing import Any

from python_runners.events import AffectedEntities, Envelope
from python_runners.pipeline.composition import Platform
from python_runners.pipeline.engine_use import EngineUse
from python_runners.pipeline.ledger import Run
from python_runners.version import code_version

_MODES = {"all": "full_refresh", "dates": "date_range", "listed": "entity", "none": "entity", "left_out": "entity"}
_SKIP_REASONS = {"none": "unchanged", "left_out": "irrelevant_fields"}
_LIST_LIMIT = 100
_AFFECTED = """
with moved as (
    select change_kind, player_id, team, game_id from nba_orchestration.change_log
    where run_id = ? and input_name in ({marks})
)

select distinct 'rebuilt' as kind, change_kind as id from moved where change_kind = 'rebuilt'
union all
select distinct 'players', player_id from moved where player_id is not null
union all
select distinct 'teams', team from moved where team is not null
union all
select distinct 'games', game_id from moved where game_id is not null
order by kind, id
"""


@dataclass(frozen=True)
class ModelCounts:
    """What one run did to one model.

    Attributes:
        consumer: name of the model.
        phase: number of its phase; None for inputs and dimensions.
        mode: all, dates, listed, none, or left_out of the run because no change could move it.
        in_scope: entities that the scope names.
        processed: entities whose rows were rebuilt.
        changed: entities whose rows really moved.
        rows_processed: rows rebuilt.
        rows_moved: rows that came, went or differ.
    """

    consumer: str
    phase: int | None
    mode: str
    first_date: date | None
    last_date: date | None
    in_scope: int
    processed: int
    changed: int
    rows_processed: int
    rows_inserted: int
    rows_updated: int
    rows_deleted: int

    @classmethod
    def nothing(cls, consumer: str, phase: int | None) -> ModelCounts:
        """What a run did to a model that it left out."""
        return cls(consumer, phase, "left_out", None, None, 0, 0, 0, 0, 0, 0, 0)

    @property
    def rows_moved(self) -> int:
        """Rows that came, went or differ."""
        return self.rows_inserted + self.rows_updated + self.rows_deleted

    @property
    def waste_pct(self) -> float | None:
        """Share of the processed entities that stayed as they were, 0..100; None when none was processed."""
        return 100.0 * (self.processed - self.changed) / self.processed if self.processed else None


def phases_by_model(manifest: Mapping[str, Any]) -> dict[str, int]:
    """Return the phase of every model that has one."""
    return {
        node["name"]: node["config"]["meta"]["phase"]
        for node in manifest["nodes"].values()
        if node["resource_type"] == "model" and node["config"].get("meta", {}).get("phase")
    }


def counts_of_run(platform: Platform, run_id: str) -> list[ModelCounts]:
    """Return what the models of a run counted, in the order of their names."""
    phases = phases_by_model(platform.dbt.manifest)
    rows = platform.warehouse.query(
        "select consumer, mode, from_date, to_date, entities_in_scope, entities_processed, entities_changed, "
        "rows_processed, rows_inserted, rows_updated, rows_deleted from nba_orchestration.run_counts "
        "where run_id = ? order by consumer",
        [run_id],
    ).to_pylist()
    return [
        ModelCounts(
            consumer=row["consumer"],
            phase=phases.get(row["consumer"]),
            mode=row["mode"],
            first_date=row["from_date"],
            last_date=row["to_date"],
            in_scope=row["entities_in_scope"],
            processed=row["entities_processed"],
            changed=row["entities_changed"],
            rows_processed=row["rows_processed"],
            rows_inserted=row["rows_inserted"],
            rows_updated=row["rows_updated"],
            rows_deleted=row["rows_deleted"],
        )
        for row in rows
    ]


def affected_by_run(platform: Platform, run_id: str, models: tuple[str, ...]) -> AffectedEntities:
    """Return the entities whose rows moved in the given models; more than 100 of a kind, or a rebuild, become "all"."""
    ids: dict[str, list[str]] = {"rebuilt": [], "players": [], "teams": [], "games": []}
    marks = ", ".join("?" for _ in models) or "null"
    for row in platform.warehouse.query(_AFFECTED.format(marks=marks), [run_id, *models]).to_pylist():
        ids[row["kind"]].append(row["id"])
    if ids.pop("rebuilt"):
        return AffectedEntities(players="all", teams="all", games="all")
    return AffectedEntities.model_validate(
        {kind: tuple(found) if len(found) <= _LIST_LIMIT else "all" for kind, found in ids.items()}
    )


def record_models(
    platform: Platform,
    run: Run,
    run_id: str,
    message: Envelope | None,
    used: Mapping[str, EngineUse],
    quality_issues: Sequence[str] = (),
    left_out: Sequence[str] = (),
) -> list[ModelCounts]:
    """Write one row per phase 3 and 4 model of a run into analytics_processor_runs, and return the counts of all.

    Args:
        platform: the platform.
        run: run of the phase that the rows belong to.
        run_id: run under which the models counted.
        message: what triggered the run.
        used: what the engine used by model.
        quality_issues: what the sources of the run lacked, in words.
        left_out: models that the run left out.
    """
    phases = phases_by_model(platform.dbt.manifest)
    counts = counts_of_run(platform, run_id)
    counts += [ModelCounts.nothing(name, phases.get(name)) for name in left_out]
    started = run.started_at.astimezone(UTC).replace(tzinfo=None)
    known = set(
        platform.warehouse.query(
            "select processor_name from nba_processing.analytics_processor_runs where run_id = ?", [run_id]
        )
        .column("processor_name")
        .to_pylist()
    )
    rows: list[dict[str, Any]] = []
    for count in counts:
        if count.phase not in (3, 4) or count.consumer in known:
            continue
        skipped = count.mode in _SKIP_REASONS
        rows.append(
            {
                "run_id": run_id,
                "run_date": started.date(),
                "processor_name": count.consumer,
                "date_range_start": count.first_date or started.date(),
                "date_range_end": count.last_date or count.first_date or started.date(),
                "records_processed": count.rows_processed,
                "records_inserted": count.rows_inserted,
                "records_updated": count.rows_updated,
                "records_deleted": count.rows_deleted,
                "records_unchanged": count.rows_processed - count.rows_inserted - count.rows_updated,
                "duration_seconds": used.get(count.consumer, EngineUse()).seconds,
                "bytes_processed": used.get(count.consumer, EngineUse()).bytes_processed,
                "slot_milliseconds": used.get(count.consumer, EngineUse()).slot_milliseconds,
                "jobs": used.get(count.consumer, EngineUse()).jobs,
                "success": True,
                "status": "skipped" if skipped else "success",
                "entities_in_scope": count.in_scope,
                "entities_processed": count.processed,
                "entities_changed": count.changed,
                "processing_mode": _MODES[count.mode],
                "waste_pct": count.waste_pct,
                "skip_reason": _SKIP_REASONS.get(count.mode),
                "change_signature": message.change_signature if message else None,
                "trigger_chain": json.dumps(list(message.trigger_chain) if message else []),
                "decisions_made": json.dumps([f"scope:{count.mode}"]),
                "optimizations_used": json.dumps(["scoped_replace", "early_cutoff"] if count.mode != "all" else []),
                "execution_id": run.execution_id,
                "correlation_id": run.correlation_id,
                "source_table": message.source_table if message else None,
                "quality_issues": list(quality_issues),
                "code_version": code_version(),
                "started_at": started,
            }
        )
    platform.ledger.insert_all("analytics_processor_runs", rows)
    return counts
