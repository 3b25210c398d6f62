"""One corrected box score row of a real season: what it recomputes, what it says about it, and what it leaves alone."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from python_runners.dates import parse_instant
from python_runners.events import Envelope, Phase, Topic
from python_runners.loaders.contracts import raw_tables
from python_runners.loaders.write import Lineage, replace_scopes, to_arrow
from python_runners.pipeline.composition import Platform
from python_runners.pipeline.dbt_runner import DbtRunner
from python_runners.pipeline.handle import connect, handle
from python_runners.platform.bus import Message
from python_runners.publishers.run import publish_slate
from python_runners.settings import Settings
from tests.flow.builds import open_warehouse, project_paths
from tests.flow.conftest import AS_OF as BUILT_AS_OF

TABLE = "nbac_player_boxscores"
PLAYER = "1630567"
AS_OF = parse_instant(BUILT_AS_OF)
SLATE = date(2025, 11, 16)
TABLES = """
select schema_name || '.' || table_name as name from duckdb_tables()
where schema_name in ('nba_analytics', 'nba_precompute') order by name
"""


@dataclass
class Correction:
    """The platform after the correction, and what stood before it."""

    platform: Platform
    documents: dict[str, bytes]

    def rows(self, sql: str, *parameters: Any) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.platform.warehouse.query(sql, list(parameters)).to_pylist()
        return found


def stored_documents(platform: Platform) -> dict[str, bytes]:
    """Every published document, byte for byte: generation and instants are part of it."""
    folder = platform.settings.published_dir
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*.json")}


def correct(platform: Platform) -> None:
    """Deliver his first game of the week again, with another plus-minus, as its loader would."""
    contract = raw_tables()[TABLE]
    scope = platform.warehouse.query(
        f"select game_id, source_variant from nba_raw.{TABLE} "
        "where player_id = ? and game_date between '2025-11-05' and '2025-11-14' order by game_date limit 1",
        [PLAYER],
    ).to_pylist()[0]
    columns = ", ".join(column.name for column in contract.value_columns)
    rows = platform.warehouse.query(
        f"select {columns} from nba_raw.{TABLE} where game_id = ? and source_variant = ?", list(scope.values())
    ).to_pylist()
    next(row for row in rows if row["player_id"] == PLAYER)["plus_minus"] += 1
    lineage = Lineage("correction", "correction", scope["source_variant"], datetime.now(UTC))
    result = replace_scopes(platform.warehouse, contract, to_arrow(contract, rows), [scope], lineage)
    assert (result.changed, result.changed_fields) == (1, ("plus_minus",))


@pytest.fixture(scope="module")
def correction(built: Path, dbt: DbtRunner, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Correction]:
    """The five seasons, published for a slate, then one corrected row driven through every phase."""
    folder = tmp_path_factory.mktemp("corrected")
    with open_warehouse(built) as warehouse:
        warehouse.execute("checkpoint")
    shutil.copy(built / "warehouse.duckdb", folder / "warehouse.duckdb")
    platform = Platform(Settings(data_dir=folder, as_of=AS_OF.isoformat()), lambda: AS_OF)
    platform.__dict__["dbt"] = dbt
    with closing(platform), project_paths(folder):
        publish_slate(platform, SLATE, as_of=AS_OF, correlation_id="first_edition")
        for table in platform.warehouse.query(TABLES).column("name").to_pylist():
            platform.warehouse.execute(f"create table before_{table.split('.')[1]} as select * from {table}")
        before = stored_documents(platform)
        assert len(before) > 100
        correct(platform)
        message = Envelope(
            processor_name="load",
            phase=Phase.RAW,
            execution_id="correction",
            correlation_id="correction",
            status="success",
            source_table=TABLE,
            trigger_source="manual",
            timestamp=AS_OF,
            changed_fields=("plus_minus",),
        )
        connect(platform)
        handle(platform, Message("1", Topic.RAW_COMPLETE.value, message.to_bytes()))
        platform.bus.drain()
        yield Correction(platform, before)


def test_the_ledger_says_what_was_worth_it(correction: Correction) -> None:
    runs = correction.rows(
        "select processor_name, entities_processed, entities_changed, waste_pct from "
        "nba_processing.analytics_processor_runs where correlation_id = 'correction' and entities_processed > 0"
    )
    assert [run["processor_name"] for run in runs] == ["player_game_summary"]
    assert all(run["waste_pct"] < 1 for run in runs)
    phases = correction.rows(
        "select phase, status, waste_pct, affected_entities from nba_orchestration.pipeline_execution_log "
        "where correlation_id = 'correction' and phase in (3, 4) order by phase"
    )
    assert [(run["phase"], run["status"]) for run in phases] == [(3, "success"), (4, "skipped")]
    assert json.loads(phases[0]["affected_entities"])["players"] == [PLAYER]


def test_every_other_row_kept_when_it_was_written(correction: Correction) -> None:
    tables = [row["name"] for row in correction.rows(TABLES)]
    assert len(tables) >= 10
    for table in tables:
        rewritten = correction.rows(
            f"select * from {table} as now where not exists (select 1 from before_{table.split('.')[1]} as before "
            "where before.updated_at = now.updated_at and before.row_digest = now.row_digest)"
        )
        expected = [PLAYER] if table == "nba_analytics.player_game_summary" else []
        assert [row["player_id"] for row in rewritten] == expected, table


def test_documents_of_other_players_were_not_written(correction: Correction) -> None:
    after = stored_documents(correction.platform)
    written = {path for path, document in after.items() if document != correction.documents.get(path)}
    assert {path for path in written if "/players/" in path or path.startswith("players/")} <= {
        path for path in after if PLAYER in path
    }
    assert set(after) == set(correction.documents)
