"""`nba-props demo`: the whole pipeline on the sample league, from scrapes over HTTP to documents, then one day live."""

from __future__ import annotations

import json
import logging
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from python_runners.dates import as_of_variable, eastern_wall_to_utc
from python_runners.errors import PermanentError
from python_runners.events import Envelope, Phase
from python_runners.loaders.batch import load_batch
from python_runners.operations.demo_events import MORNING, history_events, live_events
from python_runners.operations.demo_report import DemoReport, show_report
from python_runners.operations.docs_site import build_docs
from python_runners.pipeline.composition import Platform
from python_runners.pipeline.handle import connect
from python_runners.pipeline.run_records import record_models
from python_runners.platform.channels import LOGGER as ALERT_LOGGER
from python_runners.predictions.predict_command import predict_date
from python_runners.predictions.train_command import train_model
from python_runners.predictions.training import TrainingRefused
from python_runners.publishers.run import publish_slate
from python_runners.sample.clock import LeagueClock
from python_runners.sample.config import LeagueConfig
from python_runners.sample.league import League
from python_runners.sample.replay import LeagueEvent
from python_runners.sample.server import SampleServer
from python_runners.scrapers.catalog import scraper_of
from python_runners.scrapers.http import HttpClient
from python_runners.scrapers.run import run_scraper
from python_runners.settings import Settings, use_embedded

CORRELATION = "demo_history"


