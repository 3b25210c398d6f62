"""The commands `nba-props barrier ...` and `nba-props run-date`."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.console import Console

dates = typer.Typer()
barrier = typer.Typer(name="barrier", no_args_is_help=True, help="What the barriers of a date wait for.")
dates.add_typer(barrier)
console = Console()


@barrier.command("show")
def barrier_show(date: Annotated[str, typer.Argument(help="Game date, YYYY-MM-DD.")]) -> None:
    """Show the barriers of a date: what has come, and what each waits for."""
    from python_runners.operations.arguments import parse_date
    from python_runners.operations.barrier import show_barriers

    show_barriers(console, parse_date(date, "DATE"))


@barrier.command("sweep")
def barrier_sweep(date: Annotated[str, typer.Argument(help="Game date, YYYY-MM-DD.")]) -> None:
    """Trigger what is complete and has not triggered; point out what waits too long."""
    from python_runners.operations.arguments import parse_date
    from python_runners.operations.barrier import act_on_barriers

    act_on_barriers(console, parse_date(date, "DATE"))


@barrier.command("force")
def barrier_force(
    date: Annotated[str, typer.Argument(help="Game date, YYYY-MM-DD.")],
    reason: Annotated[str, typer.Option(help="Why what is missing need not be waited for; kept with the decision.")],
    by: Annotated[str, typer.Option(help="Who forces.")] = "operator",
) -> None:
    """Trigger every barrier of a date that waits, without what is missing."""
    from python_runners.operations.arguments import parse_date
    from python_runners.operations.barrier import act_on_barriers

    act_on_barriers(console, parse_date(date, "DATE"), by=by, reason=reason)


@dates.command("run-date")
def run_date(
    date: Annotated[str, typer.Option(help="Game date, YYYY-MM-DD.")],
    mode: Annotated[str, typer.Option(help="overnight, same_day, tomorrow or backfill.")] = "overnight",
    reason: Annotated[str | None, typer.Option(help="Why a date is filled again.")] = None,
) -> None:
    """Run phase 3 of a date model by model, and all that its barriers let go."""
    from python_runners.operations.arguments import parse_date
    from python_runners.operations.run_date import run_date_once

    run_date_once(console, parse_date(date), mode, reason)
