"""Systems: sources that fail, refuse, change their shape or have a wrong clock."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from python_runners.dates import parse_instant
from python_runners.sample.answers import Answer, Intervention
from python_runners.sample.payloads.common import utc_text
from python_runners.sample.replay import LEAN, LeagueEvent, events_of
from python_runners.sample.scenarios.base import Scenario, Stage, edit_json, fixed

FAMILY = "systems"
_STATS = (
    *("nbac_boxscore_traditional", "nbac_player_gamelog", "nbac_scoreboard", "nbac_shot_chart"),
    *("nbac_player_list", "nbac_team_roster"),
)
_BACKFILL_DAYS = 40


def _on(scrapers: tuple[str, ...], change: Callable[[Answer], Answer], hours: float) -> Callable[[Stage], None]:
    """Change the answers to some scrapers for some hours."""

    def apply(stage: Stage) -> None:
        at = stage.when(stage.tip_off)
        for scraper in scrapers:
            stage.intervene(scraper, change, at, at + timedelta(hours=hours))

    return apply


class _EveryOther:
    """Refuses every other request, beginning with the first."""

    def __init__(self) -> None:
        self._count = 0

    def __call__(self, answer: Answer) -> Answer:
        self._count += 1
        return Answer(429, b"slow down", "text/plain", {"Retry-After": "1"}) if self._count % 2 else answer


def _throttled(stage: Stage) -> None:
    at = stage.when(stage.tip_off)
    change = _EveryOther()
    stage.sources.interventions.append(
        Intervention(at, lambda asked: asked.scraper in _STATS, change, at + timedelta(hours=24))
    )


def _hang(answer: Answer) -> Answer:
    return replace(answer, hang=True)


def _renamed(document: Any) -> Any:
    for row_set in document["resultSets"]:
        row_set["headers"] = ["POINTS" if name == "PTS" else name for name in row_set["headers"]]
    return document


def _an_hour_ahead(value: Any) -> Any:
    """Move every stamp of an odds answer an hour ahead, except the start of the event."""
    if isinstance(value, dict):
        return {
            key: utc_text(parse_instant(item) + timedelta(hours=1))
            if key in ("last_update", "timestamp") and isinstance(item, str)
            else _an_hour_ahead(item)
            for key, item in value.items()
        }
    return [_an_hour_ahead(item) for item in value] if isinstance(value, list) else value


def _backfill(stage: Stage, events: list[LeagueEvent]) -> list[LeagueEvent]:
    """Ask at one instant for everything of the forty days before the game, oldest day first."""
    at: datetime = stage.when(stage.tip_off)
    found: list[LeagueEvent] = []
    for back in range(_BACKFILL_DAYS, 0, -1):
        day = stage.game.game_date - timedelta(days=back)
        if day >= stage.league.config.opening_date:
            found.extend(replace(event, at=at) for event in events_of(stage.league, day, LEAN))
    return [*found, *events]


SCENARIOS = (
    Scenario("source_down", FAMILY, "stats.nba.com answers 503 for a day", _on(_STATS, fixed(503), 24)),
    Scenario("throttled", FAMILY, "stats.nba.com answers every other request with 429 for a day", _throttled),
    Scenario("hanging", FAMILY, "stats.nba.com does not answer for an hour", _on(_STATS, _hang, 1)),
    Scenario("permission_denied", FAMILY, "stats.nba.com answers 403 for a day", _on(_STATS, fixed(403), 24)),
    Scenario("schema_change", FAMILY, "the game log calls PTS something else from now on",
             _on(("nbac_player_gamelog",), edit_json(_renamed), 24 * 365)),
    Scenario("clock_an_hour_off", FAMILY, "the odds feed stamps everything an hour ahead",
             _on(("odds_player_props", "odds_game_lines"), edit_json(_an_hour_ahead), 24)),
    Scenario("back_fill", FAMILY, "forty days are asked for at once", replan=_backfill),
)  # fmt: skip
