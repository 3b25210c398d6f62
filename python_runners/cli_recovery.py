"""Commands for the day after a failure: `replay`, `daily-summary`, `halt` and `dlq`."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.console import Console

recovery_app = typer.Typer()
dlq_app = typer.Typer(name="dlq", no_args_is_help=True, help="Dead letters: what failed for good, and what to do.")
recovery_app.add_typer(dlq_app)
console = Console()

_Ids = Annotated[list[str], typer.Argument(help="Ids of dead letters; their beginnings are enough.")]


@dlq_app.command("list")
def list_letters(
    everything: Annotated[bool, typer.Option("--all", help="Also those that are replayed or discarded.")] = False,
) -> None:
    """Show the open dead letters."""
    from python_runners.operations.dlq_command import list_once

    list_once(console, everything=everything)


@dlq_app.command()
def show(letter: Annotated[str, typer.Argument(help="Id of the dead letter; its beginning is enough.")]) -> None:
    """Show one dead letter with its message."""
    from python_runners.operations.dlq_command import show_once

    show_once(console, letter)


@dlq_app.command("replay")
def replay_letters(letters: _Ids) -> None:
    """Put an event in the place of each, derived from how things stand now, and drive it through the pipeline."""
    from python_runners.operations.dlq_command import replay_once

    replay_once(console, letters)


@dlq_app.command()
def discard(
    letters: _Ids,
    why: Annotated[str, typer.Option(help="Why nothing needs to be done; kept in the ledger.")],
) -> None:
    """Close dead letters without an event."""
    from python_runners.operations.dlq_command import discard_once

    discard_once(console, letters, why)


@recovery_app.command()
def replay(
    from_phase: Annotated[int, typer.Option("--from-phase", min=1, max=6, help="First phase, 1 to 6.")],
    date: Annotated[str, typer.Option(help="Game date, YYYY-MM-DD.")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Print what would run; do nothing.")] = False,
) -> None:
    """Run a date again from a phase on; where nothing differs, nothing is written."""
    from python_runners.operations.arguments import parse_date
    from python_runners.operations.replay import replay_once

    replay_once(console, from_phase, parse_date(date), dry_run=dry_run)


@recovery_app.command("daily-summary")
def daily_summary(
    date: Annotated[str | None, typer.Option(help="Game date, YYYY-MM-DD; default is the slate before now.")] = None,
    send: Annotated[bool, typer.Option("--send", help="Send it through the channels of the alerts.")] = False,
) -> None:
    """Show how a day went and what waits for a person."""
    from python_runners.operations.arguments import parse_date
    from python_runners.operations.daily_summary import summary_once

    summary_once(console, parse_date(date) if date else None, send=send)


@recovery_app.command()
def halt(
    reason: Annotated[
        str | None, typer.Option("--for", help="Halt: off_season, edge_collapse, tight_market, data_outage or manual.")
    ] = None,
    lift: Annotated[bool, typer.Option("--lift", help="Let picks go on.")] = False,
    by: Annotated[str, typer.Option(help="Who decides; kept in the ledger.")] = "",
    date: Annotated[
        str | None, typer.Option(help="First game date for which it holds, YYYY-MM-DD; default is the slate of now.")
    ] = None,
) -> None:
    """Show whether picks are halted; with --for halt them, with --lift let them go on. Predictions stay on show."""
    from python_runners.operations.arguments import parse_date
    from python_runners.operations.halt import halt_once

    halt_once(console, parse_date(date) if date else None, reason, lift=lift, by=by)
