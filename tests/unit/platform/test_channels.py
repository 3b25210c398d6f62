"""Channels of alerts: the log, and a webhook on a real server."""

from __future__ import annotations

import json
import logging
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from python_runners.errors import TransientError
from python_runners.platform.channels import Alert, LogChannel, WebhookChannel
from python_runners.settings import PROJECT_ROOT

ALERT = Alert("critical", "blocked", "no schedule", datetime(2025, 11, 15, tzinfo=UTC), date(2025, 11, 15), "c1")


class Receiver(HTTPServer):
    """Keeps what is posted and answers with `status`, after `delay_seconds`."""

    status = 204
    delay_seconds = 0.0

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.bodies: list[dict[str, str]] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/secret-path"


class _Handler(BaseHTTPRequestHandler):
    server: Receiver

    def do_POST(self) -> None:
        self.server.bodies.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
        time.sleep(self.server.delay_seconds)
        self.send_response(self.server.status)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        return


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    server = Receiver()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def test_the_webhook_posts_what_a_person_needs(receiver: Receiver) -> None:
    WebhookChannel(receiver.url, 5).send(ALERT)
    assert receiver.bodies == [
        {
            "severity": "critical",
            "subject": "blocked",
            "text": "[critical] blocked: no schedule",
            "raised_at": "2025-11-15T00:00:00+00:00",
            "game_date": "2025-11-15",
            "correlation_id": "c1",
        }
    ]


@pytest.mark.parametrize("status", [302, 404, 500])
def test_an_answer_that_is_no_success_is_a_failure(receiver: Receiver, status: int) -> None:
    receiver.status = status
    with pytest.raises(TransientError, match=f"the webhook answered {status}"):
        WebhookChannel(receiver.url, 5).send(ALERT)


def test_a_late_answer_is_none(receiver: Receiver) -> None:
    receiver.delay_seconds = 0.5
    with pytest.raises(TransientError, match="ReadTimeout"):
        WebhookChannel(receiver.url, 0.05).send(ALERT)


@pytest.mark.parametrize("url", ["http://127.0.0.1:1/secret-path", "http://[secret-path"])
def test_the_address_appears_in_no_message(url: str) -> None:
    with pytest.raises(TransientError) as failure:
        WebhookChannel(url, 1).send(ALERT)
    assert "secret-path" not in str(failure.value)
    assert failure.value.__suppress_context__


def test_the_log_has_one_document_a_line(caplog: pytest.LogCaptureFixture) -> None:
    LogChannel().send(ALERT)
    (record,) = caplog.records
    assert (record.levelno, json.loads(record.message)["subject"]) == (logging.CRITICAL, "blocked")


def test_without_logging_configured_a_report_still_appears() -> None:
    script = (
        "from datetime import UTC, datetime\n"
        "from python_runners.platform.channels import Alert, LogChannel\n"
        "LogChannel()\n"
        "LogChannel().send(Alert('info', 'daily summary', 'all well', datetime(2025, 11, 15, tzinfo=UTC)))\n"
    )
    command = [sys.executable, "-c", script]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=PROJECT_ROOT)  # noqa: S603 - our own interpreter
    assert [json.loads(line)["severity"] for line in done.stderr.splitlines()] == ["info"]
