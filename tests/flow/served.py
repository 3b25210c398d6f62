"""The functions on a port of this machine, with the sample league as their source."""

from __future__ import annotations

import copy
import json
import re
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx

from cloud_functions.host import Host, use_host
from cloud_functions.serve import LocalServer
from python_runners.events import Envelope
from python_runners.operations.demo_events import live_events
from python_runners.pipeline.composition import Platform
from python_runners.pipeline.dbt_runner import DbtRunner
from python_runners.sample.clock import LeagueClock
from python_runners.sample.league import League
from python_runners.sample.replay import LeagueEvent
from python_runners.sample.sources import Sources, settings_values
from python_runners.scrapers.catalog import scraper_of
from python_runners.scrapers.http import HttpClient
from python_runners.scrapers.run import run_scraper
from python_runners.settings import Settings
from tests.flow.builds import project_paths
from tests.support.played import Played

HANDLED_AFTER = timedelta(seconds=5)
PATIENCE_SECONDS = 180.0
PLAYER_PAGE = re.compile(r"^v1/tonight/player/(\w+)\.json$")


@dataclass
class Served:
    """The functions on a port, the sample league as their source, and a book whose lines can be moved."""

    platform: Platform
    server: LocalServer
    league: League
    clock: LeagueClock
    today: date
    lines: bytes | None = None
    moved: dict[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Connect the scrapers to the league, and a client to the port."""
        self.sources = Sources(self.league, self.clock)
        transport = httpx.MockTransport(self._answer)
        self._scrapers = HttpClient(self.platform.settings, transport=transport, sleep=lambda seconds: None)
        self.http = httpx.Client(base_url=self.server.url, timeout=PATIENCE_SECONDS)

    def _answer(self, request: httpx.Request) -> httpx.Response:
        answer = self.sources.answer(request.url.path, dict(request.url.params), dict(request.headers))
        self.lines = self.lines or answer.body
        document = json.loads(self.lines)
        for bookmaker in document["bookmakers"]:
            for market in bookmaker["markets"]:
                for outcome in market["outcomes"]:
                    outcome["point"] += self.moved.get(outcome["description"], 0.0)
        return httpx.Response(answer.status, json=document)

    @property
    def props(self) -> LeagueEvent:
        """The first request for the lines of a game of today."""
        return next(event for event in live_events(self.league, self.today) if event.scraper == "odds_player_props")

    def scrape_lines(self, minutes: int, *, skip_downstream: bool = False) -> Envelope:
        """Ask the book for the lines of the game, some minutes after the first request."""
        self.clock.move_to(self.props.at + timedelta(minutes=minutes))
        scraper = scraper_of(self.props.scraper, self.platform.settings, self._scrapers, self.props.variant)
        # A line counts from the moment after it was seen: what is scraped now is handled a little later.
        scraping = copy.copy(self.platform)
        scraping.clock = self.clock
        return run_scraper(scraping, scraper, self.props.params, workflow="test", skip_downstream=skip_downstream)

    def rows(self, sql: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.platform.warehouse.query(sql).to_pylist()
        return found

    def wait_for_publication(self, correlation_id: str) -> None:
        """Wait until the documents of a journey are published."""
        sql = (
            "select 1 from nba_orchestration.pipeline_execution_log "
            f"where correlation_id = '{correlation_id}' and phase = 6 and status = 'success'"
        )
        until(lambda: bool(self.rows(sql)))

    def lined_players(self) -> list[tuple[str, str]]:
        """Id and name of the players of the game who have a line and predictions."""
        rows = self.rows(
            "select distinct player_id, player_name from nba_analytics.upcoming_player_game_context "
            "join nba_predictions.player_points_predictions as made using (game_id, player_id) "
            f"where made.game_date = date '{self.today}' and made.points_line is not null order by player_id"
        )
        return [(row["player_id"], row["player_name"]) for row in rows]

    def pages(self) -> dict[str, int]:
        """Generation of every player's page by player."""
        store = self.platform.documents
        pages = ((PLAYER_PAGE.match(name), name) for name in store.names("v1/tonight/player/"))
        return {match[1]: store.get(name).generation for match, name in pages if match}

    def versions(self) -> dict[tuple[str, str], int]:
        """Newest version of every prediction of today by player and system."""
        sql = (
            "select player_id, system_id, max(prediction_version) as newest "
            f"from nba_predictions.player_points_predictions where game_date = date '{self.today}' group by all"
        )
        return {(row["player_id"], row["system_id"]): row["newest"] for row in self.rows(sql)}

    def close(self) -> None:
        self.http.close()
        self._scrapers.close()
        self.server.stop()


def until(condition: Callable[[], bool]) -> None:
    """Wait for a condition.

    Raises:
        AssertionError: it did not come about.
    """
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not condition():
        assert time.monotonic() < deadline, "nothing happened"
        time.sleep(0.1)


@contextmanager
def serving(played: Played, folder: Path, dbt: DbtRunner, **settings: Any) -> Iterator[Served]:
    """Serve a copy of a played league.

    Args:
        played: the league.
        folder: where the copy goes; must not exist.
        dbt: the runner.
        settings: what differs from the embedded default.
    """
    shutil.copytree(played.folder, folder)
    clock = LeagueClock(datetime.fromisoformat("2025-10-01T12:00:00+00:00"))
    given = settings_values("http://sample") | settings
    platform = Platform(
        Settings(data_dir=folder, request_pause_scale=0, as_of=None, **given), lambda: clock() + HANDLED_AFTER
    )
    platform.__dict__["dbt"] = dbt
    host = Host(lambda: platform)
    former = use_host(host)
    try:
        with project_paths(folder):
            server = LocalServer("127.0.0.1", 0, host)
            server.start()
            served = Served(platform, server, played.league(), clock, played.today)
            try:
                yield served
            finally:
                served.close()
    finally:
        use_host(former)
