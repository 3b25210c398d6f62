"""Home and away of a game, and what to do with teams outside the 30."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

from python_runners.dates import season_type_of
from python_runners.errors import InvariantViolated, NoData
from python_runners.loaders.base import RawObject
from python_runners.loaders.parsers.shapes import param
from python_runners.teams import tricode_of, tricode_of_id

FOREIGN_TEAM = "foreign_team"
_TYPES_WITH_FOREIGN_TEAMS = frozenset({"preseason", "all_star"})


@dataclass(frozen=True)
class Sides:
    """The two teams of a game as tricodes."""

    home: str
    away: str

    def opponent_of(self, team: str) -> str:
        """Return the other team.

        Raises:
            InvariantViolated: `team` does not play in this game.
        """
        if team not in (self.home, self.away):
            raise InvariantViolated(f"{team} does not play in {self.away}@{self.home}")
        return self.away if team == self.home else self.home


def both_sides(game_id: str, home: str | None, away: str | None) -> Sides:
    """Return the sides of a game that an object describes alone.

    Raises:
        NoData: a preseason or All-Star game with a team outside the 30.
        InvariantViolated: any other game with such a team, or a team against itself.
    """
    if home is None or away is None:
        check_foreign(game_id)
        raise NoData(f"{game_id}: a team outside the 30")
    if home == away:
        raise InvariantViolated(f"{game_id}: {home} against itself")
    return Sides(home=home, away=away)


def sides_of_ids(game_id: str, home_id: Any, away_id: Any) -> Sides:
    """Return the sides from NBA.com team ids; errors as `both_sides`."""
    return both_sides(game_id, tricode_of_id(home_id), tricode_of_id(away_id))


def sides_of_params(obj: RawObject, game_id: str) -> Sides:
    """Return the sides from the request parameters `home_team` and `away_team`; errors as `both_sides`.

    Raises:
        InvariantViolated: a parameter is absent.
    """
    return both_sides(game_id, tricode_of(param(obj, "home_team")), tricode_of(param(obj, "away_team")))


def check_foreign(game_id: str) -> None:
    """Accept a team outside the 30 only where the league plays such teams.

    Raises:
        InvariantViolated: the game is neither preseason nor All-Star: the ids of the source have changed.
    """
    if season_type_of(game_id) not in _TYPES_WITH_FOREIGN_TEAMS:
        raise InvariantViolated(f"{game_id}: a team that is not one of the 30")


def drop_foreign(game_id: str, dropped: Counter[str]) -> None:
    """Count a row or game left out for a team outside the 30; errors as `check_foreign`."""
    check_foreign(game_id)
    dropped[FOREIGN_TEAM] += 1
