"""Injuries: reports that change, that come too late, that say nothing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from python_runners.sample.injuries import AVAILABLE, OUT, PROBABLE, QUESTIONABLE, Availability, Entry
from python_runners.sample.scenarios.base import Scenario, Stage, fixed
from python_runners.sample.scenarios.people import best_player

FAMILY = "injuries"
_REASON = "Injury/Illness - Right Ankle; Sprain"


def _star(plays: bool, *steps: tuple[str | None, float], is_late: bool = False) -> Callable[[Stage], None]:
    """Let reports list the best home player in steps of (status, hours before the tip)."""

    def apply(stage: Stage) -> None:
        star = best_player(stage)
        filed = stage.league.submission_at(stage.game, stage.game.teams[0]) or stage.tip_off
        entries = tuple(Entry(max(_before(stage, hours), filed), status, _REASON) for status, hours in steps)
        stage.league.amendments.availability[stage.game_id, star.player.player_id] = Availability(
            star.member, plays, entries, "" if plays else _REASON, is_late
        )
        stage.league.amended()

    return apply


def _before(stage: Stage, hours: float) -> datetime:
    return stage.tip_off - timedelta(hours=hours)


def _unsubmitted(stage: Stage) -> None:
    stage.league.amendments.unsubmitted.add((stage.game_id, stage.game.teams[0]))


def _unpublished(stage: Stage) -> None:
    """No report comes out between noon and the tip."""
    stage.intervene("nbac_injury_report", fixed(404), stage.when(_before(stage, 8)), stage.tip_off)


SCENARIOS = (
    Scenario("upgrade", FAMILY, "questionable, then available, and he plays",
             _star(True, (QUESTIONABLE, 30), (AVAILABLE, 2))),
    Scenario("downgrade", FAMILY, "probable, then questionable, then out",
             _star(False, (PROBABLE, 30), (QUESTIONABLE, 8), (OUT, 2))),
    Scenario("late_scratch", FAMILY, "questionable on the last report, and he does not play",
             _star(False, (QUESTIONABLE, 30), is_late=True)),
    Scenario("upgrade_after_out", FAMILY, "out on the reports until an hour before the tip, and he plays",
             _star(True, (OUT, 30), (AVAILABLE, 1))),
    Scenario("player_unlisted", FAMILY, "he is on no report and does not play", _star(False, is_late=True)),
    Scenario("team_not_submitted", FAMILY, "the home team never files a report", _unsubmitted),
    Scenario("report_not_published", FAMILY, "no report comes out in the eight hours before the tip", _unpublished),
)  # fmt: skip
