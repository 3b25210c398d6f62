"""One team during a game: who is on court, who rests, who gets the ball."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from python_runners.sample.people import Player

FOUL_LIMIT = 6
LINEUP = 5
_SWAP_SURPLUS_SECONDS = 150
_MOST_SWAPS = 3


@dataclass(frozen=True)
class Dressed:
    """A player as he comes into a game.

    Attributes:
        player: who he is.
        plan: share of the game that the coach means him to play, 0 for nobody's plan.
        usage: weight with which he ends plays today.
        form: factor on his accuracy today.
    """

    player: Player
    plan: float
    usage: float
    form: float


@dataclass(frozen=True)
class SideSetup:
    """A team as it comes into a game: dressed players with the five starters first, and its strength.

    Attributes:
        team: tricode.
        dressed: everybody in uniform, starters first.
        defence: factor on the opponent's accuracy; below 1 is a good defence.
        pace: factor on the speed of play.
        edge: factor on the own accuracy: venue and rest.
    """

    team: str
    dressed: tuple[Dressed, ...]
    defence: float
    pace: float
    edge: float


class Side:
    """A team's changing state during a game; players are indices into `dressed`."""

    def __init__(self, setup: SideSetup) -> None:
        """Start with the five starters on court."""
        self.setup = setup
        self.dressed = setup.dressed
        count = len(self.dressed)
        self.on_court = list(range(LINEUP))
        self.ids = [dressed.player.player_id for dressed in self.dressed]
        self.fouls = [0] * count
        self.points = 0
        self.team_fouls = 0
        self._seconds = [0] * count
        self._since = [0] * count
        self._plan = [dressed.plan for dressed in self.dressed]
        skills = [dressed.player.skill for dressed in self.dressed]
        self._weights = {
            "usage": [dressed.usage for dressed in self.dressed],
            "assists": [skill.assists for skill in skills],
            "offensive_rebounds": [skill.offensive_rebounds for skill in skills],
            "defensive_rebounds": [skill.defensive_rebounds for skill in skills],
            "steals": [skill.steals for skill in skills],
            "blocks": [skill.blocks for skill in skills],
            "turnovers": [
                skill.turnovers * (0.4 + 0.6 * dressed.usage)
                for skill, dressed in zip(skills, self.dressed, strict=True)
            ],
            "fouls": [skill.fouls for skill in skills],
            "foul_draw": [skill.foul_draw * dressed.usage for skill, dressed in zip(skills, self.dressed, strict=True)],
        }

    def pick(self, rng: Random, weight: str, without: int = -1) -> int:
        """Return a player on court, chosen by one of his tendencies."""
        weights = self._weights[weight]
        total = 0.0
        for index in self.on_court:
            if index != without:
                total += weights[index]
        draw = rng.random() * total
        for index in self.on_court:
            if index != without:
                draw -= weights[index]
                if draw < 0:
                    return index
        return self.on_court[-1] if self.on_court[-1] != without else self.on_court[0]

    def pick_fouler(self, rng: Random) -> int:
        """Return who commits a foul: those in foul trouble hold back, and nobody fouls out without a replacement."""
        weights = self._weights["fouls"]
        can_replace = any(self._may_enter(index) for index in range(len(self.dressed)))
        candidates = []
        for index in self.on_court:
            count = self.fouls[index]
            if count == FOUL_LIMIT - 1 and not can_replace:
                continue
            candidates.append((index, weights[index] * (1.0 if count < 3 else 0.55 if count < 5 else 0.3)))
        if not candidates:
            return self.on_court[0]
        draw = rng.random() * sum(weight for _, weight in candidates)
        for index, weight in candidates:
            draw -= weight
            if draw < 0:
                return index
        return candidates[-1][0]

    def _may_enter(self, index: int) -> bool:
        return index not in self.on_court and self.fouls[index] < FOUL_LIMIT

    def played(self, index: int, elapsed: int) -> int:
        """Return the seconds that a player has been on court."""
        running = elapsed - self._since[index] if index in self.on_court else 0
        return self._seconds[index] + running

    def swap(self, leaving: int, entering: int, elapsed: int) -> None:
        """Exchange two players."""
        self._seconds[leaving] += elapsed - self._since[leaving]
        self._since[entering] = elapsed
        self.on_court[self.on_court.index(leaving)] = entering

    def fouled_out(self, elapsed: int) -> list[tuple[int, int]]:
        """Return the swaps that a sixth foul makes necessary."""
        swaps: list[tuple[int, int]] = []
        for leaving in self.on_court:
            if self.fouls[leaving] >= FOUL_LIMIT:
                free = [index for index in range(len(self.dressed)) if self._may_enter(index)]
                if free:
                    swaps.append((leaving, max(free, key=lambda index: self._want(index, elapsed))))
        return swaps[:1]

    def save(self) -> tuple[list[int], list[int], int, list[int], list[int]]:
        """Return what changes while time passes, for `restore`."""
        return list(self.on_court), list(self.fouls), self.points, list(self._seconds), list(self._since)

    def restore(self, saved: tuple[list[int], list[int], int, list[int], list[int]]) -> None:
        """Go back to a saved state."""
        on_court, fouls, self.points, seconds, since = saved
        self.on_court, self.fouls, self._seconds, self._since = list(on_court), list(fouls), list(seconds), list(since)

    def _want(self, index: int, elapsed: int) -> float:
        """How many seconds somebody is behind the coach's plan; players without a plan come last."""
        plan = self._plan[index]
        return plan * elapsed - self.played(index, elapsed) if plan else -5_000.0 - index

    def rotation(self, elapsed: int) -> list[tuple[int, int]]:
        """Return the swaps that bring playing time nearer to the coach's plan."""
        free = sorted(
            (index for index in range(len(self.dressed)) if self._may_enter(index) and self._plan[index]),
            key=lambda index: -self._want(index, elapsed),
        )
        tired = sorted(self.on_court, key=lambda index: self._want(index, elapsed))
        swaps: list[tuple[int, int]] = []
        for leaving, entering in zip(tired, free, strict=False):
            gain = self._want(entering, elapsed) - self._want(leaving, elapsed)
            if gain < _SWAP_SURPLUS_SECONDS + 40 * len(swaps) or len(swaps) == _MOST_SWAPS:
                break
            swaps.append((leaving, entering))
        return swaps

    def lineup_swaps(self, wanted: list[int]) -> list[tuple[int, int]]:
        """Return the swaps that bring a lineup onto the court."""
        leaving = [index for index in self.on_court if index not in wanted]
        entering = [index for index in wanted if index not in self.on_court]
        return list(zip(leaving, entering, strict=True))

    def best(self, count: int = LINEUP) -> list[int]:
        """Return the players with the most planned time who may still play."""
        able = [index for index in range(len(self.dressed)) if self.fouls[index] < FOUL_LIMIT]
        return sorted(able, key=lambda index: (-self._plan[index], index))[:count]

    def deepest(self) -> list[int]:
        """Return the end of the bench, for games that are decided."""
        able = [index for index in range(len(self.dressed)) if self.fouls[index] < FOUL_LIMIT]
        return sorted(able, key=lambda index: (self._plan[index], -index))[:LINEUP]
