"""The command `nba-props`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from python_runners.cli_barrier import dates as date_runs
from python_runners.cli_cloud import cloud
from python_runners.cli_recovery import recovery_app
from python_runners.cli_serve import serve
from python_runners.errors import NbaPropsError, TransientError

app = typer.Typer(
    name="nba-props",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="NBA props: source payloads in, published point predictions out. Start with `nba-props demo`.",
)
for part in (date_runs, cloud, recovery_app):
    app.add_typer(part)
console = Console()
errors = Console(stderr=True)


@app.command()
def init() -> None:
    """Create the warehouse with every raw and ledger table, empty."""
    from python_runners.pipeline.composition import configured_platform

    platform = configured_platform()
    console.print(f"Warehouse ready: {platform.create_warehouse()}")
    platform.close()


@app.command()
def demo(
    dates: Annotated[int, typer.Option(help="Game dates of history before the live day, at least 10.")] = 18,
    seed: Annotated[int, typer.Option(help="Seed of the league; the same seed gives the same league.")] = 7,
    with_docs: Annotated[bool, typer.Option("--docs/--no-docs", help="Build the lineage page at the end.")] = True,
) -> None:
    """Run the whole pipeline on the sample league: scrape, load, build, train, predict, publish, then a day live."""
    from python_runners.operations.demo import run_demo
    from python_runners.settings import get_settings

    run_demo(console, get_settings().data_dir / "demo", dates=dates, seed=seed, with_docs=with_docs)


@app.command()
def scrape(
    name: Annotated[str, typer.Argument(help="Scraper, for example nbac_live_boxscore.")],
    param: Annotated[list[str] | None, typer.Option(help="Parameter as name=value; repeat for more.")] = None,
    variant: Annotated[str | None, typer.Option(help="Feed variant; default is the scraper's first.")] = None,
    run: Annotated[bool, typer.Option(help="Drive the event through all phases after the fetch.")] = True,
) -> None:
    """Fetch one source once and drive what it brought through the pipeline."""
    from python_runners.operations.commands import scrape_once

    scrape_once(console, name, param or [], variant, run=run)


@app.command()
def plan(
    table: Annotated[str | None, typer.Argument(help="Raw table, for example nbac_schedule.")] = None,
    all_tables: Annotated[bool, typer.Option("--all", help="Print the whole trigger graph.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead of a tree.")] = False,
    record_columns: Annotated[
        bool, typer.Option("--record-columns", help="Derive anew which columns each model reads, and keep the answer.")
    ] = False,
) -> None:
    """Show what a change of a raw table sets off, derived from the dbt graph."""
    from python_runners.operations.plan_view import record_column_reads, show_plan

    if record_columns:
        record_column_reads(console)
        return
    show_plan(console, None if all_tables else table, as_json=as_json)


@app.command()
def trace(correlation_id: Annotated[str, typer.Argument(help="Id of the journey; its beginning is enough.")]) -> None:
    """Show the whole journey of one event, from the object to the documents."""
    from python_runners.operations.status_view import show_trace

    show_trace(console, correlation_id)


@app.command()
def status(
    date: Annotated[str | None, typer.Option(help="Game date, YYYY-MM-DD; default is the last one.")] = None,
) -> None:
    """Show what ran for a date, what it wrote, and what is waiting."""
    from python_runners.operations.status_view import show_status

    show_status(console, date)


@app.command()
def decide(
    until: Annotated[str | None, typer.Option(help="Last UTC date of the window, YYYY-MM-DD; default is now.")] = None,
    days: Annotated[int, typer.Option(min=1, help="Length of the window in days.")] = 7,
    log: Annotated[bool, typer.Option("--log/--no-log", help="Append the decisions to the decision log.")] = True,
    history: Annotated[bool, typer.Option("--history", help="Show the earlier decisions as well.")] = False,
    effort_hours: Annotated[float | None, typer.Option(min=0, help="Hours that a finer scope costs.")] = None,
    waste_pct: Annotated[float | None, typer.Option(min=0, help="Implement above this waste, percent.")] = None,
    hours_per_week: Annotated[float | None, typer.Option(min=0, help="Implement above these hours a week.")] = None,
    min_runs: Annotated[int | None, typer.Option(min=0, help="Implement above this number of runs.")] = None,
    max_weeks: Annotated[float | None, typer.Option(min=0, help="Implement below these weeks to return.")] = None,
    monitor_waste_pct: Annotated[float | None, typer.Option(min=0, help="Monitor above this waste, percent.")] = None,
    monitor_hours: Annotated[float | None, typer.Option(min=0, help="Monitor above these hours a week.")] = None,
) -> None:
    """Decide per consumer from measured waste whether a finer run scope pays."""
    from python_runners.operations.arguments import parse_date
    from python_runners.operations.decide import decide_once

    thresholds = {
        "decision_days": days,
        "decision_effort_hours": effort_hours,
        "decision_implement_waste_pct": waste_pct,
        "decision_implement_hours_per_week": hours_per_week,
        "decision_implement_runs": min_runs,
        "decision_implement_weeks_to_return": max_weeks,
        "decision_monitor_waste_pct": monitor_waste_pct,
        "decision_monitor_hours_per_week": monitor_hours,
    }
    decide_once(console, parse_date(until, "--until") if until else None, thresholds, log=log, history=history)


@app.command()
def heal(
    from_date: Annotated[str, typer.Option("--from", help="First game date, YYYY-MM-DD.")],
    to_date: Annotated[str | None, typer.Option("--to", help="Last game date; default is the slate of now.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show the gaps; write and repair nothing.")] = False,
    retry: Annotated[bool, typer.Option("--retry", help="Try again what a former repair did not bring.")] = False,
) -> None:
    """Find what the games of the schedule lack, phase by phase, and repair what can be repaired from here."""
    from python_runners.operations.arguments import parse_date
    from python_runners.operations.heal import heal_once

    last = parse_date(to_date, "--to") if to_date else None
    heal_once(console, parse_date(from_date, "--from"), last, dry_run=dry_run, retry=retry)


@app.command("reset-breaker")
def reset_breaker(
    date: Annotated[str, typer.Option(help="Game date, YYYY-MM-DD.")],
    reason: Annotated[str, typer.Option(help="Why trying again can help; kept in the ledger.")],
    consumer: Annotated[str | None, typer.Argument(help="Model; default is every one that is held back.")] = None,
    by: Annotated[str, typer.Option(help="Who resets.")] = "operator",
) -> None:
    """Let a consumer that failed too often for a date be tried again by the next event."""
    from python_runners.operations.arguments import parse_date
    from python_runners.operations.reset_breaker import reset_once

    reset_once(console, parse_date(date), consumer, by, reason)


@app.command()
def sweep(
    from_date: Annotated[str | None, typer.Option("--from", help="First game date to compare, YYYY-MM-DD.")] = None,
    to_date: Annotated[str | None, typer.Option("--to", help="Last game date to compare, YYYY-MM-DD.")] = None,
) -> None:
    """Find what changed in the raw tables without a loader, and recompute what depends on it."""
    from python_runners.operations.arguments import parse_date
    from python_runners.operations.sweep import sweep_once

    first = parse_date(from_date, "--from") if from_date else None
    sweep_once(console, first, parse_date(to_date, "--to") if to_date else None)


@app.command()
def train(
    cutoff: Annotated[str, typer.Option(help="Train on games before this date, YYYY-MM-DD.")],
    promote: Annotated[bool, typer.Option(help="Make the model the one that predicts, if its gates hold.")] = False,
) -> None:
    """Train the model on history and store it with its card."""
    from python_runners.operations.arguments import parse_date
    from python_runners.predictions.train_command import train_once

    train_once(console, parse_date(cutoff, "--cutoff"), promote_model=promote)


@app.command()
def backtest(
    from_date: Annotated[str, typer.Option("--from", help="First game date, YYYY-MM-DD.")],
    to_date: Annotated[str, typer.Option("--to", help="Last game date, YYYY-MM-DD.")],
    picture: Annotated[Path | None, typer.Option(help="Write a picture of the result here (PNG).")] = None,
) -> None:
    """Score past dates exactly as they would have been scored live, and judge every system and the bookmaker."""
    from python_runners.operations.arguments import parse_date
    from python_runners.predictions.backtest_command import backtest_once

    backtest_once(console, parse_date(from_date, "--from"), parse_date(to_date, "--to"), picture)


@app.command()
def predict(
    date: Annotated[str, typer.Option(help="Game date, YYYY-MM-DD.")],
    backfill: Annotated[
        bool | None, typer.Option("--backfill/--live", help="Replay a past date; default is by the date.")
    ] = None,
) -> None:
    """Predict the games of one date."""
    from python_runners.operations.arguments import parse_date
    from python_runners.operations.publish_command import is_past
    from python_runners.pipeline.ledger import new_execution_id
    from python_runners.predictions.predict_command import predict_once

    day = parse_date(date)
    predict_once(console, day, new_execution_id(), backfill=is_past(day) if backfill is None else backfill)


@app.command()
def publish(date: Annotated[str, typer.Option(help="Game date, YYYY-MM-DD.")]) -> None:
    """Publish the documents of one date."""
    from python_runners.operations.arguments import parse_date
    from python_runners.operations.publish_command import publish_once

    publish_once(console, parse_date(date))


app.command()(serve)


@app.command("import-history")
def import_history(
    source: Annotated[Path, typer.Option("--from", help="Folder with boxscores/, schedule/, odds/ and so on.")],
) -> None:
    """Import real history from Parquet files into the raw tables."""
    from python_runners.operations.history.command import import_once

    import_once(console, source)


@app.command("verify-history")
def verify_history() -> None:
    """Check the imported and built history against known facts: row counts, team sums, season averages."""
    from python_runners.operations.history.checks import verify_once

    verify_once(console)


@app.command()
def bench() -> None:
    """Measure speed and memory of the whole rebuild on real history."""
    from python_runners.operations.bench import run_bench

    run_bench(console)


@app.command()
def docs() -> None:
    """Build the dbt lineage site as one static page."""
    from python_runners.operations.docs_site import build_docs

    build_docs(console)


def main() -> None:
    """Run the command line; a platform error is one line on stderr and exit status 1, or 75 if it may pass."""
    try:
        app(standalone_mode=True)
    except NbaPropsError as error:
        errors.print(f"[red]{type(error).__name__}[/red]: {error}", soft_wrap=True, highlight=False)
        sys.exit(75 if isinstance(error, TransientError) else 1)
