"""The scale model on a terminal and in docs/architecture/scale.md."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict
from pathlib import Path

from rich.console import Console

from python_runners.errors import InvariantViolated
from python_runners.operations.cost import prices
from python_runners.operations.cost.event_mix import RECORDED, RECORDED_SOURCE, Season, feeds, measured_season
from python_runners.operations.scale import Assumptions, Load, first_limits, loads, models_by_table
from python_runners.pipeline.dbt_runner import DbtRunner
from python_runners.settings import PROJECT_ROOT

PAGE = PROJECT_ROOT / "docs" / "architecture" / "scale.md"
BEGIN, END = "<!-- computed: nba-props scale --write -->", "<!-- computed until here -->"

_Row = tuple[str, Callable[[Load], str]]
_ALWAYS: tuple[_Row, ...] = (
    ("payloads loaded a date", lambda load: f"{load.deliveries:,.0f}"),
    ("payloads that differ", lambda load: f"{load.changes:,.0f}"),
    ("raw rows loaded", lambda load: f"{load.raw_rows:,.0f}"),
    ("writers busy without coalescing", lambda load: f"{load.busy_share:.2f}"),
    ("load jobs of the fullest table, busiest date", lambda load: f"{load.loads_per_table:,.0f}"),
    ("stored, GiB a season", lambda load: f"{load.stored_gib_per_season:,.2f}"),
    ("statements on the change log in 10 s, 25 allowed", lambda load: f"{load.dml_per_10_seconds:.1f}"),
)
_OF_RUNS: tuple[_Row, ...] = (
    ("runs after coalescing", lambda load: f"{load.runs:,.0f}"),
    ("one run, s", lambda load: f"{load.run_seconds:,.0f}"),
    ("payload to document, s", lambda load: f"{load.latency_seconds:,.0f}"),
    ("jobs a date", lambda load: f"{load.jobs:,.0f}"),
    ("TiB billed a date", lambda load: f"{load.billed_tib:.2f}"),
    ("on demand, $ a date", lambda load: f"{load.on_demand_dollars:,.2f}"),
    ("on slots, $ a date", lambda load: f"{load.slot_dollars:,.2f}"),
    ("slots at once", lambda load: f"{load.peak_slots:,.0f}"),
    ("Pub/Sub, KiB/s in the busiest hour", lambda load: f"{load.pubsub_bytes_per_second / 1024:,.1f}"),
)


def computed_text(season: Season, models: Mapping[str, int]) -> str:
    """Return the computed part of the page, in Markdown."""
    found = loads(season, models)
    lines = [
        f"Season: {season.games} games on {season.game_dates} dates, {season.busiest_date_games} games on the busiest; "
        f"{season.lines_per_game} player lines and {season.shots_per_game} shots a game; "
        f"{season.odds_snapshots_per_game} odds snapshots a game of {season.odds_rows_per_snapshot} rows.",
        "",
        f"Assumed prices: lists of {prices.PRICES_AS_OF} ({prices.PRICES_REGION}); "
        f"${prices.DOLLARS_PER_TIB} a TiB on demand, "
        f"${prices.DOLLARS_PER_SLOT_HOUR} a slot-hour in steps of {prices.SLOT_STEP}. "
        f"From {prices.PRICES_SOURCE}; limits from {prices.QUOTAS_SOURCE}.",
        "",
        "| a date with games | " + " | ".join(_column(load) for load in found) + " |",
        "| --- |" + " ---: |" * len(found),
    ]
    lines += [f"| {name} | " + " | ".join(text(load) for load in found) + " |" for name, text in _ALWAYS]
    lines += [
        f"| {name} | " + " | ".join(text(load) if load.keeps_up else "–" for load in found) + " |"
        for name, text in _OF_RUNS
    ]
    lines += ["", "–: the writers have no time left for runs; loading alone takes longer than the date."]
    lines += ["", "| limit of shared tables | met at leagues |", "| --- | ---: |"]
    lines += [f"| {name} | {leagues:,} |" for name, leagues in first_limits(found)]
    lines += ["", "| feed | loads a game | loads a date | rows a load | differ | models |", "| --- |" + " ---: |" * 5]
    lines += [
        f"| {feed.table} | {feed.per_game:g} | {feed.per_date:g} | {feed.rows:,.0f} | {feed.changed_share:.0%} | "
        f"{models[feed.table]} |"
        for feed in feeds(season)
    ]
    lines += ["", "| assumed, until the ledger tells | value |", "| --- | ---: |"]
    lines += [f"| {name} | {value:g} |" for name, value in asdict(Assumptions()).items()]
    return "\n".join(lines)


def _column(load: Load) -> str:
    leagues = "1 league" if load.leagues == 1 else f"{load.leagues} leagues"
    return f"{leagues}, {'shared' if load.is_shared else 'own datasets'}"


def page_with(text: str, page: str) -> str:
    """Return the page with its computed part replaced.

    Raises:
        InvariantViolated: the page has no such part.
    """
    if BEGIN not in page or END not in page:
        raise InvariantViolated(f"{PAGE.name} has no part between {BEGIN} and {END}")
    before, after = page.split(BEGIN)[0], page.split(END)[1]
    return f"{before}{BEGIN}\n\n{text}\n\n{END}{after}"


def scale_once(console: Console, history: Path | None, *, write: bool) -> None:
    """Print the model, and write it into the page if asked to.

    Args:
        console: where to print.
        history: folder of real history to measure the season in; None takes what was recorded.
        write: replace the computed part of docs/architecture/scale.md.
    """
    season = RECORDED if history is None else measured_season(history)
    text = computed_text(season, models_by_table(DbtRunner().manifest))
    console.print(text, soft_wrap=True, highlight=False, markup=False)
    console.print(f"\nMeasured in: {history or RECORDED_SOURCE}", soft_wrap=True, highlight=False, markup=False)
    if write:
        PAGE.write_text(page_with(text, PAGE.read_text(encoding="utf-8")), encoding="utf-8")
        console.print(f"Written: {PAGE}")
