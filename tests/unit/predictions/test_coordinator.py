"""The coordinator on a small slate of eight players: the real scoring, without dbt around it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from python_runners.errors import BuildFailed, InvalidMessage
from python_runners.events import Envelope, Phase, Topic, parse_message
from python_runners.loaders.write import create_tables
from python_runners.pipeline.composition import Platform
from python_runners.pipeline.dbt_runner import DbtRun
from python_runners.predictions import coordinator
from python_runners.predictions.coverage import batch_status, last_batch, players_needing_retry
from python_runners.predictions.inputs import WarehouseSource, read_inputs
from python_runners.predictions.line_moves import players_whose_line_moved
from python_runners.predictions.readiness import validate_phase_4_ready
from python_runners.predictions.requests import CoordinatorRequest, parse_request
from python_runners.predictions.run import PredictionRun
from python_runners.predictions.scoring import score
from python_runners.predictions.system_table import active_systems
from python_runners.settings import Settings
from tests.unit.predictions.prediction_frames import dated_rows, warehouse_of

TODAY = date(2024, 2, 5)
NOON = datetime(2024, 2, 5, 17, tzinfo=UTC)
SYSTEMS = 4
ASKED = CoordinatorRequest(trigger_source="scheduler")


class ScoringDbt:
    """Does what the dbt model does, for the players that it does not lose."""

    def __init__(self) -> None:
        self.manifest: Mapping[str, Any] = {"exposures": {}, "nodes": {}}
        self.platform: Platform
        self.lost: tuple[str, ...] = ()
        self.failure: BuildFailed | None = None
        self.runs: list[Mapping[str, Any]] = []

    def invoke(self, command: str, *, select: Sequence[str], variables: Mapping[str, Any]) -> DbtRun:
        assert (command, list(select)) == ("run", ["player_points_predictions"])
        self.runs.append(variables)
        if self.failure is not None:
            raise self.failure
        warehouse, run = self.platform.warehouse, PredictionRun.from_parameters(variables)
        rows = score(read_inputs(WarehouseSource(warehouse), run), active_systems(None, Path()).systems, run)
        with warehouse.attached("new_rows", rows.predictions):
            warehouse.execute(
                "create table if not exists nba_predictions.player_points_predictions as from new_rows limit 0"
            )
            warehouse.execute(
                "insert into nba_predictions.player_points_predictions"
                " from new_rows where not list_contains($lost, player_id)",
                {"lost": list(self.lost)},
            )
        return DbtRun(())


@dataclass
class Slate:
    """The platform of the slate, and what happened on it."""

    platform: Platform
    dbt: ScoringDbt
    now: datetime = NOON
    naps: list[float] = field(default_factory=list)
    while_asleep: Callable[[], None] = lambda: None

    def sleep(self, seconds: float) -> None:
        self.naps.append(seconds)
        self.now += timedelta(seconds=seconds)
        self.while_asleep()

    def execute(self, sql: str) -> None:
        self.platform.warehouse.execute(sql)

    def rows(self, sql: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.platform.warehouse.query(sql).to_pylist()
        return found

    def versions(self) -> dict[str, int]:
        """Newest version by player."""
        sql = "select player_id, max(prediction_version) as v from nba_predictions.player_points_predictions group by 1"
        return {row["player_id"]: row["v"] for row in self.rows(sql)}

    def ledger(self) -> dict[str, Any]:
        return self.rows("select * from nba_orchestration.pipeline_execution_log order by started_at, rowid")[-1]

    def announced(self) -> list[Envelope]:
        return [parse_message(m.body) for m in self.platform.bus.pending(Topic.PREDICTIONS_COMPLETE.value)]

    def alerts(self) -> list[tuple[str, str]]:
        sql = "select severity, subject from nba_orchestration.alerts where status = 'sent' order by raised_at, rowid"
        return [(row["severity"], row["subject"]) for row in self.rows(sql)]

    def start(self) -> coordinator.Answer:
        return coordinator.start(self.platform, ASKED, self.sleep)


@pytest.fixture
def slate(tmp_path: Path) -> Iterator[Slate]:
    warehouse = warehouse_of(tmp_path, dated_rows(), outcomes_before=TODAY)
    create_tables(warehouse)
    warehouse.execute(
        "create table nba_reference.dim_game as select distinct game_id, game_date, tip_off_utc, false as is_final,"
        " 'N' as postponed_status from nba_precompute.ml_feature_store_v2"
    )
    platform = Platform(Settings(data_dir=tmp_path, as_of=None))
    dbt = ScoringDbt()
    platform.__dict__ |= {"warehouse": warehouse, "dbt": dbt}
    dbt.platform = platform
    slate = Slate(platform, dbt)
    platform.clock = lambda: slate.now
    yield slate
    platform.close()


def completion(**fields: Any) -> Envelope:
    given: dict[str, Any] = {
        "processor_name": Phase.PRECOMPUTE.value,
        "phase": Phase.PRECOMPUTE,
        "execution_id": "p4",
        "correlation_id": "journey",
        "status": "success",
        "game_date": TODAY,
    }
    return Envelope.model_validate(given | fields)


def test_start_predicts_the_slate_records_it_and_announces_it(slate: Slate) -> None:
    answer = slate.start()
    assert answer.outcome == "predicted"
    assert answer.batch is not None
    assert (answer.batch.eligible_players, answer.batch.coverage, answer.batch.mode) == (8, 1.0, "main")
    (message,) = slate.announced()
    assert (message.correlation_id, message.record_count) == (answer.correlation_id, 8 * SYSTEMS)
    assert message.metadata["batch_id"] == answer.batch.batch_id
    run = slate.ledger()
    assert (run["status"], run["trigger_source"], run["record_count"]) == ("success", "scheduler", 8 * SYSTEMS)
    assert run["execution_id"] == answer.batch.batch_id
    assert answer.to_document()["batch"]["predicted_players"] == 8
    assert slate.naps == []


def test_start_twice_writes_and_announces_once(slate: Slate) -> None:
    slate.start()
    slate.start()
    assert set(slate.versions().values()) == {1}
    assert len(slate.announced()) == 1
    assert (slate.ledger()["status"], slate.ledger()["skip_reason"]) == ("skipped", "unchanged")


def test_start_waits_for_phase_4_and_goes_on_when_it_comes(slate: Slate) -> None:
    slate.execute("create table aside as from nba_precompute.ml_feature_store_v2 where game_date = date '2024-02-05'")
    slate.execute("delete from nba_precompute.ml_feature_store_v2 where game_date = date '2024-02-05'")

    def arrive() -> None:
        if len(slate.naps) == 3:
            slate.execute("insert into nba_precompute.ml_feature_store_v2 from aside")

    slate.while_asleep = arrive
    assert slate.start().outcome == "predicted"
    assert slate.naps == [15.0, 15.0, 15.0]


def test_start_gives_up_after_half_an_hour_and_says_what_is_missing(slate: Slate) -> None:
    slate.execute(
        "delete from nba_precompute.ml_feature_store_v2 where game_date = date '2024-02-05' and player_id > '3'"
    )
    answer = slate.start()
    assert (answer.outcome, sum(slate.naps)) == ("blocked", 1800.0)
    assert answer.reasons[0].endswith("4 feature rows of 8 players")
    assert slate.dbt.runs == []
    run = slate.ledger()
    assert (run["status"], run["dependencies_met"]) == ("blocked", False)
    assert run["missing_dependencies"] == list(answer.reasons)
    assert slate.alerts() == [("critical", "phase 4 not ready 2024-02-05")]


@pytest.mark.parametrize(
    "change", ["is_final = true", "postponed_status = 'P'", "tip_off_utc = timestamp '2024-02-05 16:00:00'"]
)
def test_without_games_ahead_nothing_is_predicted(slate: Slate, change: str) -> None:
    slate.execute(f"update nba_reference.dim_game set {change} where game_date = date '2024-02-05'")
    assert slate.start().outcome == "no_games"
    assert (slate.ledger()["status"], slate.ledger()["skip_reason"]) == ("skipped", "no_games")
    assert coordinator.retry(slate.platform, ASKED).outcome == "no_games"
    assert slate.dbt.runs == []


def test_a_game_without_context_is_not_ready(slate: Slate) -> None:
    slate.execute("delete from nba_analytics.upcoming_player_game_context where game_date = date '2024-02-05'")
    readiness = validate_phase_4_ready(slate.platform, TODAY)
    assert (readiness.state, readiness.games) == ("waiting", 1)


def test_nine_of_ten_feature_rows_are_enough(slate: Slate) -> None:
    slate.execute(
        "insert into nba_analytics.upcoming_player_game_context by name"
        " select * replace ('1' || player_id as player_id) from nba_analytics.upcoming_player_game_context"
        " where game_date = date '2024-02-05' and player_id = '1'"
    )
    assert validate_phase_4_ready(slate.platform, TODAY).state == "waiting"
    slate.execute("delete from nba_analytics.upcoming_player_game_context where player_id = '11'")
    assert validate_phase_4_ready(slate.platform, TODAY).state == "ready"


def test_coverage_below_the_target_is_told_and_retried_for_the_stragglers_alone(slate: Slate) -> None:
    slate.dbt.lost = ("2", "6")
    answer = slate.start()
    assert answer.batch is not None
    assert (answer.batch.status, answer.batch.coverage) == ("partial", 0.75)
    assert slate.announced()[-1].status == "partial"
    assert slate.alerts() == [("critical", "prediction coverage 2024-02-05")]
    status = batch_status(slate.platform, TODAY)
    assert (status.coverage, status.reasons) == (0.75, {"not_predicted": 2})
    assert players_needing_retry(status) == ("2", "6")

    slate.dbt.lost = ()
    again = coordinator.retry(slate.platform, ASKED)
    assert again.batch is not None
    assert (again.batch.mode, again.batch.eligible_players, again.batch.coverage) == ("retry", 2, 1.0)
    assert slate.dbt.runs[-1]["player_ids"] == ["2", "6"]
    assert batch_status(slate.platform, TODAY).coverage == 1.0
    assert coordinator.retry(slate.platform, ASKED).outcome == "complete"
    assert set(slate.versions().values()) == {1}


def test_a_retry_of_named_players_leaves_the_other_stragglers(slate: Slate) -> None:
    slate.dbt.lost = ("2", "6")
    slate.start()
    slate.dbt.lost = ()
    coordinator.retry(slate.platform, CoordinatorRequest(player_ids=("6", "7")))
    assert slate.dbt.runs[-1]["player_ids"] == ["6"]


def test_every_player_left_out_has_a_reason(slate: Slate) -> None:
    slate.execute("update nba_analytics.upcoming_player_game_context set injury_status = 'out' where player_id = '2'")
    slate.execute("update nba_precompute.ml_feature_store_v2 set is_production_ready = false where player_id = '3'")
    slate.execute("delete from nba_analytics.upcoming_player_game_context where player_id = '4'")
    document = coordinator.status(slate.platform, ASKED, alerts=False)
    assert {each["player_id"]: each["reason"] for each in document["left_out"] if each["player_id"] in "234"} == {
        "2": "ruled_out",
        "3": "not_production_ready",
        "4": "no_context",
    }
    assert document["reasons"] == {"no_context": 1, "not_predicted": 5, "not_production_ready": 1, "ruled_out": 1}
    assert (document["eligible_players"], document["is_below_target"], document["last_batch"]) == (5, True, None)
    assert slate.alerts() == []
    coordinator.status(slate.platform, ASKED, alerts=True)
    assert slate.alerts() == [("critical", "prediction coverage 2024-02-05")]


def test_the_status_names_the_last_batch(slate: Slate) -> None:
    answer = slate.start()
    assert answer.batch is not None
    found = last_batch(slate.platform, TODAY)
    assert found is not None
    assert (found["batch_id"], found["completed_at"]) == (answer.batch.batch_id, "2024-02-05T17:00:00")


def test_a_moved_line_gives_new_versions_of_that_player_alone(slate: Slate) -> None:
    slate.start()
    assert coordinator.line_update(slate.platform, ASKED).outcome == "unchanged"
    slate.execute(
        "update nba_analytics.upcoming_player_game_context set current_points_line = current_points_line + 1"
        " where player_id = '5'"
    )
    assert players_whose_line_moved(slate.platform, TODAY) == ("5",)
    assert players_whose_line_moved(slate.platform, TODAY, ("1", "2")) == ()
    answer = coordinator.line_update(slate.platform, ASKED)
    assert answer.batch is not None
    assert (answer.outcome, answer.batch.mode, answer.batch.eligible_players) == ("predicted", "line_update", 1)
    assert slate.versions() == {str(player): 2 if player == 5 else 1 for player in range(8)}
    assert slate.announced()[-1].change_type == "incremental"
    assert coordinator.line_update(slate.platform, ASKED).outcome == "unchanged"


def test_a_line_without_its_book_is_none(slate: Slate) -> None:
    slate.start()
    slate.execute(
        "update nba_analytics.upcoming_player_game_context set current_line_book = null where player_id = '5'"
    )
    assert players_whose_line_moved(slate.platform, TODAY) == ("5",)
    coordinator.line_update(slate.platform, ASKED)
    newest = slate.rows(
        "select distinct recommendation from nba_predictions.player_points_predictions where prediction_version = 2"
    )
    assert newest == [{"recommendation": "NO_LINE"}]


def test_before_the_first_prediction_no_line_has_moved(slate: Slate) -> None:
    assert coordinator.line_update(slate.platform, ASKED).outcome == "unchanged"


def test_after_tip_off_a_line_moves_nothing(slate: Slate) -> None:
    slate.start()
    slate.execute("update nba_analytics.upcoming_player_game_context set current_points_line = 1.5")
    slate.now = NOON + timedelta(hours=8)
    assert coordinator.line_update(slate.platform, ASKED).outcome == "unchanged"


def test_a_failed_model_is_recorded_told_and_raised(slate: Slate) -> None:
    slate.dbt.failure = BuildFailed("1 dbt node(s) failed: boom", ("player_points_predictions",))
    with pytest.raises(BuildFailed):
        slate.start()
    run = slate.ledger()
    assert (run["status"], run["error_type"]) == ("failed", "BuildFailed")
    assert slate.alerts() == [("critical", "predictions failed 2024-02-05")]
    assert slate.announced() == []
    slate.dbt.failure = None
    assert slate.start().outcome == "predicted"


def test_an_early_slate_is_an_early_batch(slate: Slate) -> None:
    slate.now = NOON - timedelta(days=1)
    slate.execute("update nba_precompute.ml_feature_store_v2 set as_of = as_of - interval 2 day")
    slate.execute("update nba_analytics.upcoming_player_game_context set as_of = as_of - interval 2 day")
    answer = coordinator.start(slate.platform, CoordinatorRequest(game_date=TODAY), slate.sleep)
    assert answer.batch is not None
    assert (answer.batch.mode, answer.batch.eligible_players) == ("early", 8)


@pytest.mark.parametrize(
    ("table", "mode"), [("odds_api_player_points_props", "line_update"), ("nbac_injury_report", "main")]
)
def test_the_batch_of_a_fused_run_is_recorded_once(slate: Slate, table: str, mode: str) -> None:
    variables = {"run_id": "fused", "as_of": NOON.isoformat(), "written_at": NOON.isoformat(),
                 "correlation_id": "journey", "to_date": TODAY.isoformat()}  # fmt: skip
    slate.dbt.lost = ("7",)
    slate.dbt.invoke("run", select=["player_points_predictions"], variables=variables)
    message = completion(source_table=table, metadata={"fused": True})
    for _ in range(2):
        coordinator.trigger(slate.platform, message)
    (batch,) = slate.rows("select * from nba_predictions.prediction_batches")
    assert (batch["batch_id"], batch["mode"], batch["predicted_players"]) == ("fused", mode, 7)
    assert slate.alerts() == [("critical", "prediction coverage 2024-02-05")]
    assert len(slate.dbt.runs) == 1
    assert slate.announced() == []


def test_a_fused_run_without_new_predictions_has_no_batch(slate: Slate) -> None:
    coordinator.trigger(slate.platform, completion(metadata={"fused": True}))
    slate.start()
    coordinator.trigger(slate.platform, completion(metadata={"fused": True}))
    assert slate.rows("select count(*) as n from nba_predictions.prediction_batches") == [{"n": 1}]


@pytest.mark.parametrize("body", [None, [], {"games": 1}, {"trigger_source": "pubsub"}, {"player_ids": [1]}])
def test_a_call_that_does_not_validate_is_refused(body: Any) -> None:
    with pytest.raises(InvalidMessage):
        parse_request(body)
