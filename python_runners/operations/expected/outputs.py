"""Expected outputs as pure values: what the schedule asks for, and the status that a count gives it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

DATE_SCOPE = "date"
COUNTED_SEASON_TYPES = frozenset({"regular", "play_in", "playoffs", "cup_final"})


@dataclass(frozen=True)
class Game:
    """One game of the loaded schedule; `expected_from` is its tip-off, else the end of its date, naive UTC."""

    game_id: str
    game_date: date
    season: str
    season_type: str
    home_team: str
    away_team: str
    game_code: str | None
    is_final: bool
    expected_from: datetime


@dataclass(frozen=True)
class Rule:
    """What one table must hold of a game.

    Attributes:
        output: name in the ledger: the relation, with `@variant` where feeds are kept apart.
        table: name of the raw table or model.
        relation: qualified name.
        phase: 2 for raw tables, else the phase of the model.
        date_column: column of the game date.
        keys: columns whose distinct combinations within a game are counted.
        min_rows: distinct keys below which a game is not complete.
        is_exact: more than `min_rows` is wrong, too.
        variant: feed variant; None where the table does not keep feeds apart.
        group: tables of one group hold the same facts, so one of them is enough to go on.
        delay: time after tip-off by which the output must be there.
    """

    output: str
    table: str
    relation: str
    phase: int
    date_column: str
    keys: tuple[str, ...]
    min_rows: int
    is_exact: bool
    variant: str | None
    group: str | None
    delay: timedelta


@dataclass(frozen=True)
class ExpectedOutput:
    """One output of one game, or of a date without games (`game` is None and `min_rows` 0)."""

    rule: Rule
    game_date: date
    scope_key: str
    season: str
    expected_by: datetime
    min_rows: int
    game: Game | None


@dataclass(frozen=True)
class Count:
    """Distinct keys found, and a digest over their row digests; None when nothing was found."""

    rows: int = 0
    digest: str | None = None


@dataclass(frozen=True)
class Judged:
    """An expected output with what was found of it and the status that follows."""

    expected: ExpectedOutput
    status: str
    count: Count

    @property
    def is_gap(self) -> bool:
        """Whether something is missing or wrong."""
        return self.status in {"DEGRADED", "FAILED"}

    @property
    def key(self) -> tuple[date, int, str, str]:
        """Primary key of the ledger row."""
        return (
            self.expected.game_date,
            self.expected.rule.phase,
            self.expected.rule.output,
            self.expected.scope_key,
        )


CountKey = tuple[str, date, str]
"""Output, game date, game id."""


def expected_outputs(
    games: Iterable[Game],
    rules: Mapping[tuple[str, str], Sequence[Rule]],
    from_date: date,
    to_date: date,
) -> list[ExpectedOutput]:
    """Return what a range of dates must have: each rule once a game, and once, empty, on dates without games.

    Args:
        games: games of whole seasons; those whose type enters no average are left out.
        rules: rules that apply, by season label and season type.
        from_date: first date of the range.
        to_date: last date of the range.
    """
    every = list(games)
    counted = [game for game in every if game.season_type in COUNTED_SEASON_TYPES]
    wanted = [
        ExpectedOutput(rule, game.game_date, game.game_id, game.season, game.expected_from + rule.delay,
                       rule.min_rows, game)
        for game in counted
        if from_date <= game.game_date <= to_date
        for rule in rules[game.season, game.season_type]
    ]  # fmt: skip
    game_days = {game.game_date for game in every}
    return [*wanted, *_dates_without_games(counted, game_days, rules, from_date, to_date)]


def _dates_without_games(
    counted: Sequence[Game],
    game_days: Collection[date],
    rules: Mapping[tuple[str, str], Sequence[Rule]],
    from_date: date,
    to_date: date,
) -> Iterable[ExpectedOutput]:
    season_days: dict[str, list[date]] = defaultdict(list)
    for game in counted:
        season_days[game.season].append(game.game_date)
    for season, days in season_days.items():
        by_output = {rule.output: rule for (label, _), own in rules.items() if label == season for rule in own}
        first, last = max(from_date, min(days)), min(to_date, max(days))
        for day in (first + timedelta(days=ahead) for ahead in range((last - first).days + 1)):
            if day in game_days:
                continue
            end = datetime.combine(day + timedelta(days=1), time())
            for rule in by_output.values():
                yield ExpectedOutput(rule, day, DATE_SCOPE, season, end + rule.delay, 0, None)


def judge(expected: Sequence[ExpectedOutput], counts: Mapping[CountKey, Count], as_of: datetime) -> list[Judged]:
    """Return the status of every expected output at an instant (naive UTC).

    COMPLETE: enough keys. EMPTY_OK: none where none are expected. EXPECTED: not enough yet, and not due. FAILED: due,
    and nothing there. DEGRADED: due and incomplete, wrong in number, or missing while another table of its group is
    complete.
    """
    by_date: dict[tuple[str, date], Count] = {}
    for (output, day, _), count in counts.items():
        known = by_date.get((output, day), Count())
        by_date[output, day] = Count(known.rows + count.rows, count.digest)
    found = [
        by_date.get((item.rule.output, item.game_date), Count())
        if item.game is None
        else counts.get((item.rule.output, item.game_date, item.scope_key), Count())
        for item in expected
    ]
    covered = {
        (item.rule.group, item.scope_key)
        for item, count in zip(expected, found, strict=True)
        if item.game is not None and item.rule.group is not None and _is_enough(item, count)
    }
    return [
        Judged(item, _status(item, count, covered, as_of), count) for item, count in zip(expected, found, strict=True)
    ]


def _is_enough(expected: ExpectedOutput, count: Count) -> bool:
    return count.rows == expected.min_rows if expected.rule.is_exact else count.rows >= expected.min_rows


def _status(
    expected: ExpectedOutput, count: Count, covered: Collection[tuple[str | None, str]], as_of: datetime
) -> str:
    if expected.game is None:
        return "EMPTY_OK" if count.rows == 0 else "DEGRADED"
    if _is_enough(expected, count):
        return "COMPLETE"
    if not expected.game.is_final or as_of < expected.expected_by:
        return "EXPECTED"
    return "DEGRADED" if count.rows or (expected.rule.group, expected.scope_key) in covered else "FAILED"
