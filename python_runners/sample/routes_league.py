"""Requests to the league's other hosts: gamebooks, injury reports, referees, transactions."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from python_runners.dates import eastern_date
from python_runners.errors import PermanentError
from python_runners.sample.answers import PDF, Answer, Asked, found, missing, unprocessable
from python_runners.sample.payloads import gamebook, injury_report, officials, stats_people
from python_runners.sample.report_names import report_instant
from python_runners.sample.routes import Query, Routed, Routes, RouteTable, json_answer, parse_day


class LeagueRoutes(Routes):
    """Each comes out at its own time: gamebooks in the night, reports on quarter hours, crews in the morning."""

    def routes(self) -> RouteTable:
        """Return the routes."""
        return [
            (
                "gamebook_base_url",
                r"/(?P<day>\d{8})/(?P=day)_(?P<away>[A-Z]{3})(?P<home>[A-Z]{3})(?:_book)?\.pdf",
                self._gamebook,
            ),
            ("injury_base_url", r"/Injury-Report_(?P<name>[0-9-]{10}_[0-9_]+[AP]M)\.pdf", self._injuries),
            ("referees_base_url", r"/.*", self._referees),
            ("movement_base_url", r"/NBA_Player_Movement\.json", self._movement),
        ]

    def _gamebook(self, match: re.Match[str], query: Query) -> Routed:
        code = f"{match['day']}/{match['away']}{match['home']}"
        games = [game for game in self._league.schedule(self._clock()) if game.code == code]
        game_id = games[0].game_id if games else ""

        def render() -> Answer:
            if not games or not self._is_begun(game_id) or self._clock() < gamebook.published_at(games[0]):
                return missing()
            # The layout of the real PDF is unknown; the sample serves the document that it would say.
            return json_answer(gamebook.render(self._league, game_id, self._clock()))

        return Asked("nbac_gamebook", {"game_id": game_id}), render

    def _injuries(self, match: re.Match[str], query: Query) -> Routed:
        try:
            instant = report_instant(match["name"])
        except PermanentError:
            instant = None

        def render() -> Answer:
            if instant is None or instant > self._clock():
                return missing()
            body = injury_report.render(self._league, instant)
            return missing() if body is None else found(body, PDF)

        return Asked("nbac_injury_report", {"report_at": instant.isoformat() if instant else ""}), render

    def _referees(self, match: re.Match[str], query: Query) -> Routed:
        day = parse_day(query.get("date", ""))

        def render() -> Answer:
            return (
                unprocessable("date")
                if day is None
                else json_answer(officials.render(self._league, day, self._clock()))
            )

        return Asked("nbac_referees", {"game_date": str(day)}), render

    def _movement(self, match: re.Match[str], query: Query) -> Routed:
        def render() -> Answer:
            now = self._clock()
            moves = [move.day for move in self._league.rosters.transactions if move.day <= eastern_date(now)]
            last = max(moves, default=self._league.config.opening_date - timedelta(days=40))
            changed_at = datetime(last.year, last.month, last.day, tzinfo=now.tzinfo)
            return self._file(query, changed_at, stats_people.render_movement(self._league, now))

        return Asked("nbac_player_movement", {}), render
