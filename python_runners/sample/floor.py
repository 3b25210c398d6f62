"""The court during a game: clock, score, lineups and the record of actions."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from python_runners.sample.actions import (
    HOME,
    NOBODY,
    REGULATION_PERIODS,
    Action,
    Shot,
    elapsed_seconds,
    period_seconds,
)
from python_runners.sample.bench import Side, SideSetup

_CHECK_EVERY_SECONDS = 60
_FOULS_TO_PENALTY, _FOULS_TO_PENALTY_IN_OVERTIME = 5, 4
_CLOSING_SECONDS, _CLOSING_MARGIN = 240, 10


class Floor:
    """State that changes while a game is played, and the actions so far."""

    def __init__(self, rng: Random, home: SideSetup, away: SideSetup, *, has_cameo: bool = False) -> None:
        """Set up an empty court before the opening tip.

        Args:
            rng: the game's own generator.
            home: home team.
            away: visitors.
            has_cameo: somebody enters and leaves within one dead ball, an appearance of zero seconds.
        """
        self.rng = rng
        self.sides = (Side(home), Side(away))
        self.period = 0
        self.clock = 0
        self.actions: list[Action] = []
        self.possession = NOBODY
        self.is_second_chance = False
        self.is_from_turnover = False
        self.is_fast_break = False
        self.has_cameo = has_cameo
        self._last_check = [0, 0]

    @property
    def elapsed(self) -> int:
        """Seconds of play since tip-off."""
        return elapsed_seconds(self.period, self.clock)

    @property
    def is_late(self) -> bool:
        """The fourth period or an overtime."""
        return self.period >= REGULATION_PERIODS

    def lead_of(self, side: int) -> int:
        """Return by how many points a side leads."""
        return self.sides[side].points - self.sides[1 - side].points

    def run(self, seconds: int) -> None:
        """Let time pass, at most to the end of the period."""
        self.clock = max(self.clock - seconds, 0)

    def record(
        self,
        kind: str,
        sub: str = "",
        *,
        side: int = NOBODY,
        player: int = -1,
        descriptor: str = "",
        qualifiers: tuple[str, ...] = (),
        shot: Shot | None = None,
        made: bool | None = None,
        assist: int = 0,
        block: int = 0,
        steal: int = 0,
        drawn: int = 0,
        official: bool = False,
        shot_index: int = -1,
    ) -> int:
        """Append an action and return its index; `player` is an index into the side's dressed players, -1 for none."""
        home, away = self.sides
        self.actions.append(
            Action(
                self.period,
                self.clock,
                kind,
                sub,
                descriptor,
                qualifiers,
                side,
                self.sides[side].ids[player] if player >= 0 else 0,
                self.possession,
                home.points,
                away.points,
                shot,
                made,
                assist,
                block,
                steal,
                drawn,
                self.rng.randrange(3) if official else -1,
                shot_index,
            )
        )
        return len(self.actions) - 1

    def context(self) -> tuple[str, ...]:
        """Return the qualifiers that every attempt of the running possession carries."""
        found = []
        if self.is_fast_break:
            found.append("fastbreak")
        if self.is_second_chance:
            found.append("2ndchance")
        if self.is_from_turnover:
            found.append("fromturnover")
        return tuple(found)

    def person(self, side: int, index: int) -> int:
        """Return the person id of a dressed player."""
        return self.sides[side].ids[index]

    def is_in_penalty(self, side: int) -> bool:
        """Tell whether the fouls of a side in this period cost free throws."""
        limit = _FOULS_TO_PENALTY if self.period <= REGULATION_PERIODS else _FOULS_TO_PENALTY_IN_OVERTIME
        return self.sides[side].team_fouls >= limit

    def save(self) -> Callable[[], None]:
        """Return a function that takes the game back to this moment; the generator goes on."""
        count, period, clock, has_cameo = len(self.actions), self.period, self.clock, self.has_cameo
        checks, sides = list(self._last_check), [side.save() for side in self.sides]

        def restore() -> None:
            del self.actions[count:]
            self.period, self.clock, self._last_check = period, clock, list(checks)
            self.has_cameo = has_cameo
            for side, saved in zip(self.sides, sides, strict=True):
                side.restore(saved)

        return restore

    def start_period(self, number: int) -> None:
        """Begin a period: clock, team fouls, and the lineups with which the teams come back."""
        self.period, self.clock = number, period_seconds(number)
        self.is_second_chance = self.is_from_turnover = self.is_fast_break = False
        for index, side in enumerate(self.sides):
            side.team_fouls = 0
            if number == 3:
                able = [player for player in range(5) if side.fouls[player] < 6]
                swaps = side.lineup_swaps((able + [p for p in side.best(9) if p not in able])[:5])
            elif number > 1:
                swaps = side.rotation(self.elapsed)
            else:
                swaps = []
            self.substitute(index, swaps, ("startperiod",))
        self.record("period", "start")

    def end_period(self) -> None:
        """Close the period."""
        self.record("period", "end")

    def substitute(self, side: int, swaps: list[tuple[int, int]], qualifiers: tuple[str, ...] = ()) -> None:
        """Exchange players, all outs before all ins, as the feed writes them."""
        for leaving, _ in swaps:
            self.record("substitution", "out", side=side, player=leaving, qualifiers=qualifiers)
        for leaving, entering in swaps:
            self.sides[side].swap(leaving, entering, self.elapsed)
            self.record("substitution", "in", side=side, player=entering, qualifiers=qualifiers)

    def dead_ball(self) -> None:
        """Give both coaches the chance to substitute."""
        for index, side in enumerate(self.sides):
            forced = side.fouled_out(self.elapsed)
            if forced:
                self.substitute(index, forced)
            if self.elapsed - self._last_check[index] < _CHECK_EVERY_SECONDS:
                continue
            self._last_check[index] = self.elapsed
            self.substitute(index, self._wanted_swaps(index))
        if self.has_cameo and self.is_late and self.clock < 60:
            self._cameo()

    def _wanted_swaps(self, index: int) -> list[tuple[int, int]]:
        side = self.sides[index]
        margin = abs(self.lead_of(HOME))
        if self.is_late and self._is_decided(margin):
            return side.lineup_swaps(side.deepest())[:3]
        if self.is_late and self.clock <= _CLOSING_SECONDS and margin <= _CLOSING_MARGIN:
            return side.lineup_swaps(side.best())
        return side.rotation(self.elapsed)

    def _is_decided(self, margin: int) -> bool:
        return (self.clock <= 300 and margin >= 20) or (self.clock <= 100 and margin >= 15)

    def _cameo(self) -> None:
        side = self.sides[HOME]
        fresh = [
            index for index in side.deepest() if index not in side.on_court and side.played(index, self.elapsed) == 0
        ]
        if fresh:
            self.has_cameo = False
            leaving = side.on_court[-1]
            self.substitute(HOME, [(leaving, fresh[0])])
            self.substitute(HOME, [(fresh[0], leaving)])
