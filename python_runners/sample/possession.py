"""A possession: passes, fouls, shots and rebounds until the ball changes hands."""

from __future__ import annotations

from python_runners.sample.actions import REGULATION_PERIODS, Shot
from python_runners.sample.ball import DEAD_TURNOVER, DEFENSIVE_REBOUND, MADE, STARTED, STEAL, Ball, Next
from python_runners.sample.floor import Floor
from python_runners.sample.shots import MID_RANGE, PAINT, THREE, ZONES, draw_shot
from python_runners.sample.styles import style_of

# Mean and spread of the seconds until the first attempt, by how the ball was won.
_SECONDS = {
    MADE: (14.45, 3.4),
    DEFENSIVE_REBOUND: (11.7, 4.4),
    STEAL: (8.0, 4.4),
    DEAD_TURNOVER: (13.5, 3.6),
    STARTED: (14.0, 3.4),
}
_SECOND_CHANCE_SECONDS = (4.8, 3.6)
_SHOT_CLOCK, _SHORT_SHOT_CLOCK = 24, 14
_TURNOVER = 0.121
_FLOOR_FOUL = 0.052
_FOULED_MISS = {PAINT: 0.142, MID_RANGE: 0.044, THREE: 0.014}
_FOULED_MAKE = {PAINT: 0.085, MID_RANGE: 0.03, THREE: 0.006}
_ASSISTED = {PAINT: 0.58, MID_RANGE: 0.45, THREE: 0.86}
_BLOCKED = {PAINT: 0.225, MID_RANGE: 0.06, THREE: 0.015}
_OFFENSIVE_REBOUND = {PAINT: 0.262, MID_RANGE: 0.226, THREE: 0.222}
_GOALTENDING = 0.008
# Who leads plays with less haste, who trails with more: leads shrink a little with every possession.
_EASES_OFF, _EASES_AT_MOST = 0.0019, 30
_FAST_BREAK_AT_MOST_SECONDS = 8
_FAST_BREAK = {STEAL: 0.95, DEFENSIVE_REBOUND: 0.80}


def play(floor: Floor, side: int, origin: str) -> Next | None:
    """Play a possession until the ball changes hands; None when the period has ended."""
    ball = Ball(floor, side, origin)
    rng = floor.rng
    seconds, is_first = _seconds(ball, is_first=True), True
    while floor.clock:
        if _is_fouled_on_purpose(ball):
            floor.run(min(rng.randrange(1, 5), floor.clock - 1))
            changed = ball.floor_foul(ball.offence.pick(rng, "usage"))
        elif seconds >= floor.clock:
            changed = _last_attempt(ball)
        else:
            floor.run(seconds)
            floor.is_fast_break = (
                is_first and seconds <= _FAST_BREAK_AT_MOST_SECONDS and rng.random() < _FAST_BREAK.get(origin, 0.0)
            )
            draw = rng.random()
            if draw < _TURNOVER:
                return ball.turn_over()
            if draw < _TURNOVER + _FLOOR_FOUL:
                changed = ball.floor_foul(ball.offence.pick(rng, "foul_draw"))
            else:
                changed = _attempt(ball)
        if changed is not None:
            return changed
        seconds, is_first = _seconds(ball, is_first=False), False
    return None


def _seconds(ball: Ball, *, is_first: bool) -> int:
    mean, spread = _SECONDS[ball.origin] if is_first else _SECOND_CHANCE_SECONDS
    pace = ball.offence.setup.pace * ball.defence.setup.pace
    limit = _SHOT_CLOCK if is_first else _SHORT_SHOT_CLOCK
    return min(max(round(ball.rng.gauss(mean / pace, spread)), 1), limit)


def _is_fouled_on_purpose(ball: Ball) -> bool:
    floor = ball.floor
    return floor.is_late and 1 < floor.clock <= 28 and 1 <= floor.lead_of(ball.side) <= 7


def _last_attempt(ball: Ball) -> Next | None:
    """The clock runs out during the possession: a last shot, a heave, or nothing."""
    floor, rng = ball.floor, ball.rng
    if floor.clock <= 2:
        floor.run(floor.clock)
        if rng.random() < 0.35:
            floor.record("heave", side=ball.side)
        return None
    floor.run(floor.clock - rng.randrange(0, 3))
    return _attempt(ball, is_last=True)


