"""`nba-props serve` on a real port: messages pushed to functions of one process, and one player's line that moves."""

from __future__ import annotations

import io
import re
import threading
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from rich.console import Console

from cloud_functions.host import Host, use_host
from cloud_functions.serve import LocalServer, serve
from python_runners.errors import PermanentError, TransientError
from python_runners.loaders.load import load_object
from python_runners.pipeline.change_run import plan_of
from python_runners.pipeline.column_reads import column_reads
from python_runners.pipeline.composition import Platform
from python_runners.pipeline.dbt_runner import DbtRunner
from python_runners.settings import Settings
from tests.flow.served import Served, serving, until
from tests.support.played import Played

LINE_BATCHES = "select * from nba_predictions.prediction_batches where mode = 'line_update' order by started_at"


@pytest.fixture(scope="module")
def served(played: Played, dbt: DbtRunner, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with serving(played, tmp_path_factory.mktemp("served") / "data", dbt) as served:
        served.wait_for_publication(served.scrape_lines(0).correlation_id)
        # With its second snapshot a book has opening lines, which every player of the game shows.
        served.moved = {served.lined_players()[-1][1]: 1.0}
        served.wait_for_publication(served.scrape_lines(10).correlation_id)
        yield served


def test_health_names_every_function(served: Served) -> None:
    answer = served.http.get("/healthz")
    assert (answer.status_code, answer.json()["status"]) == (200, "ok")
    assert len(answer.json()["functions"]) == 9


def test_the_first_lines_reached_predictions_and_documents(served: Served) -> None:
    lined = served.rows(
        "select count(distinct player_id) as players from nba_predictions.player_points_predictions "
        f"where game_date = date '{served.today}' and points_line is not null"
    )
    assert lined[0]["players"] > 5
    until(lambda: len(served.rows(LINE_BATCHES)) == 2)
    batch = served.rows(LINE_BATCHES)[-1]
    assert batch["coverage"] == 1.0
    status = served.http.get("/prediction_coordinator/status").json()
    assert (status["coverage"], status["phase_4"]["state"]) == (1.0, "ready")
    assert status["last_batch"]["batch_id"] == batch["batch_id"]
    assert set(status["reasons"]) <= {"ruled_out", "not_production_ready"}


def test_a_moved_line_rewrites_one_player_within_the_event(served: Served) -> None:
    player_id, name = served.lined_players()[0]
    before, pages = served.versions(), served.pages()
    served.moved |= {name: 2.0}
    message = served.scrape_lines(30)
    served.wait_for_publication(message.correlation_id)
    changed = {key: version for key, version in served.versions().items() if version != before[key]}
    assert {player for player, _ in changed} == {player_id}
    assert all(version == before[key] + 1 for key, version in changed.items())
    assert {player for player, generation in served.pages().items() if generation != pages[player]} == {player_id}
    made = served.rows(
        "select distinct correlation_id from nba_predictions.player_points_predictions "
        f"where player_id = '{player_id}' and prediction_version = {max(changed.values())} "
        f"and game_date = date '{served.today}'"
    )
    assert made == [{"correlation_id": message.correlation_id}]


def test_the_coordinator_catches_up_with_a_line_that_was_not_predicted(served: Served) -> None:
    player_id, name = served.lined_players()[1]
    before, pages = served.versions(), served.pages()
    served.moved |= {name: -1.5}
    message = served.scrape_lines(60, skip_downstream=True)
    platform = served.platform
    load_object(platform.warehouse, platform.ledger, platform.objects, message)
    event = message.model_copy(update={"source_table": "odds_api_player_points_props"})
    plan = plan_of(platform, event)
    without_predictions = [*plan.reference, *plan.phases[3], *plan.phases[4]]
    stamp = {"as_of": platform.clock().strftime("%Y-%m-%dT%H:%M:%S"), "run_id": "first_half"}
    platform.dbt.invoke(
        "run", select=without_predictions, variables=stamp | {"event": {"scopes": {}, "reads": column_reads()}}
    )
    answer = served.http.post("/prediction_coordinator/line-update", json={}).json()
    assert (answer["outcome"], answer["batch"]["eligible_players"]) == ("predicted", 1)
    served.wait_for_publication(answer["correlation_id"])
    changed = {key[0] for key, version in served.versions().items() if version != before[key]}
    assert changed == {player_id}
    assert {player for player, generation in served.pages().items() if generation != pages[player]} == {player_id}
    assert served.http.post("/prediction_coordinator/line-update").json()["outcome"] == "unchanged"
    assert served.http.post("/prediction_coordinator/retry").json()["outcome"] == "complete"


def test_a_refused_message_ends_among_the_dead_letters(served: Served) -> None:
    served.platform.bus.publish("nba-phase2-raw-complete", b"no json")
    until(lambda: bool(served.rows("select 1 from nba_orchestration.dead_letters")))
    (letter,) = served.rows("select topic, error_kind from nba_orchestration.dead_letters")
    assert letter == {"topic": "nba-phase2-raw-complete", "error_kind": "invalid_message"}


def test_every_run_has_an_end(served: Served) -> None:
    assert served.rows("select 1 from nba_orchestration.pipeline_execution_log where status = 'running'") == []


@pytest.fixture
def quiet_host(tmp_path: Path, dbt: DbtRunner) -> Iterator[Host]:
    """A host on an empty warehouse."""
    platform = Platform(Settings(data_dir=tmp_path))
    platform.__dict__["dbt"] = dbt
    host = Host(lambda: platform)
    former = use_host(host)
    yield host
    use_host(former)
    host.close()


@pytest.mark.usefixtures("quiet_host")
def test_serving_prints_where_functions_are_and_stops_clean() -> None:
    console = Console(file=io.StringIO(), width=200)
    found: list[int] = []
    before = set(threading.enumerate())

    def look() -> None:
        assert isinstance(console.file, io.StringIO)
        address = re.search(r"http://127\.0\.0\.1:\d+/healthz", console.file.getvalue())
        assert address
        found.append(httpx.get(address[0]).status_code)

    serve(console, "127.0.0.1", 0, wait=look)
    assert isinstance(console.file, io.StringIO)
    text = console.file.getvalue()
    assert found == [200]
    assert all(
        name in text for name in ("on_raw_complete", "nba-phase2-raw-complete", "/start at 0 6 * * *", "Stopped.")
    )
    assert not [thread for thread in set(threading.enumerate()) - before if thread.name in ("push loop", "http")]


def test_a_port_that_is_taken_is_said(quiet_host: Host, capsys: pytest.CaptureFixture[str]) -> None:
    first = LocalServer("127.0.0.1", 0, quiet_host)
    first.start()
    try:
        with pytest.raises(TransientError, match="choose another --port"):
            LocalServer("127.0.0.1", int(first.url.rpartition(":")[2]), quiet_host)
    finally:
        first.stop()


def test_a_loop_that_ended_is_unhealthy(quiet_host: Host) -> None:
    server = LocalServer("127.0.0.1", 0, quiet_host)
    server.start()
    try:
        assert httpx.get(f"{server.url}/healthz").status_code == 200
        server.loop.stop()
        assert httpx.get(f"{server.url}/healthz").status_code == 503
    finally:
        server.stop()


def test_a_push_without_identity_cannot_be_served(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path, push_identity_required=True, push_audience="a", push_service_accounts=("b",))
    host = Host(lambda: Platform(settings))
    with pytest.raises(PermanentError, match="PUSH_IDENTITY_REQUIRED"):
        LocalServer("127.0.0.1", 0, host)
    host.close()
