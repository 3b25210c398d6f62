"""Every scraper by name and variant."""

from __future__ import annotations

from python_runners.errors import PermanentError
from python_runners.scrapers import markets, nba_cdn, nba_other, nba_stats, secondary
from python_runners.scrapers.base import Scraper
from python_runners.scrapers.http import HttpClient
from python_runners.settings import Settings

SCRAPERS: tuple[type[Scraper], ...] = (
    nba_cdn.ScheduleScraper,
    nba_cdn.TodaysScoreboardScraper,
    nba_stats.ScoreboardV3Scraper,
    nba_stats.ScoreboardV2Scraper,
    nba_cdn.LiveBoxScoreScraper,
    nba_stats.BoxScoreV3Scraper,
    nba_stats.BoxScoreV2Scraper,
    nba_stats.PlayerGameLogScraper,
    nba_cdn.PlayByPlayScraper,
    nba_stats.ShotChartScraper,
    nba_other.GamebookScraper,
    secondary.BallDontLieScraper,
    secondary.BigDataBallScraper,
    markets.OddsEventsScraper,
    markets.OddsPlayerPropsScraper,
    markets.OddsGameLinesScraper,
    markets.BettingProsEventsScraper,
    markets.BettingProsOffersScraper,
    nba_other.InjuryReportScraper,
    nba_stats.PlayerListScraper,
    nba_other.PlayerMovementScraper,
    nba_stats.TeamRosterScraper,
    secondary.EspnRosterScraper,
    nba_other.RefereeScraper,
)


def scraper_of(name: str, settings: Settings, http: HttpClient, variant: str | None = None) -> Scraper:
    """Build a scraper by name; without a variant the first one of that name.

    Raises:
        PermanentError: no scraper has this name and variant.
    """
    for scraper in SCRAPERS:
        if scraper.name == name and variant in (None, scraper.variant):
            return scraper(settings, http)
    known = ", ".join(sorted({scraper.name for scraper in SCRAPERS}))
    raise PermanentError(f"no scraper {name}{f' with variant {variant}' if variant else ''}; known are {known}")
