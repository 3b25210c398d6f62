"""Box scores: everything in them is counted from the actions of the game."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import Any

from python_runners.sample.actions import AWAY, HOME, NOBODY, Action, Tape, elapsed_seconds, period_seconds

COUNTED = (
    *("fg_makes", "fg_attempts", "three_makes", "three_attempts", "ft_makes", "ft_attempts"),
    *("offensive_rebounds", "defensive_rebounds", "assists", "steals", "blocks", "blocks_received", "turnovers"),
    *("personal_fouls", "offensive_fouls", "technical_fouls", "fouls_drawn"),
    *("points_in_paint", "fast_break_points", "second_chance_points", "points_off_turnovers"),
    *("assisted_fg_makes", "paint_makes", "paint_attempts", "mid_range_makes", "mid_range_attempts"),
)
_QUALIFIED = {
    "pointsinthepaint": "points_in_paint",
    "fastbreak": "fast_break_points",
    "2ndchance": "second_chance_points",
    "fromturnover": "points_off_turnovers",
}


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


class _Sheet:
    """The scorer's sheet of one team."""

    def __init__(self, starters: tuple[int, ...]) -> None:
        self.starters = starters
        self.counts: dict[int, dict[str, int]] = {player: {} for player in starters}
        self.seconds = dict.fromkeys(starters, 0)
        self.plus_minus = dict.fromkeys(starters, 0)
        self.since = dict.fromkeys(starters, 0)
        self.on_court = list(starters)
        self.periods: list[int] = []
        self.team: dict[str, int] = {}

    def add(self, player: int, name: str, value: int = 1) -> None:
        counts = self.team if player == 0 else self.counts.setdefault(player, {})
        counts[name] = counts.get(name, 0) + value

    def enter(self, player: int, elapsed: int) -> None:
        self.on_court.append(player)
        self.since[player] = elapsed
        self.seconds.setdefault(player, 0)
        self.plus_minus.setdefault(player, 0)

    def leave(self, player: int, elapsed: int) -> None:
        self.on_court.remove(player)
        self.seconds[player] += elapsed - self.since[player]

    def team_line(self) -> TeamLine:
        lines = tuple(
            PlayerLine(player, True, seconds, self.plus_minus[player], Counts(**self.counts.get(player, {})))
            for player, seconds in self.seconds.items()
        )
        total = Counts(**{name: sum(getattr(line.counts, name) for line in lines) for name in COUNTED})
        return TeamLine(
            lines=lines,
            starters=self.starters,
            periods=tuple(self.periods),
            counts=total,
            team_turnovers=self.team.get("turnovers", 0),
            team_offensive_rebounds=self.team.get("offensive_rebounds", 0),
            team_defensive_rebounds=self.team.get("defensive_rebounds", 0),
            heaves=self.team.get("heaves", 0),
            timeouts=self.team.get("timeouts", 0),
        )


def box_of(tape: Tape) -> Box:
    """Count the box score of a game, finished or running."""
    sheets = (_Sheet(tape.starters[HOME]), _Sheet(tape.starters[AWAY]))
    last: Action | None = None
    for action in tape.actions:
        if last is None or action.period != last.period:
            for sheet in sheets:
                sheet.periods.append(0)
        if action.side != NOBODY:
            _enter(sheets, action)
        last = action
    if last is None:
        empty = sheets[HOME].team_line()
        return Box(empty, sheets[AWAY].team_line(), 0, period_seconds(1), 0, is_final=False)
    elapsed = elapsed_seconds(last.period, last.clock)
    for sheet in sheets:
        for player in list(sheet.on_court):
            sheet.leave(player, elapsed)
    return Box(sheets[HOME].team_line(), sheets[AWAY].team_line(), last.period, last.clock, elapsed, tape.is_over)


def _enter(sheets: tuple[_Sheet, _Sheet], action: Action) -> None:
    sheet, other = sheets[action.side], sheets[1 - action.side]
    kind, player = action.kind, action.player
    if action.shot is not None:
        _shot(sheet, other, action)
    elif kind == "freethrow":
        sheet.add(player, "ft_attempts")
        sheet.add(player, "ft_makes", int(bool(action.made)))
    elif kind == "rebound":
        sheet.add(player, f"{action.sub}_rebounds")
    elif kind in ("turnover", "steal", "block"):
        sheet.add(player, f"{kind}s")
    elif kind == "foul":
        _foul(sheet, other, action)
    elif kind == "substitution":
        elapsed = action.elapsed
        sheet.enter(player, elapsed) if action.sub == "in" else sheet.leave(player, elapsed)
    elif kind in ("heave", "timeout"):
        sheet.add(0, f"{kind}s")
    if action.points:
        _score(sheet, other, action)


def _shot(sheet: _Sheet, other: _Sheet, action: Action) -> None:
    shot, player = action.shot, action.player
    if shot is None:
        return
    names = ["fg_attempts"] + (["three_attempts"] if shot.value == 3 else [])
    if shot.zone in ("paint", "mid_range"):
        names.append(f"{shot.zone}_attempts")
    for name in names:
        sheet.add(player, name)
        if shot.made:
            sheet.add(player, name.replace("attempts", "makes"))
    if action.assist:
        sheet.add(action.assist, "assists")
        sheet.add(player, "assisted_fg_makes")
    if action.block:
        sheet.add(player, "blocks_received")


def _foul(sheet: _Sheet, other: _Sheet, action: Action) -> None:
    if action.sub == "technical":
        sheet.add(action.player, "technical_fouls")
        return
    sheet.add(action.player, "personal_fouls")
    if action.sub == "offensive":
        sheet.add(action.player, "offensive_fouls")
    if action.drawn:
        other.add(action.drawn, "fouls_drawn")


def _score(sheet: _Sheet, other: _Sheet, action: Action) -> None:
    points = action.points
    sheet.periods[-1] += points
    for qualifier in action.qualifiers:
        name = _QUALIFIED.get(qualifier)
        if name:
            sheet.add(action.player, name, points)
    for player in sheet.on_court:
        sheet.plus_minus[player] += points
    for player in other.on_court:
        sheet_value = other.plus_minus[player]
        other.plus_minus[player] = sheet_value - points


def count_names() -> tuple[str, ...]:
    """Return the names of all counts."""
    return tuple(field.name for field in fields(Counts))


def with_line(team: TeamLine, line: PlayerLine) -> TeamLine:
    """Return the team with one line replaced and the sum counted again."""
    lines = tuple(line if old.player_id == line.player_id else old for old in team.lines)
    total: dict[str, Any] = {name: sum(getattr(each.counts, name) for each in lines) for name in COUNTED}
    return replace(team, lines=lines, counts=Counts(**total))
