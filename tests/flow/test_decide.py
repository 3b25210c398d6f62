"""The weekly decision from the ledger to the terminal, by the real model."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from python_runners.dates import parse_instant
from python_runners.operations import decide as decide_module
from python_runners.operations.decide import decide, decide_once, next_step
from python_runners.operations.expected.survey import naive_utc
from python_runners.pipeline.composition import Platform
from python_runners.pipeline.dbt_runner import DbtRunner
from python_runners.settings import Settings
from tests.flow.builds import project_paths

NOW = parse_instant("2025-11-20T18:00:00Z")
DEFAULTS: dict[str, float | None] = {"decision_days": 7}


@pytest.fixture
def platform(dbt: DbtRunner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Platform]:
    """Twelve runs of an hour for each consumer of the week, with the waste that its name stands for."""
    with project_paths(tmp_path):
        platform = Platform(Settings(data_dir=tmp_path, as_of=None), clock=lambda: NOW)
        platform.dbt = dbt
        for consumer, changed in (("player_daily_cache", 0), ("player_game_summary", 95)):
            for hour in range(12):
                insert_run(platform, consumer, hours_ago=hour, changed=changed)
        monkeypatch.setattr(decide_module, "configured_platform", lambda: platform)
        yield platform
        platform.close()


def insert_run(platform: Platform, consumer: str, *, hours_ago: int, changed: int | None) -> None:
    started = naive_utc(NOW - timedelta(hours=hours_ago, minutes=1))
    platform.ledger.insert(
        "analytics_processor_runs",
        {
            "run_id": f"run{hours_ago}",
            "run_date": started.date(),
            "processor_name": consumer,
            "date_range_start": started.date(),
            "date_range_end": started.date(),
            "duration_seconds": 3600.0,
            "success": True,
            "status": "success",
            "entities_processed": 100,
            "entities_changed": changed,
            "processing_mode": "date_range",
            "waste_pct": None if changed is None else 100.0 - changed,
            "execution_id": f"run{hours_ago}",
            "correlation_id": "c",
            "quality_issues": [],
            "code_version": "test",
            "started_at": started,
        },
    )


def verdicts(decisions: list[dict[str, Any]]) -> dict[str, str]:
    return {row["processor_name"]: row["recommendation"] for row in decisions}


def printed(until: date | None = None, *, log: bool = True, history: bool = False) -> str:
    console = Console(record=True, width=220)
    decide_once(console, until, DEFAULTS, log=log, history=history)
    return console.export_text()


def test_the_verdict_follows_the_measured_waste(platform: Platform) -> None:
    assert verdicts(decide(platform, {})) == {"player_daily_cache": "implement", "player_game_summary": "sufficient"}


def test_thresholds_are_variables(platform: Platform) -> None:
    assert verdicts(decide(platform, {"decision_effort_hours": 500}))["player_daily_cache"] == "monitor"
    assert verdicts(decide(platform, {"decision_implement_runs": 12}))["player_daily_cache"] == "monitor"
    assert verdicts(decide(platform, {"decision_monitor_hours_per_week": 12}))["player_game_summary"] == "sufficient"


def test_the_window_ends_with_the_named_date(platform: Platform) -> None:
    assert decide(platform, {"decision_until": "2025-11-19"}) == []


def test_decisions_are_printed_logged_and_shown_later(platform: Platform) -> None:
    first = printed()
    assert "implement" in first
    assert "models/precompute/player_daily_cache.yml" in first
    assert "2 decisions appended" in first
    second = printed(log=False, history=True)
    assert "Earlier decisions" in second
    logged = platform.warehouse.query(
        "select distinct decided_at, recommendation from nba_orchestration.optimization_decision_log order by all"
    ).to_pylist()
    assert logged == [
        {"decided_at": naive_utc(NOW), "recommendation": "implement"},
        {"decided_at": naive_utc(NOW), "recommendation": "sufficient"},
    ]


def test_runs_that_measured_nothing_are_unknown_and_not_sufficient(platform: Platform) -> None:
    platform.warehouse.execute(
        "update nba_processing.analytics_processor_runs set entities_changed = null, waste_pct = null"
    )
    assert set(verdicts(decide(platform, {})).values()) == {"unknown"}
    assert "(+12)" in printed(log=False)


def test_a_week_without_runs_decides_and_logs_nothing(platform: Platform) -> None:
    text = printed(date(2025, 10, 1), history=True)
    assert "nothing to decide" in text
    assert "no earlier decision" in text
    assert platform.warehouse.query("select 1 from nba_orchestration.optimization_decision_log").num_rows == 0


@pytest.mark.parametrize(
    ("verdict", "mode", "scope", "step"),
    [
        ("implement", "date_range", "date", "set meta.scope: entity in models/precompute/zones.yml"),
        ("implement", "entity", "entity", "narrow meta.widening in models/precompute/zones.yml"),
        ("implement", "date_range", "entity", "give events of its sources a change set"),
        ("monitor", "entity", "entity", "decide again next week"),
        ("sufficient", "entity", "entity", "none"),
        ("unknown", "entity", "entity", "measure"),
    ],
)
def test_the_next_step_follows_from_the_verdict_and_the_model(verdict: str, mode: str, scope: str, step: str) -> None:
    node = {"original_file_path": "models/precompute/zones.sql", "config": {"meta": {"scope": scope}}}
    assert next_step({"recommendation": verdict, "processing_mode": mode}, node).startswith(step)


def test_a_consumer_that_the_project_dropped_has_no_next_step() -> None:
    assert next_step({"recommendation": "implement", "processing_mode": "entity"}, None).startswith("none")
