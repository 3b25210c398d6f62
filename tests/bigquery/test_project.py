"""The whole project on the BigQuery emulator: built, tested, documented, and row for row what DuckDB gives.

One module, because everything here stands on one build, and a worker of the test run takes a module whole.
"""

from __future__ import annotations

import json
import random
import re
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from google.cloud.bigquery import Client, QueryJobConfig

from python_runners.loaders.contracts import raw_tables
from python_runners.loaders.table_ddl import create_table_ddl
from python_runners.operations.daily_summary import daily_summary
from python_runners.predictions.coverage import batch_status, last_batch
from python_runners.predictions.line_moves import players_whose_line_moved
from python_runners.predictions.readiness import validate_phase_4_ready
from python_runners.publishers.halts import declare
from tests.bigquery.conftest import BuiltTwins
from tests.bigquery.journeys import Workers, build_prediction_views, two_workers
from tests.bigquery.operator import ANSWERS, COMMANDS, prepare, shown, swept
from tests.bigquery.sequence import random_sequences
from tests.bigquery.statements import Sent, sent_statements
from tests.bigquery.twins import PROJECT
from tests.proof import moves

pytestmark = pytest.mark.bigquery

# Ten dates have no tenth game of a player.
LONGER = ("not_constant_ml_feature_store_v2_f12_minutes_change",)
# Corrections as sources make them; those of a row are delivered one by one and processed together.
CORRECTIONS: tuple[tuple[moves.Move, ...], ...] = (
    (moves.correct_box_minutes, moves.move_a_line, moves.change_injury),
    (moves.edit_play_by_play, moves.correct_team, moves.deliver_again, moves.deliver_late),
    (moves.withdraw_box, moves.postpone, moves.add_alias),
)
# One takes a minute on the emulator; as many take that on DuckDB.
COST_OF_A_SEQUENCE = 25
FEWEST_SEQUENCES = 2


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
    built.twins.assert_equal("a build of the whole project")


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


@pytest.fixture(scope="module")
def sent() -> Iterator[Sent]:
    """What the workers send to BigQuery."""
    with sent_statements() as noted:
        yield noted


@pytest.fixture(scope="module")
def workers(built: BuiltTwins, sent: Sent) -> Iterator[Workers]:
    """Workers on both engines; what they do belongs to the tests that follow one another here."""
    with two_workers(built.twins, built.league) as pair:
        yield pair


def test_predictions_on_bigquery_are_those_of_duckdb(built: BuiltTwins, workers: Workers) -> None:
    here, there = (worker.predict("morning") for worker in workers.both)
    assert here == there
    assert here.predicted_players == here.eligible_players > 100
    expected = workers.duckdb.predictions()
    assert len(expected) > 300
    assert workers.bigquery.predictions() == expected
    workers.bigquery.predict("again")
    assert workers.bigquery.predictions() == expected
    build_prediction_views(built.twins)


def test_an_object_becomes_the_same_documents_on_both_engines(built: BuiltTwins, workers: Workers) -> None:
    event, *_ = workers.injury_reports()
    for worker in workers.both:
        worker.has_followed("player_points_predictions")
    workers.clock.move_to(event.at)
    for worker in workers.both:
        worker.fetch(event)
    narrowed = (
        "select entity_kind, entity_id from nba_orchestration.run_scope where consumer = 'player_points_predictions'"
    )
    scopes = [worker.rows(f"{narrowed} order by entity_kind, entity_id") for worker in workers.both]
    assert scopes[0] == scopes[1] != []
    expected = workers.duckdb.predictions()
    assert {row["prediction_version"] for row in expected} == {1, 2}
    assert workers.bigquery.predictions() == expected
    documents = workers.duckdb.documents()
    assert len(documents) > 500
    assert workers.bigquery.documents() == documents
    ledger = (
        "select phase, processor_name, status, skip_reason, record_count from nba_orchestration.pipeline_execution_log"
    )
    runs = [
        worker.rows(f"{ledger} where correlation_id like 'journey%' order by started_at") for worker in workers.both
    ]
    assert runs[0] == runs[1]
    assert [run["status"] for run in runs[0]] == ["success"] * 5
    # Later deliveries must be later than these.
    built.twins.let_pass(2)


def test_what_is_asked_about_a_slate_is_answered_alike(workers: Workers) -> None:
    now, day = workers.clock(), workers.clock().date()
    answers = []
    for worker in workers.both:
        platform = worker.platform
        raised = declare(platform.warehouse, platform.ledger, day, "manual", source="a test", now=now)
        lifted = declare(platform.warehouse, platform.ledger, day, None, source="a test", now=now)
        batch = last_batch(platform, day)
        assert batch is not None
        answers.append(
            (
                raised,
                lifted,
                validate_phase_4_ready(platform, day),
                batch_status(platform, day),
                {name: batch[name] for name in ("mode", "status", "eligible_players", "predicted_players")},
                players_whose_line_moved(platform, day),
                daily_summary(platform, day),
                platform.ledger.expire_leases(now + timedelta(days=400)),
            )
        )
    assert answers[0] == answers[1]
    assert answers[0][2].state == "ready"


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_shows_the_same_on_both_engines(workers: Workers, name: str) -> None:
    for worker in workers.both:
        prepare(worker, name)
    here, there = (shown(worker, COMMANDS[name]) for worker in workers.both)
    assert here == there
    assert re.search(ANSWERS.get(name, "."), there)


def test_a_sweep_finds_on_both_engines_what_no_loader_wrote(workers: Workers) -> None:
    here, there = (swept(worker) for worker in workers.both)
    assert here == there
    first, found = there
    assert first is None
    assert found is not None
    assert [change.source_table for change in found] == ["nbac_referee_game_assignments"]


def test_a_model_trained_on_bigquery_is_that_of_duckdb_and_predicts(workers: Workers) -> None:
    cards = [worker.train() for worker in workers.both]
    assert cards[0] == cards[1]
    batches = [worker.predict("trained") for worker in workers.both]
    assert batches[0] == batches[1]
    assert "gradient_boosting_v1" in batches[0].systems
    expected = workers.duckdb.predictions()
    assert cards[0].digest in {row["model_digest"] for row in expected}
    assert workers.bigquery.predictions() == expected


def test_everything_that_a_worker_sends_is_googlesql(built: BuiltTwins, workers: Workers, sent: Sent) -> None:
    assert len(sent.statements) > 100
    print(f"statements of a worker, analysed: {len(dict.fromkeys(sent.statements))}")
    assert sent.refused(built.twins.emulator.dbt.manifest) == {}


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
        built.twins.assert_equal(", ".join(move.__name__ for move in together))


def test_random_sequences_give_the_rows_of_duckdb(
    built: BuiltTwins, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    sequences = max(FEWEST_SEQUENCES, int(request.config.getoption("sequences")) // COST_OF_A_SEQUENCE)
    tried = random_sequences(built.twins, sequences, tmp_path)
    print(f"random events on both engines: {dict(tried)}")
    assert tried["events"] >= tried["sequences"] >= sequences
