"""The gamebook, as the document that its PDF says: the PDF's own layout is not known well enough to be imitated."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from python_runners.dates import eastern_wall_to_utc
from python_runners.sample.league import League
from python_runners.sample.payloads.common import Document, minutes_text, ratio, team_names
from python_runners.sample.payloads.listing import Listed, listing
from python_runners.sample.referees import crew_of
from python_runners.sample.schedule import ScheduledGame

_PUBLISHED = time(3, 30)


def published_at(game: ScheduledGame) -> datetime:
    """Return when the book comes out: in the night after the game."""
    return eastern_wall_to_utc(game.game_date + timedelta(days=1), _PUBLISHED)


def render(league: League, game_id: str, now: datetime) -> Document:
    """Return the book of a final game: visitors first, inactive players by last name only."""
    game = league.game(game_id)
    box = league.box_at(game_id, now, "gamebook")
    home, away = game.teams
    listed: dict[str, list[Listed]] = {
        away: listing(box.away, league.squad(game_id, away), league.players),
        home: listing(box.home, league.squad(game_id, home), league.players),
    }
    active = [_active(team, each) for team, found in listed.items() for each in found if each.line is not None]
    absent = [_absent(team, each) for team, found in listed.items() for each in found if each.remark is not None]
    inactive = [_inactive(team, each) for team, found in listed.items() for each in found if each.is_inactive]
    wall = league.tape(game_id).wall_seconds
    minutes = (wall[-1] - wall[0]) // 60
    day = f"{game.game_date:%Y%m%d}"
    return {
        "game_code": game.code,
        "date": game.game_date.isoformat(),
        "matchup": f"{away}@{home}",
        "away_team": away,
        "home_team": home,
        "pdf_version": "short",
        "pdf_url": f"https://statsdmz.nba.com/pdfs/{day}/{day}_{away}{home}.pdf",
        "arena": game.arena.name,
        "city": game.arena.city,
        "state": game.arena.state,
        "location": f"{game.arena.city}, {game.arena.state}",
        "officials": [{"number": int(official.jersey), "name": official.name} for official in crew_of(league, game_id)],
        "game_duration": f"{minutes // 60}:{minutes % 60:02d}",
        "attendance": 14000 + league.config.rng("attendance", game_id).randrange(6500),
        "attendance_note": "",
        "active_players": active,
        "dnp_players": absent,
        "inactive_players": inactive,
        "total_players": len(active) + len(absent) + len(inactive),
        "active_count": len(active),
        "dnp_count": len(absent),
        "inactive_count": len(inactive),
        "source": "nba_gamebook_pdf",
    }


def _active(team: str, each: Listed) -> Document:
    counts = each.counts
    return {
        "name": each.player.name,
        "team": team_names()[team].full_name,
        "status": "active",
        "stats": {
            "minutes": minutes_text(each.line.seconds if each.line else 0),
            "field_goals_made": counts.fg_makes,
            "field_goals_attempted": counts.fg_attempts,
            "three_pointers_made": counts.three_makes,
            "three_pointers_attempted": counts.three_attempts,
            "free_throws_made": counts.ft_makes,
            "free_throws_attempted": counts.ft_attempts,
            "offensive_rebounds": counts.offensive_rebounds,
            "defensive_rebounds": counts.defensive_rebounds,
            "total_rebounds": counts.rebounds,
            "assists": counts.assists,
            "personal_fouls": counts.personal_fouls,
            "steals": counts.steals,
            "turnovers": counts.turnovers,
            "blocks": counts.blocks,
            "plus_minus": each.line.plus_minus if each.line else 0,
            "points": counts.points,
            "field_goal_percentage": ratio(counts.fg_makes, counts.fg_attempts),
            "three_point_percentage": ratio(counts.three_makes, counts.three_attempts),
            "free_throw_percentage": ratio(counts.ft_makes, counts.ft_attempts),
        },
    }


def _absent(team: str, each: Listed) -> Document:
    return {
        "name": each.player.name,
        "team": team_names()[team].full_name,
        "status": "did_not_play",
        "dnp_reason": each.comment,
        "category": each.remark,
    }


def _inactive(team: str, each: Listed) -> Document:
    return {
        "name": each.player.last,
        "team": team_names()[team].full_name,
        "status": "inactive",
        "reason": each.reason or "Coach's Decision",
        "category": "inactive",
    }
