"""Commands of `nba-props` for what runs in the cloud."""

from __future__ import annotations

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
