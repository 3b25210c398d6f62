"""A platform with the real manifest and ledger on an empty warehouse; dbt is replaced by its effects."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from python_runners.errors import BuildFailed
from python_runners.events import Envelope, Phase
from python_runners.loaders.contracts import raw_tables
from python_runners.pipeline.change_run import run_change
from python_runners.pipeline.composition import Platform
from python_runners.pipeline.dbt_runner import DbtRun

DAY = date(2025, 11, 15)
NOON = datetime(2025, 11, 15, 17, tzinfo=UTC)
PROPS = "odds_api_player_points_props"
_FILL = {"string": "'x'", "int64": "0", "float64": "0", "bool": "false", "array<string>": "[]"}


class DbtEffects:
    """Stands in for dbt: moves the watermarks of the models as their transactions do, or fails like a node does.

    Attributes:
        failing: models that fail.
        finishing: models that are done before a failing one of the same run.
    """

    def __init__(self, manifest: Mapping[str, Any]) -> None:
        self.manifest = manifest
        self.platform: Platform
        self.runs: list[tuple[str, ...]] = []
        self.failing: tuple[str, ...] | None = None
        self.finishing: tuple[str, ...] = ()

    def run_models(self, select: Sequence[str], variables: Mapping[str, Any]) -> DbtRun:
        self.runs.append(tuple(select))
        is_failing = self.failing is not None and bool(set(self.failing) & set(select))
        for model in self.finishing if is_failing else select:
            self.platform.warehouse.execute("delete from nba_orchestration.watermarks where consumer = ?", [model])
            self.platform.warehouse.execute(
                "insert into nba_orchestration.watermarks select ?, coalesce(max(change_id), 0), ?::timestamp, "
                "?::timestamp from nba_orchestration.change_log",
                [model, variables["as_of"], variables["as_of"]],
            )
            self.platform.warehouse.execute(
                "insert into nba_orchestration.run_counts values (?, ?, 'listed', ?, ?, 1, 1, 1, 1, 0, 1, 0, 0)",
                [variables["run_id"], model, DAY, DAY],
            )
        if is_failing:
            raise BuildFailed("1 dbt node(s) failed: boom", self.failing or ())
        return DbtRun(())


@dataclass
class Stand:
    """A platform on an empty warehouse, its clock, and changes by hand."""

    platform: Platform
    dbt: DbtEffects
    now: datetime = NOON
    changes: int = 0
    spoken: int = 0

    def schedule(self, games: int = 1230, *, day: date = DAY, loaded_at: datetime = NOON) -> None:
        columns = raw_tables()["nbac_schedule"].columns
        known = {
            "game_id": "cast(i as varchar)",
            "game_date": f"date '{day}'",
            "season_year": "2025",
            "loaded_at": f"timestamp '{loaded_at:%Y-%m-%d %H:%M:%S}'",
            "observed_at": f"timestamp '{loaded_at:%Y-%m-%d %H:%M:%S}'",
        }
        required = [column for column in columns if column.is_required or column.name in known]
        filled = [known.get(column.name) or self._fill(column.data_type) for column in required]
        self.platform.warehouse.execute(
            f"insert into nba_raw.nbac_schedule ({', '.join(column.name for column in required)}) "
            f"select {', '.join(filled)} from range({games}) as numbers(i)"
        )

    def _fill(self, data_type: str) -> str:
        return _FILL.get(data_type, f"cast('2025-11-15' as {data_type})")

    def log(self, table: str = PROPS, *fields: str, day: date | None = DAY) -> None:
        self.changes += 1
        self.platform.warehouse.execute(
            "insert into nba_orchestration.change_log (change_id, input_name, change_kind, game_date, changed_fields, "
            "run_id, changed_at) values (?, ?, ?, ?, ?, 'load', ?)",
            [self.changes, table, "changed" if fields else "new", day, list(fields), self.now.replace(tzinfo=None)],
        )

    def message(self, table: str = PROPS, *, journey: str = "c1", day: date | None = DAY) -> Envelope:
        return Envelope(
            processor_name=f"load_{table}",
            phase=Phase.RAW,
            execution_id=f"load_{journey}",
            correlation_id=journey,
            status="success",
            source_table=table,
            game_date=day,
            timestamp=self.now,
            skip_downstream_trigger=True,
        )

    def run(self, table: str = PROPS, **fields: Any) -> dict[str, Any]:
        """Run a message and return the newest row of phase 3."""
        self.spoken += 1
        identity = {"trigger_message_id": f"m{self.spoken}"} | fields
        run_change(self.platform, self.message(table).model_copy(update=identity))
        return self.newest()

    def newest(self) -> dict[str, Any]:
        return self.rows("phase = 3")[-1]

    def rows(self, condition: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.platform.warehouse.query(
            f"select * from nba_orchestration.pipeline_execution_log where {condition} order by started_at, rowid"
        ).to_pylist()
        return found

    def settled(self) -> Stand:
        """With a schedule, and every model computed."""
        self.schedule()
        self.log()
        assert self.run()["status"] != "blocked"
        for table in ("nbac_boxscore_players", "nbac_schedule"):
            run_change(self.platform, self.message(table))
        self.dbt.runs.clear()
        return self
