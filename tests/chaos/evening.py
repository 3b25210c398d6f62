"""An evening of the sample league, scraped once: what is published in the storm and in the calm is the same."""

from __future__ import annotations

import shutil
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import httpx

from python_runners.dates import eastern_wall_to_utc
from python_runners.events import Envelope
from python_runners.operations.demo_events import MORNING
from python_runners.pipeline.composition import Platform
from python_runners.sample.clock import LeagueClock
from python_runners.sample.replay import LeagueEvent, events_of
from python_runners.sample.sources import Sources, settings_values
from python_runners.scrapers.catalog import scraper_of
from python_runners.scrapers.http import HttpClient
from python_runners.scrapers.run import run_scraper
from python_runners.settings import Settings
from tests.support.played import Played

WAVE_EVENTS = 75
_SETTLES_AFTER = timedelta(minutes=5)


@dataclass(frozen=True)
class Wave:
    """Scraper completions that arrive together, and the instant that everything computes for while they do."""

    as_of: datetime
    messages: tuple[Envelope, ...]


@dataclass(frozen=True)
class Evening:
    """A data folder before the evening, stored payloads of the evening included, and the waves of its completions."""

    folder: Path
    waves: tuple[Wave, ...]

    def copy_to(self, folder: Path) -> Path:
        """Copy the warehouse and the payloads, and return the folder."""
        shutil.copytree(self.folder, folder, ignore=shutil.ignore_patterns("published", "state.sqlite*", "logs"))
        return folder


def scrape_evening(played: Played, folder: Path, events: int) -> Evening:
    """Scrape that many requests of the day after the history of a league, from the morning on.

    Args:
        played: league with some history.
        folder: data folder, made anew.
        events: completions wanted; the requests of the day are asked again when there are not enough of them.
    """
    shutil.copytree(played.folder, folder)
    league = played.league()
    morning = eastern_wall_to_utc(played.today, MORNING)
    day = [event for event in events_of(league, played.today) if event.at > morning]
    waves: list[Wave] = []
    clock = LeagueClock(morning)
    settings = Settings(data_dir=folder, request_pause_scale=0, as_of=None, **settings_values("http://sample"))  # type: ignore[arg-type]
    sources = Sources(league, clock)

    def answer(request: httpx.Request) -> httpx.Response:
        found = sources.answer(request.url.path, dict(request.url.params), dict(request.headers))
        return httpx.Response(found.status, content=found.body, headers=dict(found.headers))

    with (
        closing(HttpClient(settings, transport=httpx.MockTransport(answer), sleep=lambda seconds: None)) as http,
        closing(Platform(settings, clock)) as platform,
    ):
        for chosen in _waves(day, events):
            messages = []
            for event in chosen:
                clock.move_to(event.at + timedelta(seconds=1))
                scraper = scraper_of(event.scraper, settings, http, event.variant)
                messages.append(run_scraper(platform, scraper, event.params, workflow="evening"))
            waves.append(Wave(chosen[-1].at + _SETTLES_AFTER, tuple(messages)))
    return Evening(folder, tuple(waves))


def _waves(day: list[LeagueEvent], wanted: int) -> list[list[LeagueEvent]]:
    step = max(1, len(day) // wanted)
    repeats = -(-wanted // len(day))
    chosen = sorted((day[::step] * repeats)[:wanted], key=lambda event: event.at)
    # The first wave ends before the games, so that there is something to predict.
    size = min(WAVE_EVENTS, -(-wanted // 2))
    return [chosen[start : start + size] for start in range(0, len(chosen), size)]
