"""Unfused runs with the real manifest, bus, ledger and state store; dbt is replaced by its effects."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from rich.console import Console

from python_runners.errors import BuildFailed, PermanentError
from python_runners.events import Envelope, Phase, Topic, parse_message
from python_runners.operations import barrier as barrier_command
from python_runners.operations import run_date as run_date_command
from python_runners.operations.barrier import barriers_on, force_barriers, sweep_barriers
from python_runners.operations.run_date import start_date
from python_runners.pipeline.handle import connect
from python_runners.pipeline.modes import Mode
from tests.flow.stand import DAY, PROPS, Stand

CONTEXT = "upcoming_player_game_context"
LEVELS = [
    ("player_daily_cache", "player_shot_zone_analysis", "team_defense_zone_analysis"),
    ("player_composite_factors",),
    ("ml_feature_store_v2",),
]


@pytest.fixture
def unfused(stand: Stand) -> Stand:
    stand.schedule()
    stand.log()
    stand.platform.settings = stand.platform.settings.model_copy(update={"fused_runs": False})
    connect(stand.platform)
    # What comes after phase 4 is not looked at here.
    stand.platform.bus.subscribe(Topic.PRECOMPUTE_COMPLETE.value, lambda delivery: None)
    return stand


def send(stand: Stand, topic: Topic, message: Envelope) -> None:
    stand.platform.bus.publish(topic.value, message.to_bytes())
    stand.platform.bus.drain()


def change(journey: str = "c1", **fields: Any) -> Envelope:
    given = {
        "processor_name": "load", "phase": Phase.RAW, "execution_id": f"load_{journey}", "correlation_id": journey,
        "status": "success", "source_table": PROPS, "game_date": DAY,
    }  # fmt: skip
    return Envelope(**(given | fields))


def dead(stand: Stand, topic: Topic) -> list[str]:
    letters = stand.platform.bus.pending(f"{topic.value}-dlq")
    return [letter.attributes["dead_letter_reason"] for letter in letters]


def decisions(stand: Stand) -> list[tuple[int, str, str]]:
    rows = stand.platform.warehouse.query(
        "select phase, decision, reason from nba_orchestration.barrier_decisions order by rowid"
    ).to_pylist()
    return [(row["phase"], row["decision"], row["reason"]) for row in rows]


def triggers(stand: Stand) -> list[tuple[int, str]]:
    return [(phase, verb) for phase, verb, _ in decisions(stand) if verb != "wait"]


def test_five_steps_go_from_a_change_to_the_end_of_phase_4(unfused: Stand) -> None:
    ended: list[Envelope] = []
    unfused.platform.bus.subscribe(
        Topic.PRECOMPUTE_COMPLETE.value, lambda delivery: ended.append(parse_message(delivery.body))
    )
    send(unfused, Topic.RAW_COMPLETE, change())
    runs = unfused.dbt.runs
    assert runs[0] == ("int_injury_report", "int_points_line")
    assert {run[0] for run in runs[1:4]} == {
        "player_game_summary", CONTEXT, "upcoming_team_game_context",
    }  # fmt: skip
    assert [tuple(sorted(run)) for run in runs[4:]] == LEVELS
    assert triggers(unfused) == [(3, "trigger"), (4, "trigger"), (4, "trigger"), (4, "trigger")]
    (message,) = ended
    assert (message.phase, message.correlation_id, message.game_date) == (Phase.PRECOMPUTE, "c1", DAY)
    assert "fused" not in message.metadata
    completions = unfused.platform.warehouse.query(
        "select phase, processor_name, is_incremental from nba_orchestration.phase_completion"
    ).to_pylist()
    assert len(completions) == 8
    assert all(row["is_incremental"] for row in completions)


def test_every_wait_says_what_it_waits_for(unfused: Stand) -> None:
    send(unfused, Topic.RAW_COMPLETE, change())
    first = decisions(unfused)[0]
    assert first[:2] == (3, "wait")
    assert first[2].startswith("not yet, because ")
    assert first[2].endswith("not complete")


def test_a_message_that_comes_again_runs_nothing_again(unfused: Stand) -> None:
    send(unfused, Topic.RAW_COMPLETE, change())
    ran = len(unfused.dbt.runs)
    trigger = unfused.platform.warehouse.query(
        "select distinct parent_execution_id from nba_orchestration.pipeline_execution_log where phase = 4"
    )
    send(unfused, Topic.RAW_COMPLETE, change())
    assert [run for run in unfused.dbt.runs[ran:] if CONTEXT in run or run in LEVELS] == []
    reasons = {row["skip_reason"] for row in unfused.rows("output_table is not null and status = 'skipped'")}
    assert reasons == {"duplicate_delivery"}
    assert trigger.num_rows == 3
    assert triggers(unfused).count((3, "trigger")) == 1


def test_a_model_that_fails_is_named_and_its_success_later_lets_go(unfused: Stand) -> None:
    unfused.dbt.failing = (CONTEXT,)
    send(unfused, Topic.RAW_COMPLETE, change())
    assert len(dead(unfused, Topic.RAW_COMPLETE)) == 1
    assert triggers(unfused) == []
    (state,) = barriers_on(unfused.platform, DAY)
    assert state.waits_for == f"{CONTEXT} failed (1 dbt node(s) failed: boom)"
    unfused.dbt.failing = None
    unfused.now += timedelta(seconds=1)
    send(unfused, Topic.RAW_COMPLETE, change())
    assert triggers(unfused)[0] == (3, "trigger")
    assert len(triggers(unfused)) == 4


def test_of_one_run_of_a_level_what_was_done_before_the_failure_is_complete(unfused: Stand) -> None:
    unfused.dbt.failing, unfused.dbt.finishing = ("player_daily_cache",), ("team_defense_zone_analysis",)
    send(unfused, Topic.RAW_COMPLETE, change())
    state = barriers_on(unfused.platform, DAY)[-1]
    assert (state.key.phase, state.completed) == (4, ("team_defense_zone_analysis",))
    assert "player_daily_cache failed" in state.waits_for
    assert len(dead(unfused, Topic.PRECOMPUTE_TRIGGER)) == 1


def test_inputs_that_fail_end_the_run_before_its_models(unfused: Stand) -> None:
    unfused.dbt.failing = ("int_points_line",)
    send(unfused, Topic.RAW_COMPLETE, change())
    assert len(dead(unfused, Topic.RAW_COMPLETE)) == 1
    assert [row["status"] for row in unfused.rows("processor_name = 'inputs'")] == ["failed"]
    assert decisions(unfused) == []


def test_a_run_without_its_sources_is_blocked_before_it_begins(unfused: Stand) -> None:
    unfused.platform.warehouse.execute("delete from nba_raw.nbac_schedule")
    send(unfused, Topic.RAW_COMPLETE, change())
    assert (unfused.newest()["status"], unfused.dbt.runs) == ("blocked", [])


def test_a_complete_barrier_without_its_sources_is_blocked_and_the_sweep_repairs_it(unfused: Stand) -> None:
    models = ("player_game_summary", CONTEXT, "upcoming_team_game_context")
    unfused.platform.warehouse.execute("create temp table kept as from nba_raw.nbac_schedule")
    unfused.platform.warehouse.execute("delete from nba_raw.nbac_schedule")
    for model in models:
        done = change(processor_name=model, phase=Phase.ANALYTICS, execution_id=f"run_{model}")
        send(unfused, Topic.ANALYTICS_COMPLETE, done)
    assert triggers(unfused) == [(3, "blocked")]
    assert "nba_com.nbac_schedule" in decisions(unfused)[-1][2]
    unfused.platform.warehouse.execute("insert into nba_raw.nbac_schedule from kept")
    assert [decision.verb for decision in sweep_barriers(unfused.platform, [DAY])] == ["repaired"]
    unfused.platform.bus.drain()
    assert triggers(unfused)[1:] == [(3, "repaired"), (4, "trigger"), (4, "trigger"), (4, "trigger")]


def test_a_trigger_by_hand_derives_its_models_and_levels(unfused: Stand) -> None:
    by_hand = change(source_table=None, processor_name="ada", trigger_source="manual", metadata={"mode": "overnight"})
    send(unfused, Topic.PRECOMPUTE_TRIGGER, by_hand)
    assert [tuple(sorted(run)) for run in unfused.dbt.runs] == LEVELS


@pytest.mark.parametrize(
    ("topic", "fields", "reason"),
    [
        (Topic.ANALYTICS_COMPLETE, {}, "load is no model of phase 3 that an event runs"),
        (
            Topic.PROCESSOR_COMPLETE,
            {"processor_name": "player_daily_cache"},
            "metadata.trigger: a completion",
        ),
        (Topic.PRECOMPUTE_TRIGGER, {"metadata": {"level": 9}}, "metadata.level: 9 is none of 1 to 3"),
        (Topic.RAW_COMPLETE, {"metadata": {"mode": "nightly"}}, "metadata.mode: 'nightly' is none of"),
    ],
)
def test_what_makes_no_sense_goes_to_the_dead_letters(
    unfused: Stand, topic: Topic, fields: dict[str, Any], reason: str
) -> None:
    send(unfused, topic, change(**fields))
    (letter,) = dead(unfused, topic)
    assert reason in letter
    assert unfused.dbt.runs == []


def test_a_later_change_of_a_date_waits_for_what_it_reaches_alone(unfused: Stand) -> None:
    start_date(unfused.platform, DAY, Mode.OVERNIGHT)
    unfused.platform.bus.drain()
    assert len(barriers_on(unfused.platform, DAY)[0].expected) == 5
    unfused.now += timedelta(hours=1)
    lines = change("c2", source_table="odds_api_game_lines", metadata={"mode": "overnight"}, timestamp=unfused.now)
    done = {"processor_name": "upcoming_team_game_context", "phase": Phase.ANALYTICS, "execution_id": "later"}
    send(unfused, Topic.ANALYTICS_COMPLETE, lines.model_copy(update=done))
    later = barriers_on(unfused.platform, DAY)[1]
    assert (later.key.mode, later.expected, later.status) == (
        Mode.OVERNIGHT,
        ("upcoming_team_game_context",),
        "triggered",
    )


def test_a_backfill_triggers_nothing(unfused: Stand) -> None:
    start_date(unfused.platform, DAY, Mode.BACKFILL, "the season of 2024")
    unfused.platform.bus.drain()
    assert len(unfused.dbt.runs) == 6
    assert (barriers_on(unfused.platform, DAY), decisions(unfused)) == ([], [])
    assert {row["backfill_reason"] for row in unfused.rows("phase = 3")} == {"the season of 2024"}


def test_an_incremental_run_needs_its_change(unfused: Stand) -> None:
    with pytest.raises(PermanentError, match="an incremental run starts with its change"):
        start_date(unfused.platform, DAY, Mode.INCREMENTAL)


def test_a_failed_date_is_raised_and_announced(unfused: Stand) -> None:
    unfused.dbt.failing = (CONTEXT,)
    with pytest.raises(BuildFailed, match="boom"):
        start_date(unfused.platform, DAY, Mode.TOMORROW)
    unfused.platform.bus.drain()
    (state,) = barriers_on(unfused.platform, DAY)
    assert (state.completed, state.missing) == (("upcoming_team_game_context",), (CONTEXT,))


def test_a_person_shows_and_forces(unfused: Stand, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unfused.platform, "close", lambda: None)
    monkeypatch.setattr(barrier_command, "configured_platform", lambda: unfused.platform)
    monkeypatch.setattr(run_date_command, "configured_platform", lambda: unfused.platform)
    console = Console(record=True, width=200)
    barrier_command.show_barriers(console, DAY)
    with pytest.raises(PermanentError, match="no barrier of 2025-11-15 waits"):
        force_barriers(unfused.platform, DAY, "ada", "why not")
    with pytest.raises(PermanentError, match="--reason and --by want a text"):
        force_barriers(unfused.platform, DAY, "ada", " ")
    with pytest.raises(PermanentError, match="--mode wants one of overnight"):
        run_date_command.run_date_once(console, DAY, "nightly", None)
    unfused.dbt.failing = (CONTEXT,)
    with pytest.raises(BuildFailed):
        start_date(unfused.platform, DAY, Mode.SAME_DAY)
    unfused.platform.bus.drain()
    unfused.dbt.failing = None
    barrier_command.show_barriers(console, DAY)
    barrier_command.act_on_barriers(console, DAY)
    barrier_command.act_on_barriers(console, DAY, by="ada", reason="the books are closed")
    text = console.export_text()
    for expected in (
        "No barrier of 2025-11-15.",
        f"{CONTEXT} failed (1 dbt node(s) failed: boom)",
        "0 triggers sent",
        "ada: the books are closed",
        "1 triggers sent",
    ):
        assert expected in text
    monkeypatch.setattr(run_date_command, "drive", lambda platform: None)
    run_date_command.run_date_once(console, DAY, "tomorrow", None)
    assert "nba-props trace tomorrow_" in console.export_text()
