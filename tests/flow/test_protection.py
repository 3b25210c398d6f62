"""The protection around the run of a change, with the real manifest and ledger; dbt is replaced by its effects."""

from __future__ import annotations

from datetime import timedelta

import duckdb
import pytest

from python_runners.errors import BuildFailed
from python_runners.events import Phase, Topic
from python_runners.operations import reset_breaker
from python_runners.pipeline.handle import connect
from tests.flow.stand import DAY, NOON, PROPS, Stand


def test_the_signature_of_a_run_stands_in_both_ledgers(stand: Stand) -> None:
    stand.schedule()
    stand.log()
    signature = stand.run()["change_signature"]
    assert len(signature) == 32
    assert {row["change_signature"] for row in stand.rows("phase > 2")} == {signature}
    models = stand.platform.warehouse.query(
        "select distinct change_signature, len(quality_issues) > 0 as has_issues "
        "from nba_processing.analytics_processor_runs"
    ).to_pylist()
    assert models == [{"change_signature": signature, "has_issues": True}]


def test_without_its_schedule_a_run_is_blocked_and_the_next_event_releases_it(stand: Stand) -> None:
    stand.log()
    blocked = stand.run()
    assert (blocked["status"], blocked["dependencies_met"]) == ("blocked", False)
    assert "nba_com.nbac_schedule: no rows" in blocked["missing_dependencies"]
    assert stand.dbt.runs == []
    stand.schedule()
    released = stand.run()
    assert (released["dependencies_met"], len(stand.dbt.runs)) == (True, 1)
    assert released["change_signature"] == blocked["change_signature"]


def test_a_schedule_that_is_too_short_blocks_and_says_how(stand: Stand) -> None:
    stand.schedule(games=40)
    stand.log()
    row = stand.run()
    assert row["status"] == "blocked"
    assert (
        "nba_com.nbac_schedule: at least 1200 rows per season_year wanted, 1 of 1 short" in row["missing_dependencies"]
    )


def test_ages_count_against_the_as_of(stand: Stand) -> None:
    stand.schedule(loaded_at=NOON - timedelta(hours=49))
    stand.log()
    assert "nba_com.nbac_schedule: stale, 49 h > 48 h" in stand.run()["missing_dependencies"]
    past = stand.run(metadata={"as_of": "2025-11-14T17:00:00Z"})
    assert past["status"] != "blocked"
    stand.log()
    assert stand.run(backfill_mode=True)["status"] != "blocked"


def test_optional_sources_that_are_missing_are_recorded_and_no_reason_to_wait(stand: Stand) -> None:
    stand.schedule()
    stand.log()
    row = stand.run()
    assert row["dependencies_met"]
    assert "espn.espn_team_rosters: no rows of the last 30 days" in row["missing_dependencies"]
    assert len(stand.dbt.runs) == 1


def test_a_blocked_message_is_acknowledged(stand: Stand) -> None:
    connect(stand.platform)
    stand.log()
    stand.platform.bus.publish(Topic.RAW_COMPLETE.value, stand.message().to_bytes())
    assert stand.platform.bus.drain() == 1
    assert stand.newest()["status"] == "blocked"
    assert stand.platform.bus.pending(f"{Topic.RAW_COMPLETE.value}-dlq") == []


def test_changes_that_another_run_took_along_are_unchanged(stand: Stand) -> None:
    row = stand.settled().run()
    assert (row["status"], row["skip_reason"], stand.dbt.runs) == ("skipped", "unchanged", [])
    assert row["dependencies_met"] is None


def test_a_new_date_runs_although_nothing_changed(stand: Stand) -> None:
    stand.settled().run(metadata={"as_of": "2025-11-16T17:00:00Z"})
    assert len(stand.dbt.runs) == 1


def test_the_same_message_again_is_a_duplicate(stand: Stand) -> None:
    stand.settled().log()
    assert stand.run(trigger_message_id="once")["status"] == "success"
    stand.log()
    assert stand.run(trigger_message_id="once")["skip_reason"] == "duplicate_delivery"
    assert len(stand.dbt.runs) == 1


def test_a_field_that_nobody_reads_starts_no_run(stand: Stand) -> None:
    stand.settled().log(PROPS, "snapshot_kind_of_nobody")
    row = stand.run()
    assert (row["status"], row["skip_reason"], stand.dbt.runs) == ("skipped", "irrelevant_fields", [])
    stand.log(PROPS, "line")
    stand.run()
    assert len(stand.dbt.runs) == 1


def test_odds_for_a_date_without_games_end_early(stand: Stand) -> None:
    idle = DAY + timedelta(days=20)
    stand.settled().log(day=idle)
    assert stand.run(game_date=idle)["skip_reason"] == "no_games"
    stand.log("nbac_boxscore_players", day=idle)
    assert stand.run("nbac_boxscore_players", game_date=idle)["skip_reason"] != "no_games"
    assert len(stand.dbt.runs) == 1


def fail(stand: Stand) -> None:
    stand.dbt.failing = ("int_points_line",)
    with pytest.raises(BuildFailed):
        stand.run()


