"""Channels that alerts leave by: a Protocol, the log, and a webhook."""

from __future__ import annotations

import json
import logging
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal, Protocol

import httpx

from python_runners.errors import TransientError

Severity = Literal["info", "warning", "critical"]

LOGGER = "nba_props.alerts"
_LEVELS = {"info": logging.INFO, "warning": logging.WARNING, "critical": logging.CRITICAL}


@dataclass(frozen=True)
class Alert:
    """What a person is told.

    Attributes:
        severity: info for reports, warning when work went on with less, critical when it did not.
        subject: the same for every alert about the same thing.
        text: what happened, with what a person needs to act.
        raised_at: aware instant.
        game_date: US Eastern date concerned, if it is one.
        correlation_id: journey concerned, if it is one.
    """

    severity: Severity
    subject: str
    text: str
    raised_at: datetime
    game_date: date | None = None
    correlation_id: str | None = None

    def to_document(self) -> dict[str, str]:
        """The alert as JSON values, absent ones left out; `text` alone is enough to understand it."""
        values = {
            "severity": self.severity,
            "subject": self.subject,
            "text": f"[{self.severity}] {self.subject}: {self.text}",
            "raised_at": self.raised_at.isoformat(),
            "game_date": self.game_date.isoformat() if self.game_date else None,
            "correlation_id": self.correlation_id,
        }
        return {name: value for name, value in values.items() if value is not None}


class Channel(Protocol):
    """One way to reach people."""

    name: str

    def send(self, alert: Alert) -> None:
        """Hand over an alert.

        Raises:
            TransientError: it did not arrive.
        """


class LogChannel:
    """Writes alerts into the log, one JSON document a line."""

    name = "log"

    def __init__(self) -> None:
        """Let every severity through; where the process configures no logging, to standard error."""
        self._logger = logging.getLogger(LOGGER)
        self._logger.setLevel(logging.INFO)
        if not self._logger.hasHandlers():
            self._logger.addHandler(logging.StreamHandler())
            # A library that configures the root logger later would print every alert a second time.
            self._logger.propagate = False

    def send(self, alert: Alert) -> None:
        """Log at the level of the severity."""
        self._logger.log(_LEVELS[alert.severity], json.dumps(alert.to_document(), ensure_ascii=False))


class WebhookChannel:
    """Posts alerts as JSON to an address, which is a secret and appears in no message."""

    name = "webhook"

    def __init__(self, url: str, timeout_seconds: float) -> None:
        """Post to `url`; an answer later than `timeout_seconds` is none."""
        self._url = url
        self._timeout = timeout_seconds

    def send(self, alert: Alert) -> None:
        """Post the alert once.

        Raises:
            TransientError: no answer, or one that is no success.
        """
        try:
            answer = httpx.post(self._url, json=alert.to_document(), timeout=self._timeout)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            # The error text of the client may hold the address.
            raise TransientError(f"the webhook did not answer: {type(error).__name__}") from None
        if not answer.is_success:
            raise TransientError(f"the webhook answered {answer.status_code}")
