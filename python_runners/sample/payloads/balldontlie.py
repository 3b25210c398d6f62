"""BallDontLie: the box scores of a date, in whole minutes, with everybody who was listed."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from python_runners.sample.league import FINAL, SCHEDULED, League
from python_runners.sample.lines import TeamLine
from python_runners.sample.payloads.common import Document, team_names
from python_runners.sample.payloads.listing import Listed, listing
from python_runners.sample.schedule import ScheduledGame
from python_runners.teams import tricodes

PUBLISHED_AFTER = timedelta(hours=1)
_FIRST_PLAYER = 9_000_000


def render(league: League, day: date, now: datetime) -> Document:
    """Return the games of a date that have begun."""
    games = [game for game in league.games_on(day, now) if league.status(game, now) != SCHEDULED]
    return {"data": [_game(league, game, now) for game in games]}


def _game(league: League, game: ScheduledGame, now: datetime) -> Document:
    is_final = league.status(game, now) == FINAL and now >= league.final_at(game.game_id) + PUBLISHED_AFTER
    box = league.box_at(game.game_id, now, "balldontlie")
    home, away = game.teams
    status = "Final" if is_final else f"Q{box.period}"
    return {
        "date": game.game_date.isoformat(),
        "season": league.config.season_year,
        "status": status,
        "period": box.period,
        "time": status,
        "postseason": game.game_id[2] == "4",
        "home_team_score": box.home.score,
        "visitor_team_score": box.away.score,
        "home_team": _team(league, game, home, box.home),
        "visitor_team": _team(league, game, away, box.away),
    }


def _team(league: League, game: ScheduledGame, tricode: str, team: TeamLine) -> Document:
    names = team_names()[tricode]
    listed = listing(team, league.squad(game.game_id, tricode), league.players)
    return {
        "id": tricodes().index(tricode) + 1,
        "conference": names.conference,
        "division": names.division,
        "city": names.city,
        "name": names.name,
        "full_name": names.full_name,
        "abbreviation": tricode,
        "players": [_line(each) for each in listed],
    }


def _share(part: int, whole: int) -> float | int:
    """Return a share as the source writes it: the integers 0 and 1 where it is one of them."""
    value = round(part / whole, 7) if whole else 0
    return int(value) if value in (0, 1) else value


def _line(each: Listed) -> Document:
    counts, player = each.counts, each.player
    seconds = each.line.seconds if each.line else 0
    year, round_, number = player.draft or (None, None, None)
    person: dict[str, Any] = {
        "id": player.player_id - _FIRST_PLAYER,
        "first_name": player.first,
        "last_name": f"{player.last} " if player.player_id % 40 == 0 else player.last,
        "position": player.index_position,
        "height": player.height,
        "weight": str(player.weight),
        "jersey_number": player.jersey,
        "college": player.college,
        "country": player.country,
        "draft_year": year,
        "draft_round": round_,
        "draft_number": number,
    }
    return {
        "min": f"{int(seconds / 60 + 0.5):02d}",
        "fgm": counts.fg_makes,
        "fga": counts.fg_attempts,
        "fg_pct": _share(counts.fg_makes, counts.fg_attempts),
        "fg3m": counts.three_makes,
        "fg3a": counts.three_attempts,
        "fg3_pct": _share(counts.three_makes, counts.three_attempts),
        "ftm": counts.ft_makes,
        "fta": counts.ft_attempts,
        "ft_pct": _share(counts.ft_makes, counts.ft_attempts),
        "oreb": counts.offensive_rebounds,
        "dreb": counts.defensive_rebounds,
        "reb": counts.rebounds,
        "ast": counts.assists,
        "stl": counts.steals,
        "blk": counts.blocks,
        "turnover": counts.turnovers,
        "pf": counts.personal_fouls,
        "pts": counts.points,
        "player": person,
    }
