"""Commands that drive the pipeline."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing

from rich.console import Console

from python_runners.operations.arguments import parse_params
from python_runners.pipeline.composition import configured_platform
from python_runners.pipeline.handle import drive
from python_runners.scrapers.catalog import scraper_of
from python_runners.scrapers.http import HttpClient
from python_runners.scrapers.run import run_scraper


def scrape_once(console: Console, name: str, pairs: Sequence[str], variant: str | None, *, run: bool) -> None:
    """Fetch one source and, unless told not to, drive what it brought through all phases.

    Raises:
        MissingSetting: a key or address is not configured.
        PermanentError: unknown scraper, or a parameter is missing.
    """
    platform = configured_platform()
    with closing(HttpClient(platform.settings)) as http:
        scraper = scraper_of(name, platform.settings, http, variant)
        message = run_scraper(platform, scraper, parse_params(pairs))
    console.print(f"{name}: {message.status}  {message.metadata.get('object_path') or message.error_message or ''}")
    if run and message.status == "success":
        drive(platform)
    console.print(f"Journey: nba-props trace {message.correlation_id}")
