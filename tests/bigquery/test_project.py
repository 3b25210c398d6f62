"""The whole project on the BigQuery emulator: built, tested, documented, and row for row what DuckDB gives.

One module, because everything here stands on one build, and a worker of the test run takes a module whole.
"""

from __future__ import annotations

import json
import random
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from google.cloud.bigquery import Client, QueryJobConfig
from rich.console import Console
from rich.table import Table

from python_runners.loaders.contracts import raw_tables
from python_runners.loaders.table_ddl import create_table_ddl
from python_runners.predictions.in_warehouse import predict_in_warehouse
from python_runners.predictions.inputs import RELATIONS, WarehouseSource, read_inputs
from python_runners.predictions.run import PredictionRun
from python_runners.predictions.scoring import score
from python_runners.predictions.system_table import active_systems
from tests.bigquery.conftest import BuiltTwins
from tests.bigquery.sequence import random_events
from tests.bigquery.twins import PROJECT, Twins
from tests.proof import moves

pytestmark = pytest.mark.bigquery

# Ten dates have no tenth game of a player.
LONGER = ("not_constant_ml_feature_store_v2_f12_minutes_change",)
# Made from digests of feature rows, which are compared inside one warehouse only.
DIGESTS = ["features_digest", "input_digest", "row_digest"]
# Corrections as sources make them; those of a row are delivered one by one and processed together.
CORRECTIONS: tuple[tuple[moves.Move, ...], ...] = (
    (moves.correct_box_minutes, moves.move_a_line, moves.change_injury),
    (moves.edit_play_by_play, moves.correct_team, moves.deliver_again, moves.deliver_late),
    (moves.withdraw_box, moves.postpone, moves.add_alias),
)
# A round takes a minute on the emulator; as many sequences take that on DuckDB.
SEQUENCES_PER_ROUND = 25
SEED = 11


def _compare(twins: Twins, after: str) -> None:
    found = twins.compare()
    table = Table("table", "rows", "differing", title=f"DuckDB and BigQuery after {after}")
    for relation, (rows, differing) in found.items():
        table.add_row(relation, f"{rows:,}", str(differing))
    total, differing = (sum(column) for column in zip(*found.values(), strict=True))
    table.add_row(f"{len(found)} tables", f"{total:,}", str(differing))
    Console(width=100).print(table)
    assert {relation: counts for relation, counts in found.items() if counts[1]} == {}
    assert all(rows for rows, _ in found.values())


def test_every_seed_snapshot_and_model_is_built(built: BuiltTwins) -> None:
    done = Counter(node.resource_type for node in built.build.nodes if node.status == "success")
    nodes = built.twins.emulator.dbt.manifest["nodes"].values()
    declared = Counter(
        node["resource_type"] for node in nodes if node["resource_type"] in ("seed", "snapshot", "model")
    )
    print(f"built on the emulator: {dict(done)}")
    assert done == declared
    assert done["model"] > 80


@pytest.mark.parametrize("name", sorted(raw_tables()))
def test_raw_tables_have_the_layout_of_the_contract(built: BuiltTwins, name: str) -> None:
    contract = raw_tables()[name]
    table = built.twins.emulator.client.get_table(f"{PROJECT}.{contract.relation}")
    partitioning = table.time_partitioning.field if table.time_partitioning else None
    assert partitioning == contract.layout.partition_by
    # The emulator keeps nothing else of the layout.
    statement = create_table_ddl(contract, "bigquery")
    assert f" cluster by {', '.join(contract.layout.cluster_by)}" in statement
    assert ("require_partition_filter = true" in statement) == contract.layout.require_partition_filter


def test_a_build_gives_the_rows_of_duckdb(built: BuiltTwins) -> None:
    _compare(built.twins, "a build of the whole project")


