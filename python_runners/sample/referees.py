"""Officials of the sample league and their crews."""

from __future__ import annotations

from dataclasses import dataclass

from python_runners.sample.league import League
from python_runners.sample.names import name_stream

_OFFICIALS = 78
_FIRST_ID = 9_900_001


@dataclass(frozen=True)
class Official:
    """An official."""

    person_id: int
    first: str
    last: str
    jersey: str

    @property
    def name(self) -> str:
        """Full name."""
        return f"{self.first} {self.last}"


def officials_of(league: League) -> tuple[Official, ...]:
    """Return everybody on the staff, in a fixed order."""
    names = name_stream(league.config.rng("officials"))
    return tuple(Official(_FIRST_ID + number, *next(names), jersey=str(number + 3)) for number in range(_OFFICIALS))


def crews_on(league: League, game_ids: list[str], day: str) -> dict[str, tuple[Official, ...]]:
    """Return three officials for each game of a date; nobody works twice on one date."""
    staff = officials_of(league)
    drawn = league.config.rng("crews", day).sample(staff, min(3 * len(game_ids), len(staff)))
    return {game_id: tuple(drawn[3 * index : 3 * index + 3]) for index, game_id in enumerate(game_ids)}


def crew_of(league: League, game_id: str) -> tuple[Official, ...]:
    """Return the crew of a game, one that is called off in the end included."""
    day = league.game(game_id).game_date
    games = sorted({*(game.game_id for game in league.games_on(day)), game_id})
    return crews_on(league, games, day.isoformat())[game_id]
