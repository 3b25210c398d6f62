"""Scoreboards: the CDN's board of today, and versions 2 and 3 of the statistics service."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from python_runners.sample.league import FINAL, SCHEDULED, League
from python_runners.sample.lines import Box, TeamLine
from python_runners.sample.payloads.cdn_boxscore import period_list
from python_runners.sample.payloads.cdn_schedule import status_text
from python_runners.sample.payloads.common import (
    Document,
    answer,
    eastern_text,
    iso_minutes,
    ratio,
    row_set,
    team_names,
    utc_text,
)
from python_runners.sample.payloads.standing import Records
from python_runners.sample.schedule import ScheduledGame

CDN, VERSION_3 = "cdn_today", "v3"
_HEADER = (
    *("GAME_DATE_EST", "GAME_SEQUENCE", "GAME_ID", "GAME_STATUS_ID", "GAME_STATUS_TEXT", "GAMECODE", "HOME_TEAM_ID"),
    *("VISITOR_TEAM_ID", "SEASON", "LIVE_PERIOD", "LIVE_PC_TIME", "NATL_TV_BROADCASTER_ABBREVIATION"),
    *("HOME_TV_BROADCASTER_ABBREVIATION", "AWAY_TV_BROADCASTER_ABBREVIATION", "LIVE_PERIOD_TIME_BCAST", "ARENA_NAME"),
    *("WH_STATUS", "WNBA_COMMISSIONER_FLAG"),
)
_LINE = (
    *("GAME_DATE_EST", "GAME_SEQUENCE", "GAME_ID", "TEAM_ID", "TEAM_ABBREVIATION", "TEAM_CITY_NAME", "TEAM_NAME"),
    *("TEAM_WINS_LOSSES", "PTS_QTR1", "PTS_QTR2", "PTS_QTR3", "PTS_QTR4", *(f"PTS_OT{n}" for n in range(1, 11))),
    *("PTS", "FG_PCT", "FT_PCT", "FG3_PCT", "AST", "REB", "TOV"),
)
_EMPTY_SETS = {
    "SeriesStandings": ("GAME_ID", "HOME_TEAM_ID", "VISITOR_TEAM_ID", "GAME_DATE_EST", "SERIES_LEADER"),
    "LastMeeting": ("GAME_ID", "LAST_GAME_ID", "LAST_GAME_DATE_EST"),
    "EastConfStandingsByDay": ("TEAM_ID", "CONFERENCE", "TEAM", "G", "W", "L", "W_PCT"),
    "WestConfStandingsByDay": ("TEAM_ID", "CONFERENCE", "TEAM", "G", "W", "L", "W_PCT"),
    "TeamLeaders": ("GAME_ID", "TEAM_ID", "PTS_PLAYER_ID", "PTS"),
    "TicketLinks": ("GAME_ID", "LEAG_TIX"),
}


def todays_date(now: datetime) -> date:
    """Return the date of the CDN's board: it rolls over at noon Eastern, 17:00 UTC in winter."""
    return (now - timedelta(hours=16, minutes=30)).date()


def render(league: League, records: Records, day: date, now: datetime, variant: str) -> Document:
    """Return the CDN's board or version 3 for a date."""
    return {
        "meta": {
            "version": 1,
            "request": f"http://nba.cloud/league/00/{day:%Y/%m/%d}/scoreboard?Format=json",
            "time": now.strftime("%Y-%m-%dT%H:%M:%S.000Z"),
        },
        "scoreboard": {
            "gameDate": day.isoformat(),
            "leagueId": "00",
            "leagueName": "National Basketball Association",
            "games": [_game(league, records, game, now, variant) for game in league.games_on(day, now)],
        },
    }


def _box(league: League, game: ScheduledGame, now: datetime) -> Box | None:
    return None if league.status(game, now) == SCHEDULED else league.box_at(game.game_id, now, "scoreboard")


