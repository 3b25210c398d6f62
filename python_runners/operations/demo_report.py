"""What the demonstration did, collected and shown."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from rich.console import Console
from rich.table import Table

from python_runners.pipeline.composition import Platform
from python_runners.predictions.batches import Batch
from python_runners.publishers.storage import PublishReport
from python_runners.sample.replay import LeagueEvent

_ROWS = {
    "phase 1 scrapers": "select count(*) as n from nba_orchestration.scraper_execution_log where status = 'success'",
    "phase 2 raw loaders": ("select sum(estimated_size) as n from duckdb_tables() where schema_name = 'nba_raw'"),
    "phase 3 analytics": ("select sum(estimated_size) as n from duckdb_tables() where schema_name = 'nba_analytics'"),
    "phase 4 precompute": ("select sum(estimated_size) as n from duckdb_tables() where schema_name = 'nba_precompute'"),
    "phase 5 predictions": "select count(*) as n from nba_predictions.player_points_predictions",
}
_ALERTS = "select distinct severity, subject from nba_orchestration.alerts order by all"
_WHAT = {
    "phase 1 scrapers": "payloads stored",
    "phase 2 raw loaders": "raw rows",
    "phase 3 analytics": "rows",
    "phase 4 precompute": "rows",
    "phase 5 predictions": "predictions, all versions",
    "phase 6 documents": "documents",
}


@dataclass
class DemoReport:
    """Everything the closing table shows.

    Attributes:
        today: the live date.
        seconds: wall time per step.
        rows: rows per phase.
        refused: objects that a loader refused, with the reason.
        model: which trained model predicts, or why none does.
        batch: the first batch of predictions.
        published: the first publication.
        events: live events with status, journey, deliveries and seconds.
        docs_page: the lineage page.
        alerts: severity and subject of every alert, once each.
    """

    today: date
    seconds: dict[str, float] = field(default_factory=dict)
    rows: dict[str, int] = field(default_factory=dict)
    refused: dict[str, str] = field(default_factory=dict)
    model: str = ""
    batch: Batch | None = None
    published: PublishReport | None = None
    events: list[tuple[LeagueEvent, str, str, int, float]] = field(default_factory=list)
    docs_page: Path | None = None
    alerts: list[tuple[str, str]] = field(default_factory=list)

    def collect(self, platform: Platform) -> None:
        """Count the rows of every phase where they stand."""
        for phase, sql in _ROWS.items():
            self.rows[phase] = int(platform.warehouse.query(sql).to_pylist()[0]["n"] or 0)
        self.rows["phase 6 documents"] = sum(1 for _ in platform.documents.names())
        self.alerts = [(row["severity"], row["subject"]) for row in platform.warehouse.query(_ALERTS).to_pylist()]


def show_report(console: Console, platform: Platform, report: DemoReport) -> None:
    """Print the live events, the table per phase, and where everything lies."""
    live = Table(title=f"Live on {report.today}, one event at a time")
    for heading in ("league time (UTC)", "event", "came as", "steps", "seconds to the last document"):
        live.add_column(heading, justify="right" if heading in {"steps", "seconds to the last document"} else "left")
    for event, status, _, deliveries, seconds in report.events:
        what = event.params.get("game_id") or event.params.get("odds_event_id", "")[:8]
        live.add_row(f"{event.at:%H:%M}", f"{event.scraper} {what}".strip(), status, str(deliveries), f"{seconds:.2f}")
    console.print(live)
    table = Table(title="NBA props on the sample league")
    for heading in ("phase", "rows", "what", "seconds"):
        table.add_column(heading, justify="right" if heading in {"rows", "seconds"} else "left")
    for phase, what in _WHAT.items():
        table.add_row(phase, f"{report.rows.get(phase, 0):,}", what, f"{report.seconds.get(phase, 0.0):.1f}")
    for step in ("dbt parse", "live day"):
        table.add_row(step, "", "", f"{report.seconds.get(step, 0.0):.1f}")
    console.print(table)
    if report.batch is not None:
        share = report.batch.predicted_players / max(report.batch.eligible_players, 1)
        console.print(
            f"Coverage: {report.batch.predicted_players} of {report.batch.eligible_players} eligible players "
            f"predicted ({share:.0%}) by {', '.join(report.batch.systems)}"
        )
    console.print(f"Model: {report.model}")
    for path, reason in list(report.refused.items())[:5]:
        console.print(f"[red]refused[/red] {path}: {reason}", soft_wrap=True)
    for severity, subject in report.alerts:
        console.print(f"Alert ({severity}): {subject}", soft_wrap=True)
    console.print(f"Documents: {platform.settings.published_dir / 'v1'}", soft_wrap=True)
    if report.docs_page is not None:
        console.print(f"Lineage:   file://{report.docs_page.resolve()}", soft_wrap=True)
    if report.events:
        journey = next((e[2] for e in reversed(report.events) if e[3] > 1), report.events[-1][2])
        console.print(
            f"One journey: NBA_PROPS_DATA_DIR={platform.settings.data_dir} nba-props trace {journey}", soft_wrap=True
        )
