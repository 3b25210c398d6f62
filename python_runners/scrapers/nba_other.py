"""Other NBA sources: gamebook, injury report, referee assignments, player movement."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from python_runners.dates import EASTERN, parse_instant
from python_runners.scrapers.base import Params, Scraper
from python_runners.scrapers.http import Request

QUARTER_HOUR_NAMES_SINCE = "2025-12-22"


class GamebookScraper(Scraper):
    """The official gamebook of one game, published the next morning."""

    name = "nbac_gamebook"
    source_system = "nba_com"
    variant = "gamebook"
    extension = "pdf"
    required = ("game_id", "game_date", "game_code")

    def request(self, params: Params) -> Request:
        """The file is named after date and teams."""
        day, teams = params["game_code"].split("/")
        return Request(f"{self.settings.gamebook_base_url}/{day}/{day}_{teams}.pdf")

    def folder(self, params: Params) -> str:
        """One folder a game."""
        return f"nba-com/gamebook/{params['game_date']}/{params['game_id']}"


class InjuryReportScraper(Scraper):
    """The injury report of one quarter hour, Eastern."""

    name = "nbac_injury_report"
    source_system = "nba_com"
    variant = "pdf"
    extension = "pdf"
    required = ("report_at",)

    def request(self, params: Params) -> Request:
        """The file is named after the Eastern date and hour, since late 2025 with minutes."""
        local = self._local(params)
        clock = local.strftime("%I_%M%p" if local.date().isoformat() >= QUARTER_HOUR_NAMES_SINCE else "%I%p")
        return Request(f"{self.settings.injury_base_url}/Injury-Report_{local.date().isoformat()}_{clock}.pdf")

    def folder(self, params: Params) -> str:
        """One folder a report."""
        local = self._local(params)
        return f"nba-com/injury-report/{local.date().isoformat()}/{local.strftime('%H%M')}"

    @staticmethod
    def _local(params: Params) -> datetime:
        return parse_instant(params["report_at"]).astimezone(EASTERN)


class RefereeScraper(Scraper):
    """The officials assigned to the games of one date."""

    name = "nbac_referees"
    source_system = "nba_com"
    variant = "assignments"
    required = ("game_date",)

    def request(self, params: Params) -> Request:
        """One date."""
        return Request(f"{self.settings.referees_base_url}/assignments", {"date": params["game_date"]})

    def folder(self, params: Params) -> str:
        """One folder a date."""
        return f"nba-com/referees/{params['game_date']}/all"

    def is_empty(self, document: Any) -> bool:
        """A date without assignments."""
        return isinstance(document, dict) and document.get("nba", {}).get("Table", {}).get("rows") == []


class PlayerMovementScraper(Scraper):
    """Every signing, waiver and trade since 2015, one file."""

    name = "nbac_player_movement"
    source_system = "nba_com"
    variant = "file"
    required = ("season",)
    is_conditional = True

    def request(self, params: Params) -> Request:
        """The whole file."""
        return Request(f"{self.settings.movement_base_url}/NBA_Player_Movement.json")

    def folder(self, params: Params) -> str:
        """One folder a season of asking."""
        return f"nba-com/player-movement/{params['season']}/all"
