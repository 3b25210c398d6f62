"""What makes one sample league differ from another."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from random import Random

from python_runners.teams import tricodes

OPENING_DATES = {2023: date(2023, 10, 24), 2024: date(2024, 10, 22), 2025: date(2025, 10, 21)}


@dataclass(frozen=True)
class LeagueConfig:
    """Parameters of a league; two leagues of equal parameters are equal to the byte.

    Attributes:
        seed: every random choice of the league hangs on it.
        season_year: first calendar year of the season.
        first_date: Eastern date of the first regular-season game; the season's real opening date by default.
        teams: tricodes that take part; all 30 by default.
        games_per_team: length of the regular season of a team.
        dates: number of game dates that the demonstration covers; None for the whole season. Later games stay on the
            schedule, but the league's clock is not meant to reach them.
        standard_players: players with a standard contract per team.
        two_way_players: players with a two-way contract per team.
        past_transactions: rows of earlier seasons in the file of player movements.
        has_postseason: whether play-in, playoff and Cup slots stand on the schedule as undetermined games.
    """

    seed: int = 7
    season_year: int = 2025
    first_date: date | None = None
    teams: tuple[str, ...] = field(default_factory=tricodes)
    games_per_team: int = 82
    dates: int | None = None
    standard_players: int = 15
    two_way_players: int = 3
    past_transactions: int = 60
    has_postseason: bool = True

    @property
    def opening_date(self) -> date:
        """Eastern date of the first regular-season game."""
        return self.first_date or OPENING_DATES.get(self.season_year, date(self.season_year, 10, 21))

    def rng(self, *parts: object) -> Random:
        """Return the generator of one purpose, independent of the order in which purposes are asked for."""
        return Random("|".join(str(part) for part in (self.seed, self.season_year, *parts)))  # noqa: S311 -- no secret