def _game(league: League, records: Records, game: ScheduledGame, now: datetime, variant: str) -> Document:
    box = _box(league, game, now)
    tip_off = game.tip_off or now
    document: dict[str, Any] = {
        "gameId": game.game_id,
        "gameCode": game.code,
        "gameStatus": league.status(game, now),
        "gameStatusText": status_text(league, game, now),
        "period": box.period if box else 0,
        "gameClock": "" if box is None or box.is_final else iso_minutes(box.clock),
        "gameTimeUTC": utc_text(tip_off),
        "gameEt": eastern_text(tip_off),
        "regulationPeriods": 4,
        "ifNecessary": game.if_necessary,
        "seriesGameNumber": "",
        "gameLabel": game.label,
        "gameSubLabel": game.sub_label,
        "seriesText": "",
        "seriesConference": "",
        "poRoundDesc": "",
        "gameSubtype": game.subtype,
        "isNeutral": game.is_neutral,
        "homeTeam": _side(records, game, game.teams[0], box.home if box else None, now, variant),
        "awayTeam": _side(records, game, game.teams[1], box.away if box else None, now, variant),
        "gameLeaders": {side: _leader(league, team, code) for side, team, code in (
            ("homeLeaders", box.home if box else None, game.teams[0]),
            ("awayLeaders", box.away if box else None, game.teams[1]),
        )},
    }  # fmt: skip
    if variant == CDN:
        document["pbOdds"] = {"team": None, "odds": 0.0, "suspended": 0}
    return document


def _side(
    records: Records, game: ScheduledGame, tricode: str, team: TeamLine | None, now: datetime, variant: str
) -> Document:
    names = team_names()[tricode]
    wins, losses = records.at(tricode, game.game_date, now)
    document = {
        "teamId": names.team_id,
        "teamName": names.name,
        "teamCity": names.city,
        "teamTricode": tricode,
        "wins": wins,
        "losses": losses,
        "score": team.score if team else 0,
        "seed": None,
        "inBonus": None,
        "timeoutsRemaining": max(7 - team.timeouts, 0) if team else 7,
        "periods": period_list(team) if team else [],
    }
    return {**document, "teamSlug": names.slug} if variant == VERSION_3 else document


def _leader(league: League, team: TeamLine | None, tricode: str) -> Document:
    best = max(team.lines, key=lambda line: (line.counts.points, -line.player_id), default=None) if team else None
    player = league.players[best.player_id] if best else None
    return {
        "personId": player.player_id if player else 0,
        "name": player.name if player else "",
        "jerseyNum": player.jersey if player else "",
        "position": player.index_position if player else "",
        "teamTricode": tricode,
        "playerSlug": player.slug if player else None,
        "points": best.counts.points if best else 0,
        "rebounds": best.counts.rebounds if best else 0,
        "assists": best.counts.assists if best else 0,
    }


def render_v2(league: League, records: Records, day: date, now: datetime) -> Document:
    """Return version 2 for a date: the line scores stay away until the tip-off."""
    headers, lines = [], []
    for sequence, game in enumerate(league.games_on(day, now), start=1):
        box = _box(league, game, now)
        headers.append(_header_row(league, game, sequence, box, now))
        if box is not None:
            for tricode, team in zip(game.teams, box.sides, strict=True):
                lines.append(_line_row(records, game, sequence, tricode, team, now))
    available = [[game.game_id, int(league.status(game, now) == FINAL)] for game in league.games_on(day, now)]
    return answer(
        "scoreboardV2",
        {"GameDate": day.isoformat(), "LeagueID": "00", "DayOffset": "0"},
        row_set("GameHeader", _HEADER, headers),
        row_set("LineScore", _LINE, lines),
        *(row_set(name, columns, []) for name, columns in _EMPTY_SETS.items()),
        row_set("Available", ("GAME_ID", "PT_AVAILABLE"), available),
    )


def _header_row(league: League, game: ScheduledGame, sequence: int, box: Box | None, now: datetime) -> list[Any]:
    home, away = (team_names()[team] for team in game.teams)
    period = box.period if box else 0
    return [
        f"{game.game_date.isoformat()}T00:00:00", sequence, game.game_id, league.status(game, now),
        status_text(league, game, now), game.code, home.team_id, away.team_id, str(league.config.season_year), period,
        "     ", None, None, None, f"Q{period}       - ", game.arena.name, 1, 0,
    ]  # fmt: skip


def _line_row(
    records: Records, game: ScheduledGame, sequence: int, tricode: str, team: TeamLine, now: datetime
) -> list[Any]:
    names = team_names()[tricode]
    wins, losses = records.at(tricode, game.game_date, now)
    periods = [*team.periods, *([0] * (14 - len(team.periods)))]
    counts = team.counts
    return [
        f"{game.game_date.isoformat()}T00:00:00", sequence, game.game_id, names.team_id, tricode, names.city,
        names.name,
        f"{wins}-{losses}", *periods, team.score, ratio(counts.fg_makes, counts.fg_attempts),
        ratio(counts.ft_makes, counts.ft_attempts), ratio(counts.three_makes, counts.three_attempts), counts.assists,
        counts.rebounds, counts.turnovers,
    ]  # fmt: skip
