"""Lines of a box score: counts of players and teams."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

COUNTED = (
    *("fg_makes", "fg_attempts", "three_makes", "three_attempts", "ft_makes", "ft_attempts"),
    *("offensive_rebounds", "defensive_rebounds", "assists", "steals", "blocks", "blocks_received", "turnovers"),
    *("personal_fouls", "offensive_fouls", "technical_fouls", "fouls_drawn"),
    *("points_in_paint", "fast_break_points", "second_chance_points", "points_off_turnovers"),
    *("assisted_fg_makes", "paint_makes", "paint_attempts", "mid_range_makes", "mid_range_attempts"),
)


@dataclass(frozen=True, slots=True)
class Counts:
    """Counts of a player or of a team in one game."""

    fg_makes: int = 0
    fg_attempts: int = 0
    three_makes: int = 0
    three_attempts: int = 0
    ft_makes: int = 0
    ft_attempts: int = 0
    offensive_rebounds: int = 0
    defensive_rebounds: int = 0
    assists: int = 0
    steals: int = 0
    blocks: int = 0
    blocks_received: int = 0
    turnovers: int = 0
    personal_fouls: int = 0
    offensive_fouls: int = 0
    technical_fouls: int = 0
    fouls_drawn: int = 0
    points_in_paint: int = 0
    fast_break_points: int = 0
    second_chance_points: int = 0
    points_off_turnovers: int = 0
    assisted_fg_makes: int = 0
    paint_makes: int = 0
    paint_attempts: int = 0
    mid_range_makes: int = 0
    mid_range_attempts: int = 0

    @property
    def points(self) -> int:
        """Points by the identity of makes."""
        return 2 * self.fg_makes + self.three_makes + self.ft_makes

    @property
    def rebounds(self) -> int:
        """Offensive and defensive rebounds."""
        return self.offensive_rebounds + self.defensive_rebounds

    def plus(self, **changes: int) -> Counts:
        """Return the counts with some of them raised or lowered."""
        return replace(self, **{name: getattr(self, name) + change for name, change in changes.items()})


@dataclass(frozen=True, slots=True)
class PlayerLine:
    """What one player did.

    Attributes:
        player_id: person id.
        has_played: he was on court, be it for no second at all.
        seconds: playing time.
        plus_minus: points of his team minus those of the other while he was on court.
        counts: his counts.
    """

    player_id: int
    has_played: bool
    seconds: int
    plus_minus: int
    counts: Counts


@dataclass(frozen=True, slots=True)
class TeamLine:
    """What one team did.

    Attributes:
        lines: its players with an action or time, in the order in which they entered.
        starters: person ids of the starters.
        periods: points of each period.
        counts: sum over the players.
        team_turnovers: turnovers charged to nobody.
        team_offensive_rebounds: offensive rebounds credited to nobody.
        team_defensive_rebounds: defensive rebounds credited to nobody.
        heaves: long last shots charged to nobody.
        timeouts: time-outs taken.
    """

    lines: tuple[PlayerLine, ...]
    starters: tuple[int, ...]
    periods: tuple[int, ...]
    counts: Counts
    team_turnovers: int
    team_offensive_rebounds: int
    team_defensive_rebounds: int
    heaves: int
    timeouts: int

    @property
    def score(self) -> int:
        """Points scored."""
        return sum(self.periods)

    def line_of(self, player_id: int) -> PlayerLine | None:
        """Return the line of a player; None when he was not on court."""
        return next((line for line in self.lines if line.player_id == player_id), None)


@dataclass(frozen=True, slots=True)
class Box:
    """The box score of a game: home and away, the periods begun, and the length so far in seconds."""

    home: TeamLine
    away: TeamLine
    period: int
    clock: int
    elapsed: int
    is_final: bool

    @property
    def sides(self) -> tuple[TeamLine, TeamLine]:
        """Home and away."""
        return self.home, self.away

    @property
    def overtimes(self) -> int:
        """Overtime periods begun."""
        return max(self.period - 4, 0)


def with_line(team: TeamLine, line: PlayerLine) -> TeamLine:
    """Return the team with one line replaced and the sum counted again."""
    lines = tuple(line if old.player_id == line.player_id else old for old in team.lines)
    total: dict[str, Any] = {name: sum(getattr(each.counts, name) for each in lines) for name in COUNTED}
    return replace(team, lines=lines, counts=Counts(**total))
