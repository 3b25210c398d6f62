"""All sources of the platform over one league: a request comes in, the answer of that instant goes out."""

from __future__ import annotations

import re
import threading
from collections.abc import Mapping

from python_runners.sample.answers import Answer, Asked, Intervention, missing
from python_runners.sample.clock import LeagueClock
from python_runners.sample.league import League
from python_runners.sample.markets import Oddsmaker
from python_runners.sample.payloads.bettingpros import BettingPros
from python_runners.sample.payloads.odds_api import OddsApi
from python_runners.sample.payloads.standing import Records
from python_runners.sample.routes import Query, Route
from python_runners.sample.routes_cdn import CdnRoutes
from python_runners.sample.routes_league import LeagueRoutes
from python_runners.sample.routes_market import MarketRoutes
from python_runners.sample.routes_stats import StatsRoutes

# Folder of each base URL of the settings below the server's root.
PREFIXES: dict[str, str] = {
    "cdn_base_url": "/cdn/static/json",
    "stats_base_url": "/stats",
    "gamebook_base_url": "/pdfs",
    "injury_base_url": "/referee/injury",
    "referees_base_url": "/official",
    "movement_base_url": "/js/data/playermovement",
    "odds_api_base_url": "/odds-api",
    "bettingpros_base_url": "/bettingpros",
    "balldontlie_base_url": "/balldontlie",
    "bigdataball_base_url": "/bigdataball",
    "espn_base_url": "/espn",
}
_SECRETS = ("odds_api_key", "bettingpros_api_key", "balldontlie_api_key")


class Sources:
    """The sources of one league under one clock.

    Attributes:
        league: what happens.
        clock: when it is.
        interventions: what scenarios make of the answers.
        asked: every request so far, with the status of its answer.
    """

    def __init__(self, league: League, clock: LeagueClock) -> None:
        """Put all sources over a league."""
        self.league, self.clock = league, clock
        self.interventions: list[Intervention] = []
        self.asked: list[tuple[Asked, int]] = []
        self._lock = threading.RLock()
        self._version = -1
        self._rebuild()

    def _rebuild(self) -> None:
        """Start over with everything that remembers the league's past."""
        self._version = self.league.version
        league, clock = self.league, self.clock
        maker, records = Oddsmaker(league), Records(league)
        hosts = (
            CdnRoutes(league, clock, records),
            StatsRoutes(league, clock, records),
            LeagueRoutes(league, clock),
            MarketRoutes(league, clock, OddsApi(league, maker), BettingPros(league, maker)),
        )
        self._routes: list[tuple[re.Pattern[str], Route]] = [
            (re.compile(f"^{PREFIXES[setting]}{pattern}$"), route)
            for host in hosts
            for setting, pattern, route in host.routes()
        ]

    def answer(self, path: str, query: Query, headers: Mapping[str, str] | None = None) -> Answer:
        """Return the answer to a GET request at the clock's instant; 404 for a path that no source has."""
        with self._lock:
            if self._version != self.league.version:
                self._rebuild()
            for pattern, route in self._routes:
                match = pattern.match(path)
                if match is None:
                    continue
                asked, render = route(match, {**query, **{f":{k}": v for k, v in (headers or {}).items()}})
                holding = [each for each in self.interventions if each.holds(asked, self.clock())]
                if holding:
                    # What is changed is not what the asker has, whatever tag he shows.
                    asked, render = route(match, query)
                answer = render()
                for intervention in holding:
                    answer = intervention.change(answer)
                self.asked.append((asked, answer.status))
                return answer
            return missing(f"no source has {path}")


def settings_values(root: str) -> dict[str, str]:
    """Return values for the settings that point every source to a root address, keys included.

    The sample sources ask for no key; any value will do where the platform insists on one.
    """
    urls = {setting: f"{root}{prefix}" for setting, prefix in PREFIXES.items()}
    return urls | dict.fromkeys(_SECRETS, "sample-league")
