"""Requests to stats.nba.com."""

from __future__ import annotations

import re
from datetime import date, timedelta

from python_runners.dates import eastern_date
from python_runners.sample.answers import Answer, Asked, missing, unprocessable
from python_runners.sample.clock import LeagueClock
from python_runners.sample.league import League
from python_runners.sample.payloads import (
    scoreboards,
    stats_boxscore,
    stats_gamelog,
    stats_people,
    stats_shot_chart,
)
from python_runners.sample.payloads.standing import Records
from python_runners.sample.routes import Query, Routed, Routes, RouteTable, json_answer, parse_day
from python_runners.teams import tricode_of_id

BOX_AFTER = timedelta(minutes=8)
SHOTS_AFTER = timedelta(hours=2)


class StatsRoutes(Routes):
    """Scoreboards, box scores, logs, shot charts, directory and rosters."""

    def __init__(self, league: League, clock: LeagueClock, records: Records) -> None:
        """Answer for a league under a clock, with the teams' records."""
        super().__init__(league, clock)
        self._records = records

    def routes(self) -> RouteTable:
        """Return the routes."""
        return [
            ("stats_base_url", r"/(?P<endpoint>scoreboardv3|scoreboardV2|scoreboardv2)", self._scoreboard),
            ("stats_base_url", r"/(?P<endpoint>boxscoretraditionalv[23])", self._stats_box),
            ("stats_base_url", r"/leaguegamelog", self._game_log),
            ("stats_base_url", r"/playergamelogs", self._player_logs),
            ("stats_base_url", r"/shotchartdetail", self._shot_chart),
            ("stats_base_url", r"/playerindex", self._index),
            ("stats_base_url", r"/commonteamroster", self._roster),
        ]

    def _scoreboard(self, match: re.Match[str], query: Query) -> Routed:
        day = parse_day(query.get("GameDate", ""))
        is_v3 = match["endpoint"] == "scoreboardv3"

        def render() -> Answer:
            if day is None:
                return unprocessable("GameDate")
            if is_v3:
                return json_answer(
                    scoreboards.render(self._league, self._records, day, self._clock(), scoreboards.VERSION_3)
                )
            return json_answer(scoreboards.render_v2(self._league, self._records, day, self._clock()))

        return Asked("nbac_scoreboard", {"game_date": str(day)}), render

    def _stats_box(self, match: re.Match[str], query: Query) -> Routed:
        game_id, is_v3 = query.get("GameID", ""), match["endpoint"].endswith("3")

        def render() -> Answer:
            if not self._is_begun(game_id) or self._clock() < self._league.final_at(game_id) + BOX_AFTER:
                return missing("no such game")
            renderer = stats_boxscore.render_v3 if is_v3 else stats_boxscore.render_v2
            return json_answer(renderer(self._league, game_id, self._clock()))

        return Asked("nbac_boxscore_traditional", {"game_id": game_id}), render

    def _game_log(self, match: re.Match[str], query: Query) -> Routed:
        first, last, kind = self._log_range(query)
        counter = int(query.get("Counter", "1000"))

        def render() -> Answer:
            return json_answer(stats_gamelog.render(self._league, first, last, kind, self._clock(), counter))

        return Asked("nbac_player_gamelog", {"game_date": first.isoformat()}), render

    def _player_logs(self, match: re.Match[str], query: Query) -> Routed:
        first, last, kind = self._log_range(query)
        measure = query.get("MeasureType", "Base")

        def render() -> Answer:
            return json_answer(stats_gamelog.render_measure(self._league, first, last, kind, measure, self._clock()))

        return Asked("nbac_player_gamelog", {"game_date": first.isoformat()}), render

    def _log_range(self, query: Query) -> tuple[date, date, str]:
        first = parse_day(query.get("DateFrom", "")) or self._league.config.opening_date
        last = parse_day(query.get("DateTo", "")) or eastern_date(self._clock())
        return first, last, query.get("SeasonType", "Regular Season")

    def _shot_chart(self, match: re.Match[str], query: Query) -> Routed:
        game_id, team = query.get("GameID", ""), tricode_of_id(query.get("TeamID") or None)
        measure = query.get("ContextMeasure", "PTS")

        def render() -> Answer:
            if team is None or not self._is_begun(game_id):
                return missing("no such game")
            if self._clock() < self._league.final_at(game_id) + SHOTS_AFTER:
                return missing("not yet")
            return json_answer(stats_shot_chart.render(self._league, game_id, team, measure, self._clock()))

        return Asked("nbac_shot_chart", {"game_id": game_id, "team": str(team)}), render

    def _index(self, match: re.Match[str], query: Query) -> Routed:
        def render() -> Answer:
            return json_answer(stats_people.render_index(self._league, self._clock()))

        return Asked("nbac_player_list", {"season_year": str(self._league.config.season_year)}), render

    def _roster(self, match: re.Match[str], query: Query) -> Routed:
        team = tricode_of_id(query.get("TeamID") or None)

        def render() -> Answer:
            if team not in self._league.config.teams:
                return missing("no such team")
            return json_answer(stats_people.render_roster(self._league, str(team), self._clock()))

        return Asked("nbac_team_roster", {"team": str(team)}), render