@dataclass
class Timer:
    """Seconds per named step, in the order in which they ran."""

    seconds: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Add the time of the block to `name`."""
        started = time.perf_counter()
        try:
            yield
        finally:
            self.seconds[name] = self.seconds.get(name, 0.0) + time.perf_counter() - started


def run_demo(
    console: Console, data_dir: Path, *, dates: int, seed: int, with_docs: bool, with_live_day: bool = True
) -> DemoReport:
    """Run the demonstration in a folder of its own and print what it did.

    Args:
        console: where progress and the closing table go.
        data_dir: folder of the demonstration; emptied first.
        dates: game dates of history before the live day.
        seed: seed of the league.
        with_docs: build the lineage page at the end.
        with_live_day: replay events of the day after the history.

    Raises:
        PermanentError: fewer than ten dates, which leave nothing to predict from.
    """
    if dates < 10:
        raise PermanentError("--dates wants at least 10: a first week without predictions and some games after it")
    shutil.rmtree(data_dir, ignore_errors=True)
    data_dir.mkdir(parents=True)
    use_embedded(data_dir)
    league = League(LeagueConfig(seed=seed, dates=dates + 1, has_postseason=False))
    days = sorted({game.game_date for game in league.planned.values()})[: dates + 1]
    history, today = days[:-1], days[-1]
    clock = LeagueClock(eastern_wall_to_utc(history[0], MORNING))
    timer, report = Timer(), DemoReport(today)
    with SampleServer(league, clock) as server:
        served: dict[str, Any] = {
            **server.settings_values(),
            "request_pause_scale": 0.0,
            "alert_cooldown_seconds": 86400,
        }
        settings = Settings(data_dir=data_dir, **served)
        platform = Platform(settings, clock)
        with closing(HttpClient(settings)) as http, platform.dbt.parsing_ahead(), _alerts_kept_for_the_end():
            _history(console, platform, http, league, clock, history, today, timer, report)
            _first_edition(console, platform, clock, today, timer, report)
            if with_live_day:
                _live_day(console, platform, http, league, clock, today, timer, report)
    report.seconds = timer.seconds
    report.collect(platform)
    if with_docs:
        with console.status("lineage page"):
            report.docs_page = build_docs(Console(quiet=True), platform.dbt)
    show_report(console, platform, report)
    platform.close()
    return report


def _history(
    console: Console,
    platform: Platform,
    http: HttpClient,
    league: League,
    clock: LeagueClock,
    days: list[date],
    today: date,
    timer: Timer,
    report: DemoReport,
) -> None:
    events = list(history_events(league, days, today))
    messages: list[Envelope] = []
    with _bar(console, "phase 1  scraping the season so far", len(events)) as advance, timer.step("phase 1 scrapers"):
        for event in events:
            messages.append(_scrape(platform, http, clock, event, skip_downstream=True))
            advance()
    with _bar(console, "phase 2  loading", len(messages)) as advance, timer.step("phase 2 raw loaders"):
        for start in range(0, len(messages), 200):
            chunk = messages[start : start + 200]
            loaded = load_batch(
                platform.warehouse, platform.ledger, platform.objects, chunk, correlation_id=CORRELATION
            )
            report.refused.update(loaded.refused)
            advance(len(chunk))
    clock.move_to(eastern_wall_to_utc(today, MORNING))


def _first_edition(
    console: Console, platform: Platform, clock: LeagueClock, today: date, timer: Timer, report: DemoReport
) -> None:
    with console.status("parsing the dbt project"), timer.step("dbt parse"):
        models = [n for n in platform.dbt.manifest["nodes"].values() if n["resource_type"] == "model"]
    with console.status("seeds"), timer.step("phase 3 analytics"):
        platform.dbt.invoke("seed")
    meta = {n["name"]: n["config"].get("meta", {}) for n in models if "changes" not in n["tags"]}
    for phase, names, label in (
        (Phase.ANALYTICS, [name for name in meta if meta[name].get("phase") not in (4, 5)], "phase 3 analytics"),
        (Phase.PRECOMPUTE, [name for name in meta if meta[name].get("phase") == 4], "phase 4 precompute"),
    ):
        run = platform.ledger.start(phase, phase.value, correlation_id=CORRELATION, as_of=clock(), game_date=today)
        with _bar(console, label.replace(" ", "  ", 1), len(names)) as advance, timer.step(label):
            built = platform.dbt.invoke(
                "run",
                select=names,
                variables={"as_of": as_of_variable(clock()), "run_id": run.execution_id},
                on_node=_counted(advance),
            )
        used = {node.name: node.use for node in built.nodes}
        counts = record_models(platform, run, run.execution_id, None, used)
        platform.ledger.finish(run, "success", record_count=sum(count.rows_processed for count in counts))
    with console.status("phase 5  training and predicting"), timer.step("phase 5 predictions"):
        report.model = _train(platform, today, clock())
        report.batch = predict_date(platform, today, "demo_first", correlation_id=CORRELATION)
        platform.dbt.invoke("run", select=["tag:phase_5"], variables=_as_of(clock))
    with console.status("phase 6  publishing"), timer.step("phase 6 documents"):
        report.published = publish_slate(platform, today, as_of=clock(), correlation_id=CORRELATION)


def _counted(advance: Callable[..., None]) -> Callable[[str], None]:
    def count(name: str) -> None:
        advance()

    return count


def _as_of(clock: LeagueClock) -> dict[str, str]:
    return {"as_of": as_of_variable(clock()), "written_at": clock().isoformat()}


def _train(platform: Platform, today: date, now: datetime) -> str:
    naive = now.astimezone(UTC).replace(tzinfo=None)
    try:
        card = train_model(platform.warehouse, platform.models, today, naive, promoted=True)
    except TrainingRefused as refusal:
        return f"not used: {refusal}"
    return f"{card.uri}, trained on {card.training_rows:,} rows"


def _live_day(
    console: Console,
    platform: Platform,
    http: HttpClient,
    league: League,
    clock: LeagueClock,
    today: date,
    timer: Timer,
    report: DemoReport,
) -> None:
    connect(platform)
    events = list(live_events(league, today))
    with _bar(console, "live     replaying a day, event by event", len(events)) as advance, timer.step("live day"):
        for event in events:
            started = time.perf_counter()
            message = _scrape(platform, http, clock, event, skip_downstream=False)
            deliveries = platform.bus.drain()
            report.events.append(
                (event, message.status, message.correlation_id, deliveries, time.perf_counter() - started)
            )
            advance()


def _scrape(
    platform: Platform, http: HttpClient, clock: LeagueClock, event: LeagueEvent, *, skip_downstream: bool
) -> Envelope:
    clock.move_to(event.at + timedelta(seconds=1))
    scraper = scraper_of(event.scraper, platform.settings, http, event.variant)
    return run_scraper(platform, scraper, event.params, workflow="demo", skip_downstream=skip_downstream)


@contextmanager
def _bar(console: Console, label: str, total: int) -> Iterator[Callable[..., None]]:
    columns = (TextColumn("{task.description:<42}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console) as progress:
        task = progress.add_task(label, total=total)
        yield lambda steps=1: progress.advance(task, steps)


def documents_of_demo(data_dir: Path) -> list[dict[str, object]]:
    """Return the published documents of a demonstration, parsed."""
    folder = data_dir / "published" / "v1"
    return [json.loads(path.read_text(encoding="utf-8")) for path in sorted(folder.rglob("*.json"))]


@contextmanager
def _alerts_kept_for_the_end() -> Iterator[None]:
    """Keep alerts out of the progress display; the closing table takes them from the ledger."""
    logger = logging.getLogger(ALERT_LOGGER)
    former, logger.disabled = logger.disabled, True
    try:
        yield
    finally:
        logger.disabled = former
