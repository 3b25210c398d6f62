"""The estimate on a terminal."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console
from rich.table import Table

from python_runners.operations.cost.dry_runs import dry_run_events
from python_runners.operations.cost.plan import PlannedEvent, planned_events
from python_runners.operations.cost.prices import MIB, PRICES_AS_OF, PRICES_REGION
from python_runners.pipeline.composition import configured_platform
from python_runners.pipeline.dbt_runner import DbtRunner
from python_runners.settings import get_settings

# Names of tables are not to be folded, so a narrow terminal scrolls.
_WIDTH = 160


def show_cost_plan(console: Console, project: str | None) -> None:
    """Print what each kind of event costs on BigQuery.

    Args:
        console: where to print.
        project: Google Cloud project whose BigQuery is asked by dry runs; None for the one of the settings where
            BigQuery is the target, and otherwise to estimate from the tables at hand.

    Raises:
        PermanentError: the tables at hand are those of the BigQuery emulator, which cannot tell sizes.
        NoData: no game has been summarised.
    """
    settings = get_settings()
    if project is None and settings.target == "bigquery":
        project = settings.required("bigquery_project", "the Google Cloud project of the warehouse")
    if project is not None:
        dbt = DbtRunner(target="bigquery")
        with console.status("asking BigQuery"):
            events = dry_run_events(dbt.manifest, lambda variables: dbt.compiled_sql(variables=variables), project)
        print_plan(console, events, f"dry runs on {project}")
        return
    platform = configured_platform()
    try:
        warehouse = platform.embedded_warehouse
        with console.status("compiling and measuring"):
            events = planned_events(
                platform.dbt.manifest,
                lambda variables: platform.dbt.compiled_sql(variables=variables),
                "duckdb",
                warehouse,
            )
    finally:
        platform.close()
    print_plan(console, events, f"sizes of the tables in {platform.settings.warehouse_path.name}")


def print_plan(console: Console, events: Sequence[PlannedEvent], basis: str) -> None:
    """Print what events cost; `basis` says in words what that was learned from."""
    table = Table(title="Cost of one event on BigQuery, at most", width=max(console.width, _WIDTH))
    for name in ("raw table", "moved"):
        table.add_column(name, no_wrap=True)
    for name in ("models", "jobs", "MiB read", "MiB in clusters", "MiB billed", "dollars"):
        table.add_column(name, justify="right")
    table.add_column("most is read of")
    for event in events:
        cost = event.cost
        table.add_row(
            event.source_table, event.scope, str(event.models), str(cost.jobs), f"{cost.bytes_read / MIB:.1f}",
            f"{cost.bytes_clustered / MIB:.1f}", f"{cost.bytes_billed / MIB:,.0f}", f"{cost.dollars:.4f}", cost.largest,
        )  # fmt: skip
    console.print(table, crop=False)
    console.print(f"Basis: {basis}; on demand, list prices of {PRICES_AS_OF}, {PRICES_REGION}.")
    console.print(
        "Billed is more than read because BigQuery bills 10 MiB at least for every table that a statement names. "
        "An event re-opens fewer models when early cutoff ends it."
    )
