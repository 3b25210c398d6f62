"""stats.nba.com: the traditional box score, versions 2 and 3."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from python_runners.sample.league import League
from python_runners.sample.lines import Counts, TeamLine
from python_runners.sample.payloads.common import (
    SHOOTING,
    Document,
    answer,
    minutes_text,
    ratio,
    row_set,
    shooting_values,
    team_names,
)
from python_runners.sample.payloads.listing import Listed, listing

_SHOOTING_AND_REST = (*SHOOTING, "TO", "PF", "PTS", "PLUS_MINUS")
_PLAYER_V2 = (
    *("GAME_ID", "TEAM_ID", "TEAM_ABBREVIATION", "TEAM_CITY", "PLAYER_ID", "PLAYER_NAME", "NICKNAME"),
    *("START_POSITION", "COMMENT", "MIN", *_SHOOTING_AND_REST),
)
_TEAM_V2 = ("GAME_ID", "TEAM_ID", "TEAM_NAME", "TEAM_ABBREVIATION", "TEAM_CITY", "MIN", *_SHOOTING_AND_REST)
_PARAMETERS = {"StartPeriod": 0, "EndPeriod": 0, "StartRange": 0, "EndRange": 0, "RangeType": 0}


def _sides(league: League, game_id: str, now: datetime, feed: str) -> list[tuple[str, TeamLine, int, list[Listed]]]:
    """Return tricode, line, margin and the players listed, home first; inactive players are not listed here."""
    game = league.game(game_id)
    box = league.box_at(game_id, now, feed)
    margin = box.home.score - box.away.score
    sides = []
    for tricode, team, lead in ((game.teams[0], box.home, margin), (game.teams[1], box.away, -margin)):
        listed = listing(team, league.squad(game_id, tricode), league.players)
        sides.append((tricode, team, lead, [each for each in listed if not each.is_inactive]))
    return sides


def render_v2(league: League, game_id: str, now: datetime) -> Document:
    """Return version 2: visitors first, nulls for players who did not appear."""
    players: list[list[Any]] = []
    teams: list[list[Any]] = []
    for tricode, team, lead, listed in reversed(_sides(league, game_id, now, "stats_v2")):
        names = team_names()[tricode]
        players.extend(_player_row(game_id, each, tricode) for each in listed)
        teams.append(
            [
                game_id,
                names.team_id,
                names.name,
                tricode,
                names.city,
                minutes_text(sum(line.seconds for line in team.lines)),
                *shooting_values(team.counts),
                team.counts.turnovers,
                team.counts.personal_fouls,
                team.score,
                lead,
            ]
        )
    return answer(
        "boxscore",
        {"GameID": game_id, **_PARAMETERS},
        row_set("PlayerStats", _PLAYER_V2, players),
        row_set("TeamStats", _TEAM_V2, teams),
        row_set("TeamStarterBenchStats", ("GAME_ID", "TEAM_ID", "STARTERS_BENCH"), []),
    )


def _player_row(game_id: str, each: Listed, tricode: str) -> list[Any]:
    names, player = team_names()[tricode], each.player
    head = [
        game_id, names.team_id, tricode, names.city, player.player_id, player.name, player.first, each.stats_position,
        each.comment,
    ]  # fmt: skip
    if each.line is None:
        return [*head, *([None] * (len(_PLAYER_V2) - len(head)))]
    counts = each.counts
    return [
        *head,
        minutes_text(each.line.seconds),
        *shooting_values(counts),
        counts.turnovers,
        counts.personal_fouls,
        counts.points,
        each.line.plus_minus,
    ]


def render_v3(league: League, game_id: str, now: datetime) -> Document:
    """Return version 3: objects, zeros and empty minutes for players who did not appear."""
    home, away = _sides(league, game_id, now, "stats_v3")
    return {
        "meta": {
            "version": 1,
            "request": f"http://nba.cloud/games/{game_id}/boxscoretraditional?Format=json",
            "time": league.final_at(game_id).strftime("%Y-%m-%dT%H:%M:%S.0000Z"),
        },
        "boxScoreTraditional": {
            "gameId": game_id,
            "awayTeamId": team_names()[away[0]].team_id,
            "homeTeamId": team_names()[home[0]].team_id,
            "homeTeam": _team(*home),
            "awayTeam": _team(*away),
        },
    }


def _team(tricode: str, team: TeamLine, lead: int, listed: list[Listed]) -> Document:
    names = team_names()[tricode]
    seconds = sum(line.seconds for line in team.lines)
    starters = [each for each in listed if each.starting_position]
    bench = [each for each in listed if not each.starting_position]
    # The source is known to print the same minutes for starters and bench.
    starter_time = minutes_text(sum(each.line.seconds for each in starters if each.line))
    return {
        "teamId": names.team_id,
        "teamCity": names.city,
        "teamName": names.name,
        "teamTricode": tricode,
        "teamSlug": names.slug,
        "players": [_player(each) for each in listed],
        "statistics": _statistics(team.counts, minutes_text(seconds)) | {"plusMinusPoints": float(lead)},
        "starters": _statistics(_sum(starters), starter_time),
        "bench": _statistics(_sum(bench), starter_time),
    }


def _sum(listed: list[Listed]) -> Counts:
    total = Counts()
    for each in listed:
        total = total.plus(**{name: getattr(each.counts, name) for name in Counts.__dataclass_fields__})
    return total


def _player(each: Listed) -> Document:
    player = each.player
    minutes = minutes_text(each.line.seconds) if each.line else ""
    plus_minus = each.line.plus_minus if each.line else 0
    return {
        "personId": player.player_id,
        "firstName": player.first,
        "familyName": player.last,
        "nameI": player.name_initial,
        "playerSlug": player.slug,
        "position": each.stats_position,
        "comment": each.comment,
        "jerseyNum": player.jersey,
        "statistics": _statistics(each.counts, minutes) | {"plusMinusPoints": float(plus_minus)},
    }


def _statistics(counts: Counts, minutes: str) -> Document:
    return {
        "minutes": minutes,
        "fieldGoalsMade": counts.fg_makes,
        "fieldGoalsAttempted": counts.fg_attempts,
        "fieldGoalsPercentage": ratio(counts.fg_makes, counts.fg_attempts),
        "threePointersMade": counts.three_makes,
        "threePointersAttempted": counts.three_attempts,
        "threePointersPercentage": ratio(counts.three_makes, counts.three_attempts),
        "freeThrowsMade": counts.ft_makes,
        "freeThrowsAttempted": counts.ft_attempts,
        "freeThrowsPercentage": ratio(counts.ft_makes, counts.ft_attempts),
        "reboundsOffensive": counts.offensive_rebounds,
        "reboundsDefensive": counts.defensive_rebounds,
        "reboundsTotal": counts.rebounds,
        "assists": counts.assists,
        "steals": counts.steals,
        "blocks": counts.blocks,
        "turnovers": counts.turnovers,
        "foulsPersonal": counts.personal_fouls,
        "points": counts.points,
    }
