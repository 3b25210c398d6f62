"""Commands of `nba-props` for what runs in the cloud."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

cloud = typer.Typer()
console = Console()


@cloud.command()
def deploy(
    project: Annotated[str | None, typer.Option(help="Google Cloud project; default is NBA_PROPS_PROJECT.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Print the commands as a shell script; run none.")] = False,
) -> None:
    """Bring a Google Cloud project to what `cloud_functions/infrastructure.yaml` declares."""
    from python_runners.operations.deploy import deploy_once
    from python_runners.operations.deploy_steps import Target
    from python_runners.platform.topology import topology
    from python_runners.settings import get_settings

    name = project or get_settings().required("project", "the Google Cloud project to deploy to; or give --project")
    deploy_once(console, Target(name, topology()), dry_run=dry_run)


@cloud.command("topology")
def show_topology(
    create: Annotated[
        bool, typer.Option("--create", help="Create topics, subscriptions and buckets; on emulators only.")
    ] = False,
) -> None:
    """Check that every topic has a consumer, every edge a recorded message, every function a test."""
    from python_runners.operations.emulator_setup import create_once
    from python_runners.operations.topology_view import check_once

    if create:
        create_once(console)
    else:
        check_once(console)


@cloud.command()
def cost(
    plan: Annotated[bool, typer.Option("--plan", help="Estimate what each kind of event costs on BigQuery.")] = False,
    project: Annotated[
        str | None, typer.Option(help="Ask BigQuery of this project by dry runs; default: the tables at hand.")
    ] = None,
) -> None:
    """Show what BigQuery costs: `--plan` before the fact, otherwise what real runs used."""
    from python_runners.operations.cost.used import show_use
    from python_runners.operations.cost.view import show_cost_plan

    if plan:
        show_cost_plan(console, project)
    else:
        show_use(console)


@cloud.command()
def scale(
    history: Annotated[
        Path | None, typer.Option("--from", help="Folder of real history to measure a season in.")
    ] = None,
    write: Annotated[bool, typer.Option("--write", help="Bring docs/architecture/scale.md up to date.")] = False,
) -> None:
    """Compute what production takes for 1, 10 and 100 leagues: jobs, bytes, slots, dollars, quotas, latency."""
    from python_runners.operations.scale_view import scale_once

    scale_once(console, history, write=write)


@cloud.command()
def doctor(
    target: Annotated[str, typer.Option(help="What to examine; bigquery is all there is.")] = "bigquery",
    project: Annotated[str | None, typer.Option(help="Google Cloud project; default is NBA_PROPS_PROJECT.")] = None,
) -> None:
    """Examine a real project, read-only: what is there, what is missing, and the command that mends it."""
    from python_runners.operations.doctor import doctor_once
    from python_runners.settings import get_settings

    name = project or get_settings().required("project", "the Google Cloud project to examine; or give --project")
    doctor_once(console, target, name)