def test_a_model_that_fails_is_tried_until_its_budget_is_spent(stand: Stand, monkeypatch: pytest.MonkeyPatch) -> None:
    stand.settled().log()
    fail(stand)
    assert stand.run()["skip_reason"] == "circuit_open"
    stand.now += timedelta(seconds=61)
    fail(stand)
    stand.now += timedelta(hours=2)
    assert stand.run()["skip_reason"] == "circuit_open"
    assert len(stand.dbt.runs) == 2

    monkeypatch.setattr(stand.platform, "close", lambda: None)
    monkeypatch.setattr(reset_breaker, "configured_platform", lambda: stand.platform)
    console = reset_breaker.Console(record=True, width=160)
    reset_breaker.reset_once(console, DAY, "int_points_line", "ada", "the seed is mended")
    assert "terminal" in console.export_text()
    stand.dbt.failing = None
    stand.run()
    assert len(stand.dbt.runs) == 3


def test_new_content_is_tried_after_the_budget_is_spent_and_success_closes(stand: Stand) -> None:
    stand.settled().log()
    for _ in range(2):
        fail(stand)
        stand.now += timedelta(seconds=61)
    assert stand.run()["skip_reason"] == "circuit_open"
    stand.log()
    fail(stand)
    stand.now += timedelta(seconds=61)
    stand.dbt.failing = None
    stand.run()
    (circuit,) = stand.platform.warehouse.query("select * from nba_orchestration.run_attempts").to_pylist()
    assert (circuit["consumer"], circuit["state"], circuit["reset_by"]) == ("int_points_line", "closed", "new content")


def test_another_date_and_other_models_are_not_held_back(stand: Stand) -> None:
    stand.settled().log()
    fail(stand)
    stand.dbt.failing = None
    stand.log()
    assert stand.run(game_date=DAY + timedelta(days=1))["skip_reason"] != "circuit_open"


def test_a_run_that_outlived_its_lease_is_lost_when_the_next_comes(stand: Stand) -> None:
    dead, alive = (
        stand.platform.ledger.start(Phase.ANALYTICS, "phase_3_analytics", correlation_id=name)
        for name in ("dead", "alive")
    )
    stand.platform.warehouse.execute(
        "update nba_orchestration.pipeline_execution_log set lease_expires_at = started_at where execution_id = ?",
        [dead.execution_id],
    )
    stand.run()
    assert [row["status"] for row in stand.rows("correlation_id = 'dead'")] == ["lost"]
    assert [row["execution_id"] for row in stand.rows("status = 'running'")] == [alive.execution_id]


def test_journeys_of_one_date_become_one_run_and_keep_their_rows(stand: Stand) -> None:
    stand.settled()
    connect(stand.platform)
    for journey, table in (("j1", PROPS), ("j2", "odds_api_game_lines"), ("j3", PROPS)):
        stand.log(table)
        stand.platform.bus.publish(Topic.RAW_COMPLETE.value, stand.message(table, journey=journey).to_bytes())
    stand.platform.bus.publish(Topic.RAW_COMPLETE.value, b"no json")
    stand.platform.bus.drain()
    assert len(stand.dbt.runs) == 1
    assert "upcoming_team_game_context" in stand.dbt.runs[0]
    reasons = {row["correlation_id"]: row["skip_reason"] for row in stand.rows("phase = 3")}
    assert (reasons["j2"], reasons["j3"]) == ("coalesced", "coalesced")
    assert len(stand.platform.bus.pending(f"{Topic.RAW_COMPLETE.value}-dlq")) == 1


def test_what_a_failed_run_took_along_answers_for_itself(stand: Stand) -> None:
    stand.settled()
    connect(stand.platform)
    stand.dbt.failing = ("int_points_line",)
    for journey in ("j1", "j2"):
        stand.log()
        stand.platform.bus.publish(Topic.RAW_COMPLETE.value, stand.message(journey=journey).to_bytes())
    stand.platform.bus.drain()
    reasons = {row["correlation_id"]: (row["status"], row["skip_reason"]) for row in stand.rows("phase = 3")}
    assert reasons["j1"] == ("failed", None)
    assert reasons["j2"] == ("skipped", "circuit_open")


def test_what_a_run_took_along_runs_when_the_warehouse_itself_fails(
    stand: Stand, monkeypatch: pytest.MonkeyPatch
) -> None:
    stand.settled()
    connect(stand.platform)
    for journey in ("j1", "j2"):
        stand.log()
        stand.platform.bus.publish(Topic.RAW_COMPLETE.value, stand.message(journey=journey).to_bytes())

    def broken(*arguments: object) -> None:
        raise duckdb.IOException("the disk is full")

    with monkeypatch.context() as patch:
        patch.setattr(stand.dbt, "run_models", broken)
        with pytest.raises(duckdb.IOException, match="disk is full"):
            stand.platform.bus.drain(max_deliveries=1)
    assert stand.platform.coalesced == set()
    stand.platform.bus.drain()
    assert len(stand.dbt.runs) == 1
