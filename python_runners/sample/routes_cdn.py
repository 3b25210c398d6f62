"""Requests to the CDN of NBA.com."""

from __future__ import annotations

import re
from datetime import datetime

from python_runners.sample.answers import Answer, Asked, forbidden
from python_runners.sample.clock import LeagueClock
from python_runners.sample.league import League
from python_runners.sample.payloads import cdn_boxscore, cdn_play_by_play, cdn_schedule, scoreboards
from python_runners.sample.payloads.standing import Records
from python_runners.sample.routes import Query, Routed, Routes, RouteTable


class CdnRoutes(Routes):
    """Schedule, board of today, box score and play-by-play: files with validators, 403 before they exist."""

    def __init__(self, league: League, clock: LeagueClock, records: Records) -> None:
        """Answer for a league under a clock, with the teams' records."""
        super().__init__(league, clock)
        self._records = records

    def routes(self) -> RouteTable:
        """Return the routes."""
        game = r"(?P<game_id>\d{10})"
        return [
            ("cdn_base_url", r"/staticData/scheduleLeagueV2(?:_1)?\.json", self._schedule),
            ("cdn_base_url", r"/liveData/scoreboard/todaysScoreboard_00\.json", self._today),
            ("cdn_base_url", rf"/liveData/boxscore/boxscore_{game}\.json", self._cdn_box),
            ("cdn_base_url", rf"/liveData/playbyplay/playbyplay_{game}\.json", self._play_by_play),
            ("stats_base_url", r"/scheduleleaguev2(?:int)?", self._schedule),
        ]

    def _schedule(self, match: re.Match[str], query: Query) -> Routed:
        def render() -> Answer:
            changed_at = self._changed_at(self._clock())
            document = cdn_schedule.render(self._league, self._clock())
            document["meta"]["time"] = changed_at.strftime("%Y-%m-%dT%H:%M:%S.000Z")
            return self._file(query, changed_at, document)

        return Asked("nbac_schedule", {"season_year": str(self._league.config.season_year)}), render

    def _today(self, match: re.Match[str], query: Query) -> Routed:
        now = self._clock()
        day = scoreboards.todays_date(now)

        def render() -> Answer:
            changed_at = self._changed_at(now)
            document = scoreboards.render(self._league, self._records, day, now, scoreboards.CDN)
            document["meta"] |= {"time": changed_at.strftime("%Y-%m-%d %H:%M:%S.000"), "code": 200}
            return self._file(query, changed_at, document)

        return Asked("nbac_scoreboard", {"game_date": day.isoformat()}), render

    def _cdn_box(self, match: re.Match[str], query: Query) -> Routed:
        game_id = match["game_id"]

        def render() -> Answer:
            if not self._is_begun(game_id):
                return forbidden()
            document = cdn_boxscore.render(self._league, game_id, self._clock())
            return self._file(query, self._game_changed_at(game_id), document)

        return Asked("nbac_live_boxscore", {"game_id": game_id}), render

    def _play_by_play(self, match: re.Match[str], query: Query) -> Routed:
        game_id = match["game_id"]

        def render() -> Answer:
            if not self._is_begun(game_id):
                return forbidden()
            document = cdn_play_by_play.render(self._league, game_id, self._clock())
            return self._file(query, self._game_changed_at(game_id), document)

        return Asked("nbac_play_by_play", {"game_id": game_id}), render

    def _game_changed_at(self, game_id: str) -> datetime:
        now = self._clock()
        amendments = self._league.amendments
        edits = [change.at for change in amendments.boxes if change.game_id == game_id and change.at <= now]
        edits += [change.at for change in amendments.tapes if change.game_id == game_id and change.at <= now]
        return max([min(now, self._league.final_at(game_id)), *edits])
