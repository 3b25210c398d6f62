"""Box scores: everything in them is counted from the actions of the game."""

from __future__ import annotations

from python_runners.sample.actions import AWAY, HOME, NOBODY, Action, Tape, elapsed_seconds, period_seconds
from python_runners.sample.lines import COUNTED, Box, Counts, PlayerLine, TeamLine

_QUALIFIED = {
    "pointsinthepaint": "points_in_paint",
    "fastbreak": "fast_break_points",
    "2ndchance": "second_chance_points",
    "fromturnover": "points_off_turnovers",
}


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
