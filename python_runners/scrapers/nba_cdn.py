"""NBA.com CDN files: schedule, scoreboard of today, box score and play-by-play of a game."""

from __future__ import annotations

from typing import Any, ClassVar

from python_runners.dates import season_label
from python_runners.scrapers.base import Params, Scraper
from python_runners.scrapers.http import Request


class _CdnScraper(Scraper):
    source_system = "nba_com"
    is_conditional = True
    path: ClassVar[str]

    def request(self, params: Params) -> Request:
        """Ask the CDN for the file."""
        return Request(f"{self.settings.cdn_base_url}/{self.path.format(**params)}")


class ScheduleScraper(_CdnScraper):
    """The whole season's schedule."""

    name = "nbac_schedule"
    variant = "cdn"
    path = "staticData/scheduleLeagueV2_1.json"
    required = ("season_year",)

    def folder(self, params: Params) -> str:
        """One folder a season."""
        return f"nba-com/schedule/{season_label(int(params['season_year']))}/all"

    def is_empty(self, document: Any) -> bool:
        """No dates, no schedule."""
        return isinstance(document, dict) and document.get("leagueSchedule", {}).get("gameDates") == []


class TodaysScoreboardScraper(_CdnScraper):
    """The scoreboard of the CDN's current day."""

    name = "nbac_scoreboard"
    variant = "cdn_today"
    path = "liveData/scoreboard/todaysScoreboard_00.json"
    required = ("game_date",)

    def folder(self, params: Params) -> str:
        """One folder a date."""
        return f"nba-com/scoreboard/{params['game_date']}/cdn"

    def is_empty(self, document: Any) -> bool:
        """A day without games."""
        return isinstance(document, dict) and document.get("scoreboard", {}).get("games") == []


class LiveBoxScoreScraper(_CdnScraper):
    """The box score of one game; the file does not exist before the game."""

    name = "nbac_live_boxscore"
    variant = "cdn_live"
    path = "liveData/boxscore/boxscore_{game_id}.json"
    required = ("game_id", "game_date")

    def folder(self, params: Params) -> str:
        """One folder a game."""
        return f"nba-com/live-boxscore/{params['game_date']}/{params['game_id']}"


class PlayByPlayScraper(_CdnScraper):
    """The actions of one game."""

    name = "nbac_play_by_play"
    variant = "cdn_live"
    path = "liveData/playbyplay/playbyplay_{game_id}.json"
    required = ("game_id", "game_date")

    def folder(self, params: Params) -> str:
        """One folder a game."""
        return f"nba-com/play-by-play/{params['game_date']}/{params['game_id']}"

    def is_empty(self, document: Any) -> bool:
        """A file without actions."""
        return isinstance(document, dict) and document.get("game", {}).get("actions") == []
