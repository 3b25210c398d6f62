"""The daily summary: how a day went, in numbers and with what still waits for a person."""

from __future__ import annotations

from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from typing import Any

from rich.console import Console

from python_runners.dates import SLATE_ROLLOVER, eastern_wall_to_utc, slate_date
from python_runners.pipeline.alerts import Outcome
from python_runners.pipeline.composition import Platform, configured_platform
from python_runners.predictions.batches import ensure_batches

_RUNS = """
select phase, status, count(*) as runs from nba_orchestration.pipeline_execution_log
where started_at >= $first and started_at < $last group by phase, status order by phase, status
"""
_REASONS = """
select processor_name, any_value(error_message) as reason, count(*) as runs
from nba_orchestration.pipeline_execution_log
where started_at >= $first and started_at < $last and status in ('failed', 'lost', 'blocked', 'partial')
group by processor_name order by processor_name
"""
_COVERAGE = """
select coverage, predicted_players, eligible_players from nba_predictions.prediction_batches
where game_date = $day and mode <> 'backfill' order by started_at desc limit 1
"""
_ALERTS = """
select severity, status, count(*) as alerts from nba_orchestration.alerts
where raised_at >= $first and raised_at < $last and severity <> 'info'
group by severity, status order by severity, status
"""
_OPEN_LETTERS = "select count(*) as n from nba_orchestration.dead_letters where status = 'open'"
_WAITING = "select count(*) as n from nba_orchestration.outbox where announced_at is null"


def daily_summary(platform: Platform, day: date) -> str:
    """Return the summary of a slate: the runs from its morning to the next one, and what is open now."""
    first = _morning(day)
    window = {"first": first, "last": _morning(day + timedelta(days=1))}
    ensure_batches(platform.warehouse)
    runs = [f"{row['runs']} {row['status']} in phase {row['phase']}" for row in _rows(platform, _RUNS, window)]
    lines = [f"Runs: {', '.join(runs) or 'none'}."]
    for row in _rows(platform, _REASONS, window):
        lines.append(f"{row['processor_name']}: {row['runs']} not successful: {row['reason'] or 'no message'}.")
    for row in _rows(platform, _COVERAGE, {"day": day}):
        lines.append(
            f"Predicted: {row['predicted_players']} of {row['eligible_players']} players ({row['coverage']:.0%})."
        )
    alerts = [f"{row['alerts']} {row['severity']} {row['status']}" for row in _rows(platform, _ALERTS, window)]
    lines.append(f"Alerts: {', '.join(alerts) or 'none'}.")
    lines.append(f"Open dead letters: {_rows(platform, _OPEN_LETTERS, {})[0]['n']}.")
    lines.append(f"Announcements waiting: {_rows(platform, _WAITING, {})[0]['n']}.")
    return "\n".join(lines)


def send_daily_summary(platform: Platform, day: date) -> Outcome:
    """Send the summary of a slate as an alert of severity info; a second one within the cool-down is suppressed."""
    return platform.alerts.send("info", f"daily summary {day}", daily_summary(platform, day), game_date=day)


def summary_once(console: Console, day: date | None, *, send: bool) -> None:
    """Print the summary of a date, by default of the slate before the present one, and send it if asked to."""
    with closing(configured_platform()) as platform:
        chosen = day or slate_date(platform.as_of()) - timedelta(days=1)
        console.print(f"Summary of {chosen}")
        console.print(daily_summary(platform, chosen), highlight=False, markup=False)
        if send:
            console.print(f"Alert: {send_daily_summary(platform, chosen)}")


def _morning(day: date) -> datetime:
    return eastern_wall_to_utc(day, SLATE_ROLLOVER).astimezone(UTC).replace(tzinfo=None)


def _rows(platform: Platform, sql: str, parameters: dict[str, Any]) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = platform.warehouse.query(sql, parameters).to_pylist()
    return rows
