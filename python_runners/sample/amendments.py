"""What a scenario changes in the league, each change from an instant on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from python_runners.sample.actions import Tape
from python_runners.sample.injuries import Availability
from python_runners.sample.lines import Box
from python_runners.sample.rosters import Transaction
from python_runners.sample.schedule import ScheduledGame


@dataclass(frozen=True)
class ScheduleChange:
    """From `at` on the schedule shows `game` under its id, and the game is played as it says."""

    at: datetime
    game: ScheduledGame


@dataclass(frozen=True)
class BoxChange:
    """From `at` on the box score of a game is what `edit` makes of it; `feeds` limits it to some feeds."""

    at: datetime
    game_id: str
    edit: Callable[[Box], Box]
    feeds: frozenset[str] | None = None


@dataclass(frozen=True)
class TapeChange:
    """From `at` on the play-by-play of a game is what `edit` makes of it."""

    at: datetime
    game_id: str
    edit: Callable[[Tape], Tape]


@dataclass(frozen=True)
class LineRule:
    """How one player's lines depart from the usual at an event.

    Attributes:
        game_id: game of the event.
        player_id: whose lines; None for everybody's.
        bookmaker: which book; None for all.
        at: from when on the rule holds.
        until: until when; None for ever.
        shift: points added to the line.
        price_shift: cents added to the over and taken from the under.
        is_withdrawn: the book shows no line.
        is_one_sided: the book shows the over only.
        line: the line itself, for a whole number.
        ladder_steps: alternate lines on each side of the main one.
        alias: name under which the book lists the player.
    """

    game_id: str
    player_id: int | None
    at: datetime
    bookmaker: str | None = None
    until: datetime | None = None
    shift: float = 0.0
    price_shift: int = 0
    is_withdrawn: bool = False
    is_one_sided: bool = False
    line: float | None = None
    ladder_steps: int = 0
    alias: str | None = None

    def holds(self, game_id: str, player_id: int, bookmaker: str, instant: datetime) -> bool:
        """Tell whether the rule applies to a line."""
        return (
            self.game_id == game_id
            and self.player_id in (None, player_id)
            and self.bookmaker in (None, bookmaker)
            and self.at <= instant
            and (self.until is None or instant < self.until)
        )


@dataclass
class Amendments:
    """Everything that scenarios have changed in a league.

    Attributes:
        schedule: changes of the schedule.
        boxes: corrections of box scores.
        tapes: corrections of play-by-plays.
        lines: departures of players' lines.
        transactions: transactions beside the drawn ones.
        availability: status of (game, player), instead of the drawn one.
        overtimes: least number of overtimes by game.
        cameos: games with an appearance of zero seconds.
        unsubmitted: (game, team) pairs whose team never files a report.
        without_events: games for which the odds feed has no event.
        second_events: games that the odds feed lists twice.
        unknown_players: person ids that the directory and the rosters do not list.
        expected_commence: start that the odds feed announces, where it is not the schedule's.
    """

    schedule: list[ScheduleChange] = field(default_factory=list)
    boxes: list[BoxChange] = field(default_factory=list)
    tapes: list[TapeChange] = field(default_factory=list)
    lines: list[LineRule] = field(default_factory=list)
    transactions: list[Transaction] = field(default_factory=list)
    availability: dict[tuple[str, int], Availability] = field(default_factory=dict)
    overtimes: dict[str, int] = field(default_factory=dict)
    cameos: set[str] = field(default_factory=set)
    unsubmitted: set[tuple[str, str]] = field(default_factory=set)
    without_events: set[str] = field(default_factory=set)
    second_events: set[str] = field(default_factory=set)
    unknown_players: set[int] = field(default_factory=set)
    expected_commence: dict[str, list[tuple[datetime, datetime]]] = field(default_factory=dict)
