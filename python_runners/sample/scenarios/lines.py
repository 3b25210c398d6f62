"""Lines: how bookmakers' offers depart from the usual."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from python_runners.sample.amendments import LineRule, ScheduleChange
from python_runners.sample.replay import LeagueEvent
from python_runners.sample.scenarios.base import Scenario, Stage
from python_runners.sample.scenarios.people import best_player
from python_runners.sample.schedule import move

FAMILY = "lines"
_LONG_BEFORE = timedelta(days=3)


def _rule(hours: float | None, until: float | None = None, **changes: Any) -> Callable[[Stage], None]:
    """Put a rule on the best home player's lines, from some hours before the tip until some hours before it."""

    def apply(stage: Stage) -> None:
        at = stage.when(stage.tip_off - (_LONG_BEFORE if hours is None else timedelta(hours=hours)))
        end = None if until is None else stage.tip_off - timedelta(hours=until)
        player_id = best_player(stage).player.player_id
        stage.league.amendments.lines.append(LineRule(stage.game_id, player_id, at, until=end, **changes))

    return apply


def _push(stage: Stage) -> None:
    """All books show, as their line, the points that the player will score."""
    player_id = best_player(stage).player.player_id
    line = stage.league.box(stage.game_id).home.line_of(player_id)
    points = float(max(line.counts.points, 1)) if line else 1.0
    at = stage.when(stage.tip_off - _LONG_BEFORE)
    stage.league.amendments.lines.append(LineRule(stage.game_id, player_id, at, line=points))


def _book_stops(stage: Stage) -> None:
    at = stage.when(stage.tip_off - timedelta(hours=3))
    stage.league.amendments.lines.append(LineRule(stage.game_id, None, at, bookmaker="draftkings", is_withdrawn=True))


def _no_line(stage: Stage) -> None:
    at = stage.when(stage.tip_off - _LONG_BEFORE)
    stage.league.amendments.lines.append(LineRule(stage.game_id, None, at, is_withdrawn=True))


def _no_event(stage: Stage) -> None:
    stage.league.amendments.without_events.add(stage.game_id)


def _rescheduled(stage: Stage) -> None:
    """Four hours before the tip the feed, and then the league, move the start by an hour."""
    game, at = stage.game, stage.when(stage.tip_off - timedelta(hours=4))
    later = stage.tip_off + timedelta(hours=1)
    stage.league.amendments.expected_commence[stage.game_id] = [(at, later)]
    stage.league.amendments.schedule.append(
        ScheduleChange(at + timedelta(minutes=30), move(game, later, game.game_date))
    )
    stage.league.amended()


def _two_events(stage: Stage) -> None:
    stage.league.amendments.second_events.add(stage.game_id)


def _odds_events(stage: Stage, events: list[LeagueEvent]) -> list[LeagueEvent]:
    return [
        event
        for event in events
        if event.scraper == "odds_player_props" and event.params["game_date"] == stage.game.game_date.isoformat()
    ]


def _in_play(stage: Stage, events: list[LeagueEvent]) -> list[LeagueEvent]:
    """Ask for the props again 35 and 70 minutes after the tip."""
    odds = {event.params["odds_event_id"]: event for event in _odds_events(stage, events)}
    again = [
        replace(event, at=stage.tip_off + timedelta(minutes=minutes)) for event in odds.values() for minutes in (35, 70)
    ]
    return sorted([*events, *again], key=lambda event: event.at)


def _late_snapshot(stage: Stage, events: list[LeagueEvent]) -> list[LeagueEvent]:
    """Ask for one of the day's snapshots after the game only, as a historical one."""
    odds = _odds_events(stage, events)
    if not odds:
        return events
    asked: datetime = odds[2 * len(odds) // 3].at
    late = [
        replace(
            event,
            at=stage.league.final_at(stage.game_id) + timedelta(hours=1),
            params={**event.params, "snapshot_at": asked.strftime("%Y-%m-%dT%H:%M:%SZ")},
        )
        for event in odds
        if event.at == asked
    ]
    return sorted([*(event for event in events if event not in odds or event.at != asked), *late], key=lambda e: e.at)


SCENARIOS = (
    Scenario("opens_late", FAMILY, "no line until three hours before the tip",
             _rule(None, until=3, is_withdrawn=True)),
    Scenario("moves_half_a_point", FAMILY, "the line rises by 0.5 five hours before the tip", _rule(5, shift=0.5)),
    Scenario("moves_a_point", FAMILY, "the line falls by 1.0 five hours before the tip", _rule(5, shift=-1.0)),
    Scenario("price_only_move", FAMILY, "the price moves, the line does not", _rule(5, price_shift=40)),
    Scenario("withdrawn_and_back", FAMILY, "the line is gone from six to three hours before the tip",
             _rule(6, until=3, is_withdrawn=True)),
    Scenario("alternate_ladder", FAMILY, "every book lists five alternate lines on each side",
             _rule(None, ladder_steps=5)),
    Scenario("one_sided", FAMILY, "the books quote the over only", _rule(None, is_one_sided=True)),
    Scenario("whole_number_push", FAMILY, "the line is the number of points that he will score", _push),
    Scenario("in_play_snapshots", FAMILY, "props are asked for again during the game", replan=_in_play),
    Scenario("snapshot_loaded_late", FAMILY, "a snapshot of the day is fetched after the game", replan=_late_snapshot),
    Scenario("event_rescheduled", FAMILY, "feed and schedule move the start by an hour", _rescheduled),
    Scenario("two_events_of_a_pair", FAMILY, "the feed lists the game as two events", _two_events),
    Scenario("book_stops", FAMILY, "DraftKings takes its lines down three hours before the tip", _book_stops),
    Scenario("no_line_all_day", FAMILY, "no book has a points line for the game", _no_line),
    Scenario("no_event_all_day", FAMILY, "the odds feed does not know the game", _no_event),
)  # fmt: skip
