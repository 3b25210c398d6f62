"""Alerts: every channel, once per cool-down, written down, and never the cause of another failure."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from python_runners.errors import MissingSetting, TransientError
from python_runners.pipeline.alerts import Alerts, channels_of
from python_runners.pipeline.composition import Platform
from python_runners.pipeline.handle import connect
from python_runners.pipeline.ledger import Ledger
from python_runners.platform.channels import Alert
from python_runners.settings import Settings


class Kept:
    """A channel that keeps what it is given, or fails."""

    def __init__(self, name: str = "kept") -> None:
        self.name = name
        self.alerts: list[Alert] = []
        self.is_broken = False

    def send(self, alert: Alert) -> None:
        if self.is_broken:
            raise TransientError("the line is cut")
        self.alerts.append(alert)


class Clock:
    """A clock that is set."""

    now = datetime(2025, 11, 15, 17, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def platform(tmp_path: Path) -> Iterator[Platform]:
    opened = Platform(Settings(data_dir=tmp_path))
    yield opened
    opened.close()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def channel() -> Kept:
    return Kept()


@pytest.fixture
def alerts(platform: Platform, channel: Kept, clock: Clock) -> Alerts:
    return Alerts(platform.warehouse, platform.ledger, [channel], timedelta(hours=1), clock)


def rows(platform: Platform) -> list[dict[str, Any]]:
    return platform.warehouse.query("select * from nba_orchestration.alerts order by rowid").to_pylist()


def test_the_same_subject_is_sent_once_per_cool_down(
    platform: Platform, alerts: Alerts, channel: Kept, clock: Clock
) -> None:
    assert alerts.send("critical", "blocked", "first") == "sent"
    clock.now += timedelta(minutes=59)
    assert alerts.send("critical", "blocked", "second") == "suppressed"
    clock.now += timedelta(minutes=1)
    assert alerts.send("critical", "blocked", "third") == "sent"
    assert [alert.text for alert in channel.alerts] == ["first", "third"]
    assert [(row["text"], row["status"], row["channels"]) for row in rows(platform)] == [
        ("first", "sent", ["kept"]),
        ("second", "suppressed", []),
        ("third", "sent", ["kept"]),
    ]


def test_a_warning_does_not_hide_what_is_critical(alerts: Alerts, channel: Kept) -> None:
    alerts.send("warning", "sources", "late")
    alerts.send("critical", "sources", "gone")
    alerts.send("critical", "coverage", "low")
    assert [alert.text for alert in channel.alerts] == ["late", "gone", "low"]


def test_a_channel_that_fails_is_logged_and_does_not_stop_the_others(
    platform: Platform, channel: Kept, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    broken = Kept("webhook")
    broken.is_broken = True
    alerts = Alerts(platform.warehouse, platform.ledger, [broken, channel], timedelta(hours=1), clock)
    assert alerts.send("critical", "blocked", "text") == "sent"
    assert len(channel.alerts) == 1
    assert "alert not delivered: webhook: the line is cut: blocked" in caplog.messages
    assert [(row["channels"], row["last_error"]) for row in rows(platform)] == [(["kept"], "webhook: the line is cut")]


def test_what_nobody_took_is_tried_again(alerts: Alerts, channel: Kept) -> None:
    channel.is_broken = True
    assert alerts.send("critical", "blocked", "first") == "failed"
    channel.is_broken = False
    assert alerts.send("critical", "blocked", "second") == "sent"


class Refusing:
    """A warehouse that is away."""

    def query(self, sql: str, parameters: Any = ()) -> pa.Table:
        raise TransientError("the warehouse is away")

    def execute(self, sql: str, parameters: Mapping[str, Any] | Any = ()) -> None:
        raise TransientError("the warehouse is away")


def test_without_its_ledger_an_alert_still_leaves(
    channel: Kept, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    away: Any = Refusing()
    assert Alerts(away, Ledger(away), [channel], timedelta(hours=1), clock).send("critical", "blocked", "t") == "sent"
    assert len(channel.alerts) == 1
    assert [record.levelno for record in caplog.records] == [logging.ERROR, logging.ERROR]
    assert "alert not recorded: the warehouse is away: blocked" in caplog.messages


def test_a_channel_without_its_address_is_found_at_the_start(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path, alert_channels=("log", "webhook"), alert_webhook_url=None)
    platform = Platform(settings)
    with pytest.raises(MissingSetting, match="NBA_PROPS_ALERT_WEBHOOK_URL"):
        connect(platform)
    platform.close()


def test_the_settings_name_the_channels(tmp_path: Path) -> None:
    url = "http://127.0.0.1:1/hook"
    settings = Settings(data_dir=tmp_path, alert_channels=("webhook", "log"), alert_webhook_url=url)  # type: ignore[arg-type]
    assert [channel.name for channel in channels_of(settings)] == ["log", "webhook"]
    assert url not in repr(settings)
