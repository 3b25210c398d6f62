"""Where failures arise, somebody is told: once, and gravely enough."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest

from python_runners.errors import PermanentError, TransientError
from python_runners.events import Topic
from python_runners.operations.daily_summary import daily_summary, send_daily_summary
from python_runners.operations.dead_letters import collect
from python_runners.pipeline import handle as handle_module
from python_runners.pipeline.alerts import Alerts
from python_runners.pipeline.failures import alert_on_coverage
from python_runners.pipeline.handle import connect
from python_runners.platform.bus import EmbeddedBus
from python_runners.platform.channels import Alert, WebhookChannel
from tests.flow.stand import DAY, Stand


@dataclass
class Inbox:
    """A channel that keeps what it is given."""

    name: str = "inbox"
    alerts: list[Alert] = field(default_factory=list)

    def send(self, alert: Alert) -> None:
        self.alerts.append(alert)

    @property
    def told(self) -> list[tuple[str, str]]:
        return [(alert.severity, alert.subject) for alert in self.alerts]


@pytest.fixture
def inbox(stand: Stand) -> Inbox:
    inbox = Inbox()
    use(stand, inbox)
    return inbox


def use(stand: Stand, *channels: Any) -> None:
    platform = stand.platform
    platform.__dict__["alerts"] = Alerts(
        platform.warehouse, platform.ledger, channels, timedelta(hours=1), lambda: stand.now
    )


def test_a_blocked_run_is_one_critical_alert_per_cool_down(stand: Stand, inbox: Inbox) -> None:
    stand.log()
    assert stand.run()["status"] == "blocked"
    (alert,) = inbox.alerts
    assert (alert.severity, alert.game_date, alert.correlation_id) == ("critical", DAY, "c1")
    assert alert.subject == f"blocked {DAY}: nba_com.nbac_schedule"
    assert "nba_com.nbac_schedule: no rows" in alert.text

    stand.now += timedelta(minutes=30)
    assert stand.run()["status"] == "blocked"
    assert len(inbox.alerts) == 1
    stand.now += timedelta(minutes=31)
    stand.run()
    assert len(inbox.alerts) == 2


def test_a_run_that_goes_on_without_a_source_is_a_warning(stand: Stand, inbox: Inbox) -> None:
    stand.schedule()
    stand.log()
    stand.run()
    (alert,) = inbox.alerts
    assert alert.severity == "warning"
    assert re.fullmatch(rf"sources incomplete {DAY}: \d+ sources, such as [a-z_.]+", alert.subject)
    assert "espn.espn_team_rosters: no rows of the last 30 days" in alert.text


def test_a_skipped_run_tells_nobody(stand: Stand, inbox: Inbox) -> None:
    stand.settled()
    inbox.alerts.clear()
    assert stand.run()["status"] == "skipped"
    assert inbox.alerts == []


def deliver(stand: Stand, monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    def fail(*_: Any, **__: Any) -> None:
        raise error

    monkeypatch.setattr(handle_module, "run_change", fail)
    stand.platform.__dict__["bus"] = EmbeddedBus(stand.platform.settings.state_path, backoff_seconds=0.001)
    connect(stand.platform)
    stand.platform.bus.publish(Topic.RAW_COMPLETE.value, stand.message().to_bytes())
    assert stand.platform.bus.drain() == (5 if isinstance(error, TransientError) else 1)


def test_infrastructure_that_fails_five_times_is_one_critical_alert(
    stand: Stand, inbox: Inbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    deliver(stand, monkeypatch, TransientError("the store is away"))
    assert inbox.told == [("critical", "given up on nba-phase2-raw-complete: TransientError")]
    assert "failed 5 times" in inbox.alerts[0].text
    assert "the store is away" in inbox.alerts[0].text


def test_what_is_refused_at_once_is_a_dead_letter_and_no_alert(
    stand: Stand, inbox: Inbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    deliver(stand, monkeypatch, PermanentError("two rows share a key"))
    assert inbox.told == []
    assert collect(stand.platform) == 1


def test_a_webhook_that_fails_is_logged_and_fails_nothing(stand: Stand, caplog: pytest.LogCaptureFixture) -> None:
    use(stand, WebhookChannel("http://127.0.0.1:1/", 1))
    stand.log()
    assert stand.run()["status"] == "blocked"
    assert any("alert not delivered: webhook: the webhook did not answer" in text for text in caplog.messages)


@pytest.mark.parametrize(("predicted", "eligible", "told"), [(89, 100, 1), (90, 100, 0), (0, 10, 1), (0, 0, 0)])
def test_too_few_predictions_are_critical(stand: Stand, inbox: Inbox, predicted: int, eligible: int, told: int) -> None:
    alert_on_coverage(stand.platform, DAY, predicted, eligible, 0.9)
    assert inbox.told == [("critical", f"prediction coverage {DAY}")] * told


def test_the_daily_summary_tells_what_waits_for_a_person(
    stand: Stand, inbox: Inbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    deliver(stand, monkeypatch, PermanentError("two rows share a key"))
    collect(stand.platform)
    monkeypatch.undo()
    stand.platform.warehouse.execute("delete from nba_orchestration.pipeline_execution_log")
    stand.log()
    stand.run()
    stand.platform.warehouse.execute(
        "update nba_orchestration.pipeline_execution_log set started_at = ?", [stand.now.replace(tzinfo=None)]
    )
    text = daily_summary(stand.platform, DAY)
    assert "Runs: 1 blocked in phase 3." in text
    assert "phase_3_analytics: 1 not successful" in text
    assert "Alerts: 1 critical sent." in text
    assert "Open dead letters: 1." in text
    assert "Runs: none." in daily_summary(stand.platform, DAY - timedelta(days=1))
    inbox.alerts.clear()
    assert send_daily_summary(stand.platform, DAY) == "sent"
    assert send_daily_summary(stand.platform, DAY) == "suppressed"
    assert inbox.told == [("info", f"daily summary {DAY}")]
