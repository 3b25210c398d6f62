"""The schedule of a season: who meets whom, when and where."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from random import Random

from python_runners.dates import eastern_wall_to_utc
from python_runners.sample.config import LeagueConfig
from python_runners.sample.places import Arena, home_arena, neutral_site
from python_runners.sample.season_dates import Calendar

_HOURS_BY_ZONE = {
    "America/Los_Angeles": ((22, 0), (22, 30), (22, 0), (21, 0)),
    "America/Denver": ((21, 0), (21, 30), (22, 0), (20, 0)),
    "America/Phoenix": ((21, 0), (22, 0), (21, 30), (21, 0)),
    "America/Chicago": ((20, 0), (20, 0), (20, 30), (19, 30)),
}
_HOURS_EAST = ((19, 0), (19, 0), (19, 30), (19, 0), (20, 0))
_MATINEES = ((12, 0), (13, 0), (15, 0), (15, 30))
_EARLY = ((17, 0), (18, 0), (18, 0))


@dataclass(frozen=True)
class ScheduledGame:
    """A game of the schedule.

    Attributes:
        game_id: NBA.com id; it stays when the game moves to another date.
        game_date: Eastern date of tip-off.
        tip_off: instant of tip-off, UTC; None while it is to be determined.
        home: tricode of the home team; None while undetermined.
        away: tricode of the visitors; None while undetermined.
        arena: where it is played.
        is_neutral: nobody is at home.
        label: what the schedule calls the event; empty for most games.
        sub_label: part of the event.
        subtype: kind of event.
        if_necessary: a playoff game that may not be needed.
        is_cancelled: it stands on the schedule but is never played.
    """

    game_id: str
    game_date: date
    tip_off: datetime | None
    home: str | None
    away: str | None
    arena: Arena
    is_neutral: bool = False
    label: str = ""
    sub_label: str = ""
    subtype: str = ""
    if_necessary: bool = False
    is_cancelled: bool = False

    @property
    def teams(self) -> tuple[str, str]:
        """Home and away of a game whose teams are known.

        Raises:
            ValueError: they are undetermined.
        """
        if self.home is None or self.away is None:
            raise ValueError(f"{self.game_id}: the teams are undetermined")
        return self.home, self.away

    @property
    def start(self) -> datetime:
        """Tip-off of a game whose time is known.

        Raises:
            ValueError: the time is undetermined.
        """
        if self.tip_off is None:
            raise ValueError(f"{self.game_id}: the time is undetermined")
        return self.tip_off

    @property
    def is_determined(self) -> bool:
        """Both teams and the time are known."""
        return None not in (self.home, self.away, self.tip_off)

    @property
    def code(self) -> str:
        """Date and teams as the feeds write them, away team first."""
        return f"{self.game_date:%Y%m%d}/{self.away or 'TBD'}{self.home or 'TBD'}"

    def opponent_of(self, team: str) -> str:
        """Return the other team."""
        home, away = self.teams
        return away if team == home else home


def tip_off_at(day: date, hour: int, minute: int = 0) -> datetime:
    """Return the instant of an Eastern wall clock, daylight saving included."""
    return eastern_wall_to_utc(day, time(hour, minute))


def move(game: ScheduledGame, tip_off: datetime, game_date: date) -> ScheduledGame:
    """Return the game at another time; id, teams and arena stay."""
    return replace(game, tip_off=tip_off, game_date=game_date)


def _draw_tip(rng: Random, day: date, arena: Arena) -> datetime:
    draw = rng.random()
    weekend = day.weekday() >= 5
    if weekend and draw < 0.21:
        hours: tuple[tuple[int, int], ...] = _MATINEES
    elif weekend and draw < 0.42:
        hours = _EARLY
    else:
        hours = _HOURS_BY_ZONE.get(arena.time_zone, _HOURS_EAST)
    return tip_off_at(day, *rng.choice(hours))


def draw_schedule(config: LeagueConfig) -> tuple[ScheduledGame, ...]:
    """Draw the season: the regular season, and the slots of Cup final, play-in and playoffs as undetermined games."""
    rng = config.rng("schedule")
    games: list[ScheduledGame] = []
    for number, (day, home, away) in enumerate(Calendar(config, rng).fill(), start=1):
        arena = home_arena(home)
        game_id = f"002{config.season_year % 100:02d}{number:05d}"
        games.append(ScheduledGame(game_id, day, _draw_tip(rng, day, arena), home, away, arena))
    if len(games) > 200:
        games[60] = _abroad(games[60])
    if config.has_postseason:
        games.extend(_open_slots(config, games[-1].game_date))
    return tuple(sorted(games, key=lambda game: (game.game_date, game.game_id)))


def _abroad(game: ScheduledGame) -> ScheduledGame:
    return replace(
        game,
        arena=neutral_site("mexico_city"),
        is_neutral=True,
        label="NBA Mexico City Game",
        subtype="Global Games",
    )


def _open_slots(config: LeagueConfig, last_day: date) -> list[ScheduledGame]:
    """Games that stand on the schedule before anybody knows who plays in them."""
    year = config.season_year % 100
    vegas = neutral_site("las_vegas")
    cup_day = min(config.opening_date + timedelta(days=56), last_day)
    slots = [
        ScheduledGame(
            f"006{year:02d}00001", cup_day, None, None, None, vegas, True,
            "Emirates NBA Cup", "Championship", "in-season-knockout",
        )
    ]  # fmt: skip
    play_in = "SoFi Play-In Tournament"
    for number, conference in enumerate(("East", "West", "East", "West", "East", "West")):
        day = last_day + timedelta(days=2 + number // 2)
        slots.append(
            ScheduledGame(f"005{year:02d}00{number + 1:03d}", day, None, None, None, vegas, False, play_in, conference)
        )
    for number in range(8):
        day = last_day + timedelta(days=6 + number % 2)
        conference = "East" if number < 4 else "West"
        slots.append(
            ScheduledGame(
                f"004{year:02d}001{number}1", day, None, None, None, vegas, False,
                f"{conference} First Round", "Game 1",
            )
        )  # fmt: skip
    return slots
