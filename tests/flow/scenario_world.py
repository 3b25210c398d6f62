"""A sample league with a platform of its own: requests are made, objects loaded, and models built."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from unittest.mock import patch

import httpx

from python_runners.events import Envelope
from python_runners.loaders.batch import BatchReport, load_batch
from python_runners.loaders.load import LoadOutcome, load_object
from python_runners.pipeline.change_run import run_change
from python_runners.pipeline.composition import Platform
from python_runners.pipeline.dbt_runner import DbtRunner
from python_runners.pipeline.protection import verdict
from python_runners.sample.clock import LeagueClock
from python_runners.sample.league import League
from python_runners.sample.replay import LeagueEvent
from python_runners.sample.sources import Sources, settings_values
from python_runners.scrapers.catalog import scraper_of
from python_runners.scrapers.http import HttpClient
from python_runners.scrapers.run import run_scraper
from python_runners.settings import Settings
from tests.flow.builds import project_paths, raw_change


class World:
    """A league, its sources, and the platform that reads them, without a network."""

    def __init__(self, folder: Path, league: League, dbt: DbtRunner) -> None:
        """Set up an empty warehouse in `folder`."""
        self.folder, self.league = folder, league
        self.clock = LeagueClock(datetime.combine(league.dates[0], datetime.min.time(), tzinfo=UTC))
        self.sources = Sources(league, self.clock)
        settings = Settings(data_dir=folder, request_pause_scale=0, **settings_values("http://sample"))  # type: ignore[arg-type]
        self.platform = Platform(settings, self.clock)
        self.platform.__dict__["dbt"] = dbt
        transport = httpx.MockTransport(self._answer)
        self._http = HttpClient(settings, transport=transport, sleep=lambda seconds: None)

    def _answer(self, request: httpx.Request) -> httpx.Response:
        answer = self.sources.answer(request.url.path, dict(request.url.params), dict(request.headers))
        if answer.hang:
            raise httpx.ReadTimeout("no answer", request=request)
        return httpx.Response(answer.status, content=answer.body, headers=answer.headers)

    def scrape(self, event: LeagueEvent) -> Envelope:
        """Ask a source at the instant of the event, store what came, and log the request."""
        self.clock.move_to(event.at)
        scraper = scraper_of(event.scraper, self.platform.settings, self._http, event.variant)
        return run_scraper(self.platform, scraper, event.params, workflow="test", skip_downstream=True)

    def load_batch(self, events: Iterable[LeagueEvent]) -> BatchReport:
        """Scrape, then load everything at once."""
        messages = [self.scrape(event) for event in events]
        platform = self.platform
        return load_batch(platform.warehouse, platform.ledger, platform.objects, messages, correlation_id="history")

    def load(self, event: LeagueEvent) -> list[LoadOutcome]:
        """Scrape and load one object; nothing when no content came."""
        message = self.scrape(event)
        if message.status != "success":
            return []
        platform = self.platform
        return load_object(platform.warehouse, platform.ledger, platform.objects, message)

    def build(self, as_of: datetime, select: Sequence[str] = ()) -> None:
        """Build models from nothing, seeds included, as at an instant; all unless some are selected.

        Raises:
            BuildFailed: a model failed.
        """
        self.clock.move_to(as_of)
        stamp = as_of.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S")
        with project_paths(self.folder):
            self.platform.dbt.invoke("seed")
            self.platform.dbt.invoke(
                "run", select=select, variables={"as_of": stamp, "written_at": stamp, "run_id": "first"}
            )

    def settle(self, as_of: datetime, tables: Iterable[str]) -> str:
        """Recompute what changes of raw tables reach, in one fused run as at an instant; return the run's id.

        Raises:
            BuildFailed: a model failed.
        """
        self.clock.move_to(as_of)
        changed = sorted(set(tables))
        message = raw_change("scenario", changed, as_of)
        # A season as short as this one is what the gate over the sources rightly refuses; it has tests of its own.
        with project_paths(self.folder), patch.object(verdict, "promises_of", return_value=()):
            run_change(self.platform, message)
        found = self.platform.warehouse.query(
            "select execution_id from nba_orchestration.pipeline_execution_log where phase = 3 "
            "order by started_at desc limit 1"
        )
        return str(found.to_pylist()[0]["execution_id"])

    def close(self) -> None:
        """Give the warehouse free."""
        self._http.close()
        self.platform.close()
