"""What the coordinator tells people: phase 4 is not there, too few are predicted, the model failed."""

from __future__ import annotations

from datetime import date

from python_runners.errors import BuildFailed
from python_runners.pipeline.composition import Platform
from python_runners.pipeline.failures import alert_on_coverage
from python_runners.platform.channels import Severity
from python_runners.predictions.batches import LEAST_COVERAGE, Batch
from python_runners.predictions.coverage import BatchStatus
from python_runners.predictions.readiness import Readiness


def alert_on_slate(platform: Platform, covered: Batch | BatchStatus) -> None:
    """Tell when less than 90 % of the eligible players are predicted."""
    alert_on_coverage(platform, covered.game_date, covered.predicted_players, covered.eligible_players, LEAST_COVERAGE)


def alert_on_readiness(platform: Platform, day: date, readiness: Readiness, correlation_id: str | None = None) -> None:
    """Tell when phase 4 lacks the feature rows of games ahead: critical when of all of them, else a warning."""
    if readiness.state == "waiting":
        is_all = len(readiness.unready) == readiness.games
        text = "; ".join(readiness.unready)
        send_alert(platform, "critical" if is_all else "warning", f"phase 4 not ready {day}", text, day, correlation_id)


def alert_on_failure(platform: Platform, day: date, error: BuildFailed, correlation_id: str) -> None:
    """Tell that the prediction model failed."""
    send_alert(platform, "critical", f"predictions failed {day}", str(error), day, correlation_id)


def send_alert(
    platform: Platform, severity: Severity, subject: str, text: str, day: date, correlation_id: str | None
) -> None:
    """Tell people about a slate, unless they were told within the cool-down."""
    platform.alerts.send(severity, subject, text, game_date=day, correlation_id=correlation_id)
