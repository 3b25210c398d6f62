"""`nba-props heal`: find what the schedule asks for and the warehouse lacks, repair it, say what is left."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from rich.console import Console
from rich.table import Table

from python_runners.dates import slate_date
from python_runners.errors import PermanentError
from python_runners.operations.expected.model_repair import is_waiting, repair_models
from python_runners.operations.expected.outputs import Judged
from python_runners.operations.expected.raw_repair import fetch_commands, reload_gaps
from python_runners.operations.expected.record import Key, attempts_of, note_attempts, write_statuses
from python_runners.operations.expected.survey import Survey, naive_utc, survey
from python_runners.pipeline.composition import Platform, configured_platform
from python_runners.pipeline.ledger import new_execution_id

SHOWN_COMMANDS = 20


@dataclass(frozen=True)
class Healing:
    """The surveys before and after the repairs; the same one when nothing was repaired."""

    before: Survey
    after: Survey

    @property
    def repaired(self) -> list[Judged]:
        """Gaps of the first survey that are none in the last."""
        left = {gap.key for gap in self.after.gaps}
        return [gap for gap in self.before.gaps if gap.key not in left]


def look(platform: Platform, from_date: date, to_date: date) -> Survey:
    """Survey a range of dates as of now; writes nothing.

    Raises:
        PermanentError: the range ends before it begins, or the schedule has no season there.
    """
    if to_date < from_date:
        raise PermanentError(f"the range ends on {to_date}, before it begins on {from_date}")
    found = survey(platform.warehouse, platform.dbt.manifest, from_date, to_date, naive_utc(platform.as_of()))
    if not found.games:
        raise PermanentError(
            f"the schedule has no game from {from_date} to {to_date}; run nba-props scrape nbac_schedule"
        )
    return found


def heal(platform: Platform, from_date: date, to_date: date, *, retry: bool = False) -> Healing:
    """Repair the gaps of a range of dates and keep the ledger of expected outputs; a second call finds nothing to do.

    Raw gaps are loaded again from stored objects, then models are built for the dates that lack rows. What a former
    repair did not bring is left alone unless `retry` is set or a raw table of it came back.

    Raises:
        BuildFailed: a model failed.
        PermanentError: as `look`.
    """
    correlation_id = f"heal_{new_execution_id()}"
    before = current = look(platform, from_date, to_date)
    _write(platform, current)
    known = {} if retry else attempts_of(platform.warehouse, from_date, to_date)

    raw = [gap for gap in current.gaps if gap.expected.rule.phase == 2 and gap.key not in known]
    reloaded = reload_gaps(platform, raw, correlation_id)
    for gap, reason in reloaded.reasons.items():
        _note(platform, [gap.key], correlation_id, reason or "loaded again, and still incomplete")
    if reloaded.tables:
        current = look(platform, from_date, to_date)

    gaps = [
        gap
        for gap in current.gaps
        if gap.expected.rule.phase > 2
        and gap.expected.game is not None
        and (gap.key not in known or reloaded.tables)
        and not is_waiting(gap, current)
    ]
    if gaps or reloaded.tables:
        execution_id = repair_models(platform, gaps, reloaded.tables, current, correlation_id)
        _note(platform, [gap.key for gap in gaps], execution_id, "built again, and still incomplete")
        current = look(platform, from_date, to_date)
    _write(platform, current)
    return Healing(before, current)


def _write(platform: Platform, found: Survey) -> None:
    now = naive_utc(platform.clock())
    write_statuses(platform.warehouse, found.judged, found.from_date, found.to_date, now)


def _note(platform: Platform, keys: Collection[Key], execution_id: str, reason: str) -> None:
    note_attempts(platform.warehouse, keys, execution_id, reason, naive_utc(platform.clock()))


def heal_once(console: Console, from_date: date, to_date: date | None, *, dry_run: bool, retry: bool) -> None:
    """Print the gaps of a range of dates and, unless told not to, repair them and print what is left.

    Raises:
        BuildFailed: a model failed.
        PermanentError: the range is empty or outside the schedule.
    """
    platform = configured_platform()
    last = to_date or slate_date(platform.as_of())
    found = look(platform, from_date, last)
    _print_survey(console, found, f"Expected outputs {from_date} to {last}")
    late = found.overdue_games(naive_utc(platform.as_of()))
    if late:
        console.print(f"{len(late)} games of past dates are not final in the schedule: nba-props scrape nbac_schedule")
    if not found.gaps:
        console.print("No gaps.")
    if dry_run:
        _print_left(console, found)
        return
    healing = heal(platform, from_date, last, retry=retry)
    console.print(f"{len(healing.repaired)} gaps repaired, {len(healing.after.gaps)} left")
    _print_left(console, healing.after)


def _print_survey(console: Console, found: Survey, title: str) -> None:
    by_output: dict[tuple[int, str], list[Judged]] = defaultdict(list)
    for item in found.judged:
        by_output[item.expected.rule.phase, item.expected.rule.output].append(item)
    statuses = ("COMPLETE", "EMPTY_OK", "EXPECTED", "DEGRADED", "FAILED")
    table = Table(title=title)
    for heading in ("phase", "output", *statuses, "dates with gaps"):
        table.add_column(heading, justify="right" if heading in {"phase", *statuses} else "left")
    for (phase, output), items in sorted(by_output.items()):
        counts = [sum(item.status == status for item in items) for status in statuses]
        dates = _span(item.expected.game_date for item in items if item.is_gap)
        table.add_row(str(phase), output, *(str(count or "") for count in counts), dates)
    console.print(table)


def _span(dates: Iterable[date]) -> str:
    days = sorted(set(dates))
    if len(days) <= 3:
        return ", ".join(map(str, days))
    return f"{days[0]} … {days[-1]} ({len(days)} dates)"


def _print_left(console: Console, found: Survey) -> None:
    raw = [gap for gap in found.gaps if gap.expected.rule.phase == 2]
    waiting = sum(is_waiting(gap, found) for gap in found.gaps)
    if waiting:
        console.print(f"{waiting} summaries wait for the box of their game.")
    commands = _commands(raw)
    if commands:
        console.print("Fetch what no stored object brings:")
        for command in commands[:SHOWN_COMMANDS]:
            console.print(f"  {command}", soft_wrap=True, highlight=False)
        if len(commands) > SHOWN_COMMANDS:
            console.print(f"  … and {len(commands) - SHOWN_COMMANDS} more; narrow --from and --to to see them")


def _commands(gaps: Sequence[Judged]) -> list[str]:
    found: dict[str, None] = {}
    for gap in gaps:
        if gap.expected.game is not None:
            found.update(dict.fromkeys(fetch_commands(gap.expected.rule, gap.expected.game)))
    return list(found)
