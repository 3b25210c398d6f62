"""What happens in a game, action by action: the one truth from which every feed of a game is rendered."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

HOME, AWAY, NOBODY = 0, 1, -1
QUARTER_SECONDS, OVERTIME_SECONDS, REGULATION_PERIODS = 720, 300, 4


class Shot(NamedTuple):
    """A field-goal attempt.

    Attributes:
        made: it went in.
        value: 2 or 3.
        zone: paint, mid_range or three.
        area: label of the area, which can contradict the zone in a tip-in and in a few mistyped shots.
        loc_x: feet to the right of the hoop, seen from half court.
        loc_y: feet from the hoop towards half court.
    """

    made: bool
    value: int
    zone: str
    area: str
    loc_x: float
    loc_y: float

    @property
    def distance(self) -> float:
        """Feet from the hoop."""
        return float((self.loc_x**2 + self.loc_y**2) ** 0.5)


class Action(NamedTuple):
    """One action.

    Attributes:
        period: 1 to 4, overtimes from 5.
        clock: whole seconds left in the period.
        kind: action type of the play-by-play.
        sub: sub type.
        descriptor: descriptor, empty for none.
        qualifiers: qualifiers in no particular order.
        side: HOME, AWAY or NOBODY.
        player: person id, 0 for a team or period action.
        possession: side in possession.
        home: score of the home team after the action.
        away: score of the visitors after the action.
        shot: the attempt, for 2pt and 3pt.
        made: result of a free throw; None otherwise.
        assist: person id of the passer, 0 for none.
        block: person id of the blocker of a missed shot, 0 for none.
        steal: person id of the thief of a turnover, 0 for none.
        drawn: person id of the fouled player, 0 for none.
        official: position of the calling official in the crew, -1 for none.
        shot_index: index of the missed shot that a rebound belongs to, -1 for none.
    """

    period: int
    clock: int
    kind: str
    sub: str
    descriptor: str
    qualifiers: tuple[str, ...]
    side: int
    player: int
    possession: int
    home: int
    away: int
    shot: Shot | None = None
    made: bool | None = None
    assist: int = 0
    block: int = 0
    steal: int = 0
    drawn: int = 0
    official: int = -1
    shot_index: int = -1

    @property
    def points(self) -> int:
        """Points scored by the action."""
        if self.shot is not None:
            return self.shot.value if self.shot.made else 0
        return 1 if self.made else 0

    @property
    def elapsed(self) -> int:
        """Seconds of play since tip-off."""
        return elapsed_seconds(self.period, self.clock)


def period_seconds(period: int) -> int:
    """Return the length of a period."""
    return QUARTER_SECONDS if period <= REGULATION_PERIODS else OVERTIME_SECONDS


def elapsed_seconds(period: int, clock: int) -> int:
    """Return the seconds of play since tip-off."""
    quarters = min(period - 1, REGULATION_PERIODS)
    overtimes = max(period - 1 - REGULATION_PERIODS, 0)
    return quarters * QUARTER_SECONDS + overtimes * OVERTIME_SECONDS + period_seconds(period) - clock


@dataclass(frozen=True)
class Tape:
    """A whole game.

    Attributes:
        actions: in order of play.
        starters: person ids of the five starters of home and away.
        numbers: action number of each action; unique, but not always in order of play.
        wall_seconds: seconds of real time between the scheduled tip-off and each action.
    """

    actions: tuple[Action, ...]
    starters: tuple[tuple[int, ...], tuple[int, ...]]
    numbers: tuple[int, ...]
    wall_seconds: tuple[int, ...]

    @property
    def is_over(self) -> bool:
        """The last action is the end of the game."""
        return bool(self.actions) and (self.actions[-1].kind, self.actions[-1].sub) == ("game", "end")

    def until(self, wall_seconds: float) -> Tape:
        """Return what has happened so many seconds after the scheduled tip-off."""
        count = sum(second <= wall_seconds for second in self.wall_seconds)
        return Tape(self.actions[:count], self.starters, self.numbers[:count], self.wall_seconds[:count])
