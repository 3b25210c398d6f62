"""The ball in the hands of one side: what ends a possession other than a shot."""

from __future__ import annotations

from dataclasses import dataclass

from python_runners.sample.floor import Floor

MADE, DEFENSIVE_REBOUND, STEAL, DEAD_TURNOVER, STARTED = "made", "rebound", "steal", "turnover", "started"

_STEAL_SHARE = 0.545
_OFFENSIVE_FOUL_SHARE = 0.105
_TEAM_TURNOVER_SHARE = 0.05
_TEAM_REBOUND = 0.10
_LOOSE_BALL_FOUL = 0.065
_FREE_THROW_OFFENSIVE_REBOUND = 0.13
_DEAD_BALLS = (
    ("traveling", ""),
    ("out-of-bounds", "bad pass"),
    ("out-of-bounds", "lost ball"),
    ("3-second violation", ""),
)


@dataclass(frozen=True)
class Next:
    """Who has the ball next and how it was won."""

    side: int
    origin: str


class Ball:
    """A possession of a side, won as `origin` says."""

    def __init__(self, floor: Floor, side: int, origin: str) -> None:
        """Give the ball to `side`."""
        self.floor, self.side, self.origin = floor, side, origin
        self.rng = floor.rng
        self.offence, self.defence = floor.sides[side], floor.sides[1 - side]
        floor.possession = side
        floor.is_second_chance = floor.is_fast_break = False
        floor.is_from_turnover = origin in (STEAL, DEAD_TURNOVER)

    def lost(self, origin: str) -> Next:
        """Return the other side with the ball."""
        return Next(1 - self.side, origin)

    def turn_over(self) -> Next:
        """Lose the ball to a steal, an offensive foul, the shot clock or the referee's whistle."""
        floor, rng = self.floor, self.rng
        draw = rng.random()
        loser = self.offence.pick(rng, "turnovers")
        if draw < _STEAL_SHARE:
            thief = self.defence.pick(rng, "steals")
            kind = "bad pass" if rng.random() < 0.6 else "lost ball"
            floor.record("turnover", kind, side=self.side, player=loser, steal=floor.person(1 - self.side, thief))
            floor.possession = 1 - self.side
            floor.record("steal", side=1 - self.side, player=thief)
            return self.lost(STEAL)
        if draw < _STEAL_SHARE + _OFFENSIVE_FOUL_SHARE:
            drawn = floor.person(1 - self.side, self.defence.pick(rng, "steals"))
            loser = self.offence.pick_fouler(rng)
            self.offence.fouls[loser] += 1
            floor.record("foul", "offensive", side=self.side, player=loser, drawn=drawn, official=True)
            floor.record("turnover", "offensive foul", side=self.side, player=loser)
        elif draw < _STEAL_SHARE + _OFFENSIVE_FOUL_SHARE + _TEAM_TURNOVER_SHARE:
            floor.record("turnover", "shot clock", side=self.side, qualifiers=("team",), official=True)
        else:
            sub, descriptor = rng.choice(_DEAD_BALLS)
            floor.record("turnover", sub, side=self.side, player=loser, descriptor=descriptor, official=True)
        floor.dead_ball()
        return self.lost(DEAD_TURNOVER)

    def commit(self, drawn: int, descriptor: str, free_throws: int) -> None:
        """Charge a defender with a personal foul on `drawn`."""
        floor = self.floor
        fouler = self.defence.pick_fouler(self.rng)
        self.defence.fouls[fouler] += 1
        self.defence.team_fouls += 1
        qualifiers = (f"{free_throws}freethrow",) if free_throws else ()
        if floor.is_in_penalty(1 - self.side):
            qualifiers = ("inpenalty", *qualifiers)
        floor.record(
            "foul",
            "personal",
            side=1 - self.side,
            player=fouler,
            descriptor=descriptor,
            qualifiers=qualifiers,
            drawn=floor.person(self.side, drawn),
            official=True,
        )

    def floor_foul(self, drawn: int, descriptor: str = "") -> Next | None:
        """Foul before any shot: two free throws in the penalty; None when the offence goes on with the ball."""
        self.defence.team_fouls += 1
        will_shoot = self.floor.is_in_penalty(1 - self.side)
        self.defence.team_fouls -= 1
        self.commit(drawn, descriptor, 2 if will_shoot else 0)
        if will_shoot:
            return self.free_throws(drawn, 2)
        self.floor.dead_ball()
        return None

    def free_throws(self, shooter: int, count: int) -> Next | None:
        """Shoot free throws; None when the offence gets the ball back."""
        floor, rng = self.floor, self.rng
        accuracy = self.offence.dressed[shooter].player.skill.free_throw
        for number in range(1, count + 1):
            made = rng.random() < accuracy
            self.offence.points += made
            index = floor.record(
                "freethrow",
                f"{number} of {count}",
                side=self.side,
                player=shooter,
                made=made,
                qualifiers=floor.context(),
            )
            if number < count and not made:
                floor.record("rebound", "offensive", side=self.side, qualifiers=("deadball", "team"), shot_index=index)
        # Coaches substitute after a free throw that went in: a missed one is live at once.
        if not made:
            return self.rebound(index, _FREE_THROW_OFFENSIVE_REBOUND, seconds=rng.randrange(1, 3))
        floor.dead_ball()
        return self.lost(MADE)

    def rebound(self, shot_index: int, chance: float, *, seconds: int) -> Next | None:
        """Rebound a miss; None when the offence keeps the ball, or when the period ends first."""
        floor, rng = self.floor, self.rng
        if floor.clock <= max(seconds, 1):
            floor.run(floor.clock)
            return None
        floor.run(seconds)
        is_offensive = rng.random() < chance
        sub = "offensive" if is_offensive else "defensive"
        side = self.side if is_offensive else 1 - self.side
        floor.possession = side
        if rng.random() < _TEAM_REBOUND:
            floor.record("rebound", sub, side=side, qualifiers=("team",), shot_index=shot_index)
            floor.dead_ball()
        else:
            player = floor.sides[side].pick(rng, f"{sub}_rebounds")
            floor.record("rebound", sub, side=side, player=player, shot_index=shot_index)
        if not is_offensive:
            return self.lost(DEFENSIVE_REBOUND)
        floor.is_second_chance = True
        floor.is_fast_break = False
        if rng.random() < _LOOSE_BALL_FOUL:
            return self.floor_foul(self.offence.pick(rng, "offensive_rebounds"), "loose ball")
        return None
