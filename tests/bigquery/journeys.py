"""A worker on either engine: what it is asked to fetch goes over its bus and comes out as published documents."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest.mock import patch

import httpx
import pyarrow.compute as pc

from python_runners.pipeline.composition import Platform
from python_runners.pipeline.dbt_runner import DbtRunner
from python_runners.pipeline.handle import drive
from python_runners.pipeline.protection import verdict
from python_runners.predictions.batches import Batch
from python_runners.predictions.inputs import RELATIONS
from python_runners.predictions.predict_command import predict_date
from python_runners.predictions.prediction_rows import PREDICTION_SCHEMA
from python_runners.predictions.registry import ModelCard, save_model
from python_runners.predictions.system_table import promote
from python_runners.predictions.training import Split, read_training_rows, train
from python_runners.sample.clock import LeagueClock
from python_runners.sample.league import League
from python_runners.sample.replay import LEAN, LeagueEvent, events_of
from python_runners.sample.sources import Sources, settings_values
from python_runners.scrapers.catalog import scraper_of
from python_runners.scrapers.http import HttpClient
from python_runners.scrapers.run import run_scraper
from python_runners.settings import Settings
from tests.bigquery.league import RawLeague, sample_league
from tests.bigquery.twins import Twins
from tests.flow.builds import project_paths

Row = dict[str, Any]

# What tells one publication from another over the same data.
_OF_A_RUN = frozenset({"generated_at", "correlation_id"})
# Made from digests of feature rows, which are compared inside one warehouse only.
_DIGESTS = ("features_digest", "input_digest", "row_digest")
_RUN_IDS = ("batch_id", "correlation_id", "run_id", "updated_at", "written_at")
_VIEWS = ("current_predictions", "prediction_accuracy", "system_daily_performance")


@dataclass(frozen=True)
class Worker:
    """A platform whose sources are a league.

    Attributes:
        platform: its warehouse is the one under test; bus, state and objects are its own.
        http: asks the league.
        target: makes dbt work on the same warehouse.
    """

    platform: Platform
    http: HttpClient
    target: Callable[[], AbstractContextManager[None]]

    def fetch(self, event: LeagueEvent) -> None:
        """Fetch an object and handle everything that follows."""
        scraper = scraper_of(event.scraper, self.platform.settings, self.http, event.variant)
        # A season as short as this one is what the gate over the sources rightly refuses; it has tests of its own.
        with self.target(), patch.object(verdict, "promises_of", return_value=()):
            run_scraper(self.platform, scraper, event.params, workflow="journey")
            drive(self.platform)

    def predict(self, batch_id: str) -> Batch:
        """Predict the slate of the clock as a batch."""
        now = self.platform.clock()
        with self.target():
            return predict_date(self.platform, now.date(), batch_id, correlation_id=batch_id, as_of=now)

    def train(self) -> ModelCard:
        """Train on all games before the clock, few as they are, and let the model predict."""
        now = self.platform.clock()
        rows = read_training_rows(self.platform.warehouse, now.date())
        last_day = pc.max(rows.column("game_date"))
        is_last = pc.equal(rows.column("game_date"), last_day)
        model = train(rows, now.date(), Split(rows.filter(pc.invert(is_last)), rows.filter(is_last)))
        save_model(self.platform.models, model.card, model.content, model.golden)
        promote(self.platform.warehouse, model.card, self.platform.models, now.replace(tzinfo=None))
        return model.card

    def predictions(self) -> list[Row]:
        """Every version of every prediction, without what differs between two warehouses."""
        names = ", ".join(name for name in PREDICTION_SCHEMA.names if name not in (*_DIGESTS, *_RUN_IDS))
        return self.rows(
            f"select {names} from {RELATIONS['player_points_predictions']} "
            "order by game_id, player_id, system_id, prediction_version"
        )

    def has_followed(self, consumer: str) -> None:
        """Let a model stand as after an event: it has taken in every change so far."""
        now = f"timestamp '{self.platform.clock():%Y-%m-%d %H:%M:%S}'"
        self.platform.warehouse.execute(
            "insert into nba_orchestration.watermarks (consumer, change_id, as_of, updated_at) "
            f"select '{consumer}', max(change_id), {now}, {now} from nba_orchestration.change_log"
        )

    def rows(self, sql: str) -> list[Row]:
        """Rows of the warehouse."""
        found: list[Row] = self.platform.warehouse.query(sql).to_pylist()
        return found

    def documents(self) -> dict[str, Any]:
        """Published documents by path, without what differs between two publications of the same data."""
        store = self.platform.documents
        found = {name: _plain(json.loads(store.get(name).body)) for name in store.names("")}
        for name, document in found.items():
            if name.endswith("manifest.json"):
                # It tells how long ago each of its documents was made.
                del document["content_digest"]
                for entry in document["documents"]:
                    del entry["age_minutes"]
        return found


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _plain(item) for name, item in value.items() if name not in _OF_A_RUN}
    return [_plain(item) for item in value] if isinstance(value, list) else value


@dataclass(frozen=True)
class Workers:
    """A worker on DuckDB and one on the emulator, with one league and one clock."""

    duckdb: Worker
    bigquery: Worker
    league: League
    clock: LeagueClock

    @property
    def both(self) -> tuple[Worker, Worker]:
        """The two of them."""
        return self.duckdb, self.bigquery

    def injury_reports(self) -> Sequence[LeagueEvent]:
        """The requests for the next injury reports of the day of the clock."""
        events = events_of(self.league, self.clock().date(), LEAN)
        return [event for event in events if event.scraper == "nbac_injury_report" and event.at > self.clock()]


@contextmanager
def two_workers(twins: Twins, raw: RawLeague) -> Iterator[Workers]:
    """Workers over the twins' warehouses, both with the objects that the league's history came from."""
    league, clock = sample_league(), LeagueClock(twins.as_of)
    here, there = twins.folder, twins.folder / "bigquery"
    for folder in (here, there):
        shutil.copytree(raw.warehouse.parent / "objects", folder / "objects")
    address = twins.emulator.warehouse_settings
    with ExitStack() as both:
        one = _worker(here, league, clock, twins.dbt, lambda: project_paths(here))
        other = _worker(there, league, clock, twins.emulator.dbt, twins.emulator.target, **address)
        yield Workers(both.enter_context(one), both.enter_context(other), league, clock)


@contextmanager
def _worker(
    folder: Path,
    league: League,
    clock: LeagueClock,
    dbt: DbtRunner,
    in_target: Callable[[], AbstractContextManager[None]],
    **settings: Any,
) -> Iterator[Worker]:
    given = Settings(data_dir=folder, request_pause_scale=0, **settings_values("http://sample"), **settings)
    sources = Sources(league, clock)

    def answer(request: httpx.Request) -> httpx.Response:
        found = sources.answer(request.url.path, dict(request.url.params), dict(request.headers))
        return httpx.Response(found.status, content=found.body, headers=found.headers)

    http = HttpClient(given, transport=httpx.MockTransport(answer), sleep=lambda seconds: None)
    platform = Platform(given, clock)
    platform.__dict__["dbt"] = dbt
    try:
        yield Worker(platform, http, in_target)
    finally:
        http.close()
        platform.close()


def build_prediction_views(twins: Twins) -> None:
    """Build on DuckDB what reads the predictions; the build of the emulator has made it already."""
    with project_paths(twins.folder):
        twins.dbt.invoke("run", select=_VIEWS, variables=twins.variables())
