"""The command `nba-props`."""

from __future__ import annotations

import sys
from typing import Annotated

import typer
from rich.console import Console

from python_runners.errors import NbaPropsError, TransientError

app = typer.Typer(
    name="nba-props",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="NBA props: source payloads in, published point predictions out. Start with `nba-props demo`.",
)
console = Console()
errors = Console(stderr=True)


@app.command()
def init() -> None:
    """Create the warehouse with every raw and ledger table, empty."""
    from python_runners.pipeline.composition import embedded_platform

    platform = embedded_platform()
    platform.warehouse.close()
    console.print(f"Warehouse ready: {platform.settings.warehouse_path}")


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
) -> None:
    """Show what a change of a raw table sets off, derived from the dbt graph."""
    from python_runners.operations.plan_view import show_plan

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


def main() -> None:
    """Run the command line; a platform error is one line on stderr and exit status 1, or 75 when trying again may help."""
    try:
        app(standalone_mode=True)
    except NbaPropsError as error:
        errors.print(f"[red]{type(error).__name__}[/red]: {error}", soft_wrap=True, highlight=False)
        sys.exit(75 if isinstance(error, TransientError) else 1)
