"""Plays a game from the opening tip to the final buzzer."""

from __future__ import annotations

from random import Random

from python_runners.sample.actions import AWAY, HOME, REGULATION_PERIODS, Action, Tape, period_seconds
from python_runners.sample.ball import STARTED, Next
from python_runners.sample.bench import SideSetup
from python_runners.sample.floor import Floor
from python_runners.sample.possession import play

_TRIES_FOR_A_TIE = 120
_TIMEOUT_CHANCE = 0.05
_TECHNICAL_CHANCE = 0.0034
_KICKED_BALL_CHANCE = 0.007
_STOPPAGE_CHANCE = 0.0015
_CAMEO_CHANCE = 0.02
_TIP_OFF_DELAY_SECONDS = 600
# Real seconds that an action adds to the time played.
_DELAYS = {"foul": 14, "freethrow": 17, "timeout": 130, "violation": 12, "substitution": 3, "stoppage": 60, "block": 1}
_BETWEEN_QUARTERS_SECONDS, _HALF_TIME_SECONDS = 150, 900
_LATE_NUMBERS = 3


def simulate(
    rng: Random, home: SideSetup, away: SideSetup, *, least_overtimes: int = 0, has_cameo: bool | None = None
) -> Tape:
    """Play a game.

    Args:
        rng: the game's own generator.
        home: home team with its five starters first.
        away: visitors, likewise.
        least_overtimes: play again until the game goes into that many overtimes.
        has_cameo: force or forbid an appearance of zero seconds; a small chance when None.
    """
    while True:
        wants_cameo = rng.random() < _CAMEO_CHANCE if has_cameo is None else has_cameo
        floor = Floor(rng, home, away, has_cameo=wants_cameo)
        _play_all(floor, least_overtimes)
        if floor.period - REGULATION_PERIODS >= least_overtimes and not (has_cameo and floor.has_cameo):
            break
    actions = tuple(floor.actions)
    starters = (tuple(floor.sides[HOME].ids[:5]), tuple(floor.sides[AWAY].ids[:5]))
    return Tape(actions, starters, _numbers(rng, actions), _wall_seconds(rng, actions))


def _play_all(floor: Floor, least_overtimes: int) -> None:
    period = 0
    winner = floor.rng.randrange(2)
    while period < REGULATION_PERIODS or floor.lead_of(HOME) == 0:
        period += 1
        restore = floor.save()
        # A game that must go on is played again from the start of the period that has decided it.
        for _ in range(_TRIES_FOR_A_TIE):
            winner = _play_numbered(floor, period, winner)
            must_go_on = REGULATION_PERIODS <= period < REGULATION_PERIODS + least_overtimes
            if not must_go_on or floor.lead_of(HOME) == 0:
                break
            restore()
        else:
            return
    floor.record("game", "end")


def _play_numbered(floor: Floor, period: int, winner: int) -> int:
    """Play a period and return who won the last jump ball, which decides who begins the quarters."""
    floor.start_period(period)
    if period == 1 or period > REGULATION_PERIODS:
        winner = first = _jump_ball(floor)
    else:
        first = winner if period == REGULATION_PERIODS else 1 - winner
    _play_period(floor, first)
    floor.end_period()
    return winner


def _jump_ball(floor: Floor) -> int:
    winner = floor.rng.randrange(2)
    floor.run(floor.rng.randrange(2, 5))
    floor.possession = winner
    player = floor.sides[winner].pick(floor.rng, "usage")
    floor.record("jumpball", "recovered", side=winner, player=player, descriptor="startperiod")
    return winner


def _play_period(floor: Floor, first: int) -> None:
    turn: Next | None = Next(first, STARTED)
    while turn is not None and floor.clock:
        _between_plays(floor)
        turn = play(floor, turn.side, turn.origin)


def _between_plays(floor: Floor) -> None:
    rng = floor.rng
    draw = rng.random()
    if draw < _TIMEOUT_CHANCE:
        is_mandatory = 170 < floor.clock < 420
        side = rng.randrange(2)
        floor.record("timeout", "full", side=side, qualifiers=("team", "mandatory") if is_mandatory else ("team",))
        floor.dead_ball()
    elif draw < _TIMEOUT_CHANCE + _TECHNICAL_CHANCE:
        _technical(floor, rng.randrange(2))
    elif draw < _TIMEOUT_CHANCE + _TECHNICAL_CHANCE + _KICKED_BALL_CHANCE:
        side = rng.randrange(2)
        player = floor.sides[side].pick(rng, "steals")
        floor.record("violation", "kicked ball", side=side, player=player, official=True)
        floor.dead_ball()
    elif draw < _TIMEOUT_CHANCE + _TECHNICAL_CHANCE + _KICKED_BALL_CHANCE + _STOPPAGE_CHANCE:
        floor.record("stoppage", "")


def _technical(floor: Floor, side: int) -> None:
    blamed = floor.sides[side].pick(floor.rng, "fouls")
    floor.record("foul", "technical", side=side, player=blamed, qualifiers=("1freethrow",), official=True)
    other = floor.sides[1 - side]
    shooter = max(other.on_court, key=lambda index: other.dressed[index].player.skill.free_throw)
    made = floor.rng.random() < other.dressed[shooter].player.skill.free_throw
    other.points += made
    floor.record("freethrow", "1 of 1", side=1 - side, player=shooter, descriptor="technical", made=made)


def _numbers(rng: Random, actions: tuple[Action, ...]) -> tuple[int, ...]:
    """Number the actions with gaps; a few, inserted late by the scorers, carry numbers from the end."""
    referred = {action.shot_index for action in actions}
    free = [
        index
        for index, action in enumerate(actions)
        if index not in referred and action.kind in ("foul", "timeout", "rebound", "turnover")
    ]
    late = set(rng.sample(free, min(_LATE_NUMBERS, len(free))))
    numbers, number = [], 1
    for index in range(len(actions)):
        number += 2 if rng.random() < 0.06 else 1
        numbers.append(-1 if index in late else number)
    for index in sorted(late):
        number += 1
        numbers[index] = number
    return tuple(numbers)


def _wall_seconds(rng: Random, actions: tuple[Action, ...]) -> tuple[int, ...]:
    """Return when each action happens, in real seconds since the scheduled tip-off."""
    wall = _TIP_OFF_DELAY_SECONDS + rng.randrange(120)
    seconds = []
    period, clock = 1, period_seconds(1)
    for action in actions:
        if action.period != period:
            wall += _HALF_TIME_SECONDS if action.period == 3 else _BETWEEN_QUARTERS_SECONDS
            period, clock = action.period, period_seconds(action.period)
        wall += clock - action.clock + _DELAYS.get(action.kind, 0)
        clock = action.clock
        seconds.append(wall)
    return tuple(seconds)
