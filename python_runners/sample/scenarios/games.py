"""Games: overtimes, other dates, other places, slots that get teams."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta

from python_runners.sample.amendments import ScheduleChange
from python_runners.sample.places import neutral_site
from python_runners.sample.scenarios.base import Scenario, Stage
from python_runners.sample.schedule import ScheduledGame, move, tip_off_at

FAMILY = "games"


def _overtimes(count: int) -> Callable[[Stage], None]:
    def apply(stage: Stage) -> None:
        stage.league.amendments.overtimes[stage.game_id] = count
        stage.league.amended()

    return apply


def free_day(stage: Stage, teams: tuple[str, str], first: date) -> date:
    """Return the first date on which two teams have no game."""
    day = first
    while any(set(teams) & set(game.teams) for game in stage.league.games_on(day)):
        day += timedelta(days=1)
    return day


def _change(stage: Stage, at: datetime, game: ScheduledGame) -> None:
    stage.league.amendments.schedule.append(ScheduleChange(at, game))
    stage.league.amended()


def _postpone(stage: Stage) -> None:
    """Two hours before the tip the game moves to a date on which both teams are free."""
    game = stage.game
    at = stage.when(stage.tip_off - timedelta(hours=2))
    day = free_day(stage, game.teams, game.game_date + timedelta(days=4))
    _change(stage, at, move(game, tip_off_at(day, 19), day))


def _cancel(stage: Stage) -> None:
    _change(stage, stage.when(stage.tip_off - timedelta(hours=2)), replace(stage.game, is_cancelled=True))


def _abroad(stage: Stage) -> None:
    game = replace(
        stage.game, arena=neutral_site("paris"), is_neutral=True, label="NBA Paris Games", subtype="Global Games"
    )
    _change(stage, stage.when(stage.tip_off - timedelta(days=7)), game)


def _determine(prefix: str, hour: int) -> Callable[[Stage], None]:
    """Give teams and a time to the first open slot of a kind, three days before it is played."""

    def apply(stage: Stage) -> None:
        slots = [game for game in stage.league.schedule() if game.game_id.startswith(prefix) and not game.is_determined]
        if not slots:
            raise ValueError(f"the schedule has no open slot {prefix}")
        slot = slots[0]
        busy = {
            team
            for offset in (-1, 0, 1)
            for game in stage.league.games_on(slot.game_date + timedelta(days=offset))
            for team in game.teams
        }
        free = [team for team in stage.league.config.teams if team not in busy]
        home, away = (free if len(free) >= 2 else list(stage.league.config.teams))[:2]
        tip_off = tip_off_at(slot.game_date, hour, 30)
        at = stage.when(tip_off - timedelta(days=3))
        _change(stage, at, replace(slot, home=home, away=away, tip_off=tip_off))

    return apply


def _to_be_determined(stage: Stage) -> None:
    """Until two days before the tip the game stands on the schedule without teams and time."""
    game = stage.game
    known = stage.when(stage.tip_off - timedelta(days=2))
    blank = replace(game, home=None, away=None, tip_off=None)
    changes = stage.league.amendments.schedule
    changes.append(ScheduleChange(datetime(2000, 1, 1, tzinfo=known.tzinfo), blank))
    _change(stage, known, game)


def _past_midnight(stage: Stage) -> None:
    game = stage.game
    late = move(game, tip_off_at(game.game_date, 22, 30), game.game_date)
    _change(stage, stage.when(stage.tip_off - timedelta(days=1)), late)


SCENARIOS = (
    Scenario("overtime", FAMILY, "the game goes into overtime", _overtimes(1)),
    Scenario("double_overtime", FAMILY, "the game goes into a second overtime", _overtimes(2)),
    Scenario("postponement", FAMILY, "two hours before the tip the game moves to another date", _postpone),
    Scenario("cancellation", FAMILY, "the game is called off and never played", _cancel),
    Scenario("neutral_site", FAMILY, "the game is played in Paris", _abroad),
    Scenario("cup_final", FAMILY, "the slot of the Cup final gets teams and is played", _determine("006", 20)),
    Scenario("play_in", FAMILY, "a slot of the play-in gets teams and is played", _determine("005", 19)),
    Scenario("undetermined_game", FAMILY, "a game gets teams and time two days before the tip", _to_be_determined),
    Scenario("ends_after_midnight", FAMILY, "the game tips off at 22:30 Eastern", _past_midnight),
)
