"""Secondary sources: BallDontLie, BigDataBall, ESPN."""

from __future__ import annotations

from typing import Any

from python_runners.errors import MissingSetting
from python_runners.scrapers.base import Params, Scraper
from python_runners.scrapers.http import Request

ESPN_TEAM_IDS = {
    "ATL": 1, "BOS": 2, "NOP": 3, "CHI": 4, "CLE": 5, "DAL": 6, "DEN": 7, "DET": 8, "GSW": 9, "HOU": 10,
    "IND": 11, "LAC": 12, "LAL": 13, "MIA": 14, "MIL": 15, "MIN": 16, "BKN": 17, "NYK": 18, "ORL": 19, "PHI": 20,
    "PHX": 21, "POR": 22, "SAC": 23, "SAS": 24, "OKC": 25, "UTA": 26, "WAS": 27, "TOR": 28, "MEM": 29, "CHA": 30,
}  # fmt: skip


class BallDontLieScraper(Scraper):
    """Box scores of one date."""

    name = "bdl_box_scores"
    source_system = "balldontlie"
    variant = "box_scores"
    required = ("game_date",)

    def request(self, params: Params) -> Request:
        """One date."""
        key = self.settings.secret("balldontlie_api_key", "BallDontLie asks for a key on every request")
        url = f"{self.settings.balldontlie_base_url}/v1/box_scores"
        return Request(url, {"date": params["game_date"]}, {"Authorization": key})

    def folder(self, params: Params) -> str:
        """One folder a date."""
        return f"balldontlie/box-scores/{params['game_date']}/all"

    def is_empty(self, document: Any) -> bool:
        """A date without games."""
        return isinstance(document, dict) and document.get("data") == []


class BigDataBallScraper(Scraper):
    """The play-by-play file of one game, hours after it."""

    name = "bigdataball_pbp"
    source_system = "bigdataball"
    variant = "csv"
    extension = "csv"
    required = ("game_id", "game_date")

    def request(self, params: Params) -> Request:
        """The vendor delivers to a folder of the customer, whose address is a setting."""
        base = self.settings.bigdataball_base_url
        if base is None:
            raise MissingSetting("NBA_PROPS_BIGDATABALL_BASE_URL", "the address of the delivery folder")
        return Request(f"{base}/{params['game_date']}/{params['game_id']}.csv")

    def folder(self, params: Params) -> str:
        """One folder a game."""
        return f"bigdataball/play-by-play/{params['game_date']}/{params['game_id']}"


class EspnRosterScraper(Scraper):
    """The roster of one team."""

    name = "espn_roster"
    source_system = "espn"
    variant = "site_api"
    pause_seconds = 0.5
    required = ("team", "roster_date", "season_year")

    def request(self, params: Params) -> Request:
        """One team, by ESPN's own id."""
        team = ESPN_TEAM_IDS[params["team"]]
        url = f"{self.settings.espn_base_url}/apis/site/v2/sports/basketball/nba/teams/{team}"
        return Request(url, {"enable": "roster"})

    def folder(self, params: Params) -> str:
        """One folder a date and team."""
        return f"espn/roster/{params['roster_date']}/{params['team']}"
