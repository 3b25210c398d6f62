"""Alerts: sent through every channel, kept in the ledger, and not repeated within a cool-down."""

from __future__ import annotations

import logging
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Literal

from python_runners.errors import TransientError
from python_runners.pipeline.ledger import Ledger
from python_runners.platform.channels import LOGGER, Alert, Channel, LogChannel, Severity, WebhookChannel
from python_runners.platform.warehouse import Warehouse
from python_runners.settings import Settings

Outcome = Literal["sent", "suppressed", "failed"]

_RECENT = """
select 1 as found from nba_orchestration.alerts
where severity = ? and subject = ? and status = 'sent' and raised_at > ? and raised_at <= ? limit 1
"""


def channels_of(settings: Settings) -> list[Channel]:
    """Return the channels that the settings name.

    Raises:
        MissingSetting: the webhook is named and its address is not configured.
    """
    channels: list[Channel] = []
    if "log" in settings.alert_channels:
        channels.append(LogChannel())
    if "webhook" in settings.alert_channels:
        url = settings.secret("alert_webhook_url", "the channel webhook needs the address that alerts are posted to")
        channels.append(WebhookChannel(url, settings.alert_webhook_timeout_seconds))
    return channels


@dataclass(frozen=True)
class Alerts:
    """Sends alerts.

    Attributes:
        warehouse: where the ledger is read.
        ledger: where alerts are written.
        channels: ways out; every alert takes all of them.
        cooldown: how long the same severity and subject is not sent again.
        clock: gives the instant of an alert, aware.
    """

    warehouse: Warehouse
    ledger: Ledger
    channels: Sequence[Channel]
    cooldown: timedelta
    clock: Callable[[], datetime]

    def send(
        self,
        severity: Severity,
        subject: str,
        text: str,
        *,
        game_date: date | None = None,
        correlation_id: str | None = None,
    ) -> Outcome:
        """Send an alert unless it was sent within the cool-down, and write down which of the two.

        Never fails the work that it is about: a channel or a ledger that does not answer is logged.

        Args:
            severity: part of the identity, so that a warning does not hide the failure that follows it.
            subject: what it is about, the same for every alert about the same thing.
            text: what happened.
            game_date: US Eastern date concerned.
            correlation_id: journey concerned.

        Returns:
            sent when at least one channel took it; failed when none did, so that the next one is tried again.
        """
        alert = Alert(severity, subject, text, self.clock(), game_date, correlation_id)
        if self._was_sent(alert):
            self._record(alert, "suppressed", (), None)
            return "suppressed"
        taken, errors = [], []
        for channel in self.channels:
            try:
                channel.send(alert)
            except TransientError as error:
                errors.append(f"{channel.name}: {error}")
                _log(f"alert not delivered: {channel.name}: {error}: {alert.subject}")
            else:
                taken.append(channel.name)
        outcome: Outcome = "sent" if taken else "failed"
        self._record(alert, outcome, taken, "; ".join(errors) or None)
        return outcome

    def _was_sent(self, alert: Alert) -> bool:
        now = _naive(alert.raised_at)
        try:
            found = self.warehouse.query(_RECENT, [alert.severity, alert.subject, now - self.cooldown, now])
        except TransientError as error:
            _log(f"alert not compared with earlier ones: {error}")
            return False
        return bool(found.num_rows)

    def _record(self, alert: Alert, outcome: Outcome, channels: Sequence[str], error: str | None) -> None:
        row = {
            "alert_id": uuid.uuid4().hex[:16],
            "raised_at": _naive(alert.raised_at),
            "severity": alert.severity,
            "subject": alert.subject,
            "text": alert.text,
            "status": outcome,
            "channels": list(channels),
            "last_error": error,
            "game_date": alert.game_date,
            "correlation_id": alert.correlation_id,
        }
        try:
            self.ledger.insert("alerts", row)
        except TransientError as failure:
            _log(f"alert not recorded: {failure}: {alert.subject}")


def _log(text: str) -> None:
    logging.getLogger(LOGGER).error(text)


def _naive(instant: datetime) -> datetime:
    return instant.astimezone(UTC).replace(tzinfo=None)
