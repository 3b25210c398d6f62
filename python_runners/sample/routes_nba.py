"""Which request of an NBA source is answered by which renderer, and from when on there is an answer."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from python_runners.dates import eastern_date
from python_runners.errors import PermanentError
from python_runners.sample.answers import (
    PDF,
    Answer,
    Asked,
    forbidden,
    found,
    missing,
    unprocessable,
    with_validators,
)
from python_runners.sample.clock import LeagueClock
from python_runners.sample.league import FINAL, LIVE, SCHEDULED, League
from python_runners.sample.payloads import (
    cdn_boxscore,
    cdn_play_by_play,
    cdn_schedule,
    gamebook,
    injury_report,
    officials,
    scoreboards,
    stats_boxscore,
    stats_gamelog,
    stats_people,
    stats_shot_chart,
)
from python_runners.sample.payloads.common import to_bytes
from python_runners.sample.payloads.standing import Records
from python_runners.sample.report_names import report_instant
from python_runners.teams import tricode_of_id

Query = Mapping[str, str]
Render = Callable[[], Answer]
Routed = tuple[Asked, Render]

BOX_AFTER = timedelta(minutes=8)
SHOTS_AFTER = timedelta(hours=2)


def json_answer(document: Any) -> Answer:
    """Return a document as an answer."""
    return found(to_bytes(document))


def parse_day(text: str) -> date | None:
    """Return a date from `2025-11-05` or `11/05/2025`; None for anything else."""
    for pattern in ("%Y-%m-%d", "%m/%d/%Y"):
        try:
            return datetime.strptime(text, pattern).date()  # noqa: DTZ007 -- a calendar date has no zone
        except ValueError:
            continue
    return None


class NbaRoutes:
    """The routes of cdn.nba.com, stats.nba.com and the league's other hosts."""

    def __init__(self, league: League, clock: LeagueClock, records: Records) -> None:
        """Answer for a league under a clock."""
        self._league, self._clock, self._records = league, clock, records

    def routes(self) -> list[tuple[str, str, Callable[[re.Match[str], Query], Routed]]]:
        """Return (base URL setting, pattern of the rest of the path, route)."""
        game = r"(?P<game_id>\d{10})"
        return [
            ("cdn_base_url", r"/staticData/scheduleLeagueV2(?:_1)?\.json", self._schedule),
            ("cdn_base_url", r"/liveData/scoreboard/todaysScoreboard_00\.json", self._today),
            ("cdn_base_url", rf"/liveData/boxscore/boxscore_{game}\.json", self._cdn_box),
            ("cdn_base_url", rf"/liveData/playbyplay/playbyplay_{game}\.json", self._play_by_play),
            ("stats_base_url", r"/scheduleleaguev2(?:int)?", self._schedule),
            ("stats_base_url", r"/(?P<endpoint>scoreboardv3|scoreboardV2|scoreboardv2)", self._scoreboard),
            ("stats_base_url", r"/(?P<endpoint>boxscoretraditionalv[23])", self._stats_box),
            ("stats_base_url", r"/leaguegamelog", self._game_log),
            ("stats_base_url", r"/playergamelogs", self._player_logs),
            ("stats_base_url", r"/shotchartdetail", self._shot_chart),
            ("stats_base_url", r"/playerindex", self._index),
            ("stats_base_url", r"/commonteamroster", self._roster),
            ("gamebook_base_url", r"/(?P<day>\d{8})/(?P=day)_(?P<away>[A-Z]{3})(?P<home>[A-Z]{3})(?:_book)?\.pdf",
             self._gamebook),
            ("injury_base_url", r"/Injury-Report_(?P<name>[0-9-]{10}_[0-9_]+[AP]M)\.pdf", self._injuries),
            ("referees_base_url", r"/.*", self._referees),
            ("movement_base_url", r"/NBA_Player_Movement\.json", self._movement),
        ]  # fmt: skip

    def _headers(self, query: Query) -> dict[str, str]:
        return {name[1:]: value for name, value in query.items() if name.startswith(":")}

    def _file(self, query: Query, changed_at: datetime, document: Any) -> Answer:
        return with_validators(json_answer(document), changed_at, self._headers(query))

    def _changed_at(self, now: datetime) -> datetime:
        """Return when a game last began or ended, or a scenario last changed something."""
        today = eastern_date(now)
        moments = [change.at for change in self._league.amendments.schedule if change.at <= now]
        for offset in range(-2, 1):
            for game in self._league.games_on(today + timedelta(days=offset), now):
                if self._league.status(game, now) == LIVE:
                    return now
                if self._league.status(game, now) == FINAL:
                    moments.append(self._league.final_at(game.game_id))
        return max(moments, default=now.replace(hour=0, minute=0, second=0, microsecond=0))

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

    def _is_begun(self, game_id: str) -> bool:
        """Tell whether a game is known, determined and has begun."""
        try:
            game = self._league.game(game_id)
        except KeyError:
            return False
        return self._league.status(game, self._clock()) != SCHEDULED

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
