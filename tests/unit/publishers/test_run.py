"""Publishing as a run of the ledger: one row and one end, announced when a message asked for it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from python_runners.errors import NbaPropsError, PermanentError, TransientError
from python_runners.events import AffectedEntities, Envelope, Phase
from python_runners.pipeline.composition import Platform
from python_runners.pipeline.phases import publish_step
from python_runners.publishers.envelope import Halt
from python_runners.publishers.halts import UNKNOWN, declare
from python_runners.publishers.run import publish_slate
from python_runners.publishers.storage import PublishReport
from python_runners.settings import Settings

DAY = date(2025, 11, 15)
NOON = datetime(2025, 11, 15, 17, tzinfo=UTC)
MESSAGE = Envelope(
    processor_name="phase_5_predictions", phase=Phase.PREDICTIONS, execution_id="e5", correlation_id="c",
    status="success", source_table="nbac_injury_report", game_date=date(2025, 11, 2),
    metadata={"as_of": NOON.isoformat()},
)  # fmt: skip

Publisher = Callable[..., PublishReport]


@pytest.fixture
def platform(tmp_path: Path) -> Iterator[Platform]:
    opened = Platform(Settings(data_dir=tmp_path), lambda: NOON)
    yield opened
    opened.close()


@pytest.fixture
def publishing(monkeypatch: pytest.MonkeyPatch) -> Callable[[PublishReport | NbaPropsError], list[dict[str, Any]]]:
    """Have publishing end in the given way; the list collects what it was asked for."""

    def ends_in(outcome: PublishReport | NbaPropsError) -> list[dict[str, Any]]:
        asked: list[dict[str, Any]] = []

        def publish_date(warehouse: Any, store: Any, state: Any, day: date, **given: Any) -> PublishReport:
            asked.append({"day": day, **given})
            if isinstance(outcome, NbaPropsError):
                raise outcome
            return outcome

        monkeypatch.setattr("python_runners.publishers.run.publish_date", publish_date)
        return asked

    return ends_in


def runs(platform: Platform) -> list[dict[str, Any]]:
    return platform.warehouse.query("select * from nba_orchestration.pipeline_execution_log").to_pylist()


def announced(platform: Platform) -> int:
    return platform.warehouse.query("select * from nba_orchestration.outbox").num_rows


def test_a_message_publishes_the_slate_of_its_as_of_and_is_answered(platform: Platform, publishing: Any) -> None:
    asked = publishing(PublishReport(written=["status"]))
    publish_step(platform, MESSAGE, 2)
    assert asked == [
        {
            "day": DAY,
            "as_of": NOON,
            "correlation_id": "c",
            "is_current": True,
            "halt": Halt(),
            "affected": AffectedEntities(),
        }
    ]
    (run,) = runs(platform)
    assert (run["status"], run["record_count"], run["attempt"], run["game_date"]) == ("success", 1, 2, DAY)
    assert (run["parent_processor"], run["source_table"]) == ("phase_5_predictions", "nbac_injury_report")
    assert announced(platform) == 1


def test_a_backfill_is_not_answered(platform: Platform, publishing: Any) -> None:
    publishing(PublishReport())
    publish_step(platform, MESSAGE.model_copy(update={"skip_downstream_trigger": True}), 1)
    assert (runs(platform)[0]["status"], announced(platform)) == ("success", 0)


def test_a_person_publishes_a_past_date_without_an_answer(platform: Platform, publishing: Any) -> None:
    asked = publishing(PublishReport(failed={"tonight/2025-11-14": "InvariantViolated: games"}))
    publish_slate(platform, date(2025, 11, 14), as_of=NOON, correlation_id="publish_x")
    assert asked[0]["is_current"] is False
    (run,) = runs(platform)
    assert (run["status"], run["records_failed"]) == ("partial", 1)
    assert run["error_message"] == "tonight/2025-11-14: InvariantViolated: games"
    assert announced(platform) == 0


def test_documents_that_may_succeed_later_bring_the_message_again(platform: Platform, publishing: Any) -> None:
    report = PublishReport(written=["status"], failed={"tonight/x": "TransientError: away"}, transient=["tonight/x"])
    publishing(report)
    with pytest.raises(TransientError, match="1 documents wait, first tonight/x: TransientError: away"):
        publish_step(platform, MESSAGE, 1)
    (run,) = runs(platform)
    assert (run["status"], run["record_count"], run["records_failed"]) == ("partial", 1, 1)
    assert announced(platform) == 0


@pytest.mark.parametrize("kind", [PermanentError, TransientError])
def test_a_failure_ends_the_run_and_is_raised(platform: Platform, publishing: Any, kind: type[NbaPropsError]) -> None:
    publishing(kind("no rows"))
    with pytest.raises(kind, match="no rows"):
        publish_step(platform, MESSAGE, 1)
    (run,) = runs(platform)
    assert (run["status"], run["error_type"], run["error_message"]) == ("failed", kind.__name__, "no rows")
    assert announced(platform) == 0


def test_a_publication_shows_the_halt_that_holds_for_its_date(platform: Platform, publishing: Any) -> None:
    asked = publishing(PublishReport())
    declare(platform.warehouse, platform.ledger, DAY, "manual", source="Ada", now=NOON)
    publish_step(platform, MESSAGE, 1)
    assert asked[0]["halt"] == Halt(True, "manual", DAY, DAY)


def test_picks_are_withheld_while_nobody_knows_whether_they_are_halted(platform: Platform, publishing: Any) -> None:
    asked = publishing(PublishReport())
    platform.warehouse.execute("drop table nba_orchestration.halt_state")
    publish_step(platform, MESSAGE, 1)
    assert asked[0]["halt"] == UNKNOWN
    (alert,) = platform.warehouse.query("select severity, subject, status from nba_orchestration.alerts").to_pylist()
    assert alert == {"severity": "critical", "subject": "halt state unknown", "status": "sent"}
