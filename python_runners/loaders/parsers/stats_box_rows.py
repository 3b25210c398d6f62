"""Rows of the traditional box score of the statistics service, whichever version answered."""

from __future__ import annotations

from dataclasses import dataclass

from python_runners.dates import season_year_of
from python_runners.errors import InvariantViolated, NoData
from python_runners.loaders.base import ParsedRows, RawObject, Row
from python_runners.loaders.parsers.box import (
    OVERTIME_MINUTES,
    PLAYER_COLUMNS,
    REGULATION_MINUTES,
    TEAM_COLUMNS,
    check_counts,
    check_totals,
    check_unique_players,
    no_counts,
)
from python_runners.loaders.parsers.shapes import param_day, parsed
from python_runners.loaders.parsers.sides import Sides
from python_runners.teams import team_id_of

STARTERS = 5
_FINAL = 3
_UNKNOWN_TO_PLAYERS = (
    *("blocks_received", "fouls_drawn", "technical_fouls"),
    *("points_in_paint", "fast_break_points", "second_chance_points"),
)
_UNKNOWN_TO_TEAMS = (
    *("fouls_drawn", "points_in_paint", "fast_break_points", "second_chance_points"),
    *("points_off_turnovers", "period_scores"),
)


@dataclass(frozen=True)
class BoxPlayer:
    """One listed player; `counts` is None for somebody who did not appear."""

    player_id: str
    player_name: str
    first_name: str | None
    family_name: str | None
    jersey_number: str | None
    position: str | None
    comment: str | None
    minutes: float | None
    counts: Row | None


@dataclass(frozen=True)
class BoxTeam:
    """One team with its total and its players."""

    team: str
    minutes: float | None
    counts: Row
    players: tuple[BoxPlayer, ...]


@dataclass(frozen=True)
class Box:
    """A box score of one game."""

    game_id: str
    sides: Sides
    teams: tuple[BoxTeam, BoxTeam]


def player_rows(obj: RawObject, box: Box, variant: str) -> ParsedRows:
    """Rows of nbac_boxscore_players; the date comes from the request parameter `game_date`.

    Raises:
        NoData: the game is not over.
        InvariantViolated: sums that do not hold, or another number of starters than five.
    """
    _check(box)
    rows = [_player_row(obj, box, team, player) for team in box.teams for player in team.players]
    check_unique_players(rows, "player_id", box.game_id)
    return parsed("nbac_boxscore_players", rows, [{"game_id": box.game_id, "source_variant": variant}])


def team_rows(obj: RawObject, box: Box, variant: str) -> ParsedRows:
    """Rows of nbac_team_boxscore; errors as `player_rows`.

    Where a team's total exceeds its players' turnovers, the rest are team turnovers; where it does not, the feed may or
    may not have counted them, which is NULL.
    """
    _check(box)
    rows = []
    for team in box.teams:
        own = sum(player.counts["turnovers"] for player in team.players if player.counts is not None)
        rows.append(
            {
                **_keys(obj, box, team),
                "team_id": team_id_of(team.team),
                "team_minutes": team.minutes,
                **{column: team.counts[column] for column in TEAM_COLUMNS},
                "turnovers": own,
                "team_turnovers": (team.counts["turnovers"] - own) or None,
                **dict.fromkeys(_UNKNOWN_TO_TEAMS),
            }
        )
    return parsed("nbac_team_boxscore", rows, [{"game_id": box.game_id, "source_variant": variant}])


def _keys(obj: RawObject, box: Box, team: BoxTeam) -> Row:
    return {
        "game_id": box.game_id,
        "game_date": param_day(obj),
        "season_year": season_year_of(box.game_id),
        "team": team.team,
        "opponent": box.sides.opponent_of(team.team),
        "is_home": team.team == box.sides.home,
    }


def _player_row(obj: RawObject, box: Box, team: BoxTeam, player: BoxPlayer) -> Row:
    return {
        **_keys(obj, box, team),
        "game_status": _FINAL,
        "player_id": player.player_id,
        "player_name": player.player_name,
        "first_name": player.first_name,
        "family_name": player.family_name,
        "jersey_number": player.jersey_number,
        "player_status": "dnp" if player.counts is None else "active",
        "not_playing_reason": player.comment,
        "not_playing_description": None,
        "is_starter": player.position is not None,
        "starting_position": player.position,
        "minutes": player.minutes,
        **(no_counts((*PLAYER_COLUMNS, "plus_minus")) if player.counts is None else player.counts),
        **dict.fromkeys(_UNKNOWN_TO_PLAYERS),
    }


def _check(box: Box) -> None:
    """The payload does not say that it is final: full minutes and a winner do."""
    first, second = box.teams
    length = first.minutes or 0.0
    if length < REGULATION_MINUTES or first.counts["points"] == second.counts["points"]:
        raise NoData(f"{box.game_id}: {length} team minutes, {first.counts['points']} points: not over")
    if second.minutes != length or (length - REGULATION_MINUTES) % OVERTIME_MINUTES:
        raise InvariantViolated(f"{box.game_id}: impossible team minutes {length} and {second.minutes}")
    for team in box.teams:
        _check_team(box.game_id, team)


def _check_team(game_id: str, team: BoxTeam) -> None:
    where = f"{game_id} {team.team}"
    lines = [player.counts for player in team.players if player.counts is not None]
    for player in team.players:
        if player.counts is not None:
            check_counts(player.counts, f"{where} player {player.player_id}")
    check_counts(team.counts, where)
    check_totals(lines, team.counts, (column for column in PLAYER_COLUMNS if column != "turnovers"), where)
    if sum(line["turnovers"] for line in lines) > team.counts["turnovers"]:
        raise InvariantViolated(f"{where}: the players have more turnovers than the team")
    starters = sum(player.position is not None for player in team.players)
    if starters != STARTERS:
        raise InvariantViolated(f"{where}: {starters} starters")
