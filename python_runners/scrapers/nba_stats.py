"""stats.nba.com endpoints: box scores, game logs, scoreboards, shot charts, player index, rosters."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from python_runners.dates import season_label, season_of
from python_runners.scrapers.base import Params, Scraper
from python_runners.scrapers.http import Request
from python_runners.teams import team_id_of

PAUSE_SECONDS = 0.6
SEASON_TYPE_NAMES = {
    "preseason": "Pre Season",
    "regular": "Regular Season",
    "playoffs": "Playoffs",
    "play_in": "PlayIn",
    "cup_final": "IST",
}


class _StatsScraper(Scraper):
    source_system = "nba_com"
    pause_seconds = PAUSE_SECONDS
    endpoint: ClassVar[str]
    row_set: ClassVar[str | None] = None

    def query(self, params: Params) -> Mapping[str, str]:
        """Return the query parameters of the endpoint."""
        raise NotImplementedError

    def request(self, params: Params) -> Request:
        """Ask the statistics service."""
        return Request(f"{self.settings.stats_base_url}/{self.endpoint}", self.query(params))

    def is_empty(self, document: Any) -> bool:
        """The named row set has no row."""
        if self.row_set is None or not isinstance(document, dict):
            return False
        sets = document.get("resultSets", [])
        return any(entry.get("name") == self.row_set and entry.get("rowSet") == [] for entry in sets)


class BoxScoreV3Scraper(_StatsScraper):
    """The traditional box score, third version."""

    name = "nbac_boxscore_traditional"
    variant = "stats_v3"
    endpoint = "boxscoretraditionalv3"
    required: ClassVar[tuple[str, ...]] = ("game_id", "game_date")

    def query(self, params: Params) -> Mapping[str, str]:
        """One game."""
        return {"GameID": params["game_id"]}

    def folder(self, params: Params) -> str:
        """One folder a game."""
        return f"nba-com/boxscore-traditional/{params['game_date']}/{params['game_id']}"


class BoxScoreV2Scraper(BoxScoreV3Scraper):
    """The traditional box score, second version."""

    variant = "stats_v2"
    endpoint = "boxscoretraditionalv2"
    required: ClassVar[tuple[str, ...]] = ("game_id", "game_date", "home_team", "away_team")

    def query(self, params: Params) -> Mapping[str, str]:
        """One game, whole length."""
        ranges = dict.fromkeys(("StartPeriod", "EndPeriod", "StartRange", "EndRange", "RangeType"), "0")
        return {"GameID": params["game_id"], **ranges}


class PlayerGameLogScraper(_StatsScraper):
    """All player lines of one date and season type."""

    name = "nbac_player_gamelog"
    variant = "leaguegamelog"
    endpoint = "leaguegamelog"
    row_set = "LeagueGameLog"
    required = ("game_date", "season_year", "season_type")

    def query(self, params: Params) -> Mapping[str, str]:
        """One date; the service wants it as MM/DD/YYYY."""
        year, month, day = params["game_date"].split("-")
        wanted = f"{month}/{day}/{year}"
        return {
            "LeagueID": "00",
            "Season": season_label(int(params["season_year"])),
            "SeasonType": SEASON_TYPE_NAMES[params["season_type"]],
            "PlayerOrTeam": "P",
            "Counter": "1000",
            "Sorter": "DATE",
            "Direction": "DESC",
            "DateFrom": wanted,
            "DateTo": wanted,
        }

    def folder(self, params: Params) -> str:
        """One folder a date and season type."""
        return f"nba-com/player-gamelog/{params['game_date']}/{params['season_type']}"


class ScoreboardV3Scraper(_StatsScraper):
    """The scoreboard of any date, third version."""

    name = "nbac_scoreboard"
    variant = "v3"
    endpoint = "scoreboardv3"
    required = ("game_date",)

    def query(self, params: Params) -> Mapping[str, str]:
        """One date."""
        return {"GameDate": params["game_date"], "LeagueID": "00"}

    def folder(self, params: Params) -> str:
        """One folder a date and variant."""
        return f"nba-com/scoreboard/{params['game_date']}/{self.variant}"

    def is_empty(self, document: Any) -> bool:
        """A day without games."""
        return isinstance(document, dict) and document.get("scoreboard", {}).get("games") == []


class ScoreboardV2Scraper(ScoreboardV3Scraper):
    """The scoreboard of any date, second version."""

    variant = "v2"
    endpoint = "scoreboardV2"
    row_set = "GameHeader"

    def query(self, params: Params) -> Mapping[str, str]:
        """One date."""
        return {"GameDate": params["game_date"], "LeagueID": "00", "DayOffset": "0"}

    def is_empty(self, document: Any) -> bool:
        """A day without games."""
        return _StatsScraper.is_empty(self, document)


class ShotChartScraper(_StatsScraper):
    """All field-goal attempts of one team in one game."""

    name = "nbac_shot_chart"
    variant = "shotchartdetail"
    endpoint = "shotchartdetail"
    row_set = "Shot_Chart_Detail"
    required = ("game_id", "game_date", "team", "season_type")

    def query(self, params: Params) -> Mapping[str, str]:
        """One game and team; any other ContextMeasure than FGA loses the misses."""
        return {
            "GameID": params["game_id"],
            "TeamID": str(team_id_of(params["team"])),
            "PlayerID": "0",
            "ContextMeasure": "FGA",
            "Season": season_of(params["game_id"]),
            "SeasonType": SEASON_TYPE_NAMES[params["season_type"]],
            "LeagueID": "00",
        }

    def folder(self, params: Params) -> str:
        """One folder a game and team."""
        return f"nba-com/shot-chart/{params['game_date']}/{params['game_id']}-{params['team']}"


class PlayerListScraper(_StatsScraper):
    """The player directory of a season."""

    name = "nbac_player_list"
    variant = "playerindex"
    endpoint = "playerindex"
    row_set = "PlayerIndex"
    required = ("season_year",)

    def query(self, params: Params) -> Mapping[str, str]:
        """One season."""
        return {"LeagueID": "00", "Season": season_label(int(params["season_year"])), "Historical": "0"}

    def folder(self, params: Params) -> str:
        """One folder a season."""
        return f"nba-com/player-list/{season_label(int(params['season_year']))}/all"


class TeamRosterScraper(_StatsScraper):
    """The roster of one team."""

    name = "nbac_team_roster"
    variant = "commonteamroster"
    endpoint = "commonteamroster"
    row_set = "CommonTeamRoster"
    required = ("team", "roster_date", "season_year")

    def query(self, params: Params) -> Mapping[str, str]:
        """One team and season."""
        return {"TeamID": str(team_id_of(params["team"])), "Season": season_label(int(params["season_year"]))}

    def folder(self, params: Params) -> str:
        """One folder a date and team."""
        return f"nba-com/team-roster/{params['roster_date']}/{params['team']}"