def _attempt(ball: Ball, *, is_last: bool = False) -> Next | None:
    """A shot, or a foul on it; None when the offence keeps the ball or time is up."""
    floor, rng = ball.floor, ball.rng
    shooter = ball.offence.pick(rng, "usage")
    dressed = ball.offence.dressed[shooter]
    zone = _zone(ball, dressed.player.skill.mix, is_last=is_last)
    chance = _FOULED_MISS[zone] * dressed.player.skill.foul_draw
    if rng.random() < (0.4 * chance if is_last else chance):
        count = 3 if zone == THREE else 2
        ball.commit(shooter, "shooting", count)
        return ball.free_throws(shooter, count)
    accuracy = dressed.player.skill.accuracy[ZONES.index(zone)] * dressed.form
    accuracy *= ball.offence.setup.edge * ball.defence.setup.defence
    accuracy *= 1 - _EASES_OFF * min(max(floor.lead_of(ball.side), -_EASES_AT_MOST), _EASES_AT_MOST)
    if is_last and floor.is_late:
        accuracy *= _pressure(floor.lead_of(ball.side), zone) if floor.period == REGULATION_PERIODS else 1.0
    if floor.is_fast_break and zone == PAINT:
        accuracy += 0.09
    is_tip = zone == PAINT and floor.is_second_chance and rng.random() < 0.18
    shot = draw_shot(rng, zone, made=rng.random() < accuracy, is_tip=is_tip)
    style = style_of(rng, shot, is_tip=is_tip, is_fast=floor.is_fast_break)
    qualifiers = (*floor.context(), "pointsinthepaint") if zone == PAINT else floor.context()
    if shot.made:
        return _make(ball, shooter, shot, style, qualifiers, is_tip=is_tip)
    return _miss(ball, shooter, shot, style, qualifiers)


def _zone(ball: Ball, mix: tuple[float, float, float], *, is_last: bool) -> str:
    paint, middle, three = mix
    floor = ball.floor
    if floor.is_second_chance or floor.is_fast_break:
        paint, middle, three = paint * 1.7, middle * 0.5, three * 0.75
    if is_last and floor.is_late:
        lead = floor.lead_of(ball.side)
        if lead == -3:
            return THREE
        three *= 0.3 if lead == -2 else 1.0
    draw = ball.rng.random() * (paint + middle + three)
    return PAINT if draw < paint else MID_RANGE if draw < paint + middle else THREE


def _pressure(lead: int, zone: str) -> float:
    """Last shots of a close game: a tie is found more often, and broken less often, than chance has it."""
    if lead == 0:
        return 0.3
    return 1.8 if (lead, zone) in ((-3, THREE), (-2, PAINT), (-2, MID_RANGE)) else 0.85


def _make(
    ball: Ball, shooter: int, shot: Shot, style: tuple[str, str], qualifiers: tuple[str, ...], *, is_tip: bool
) -> Next | None:
    floor, rng = ball.floor, ball.rng
    passer = -1
    if not is_tip and rng.random() < _ASSISTED[shot.zone]:
        passer = ball.offence.pick(rng, "assists", without=shooter)
    is_goaltending = shot.zone == PAINT and rng.random() < _GOALTENDING
    ball.offence.points += shot.value
    floor.record(
        f"{shot.value}pt",
        style[0],
        side=ball.side,
        player=shooter,
        descriptor=style[1],
        qualifiers=(*qualifiers, "defensivegoaltending") if is_goaltending else qualifiers,
        shot=shot,
        assist=floor.person(ball.side, passer) if passer >= 0 else 0,
    )
    if is_goaltending:
        blamed = ball.defence.pick(rng, "blocks")
        floor.record("violation", "defensive goaltending", side=1 - ball.side, player=blamed, official=True)
    if rng.random() < _FOULED_MAKE[shot.zone] * ball.offence.dressed[shooter].player.skill.foul_draw:
        ball.commit(shooter, "shooting", 1)
        return ball.free_throws(shooter, 1)
    return ball.lost(MADE)


def _miss(ball: Ball, shooter: int, shot: Shot, style: tuple[str, str], qualifiers: tuple[str, ...]) -> Next | None:
    floor, rng = ball.floor, ball.rng
    is_blocked = rng.random() < _BLOCKED[shot.zone]
    blocker = ball.defence.pick(rng, "blocks") if is_blocked else -1
    index = floor.record(
        f"{shot.value}pt",
        style[0],
        side=ball.side,
        player=shooter,
        descriptor=style[1],
        qualifiers=qualifiers,
        shot=shot,
        block=floor.person(1 - ball.side, blocker) if is_blocked else 0,
    )
    if is_blocked:
        floor.record("block", side=1 - ball.side, player=blocker)
    chance = _OFFENSIVE_REBOUND[shot.zone] + (0.13 if is_blocked else 0.0)
    return ball.rebound(index, chance, seconds=rng.randrange(0, 2) if is_blocked else rng.randrange(1, 4))
