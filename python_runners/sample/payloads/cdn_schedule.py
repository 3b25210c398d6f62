"""NBA.com CDN: the schedule of the season."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo

from python_runners.dates import EASTERN, eastern_wall_to_utc, season_label
from python_runners.sample.league import FINAL, LIVE, League
from python_runners.sample.payloads.common import Document, team_names, utc_text
from python_runners.sample.places import home_arena
from python_runners.sample.schedule import ScheduledGame

_BROADCAST_LISTS = tuple(
    f"{scope}{medium}Broadcasters"
    for scope in ("national", "home", "away", "intl")
    for medium in ("Tv", "Radio", "Ott")
)
_NATIONAL = ("ESPN", "NBA TV", "Prime Video", "Peacock", None, None, None)


def render(league: League, now: datetime) -> Document:
    """Return the whole season as known at `now`."""
    games = league.schedule(now)
    seasons = season_label(league.config.season_year)
    listed = [
        {"gameDate": f"{day:%m/%d/%Y} 00:00:00", "games": [_game(league, game, now, number) for number, game in
                                                           enumerate(found, start=1)]}
        for day, found in ((day, list(group)) for day, group in groupby(games, key=lambda game: game.game_date))
    ]  # fmt: skip
    return {
        "meta": {
            "version": 1,
            "request": f"http://nba.cloud/league/00/{seasons}/scheduleleaguev2?Format=json",
            "time": now.strftime("%Y-%m-%dT%H:%M:%S.000Z"),
        },
        "leagueSchedule": {
            "seasonYear": seasons,
            "leagueId": "00",
            "gameDates": listed,
            "weeks": _weeks(league),
            "broadcasterList": [],
        },
    }


def status_text(league: League, game: ScheduledGame, now: datetime) -> str:
    """Return what the feeds show for the state of a game."""
    if game.tip_off is None:
        return "TBD"
    if game.is_cancelled:
        return "PPD"
    status = league.status(game, now)
    if status == FINAL:
        overtimes = league.box(game.game_id).overtimes
        return "Final" if not overtimes else f"Final/OT{overtimes if overtimes > 1 else ''}"
    if status == LIVE:
        tape = league.tape_at(game.game_id, now)
        if not tape.actions:
            return "Pregame"
        last = tape.actions[-1]
        return f"Q{last.period} {last.clock // 60}:{last.clock % 60:02d}"
    return f"{game.tip_off.astimezone(EASTERN).strftime('%I:%M %p').lstrip('0').lower()} ET"


def _false_z(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def _times(game: ScheduledGame) -> Document:
    midnight = eastern_wall_to_utc(game.game_date, time(0, 0))
    tip_off = game.tip_off or midnight
    eastern = tip_off.astimezone(EASTERN)
    zones = [ZoneInfo(game.arena.time_zone)] * 2
    if game.home and game.away and not game.is_neutral:
        zones = [ZoneInfo(home_arena(team).time_zone) for team in (game.home, game.away)]
    return {
        "gameDateEst": f"{game.game_date.isoformat()}T00:00:00Z",
        "gameTimeEst": eastern.strftime("1900-01-01T%H:%M:%SZ"),
        "gameDateTimeEst": _false_z(eastern),
        "gameDateUTC": utc_text(midnight),
        "gameTimeUTC": tip_off.strftime("1900-01-01T%H:%M:%SZ"),
        "gameDateTimeUTC": utc_text(tip_off),
        "awayTeamTime": _false_z(tip_off.astimezone(zones[1])),
        "homeTeamTime": _false_z(tip_off.astimezone(zones[0])),
        "day": game.game_date.strftime("%a"),
        "monthNum": game.game_date.month,
    }


def week_number(league: League, game: ScheduledGame) -> int:
    """Return the week of the season, the first one being 1."""
    start = league.config.opening_date
    monday = start - timedelta(days=start.weekday())
    return (game.game_date - monday).days // 7 + 1


def _weeks(league: League) -> list[Document]:
    start = league.config.opening_date
    monday = start - timedelta(days=start.weekday())
    last = max(game.game_date for game in league.schedule())
    weeks = []
    for number in range((last - monday).days // 7 + 1):
        first = monday + timedelta(days=7 * number)
        weeks.append(
            {
                "weekNumber": number + 1,
                "weekName": f"Week {number + 1}",
                "startDate": f"{max(first, start).isoformat()}T00:00:00Z",
                "endDate": f"{(first + timedelta(days=6)).isoformat()}T00:00:00Z",
            }
        )
    return weeks


def _side(league: League, game: ScheduledGame, team: str | None, now: datetime) -> Document:
    if team is None:
        return {
            "teamId": 0, "teamName": None, "teamCity": None, "teamTricode": None, "teamSlug": None,
            "wins": 0, "losses": 0, "score": 0, "seed": 0,
        }  # fmt: skip
    names = team_names()[team]
    score = 0
    if league.status(game, now) == FINAL:
        box = league.box_at(game.game_id, now, "schedule")
        score = (box.home if team == game.home else box.away).score
    return {
        "teamId": names.team_id,
        "teamName": names.name,
        "teamCity": names.city,
        "teamTricode": team,
        "teamSlug": names.slug,
        "wins": 0,
        "losses": 0,
        "score": score,
        "seed": 0,
    }


def _broadcasters(league: League, game: ScheduledGame) -> Document:
    lists: dict[str, list[Any]] = {name: [] for name in _BROADCAST_LISTS}
    station = league.config.rng("broadcast", game.game_id).choice(_NATIONAL)
    if station is not None:
        lists["nationalTvBroadcasters"].append(
            {
                "broadcasterScope": "natl",
                "broadcasterMedia": "tv",
                "broadcasterId": 1 + _NATIONAL.index(station),
                "broadcasterDisplay": station,
                "broadcasterAbbreviation": station,
                "broadcasterDescription": "",
                "tapeDelayComments": "",
                "broadcasterVideoLink": "",
                "regionId": 1,
                "broadcasterTeamId": -1,
                "broadcasterRanking": None,
                "localizationRegion": "",
            }
        )
    return lists


def _game(league: League, game: ScheduledGame, now: datetime, sequence: int) -> Document:
    week = week_number(league, game)
    return {
        "gameId": game.game_id,
        "gameCode": game.code,
        "gameStatus": league.status(game, now),
        "gameStatusText": status_text(league, game, now),
        "gameSequence": sequence,
        **_times(game),
        "weekNumber": week,
        "weekName": f"Week {week}",
        "ifNecessary": game.if_necessary,
        "seriesGameNumber": "",
        "gameLabel": game.label,
        "gameSubLabel": game.sub_label,
        "seriesText": "Neutral Site" if game.is_neutral else "",
        "arenaName": game.arena.name,
        "arenaState": game.arena.state,
        "arenaCity": game.arena.city,
        "postponedStatus": "A" if game.is_cancelled else "N",
        "branchLink": "",
        "gameSubtype": game.subtype,
        "isNeutral": game.is_neutral,
        "broadcasters": _broadcasters(league, game),
        "homeTeam": _side(league, game, game.home, now),
        "awayTeam": _side(league, game, game.away, now),
        "pointsLeaders": [],
    }
