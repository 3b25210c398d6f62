"""stats.nba.com: player game logs, the league's log and the log by measure."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

from python_runners.dates import season_label, season_type_of
from python_runners.sample.league import FINAL, SCHEDULED, League
from python_runners.sample.lines import Box, PlayerLine, TeamLine
from python_runners.sample.payloads.common import (
    SHOOTING,
    Document,
    answer,
    ratio,
    row_set,
    shooting_values,
    team_names,
)
from python_runners.sample.schedule import ScheduledGame

PUBLISHED_AFTER = timedelta(minutes=15)
SEASON_TYPES = {"Regular Season": "regular", "Playoffs": "playoffs", "PlayIn": "play_in", "IST": "cup_final",
                "Pre Season": "preseason"}  # fmt: skip
_HEADERS = (
    *("SEASON_ID", "PLAYER_ID", "PLAYER_NAME", "TEAM_ID", "TEAM_ABBREVIATION", "TEAM_NAME", "GAME_ID", "GAME_DATE"),
    *("MATCHUP", "WL", "MIN", *SHOOTING, "TOV", "PF", "PTS", "PLUS_MINUS", "FANTASY_PTS", "VIDEO_AVAILABLE"),
)
_KEYS = ("SEASON_YEAR", "PLAYER_ID", "PLAYER_NAME", "TEAM_ID", "TEAM_ABBREVIATION", "TEAM_NAME", "GAME_ID", "GAME_DATE",
         "MATCHUP", "WL", "MIN")  # fmt: skip
_MEASURES = {
    "Base": (*SHOOTING, "TOV", "BLKA", "PF", "PFD", "PTS", "PLUS_MINUS"),
    "Misc": ("PTS_OFF_TOV", "PTS_2ND_CHANCE", "PTS_FB", "PTS_PAINT", "BLK", "BLKA", "PF", "PFD"),
    "Advanced": ("OFF_RATING", "DEF_RATING", "NET_RATING", "USG_PCT", "PACE", "POSS"),
    "Scoring": ("PCT_AST_FGM", "PCT_UAST_FGM", "PCT_FGA_3PT"),
}


class _Line:
    """One line of a log with all that its columns need."""

    def __init__(self, game: ScheduledGame, box: Box, index: int, line: PlayerLine, *, is_over: bool) -> None:
        self.game, self.box, self.line, self.is_over = game, box, line, is_over
        self.tricode = game.teams[index]
        self.team: TeamLine = box.sides[index]
        self.other: TeamLine = box.sides[1 - index]
        self.matchup = f"{self.tricode} {'vs.' if index == 0 else '@'} {game.teams[1 - index]}"

    @property
    def result(self) -> str | None:
        """W or L; None while the game runs."""
        if not self.is_over:
            return None
        return "W" if self.team.score > self.other.score else "L"

    @property
    def season_digit(self) -> str:
        """First digit of the season id: the type of season."""
        return self.game.game_id[2]


def _lines(league: League, first: date, last: date, season_type: str, now: datetime, feed: str) -> Iterator[_Line]:
    for game in reversed(league.schedule(now)):
        if not first <= game.game_date <= last or not game.is_determined:
            continue
        is_wanted = season_type_of(game.game_id) == SEASON_TYPES.get(season_type)
        if not is_wanted or league.status(game, now) == SCHEDULED:
            continue
        is_over = league.status(game, now) == FINAL and now >= league.final_at(game.game_id) + PUBLISHED_AFTER
        box = league.box_at(game.game_id, now, feed)
        for index, team in enumerate(box.sides):
            for line in team.lines:
                yield _Line(game, box, index, line, is_over=is_over)


def render(league: League, first: date, last: date, season_type: str, now: datetime, counter: int = 1000) -> Document:
    """Return `leaguegamelog` for some dates: whole minutes, only players who appeared, at most `counter` rows."""
    rows = []
    for each in _lines(league, first, last, season_type, now, "leaguegamelog"):
        names, counts = team_names()[each.tricode], each.line.counts
        fantasy = (
            counts.points + 1.2 * counts.rebounds + 1.5 * counts.assists + 3 * (counts.steals + counts.blocks)
            - counts.turnovers
        )  # fmt: skip
        player = league.players[each.line.player_id]
        rows.append(
            [
                f"{each.season_digit}{league.config.season_year}",
                player.player_id,
                player.name,
                names.team_id,
                each.tricode,
                names.full_name,
                each.game.game_id,
                each.game.game_date.isoformat(),
                each.matchup,
                each.result,
                int(each.line.seconds / 60 + 0.5),
                *shooting_values(counts),
                counts.turnovers,
                counts.personal_fouls,
                counts.points,
                each.line.plus_minus,
                round(fantasy, 1),
                1,
            ]
        )
    return answer(
        "leaguegamelog",
        {
            "LeagueID": "00",
            "Season": season_label(league.config.season_year),
            "SeasonType": season_type,
            "PlayerOrTeam": "P",
            "Counter": counter,
            "Sorter": "DATE",
            "Direction": "DESC",
            "DateFrom": first.isoformat(),
            "DateTo": last.isoformat(),
        },
        row_set("LeagueGameLog", _HEADERS, rows[:counter]),
    )


def render_measure(league: League, first: date, last: date, season_type: str, measure: str, now: datetime) -> Document:
    """Return `playergamelogs` of one measure: decimal minutes and the columns of that measure."""
    rows = []
    for each in _lines(league, first, last, season_type, now, "playergamelogs"):
        names, player = team_names()[each.tricode], league.players[each.line.player_id]
        head = [
            season_label(league.config.season_year), player.player_id, player.name, names.team_id, each.tricode,
            names.full_name, each.game.game_id, f"{each.game.game_date.isoformat()}T00:00:00", each.matchup,
            each.result,
            round(each.line.seconds / 60, 6),
        ]  # fmt: skip
        rows.append([*head, *_measured(each, measure)])
    parameters = {"LeagueID": "00", "Season": season_label(league.config.season_year), "MeasureType": measure}
    return answer("gamelogs", parameters, row_set("PlayerGameLogs", (*_KEYS, *_MEASURES[measure]), rows))


def _measured(each: _Line, measure: str) -> list[Any]:
    counts = each.line.counts
    if measure == "Base":
        return [
            *shooting_values(counts), counts.turnovers, counts.blocks_received, counts.personal_fouls,
            counts.fouls_drawn, counts.points, each.line.plus_minus,
        ]  # fmt: skip
    if measure == "Misc":
        return [
            counts.points_off_turnovers, counts.second_chance_points, counts.fast_break_points, counts.points_in_paint,
            counts.blocks, counts.blocks_received, counts.personal_fouls, counts.fouls_drawn,
        ]  # fmt: skip
    if measure == "Scoring":
        return [
            ratio(counts.assisted_fg_makes, counts.fg_makes),
            ratio(counts.fg_makes - counts.assisted_fg_makes, counts.fg_makes),
            ratio(counts.three_attempts, counts.fg_attempts),
        ]
    return _advanced(each)


def possessions(team: TeamLine) -> float:
    """Return the usual estimate of a team's possessions, team turnovers included."""
    counts = team.counts
    return (
        counts.fg_attempts - counts.offensive_rebounds + 0.44 * counts.ft_attempts + counts.turnovers
        + team.team_turnovers
    )  # fmt: skip


def _advanced(each: _Line) -> list[Any]:
    """Ratings of the team while a player is on court need lineups; the team's own stand in for short stints."""
    own, other = possessions(each.team), possessions(each.other)
    minutes, length = each.line.seconds / 60, each.box.elapsed / 60
    share = minutes / length if length else 0.0
    counts, team = each.line.counts, each.team.counts
    used = counts.fg_attempts + 0.44 * counts.ft_attempts + counts.turnovers
    total = (team.fg_attempts + 0.44 * team.ft_attempts + team.turnovers) * share
    offensive = round(100 * each.team.score / own, 1)
    defensive = round(100 * each.other.score / other, 1)
    pace = round(48 * (own + other) / (2 * length), 2)
    usage = round(min(used / total, 1.0), 3) if total else 0.0
    return [offensive, defensive, round(offensive - defensive, 1), usage, pace, round(own * share)]
