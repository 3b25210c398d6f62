"""NBA.com CDN: the box score of a game."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from python_runners.dates import EASTERN
from python_runners.sample.league import League
from python_runners.sample.lines import Box, Counts, TeamLine
from python_runners.sample.payloads.cdn_schedule import status_text
from python_runners.sample.payloads.common import Document, iso_minutes, ratio, team_names, utc_text
from python_runners.sample.payloads.listing import Listed, listing
from python_runners.sample.referees import crew_of
from python_runners.sample.schedule import ScheduledGame

_DIGITS = 15


def render(league: League, game_id: str, now: datetime) -> Document:
    """Return the box score of a game that has begun, as the CDN shows it at `now`."""
    game = league.game(game_id)
    box = league.box_at(game_id, now, "cdn_live")
    tip_off = game.tip_off or now
    arena_zone = ZoneInfo(game.arena.time_zone)
    return {
        "meta": {
            "version": 1,
            "code": 200,
            "request": f"http://nba.cloud/games/{game_id}/boxscore?Format=json",
            "time": (league.final_at(game_id) if box.is_final else now).strftime("%Y-%m-%d %H:%M:%S.000000"),
        },
        "game": {
            "gameId": game_id,
            "gameTimeLocal": tip_off.astimezone(arena_zone).isoformat(),
            "gameTimeUTC": utc_text(tip_off),
            "gameTimeHome": tip_off.astimezone(arena_zone).isoformat(),
            "gameTimeAway": tip_off.astimezone(EASTERN).isoformat(),
            "gameEt": tip_off.astimezone(EASTERN).isoformat(),
            "duration": _duration(league, game_id) if box.is_final else 0,
            "gameCode": game.code,
            "gameStatusText": status_text(league, game, now),
            "gameStatus": league.status(game, now),
            "regulationPeriods": 4,
            "period": box.period,
            "gameClock": iso_minutes(box.clock),
            "attendance": 14000 + league.config.rng("attendance", game_id).randrange(6500),
            "sellout": "0",
            "arena": {
                "arenaId": game.arena.arena_id,
                "arenaName": game.arena.name,
                "arenaCity": game.arena.city,
                "arenaState": game.arena.state,
                "arenaCountry": game.arena.country,
                "arenaTimezone": game.arena.time_zone,
            },
            "officials": [
                {
                    "personId": official.person_id,
                    "name": official.name,
                    "nameI": f"{official.first[0]}. {official.last}",
                    "firstName": official.first,
                    "familyName": official.last,
                    "jerseyNum": official.jersey,
                    "assignment": f"OFFICIAL{number}",
                }
                for number, official in enumerate(crew_of(league, game_id), start=1)
            ],
            "homeTeam": _team(league, game, box, is_home=True),
            "awayTeam": _team(league, game, box, is_home=False),
        },
    }


def _duration(league: League, game_id: str) -> int:
    wall = league.tape(game_id).wall_seconds
    return (wall[-1] - wall[0]) // 60


def period_list(team: TeamLine) -> list[Document]:
    """Return the points of each period as CDN and scoreboards list them."""
    return [
        {"period": number, "periodType": "REGULAR" if number <= 4 else "OVERTIME", "score": score}
        for number, score in enumerate(team.periods, start=1)
    ]


def _team(league: League, game: ScheduledGame, box: Box, *, is_home: bool) -> Document:
    team, other = (box.home, box.away) if is_home else (box.away, box.home)
    tricode = game.teams[0 if is_home else 1]
    names = team_names()[tricode]
    listed = listing(team, league.squad(game.game_id, tricode), league.players)
    return {
        "teamId": names.team_id,
        "teamName": names.name,
        "teamCity": names.city,
        "teamTricode": tricode,
        "score": team.score,
        "inBonus": "0",
        "timeoutsRemaining": max(7 - team.timeouts, 0),
        "periods": period_list(team),
        "players": [_player(each, order) for order, each in enumerate(listed, start=1)],
        "statistics": _team_statistics(team, other, box),
    }


def _player(each: Listed, order: int) -> Document:
    player = each.player
    reason, description = each.cdn_reason
    document: dict[str, Any] = {"status": "INACTIVE" if each.is_inactive else "ACTIVE"}
    if reason is not None:
        document["notPlayingReason"] = reason
    if description is not None:
        document["notPlayingDescription"] = description
    document |= {"order": order, "personId": player.player_id, "jerseyNum": player.jersey}
    if each.starting_position:
        document["position"] = each.starting_position
    return document | {
        "starter": "1" if each.starting_position else "0",
        "oncourt": "0",
        "played": "1" if each.line is not None else "0",
        "statistics": _player_statistics(each),
        "name": player.name,
        "nameI": player.name_initial,
        "firstName": player.first,
        "familyName": player.last,
    }


def _shared(counts: Counts) -> Document:
    twos_made, twos = counts.fg_makes - counts.three_makes, counts.fg_attempts - counts.three_attempts
    return {
        "assists": counts.assists,
        "blocks": counts.blocks,
        "blocksReceived": counts.blocks_received,
        "fieldGoalsAttempted": counts.fg_attempts,
        "fieldGoalsMade": counts.fg_makes,
        "fieldGoalsPercentage": ratio(counts.fg_makes, counts.fg_attempts, _DIGITS),
        "foulsOffensive": counts.offensive_fouls,
        "foulsDrawn": counts.fouls_drawn,
        "foulsPersonal": counts.personal_fouls,
        "foulsTechnical": counts.technical_fouls,
        "freeThrowsAttempted": counts.ft_attempts,
        "freeThrowsMade": counts.ft_makes,
        "freeThrowsPercentage": ratio(counts.ft_makes, counts.ft_attempts, _DIGITS),
        "points": counts.points,
        "pointsFastBreak": counts.fast_break_points,
        "pointsInThePaint": counts.points_in_paint,
        "pointsSecondChance": counts.second_chance_points,
        "reboundsDefensive": counts.defensive_rebounds,
        "reboundsOffensive": counts.offensive_rebounds,
        "steals": counts.steals,
        "threePointersAttempted": counts.three_attempts,
        "threePointersMade": counts.three_makes,
        "threePointersPercentage": ratio(counts.three_makes, counts.three_attempts, _DIGITS),
        "turnovers": counts.turnovers,
        "twoPointersAttempted": twos,
        "twoPointersMade": twos_made,
        "twoPointersPercentage": ratio(twos_made, twos, _DIGITS),
    }


def _player_statistics(each: Listed) -> Document:
    seconds = each.line.seconds if each.line else 0
    plus_minus = each.line.plus_minus if each.line else 0
    return _shared(each.counts) | {
        "minus": float(max(-plus_minus, 0)),
        "minutes": iso_minutes(seconds),
        "minutesCalculated": f"PT{round(seconds / 60):02d}M",
        "plus": float(max(plus_minus, 0)),
        "plusMinusPoints": float(plus_minus),
        "reboundsTotal": each.counts.rebounds,
    }


def _team_statistics(team: TeamLine, other: TeamLine, box: Box) -> Document:
    counts = team.counts
    starters = set(team.starters)
    team_rebounds = team.team_offensive_rebounds + team.team_defensive_rebounds
    attempts = counts.fg_attempts + 0.44 * counts.ft_attempts
    return _shared(counts) | {
        "assistsTurnoverRatio": ratio(counts.assists, counts.turnovers, 14),
        "benchPoints": sum(line.counts.points for line in team.lines if line.player_id not in starters),
        "fieldGoalsEffectiveAdjusted": ratio(2 * counts.fg_makes + counts.three_makes, 2 * counts.fg_attempts, 14),
        "foulsTeam": counts.personal_fouls - counts.offensive_fouls,
        "foulsTeamTechnical": 0,
        "minutes": iso_minutes(5 * box.elapsed),
        "minutesCalculated": f"PT{5 * box.elapsed // 60}M",
        "pointsAgainst": other.score,
        "pointsFromTurnovers": counts.points_off_turnovers,
        "pointsInThePaintAttempted": counts.paint_attempts,
        "pointsInThePaintMade": counts.paint_makes,
        "pointsInThePaintPercentage": ratio(counts.paint_makes, counts.paint_attempts, _DIGITS),
        "reboundsPersonal": counts.rebounds,
        "reboundsTeam": team_rebounds,
        "reboundsTeamDefensive": team.team_defensive_rebounds,
        "reboundsTeamOffensive": team.team_offensive_rebounds,
        "reboundsTotal": counts.rebounds + team_rebounds,
        "teamFieldGoalAttempts": team.heaves,
        "trueShootingAttempts": round(attempts, 2),
        "trueShootingPercentage": round(counts.points / (2 * attempts), 14) if attempts else 0.0,
        "turnoversTeam": team.team_turnovers,
        "turnoversTotal": counts.turnovers + team.team_turnovers,
    }