def test_every_dbt_test_holds(built: BuiltTwins) -> None:
    done = built.twins.emulator.invoke(
        "test", exclude=LONGER, exclude_types=("unit_test",), variables=built.twins.variables()
    )
    print(f"dbt tests on the emulator: {dict(Counter(node.status for node in done.nodes))}")
    assert len(done.nodes) > 800


def test_the_documentation_knows_every_column_of_a_model(built: BuiltTwins, tmp_path: Path) -> None:
    emulator = built.twins.emulator
    with emulator.target():
        emulator.dbt.generate_docs(tmp_path)
    catalog = json.loads((tmp_path / "catalog.json").read_text(encoding="utf-8"))
    declared = emulator.dbt.manifest["nodes"]["model.nba_props.player_game_summary"]["columns"]
    found = catalog["nodes"]["model.nba_props.player_game_summary"]["columns"]
    assert set(found) == set(declared)
    assert (tmp_path / "static_index.html").is_file()


def test_predictions_on_bigquery_are_those_of_duckdb(built: BuiltTwins, tmp_path: Path) -> None:
    twins = built.twins
    systems = active_systems(None, tmp_path).systems
    run = PredictionRun.from_parameters(twins.variables() | {"correlation_id": "parity_1"})
    with twins.platform() as platform:
        expected = score(read_inputs(WarehouseSource(platform.warehouse), run), systems, run).predictions
    assert expected.num_rows > 100
    there = twins.emulator.warehouse
    assert predict_in_warehouse(there, systems, run) == expected.num_rows
    assert predict_in_warehouse(there, systems, run) == 0
    expected = expected.drop_columns(DIGESTS)
    found = there.query(f"select {', '.join(expected.column_names)} from {RELATIONS['player_points_predictions']}")
    key = [("game_id", "ascending"), ("player_id", "ascending"), ("system_id", "ascending")]
    differing = {
        name
        for here, row in zip(found.sort_by(key).to_pylist(), expected.sort_by(key).to_pylist(), strict=True)
        for name in row
        if row[name] != here[name]
    }
    assert differing == set()
    current = there.query("select count(*) as n from nba_predictions.current_predictions").to_pylist()
    assert current[0]["n"] > 100


def test_jobs_carry_the_labels_of_their_run(built: BuiltTwins, monkeypatch: pytest.MonkeyPatch) -> None:
    # Looked at on the way out: the emulator does not keep the labels of a query.
    sent: list[dict[str, str]] = []
    submit = Client.query

    def noted(self: Client, query: str, job_config: QueryJobConfig, **options: Any) -> Any:
        sent.append(dict(job_config.labels))
        return submit(self, query, job_config=job_config, **options)

    monkeypatch.setattr(Client, "query", noted)
    variables = built.twins.variables() | {"correlation_id": "Parity/1", "player_ids": [], "from_date": "2025-10-30"}
    built.twins.emulator.invoke("run", select=["team_offense_game_summary"], variables=variables)
    expected = {
        "app": "nba-props",
        "correlation_id": "parity_1",
        "run_id": "proof",
        "node": "team_offense_game_summary",
        "phase": "3",
    }
    of_the_model = [labels for labels in sent if labels.get("node") == "team_offense_game_summary"]
    assert of_the_model, sent
    assert all(expected.items() <= labels.items() for labels in of_the_model)


def test_corrections_give_the_rows_of_duckdb(built: BuiltTwins) -> None:
    for number, together in enumerate(CORRECTIONS, start=1):
        for move in together:
            move(built.twins, random.Random(number))
        built.twins.settle()
        _compare(built.twins, ", ".join(move.__name__ for move in together))


def test_random_events_give_the_rows_of_duckdb(built: BuiltTwins, request: pytest.FixtureRequest) -> None:
    rounds = max(1, int(request.config.getoption("sequences")) // SEQUENCES_PER_ROUND)
    tried = random_events(built.twins, rounds, random.Random(SEED))
    print(f"random events on both engines in {rounds} rounds: {dict(tried)}")
    assert sum(tried.values()) >= 3 * rounds
