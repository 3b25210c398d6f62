"""stats.nba.com: the player directory and the rosters of the teams; and the file of transactions."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from python_runners.dates import eastern_date, season_label
from python_runners.sample.league import League
from python_runners.sample.payloads.common import Document, answer, row_set, team_names
from python_runners.sample.people import Player
from python_runners.sample.rosters import TRADE, WAIVE, Transaction

_INDEX = (
    *("PERSON_ID", "PLAYER_LAST_NAME", "PLAYER_FIRST_NAME", "PLAYER_SLUG", "TEAM_ID", "TEAM_SLUG", "IS_DEFUNCT"),
    *("TEAM_CITY", "TEAM_NAME", "TEAM_ABBREVIATION", "JERSEY_NUMBER", "POSITION", "HEIGHT", "WEIGHT", "COLLEGE"),
    *("COUNTRY", "DRAFT_YEAR", "DRAFT_ROUND", "DRAFT_NUMBER", "ROSTER_STATUS", "FROM_YEAR", "TO_YEAR", "PTS", "REB"),
    *("AST", "STATS_TIMEFRAME"),
)
_ROSTER = (
    *("TeamID", "SEASON", "LeagueID", "PLAYER", "NICKNAME", "PLAYER_SLUG", "NUM", "POSITION", "HEIGHT", "WEIGHT"),
    *("BIRTH_DATE", "AGE", "EXP", "SCHOOL", "PLAYER_ID", "HOW_ACQUIRED"),
)
_COACHES = ("TEAM_ID", "SEASON", "COACH_ID", "FIRST_NAME", "LAST_NAME", "COACH_TYPE")
_MOVEMENT_COLUMNS = {
    "Transaction_Type": "String",
    "TRANSACTION_DATE": "DateTime",
    "TRANSACTION_DESCRIPTION": "String",
    "TEAM_ID": "Double",
    "TEAM_SLUG": "String",
    "PLAYER_ID": "Double",
    "PLAYER_SLUG": "String",
    "Additional_Sort": "Double",
    "GroupSort": "String",
}
_WORDS = {"G": "guard", "F": "forward", "C": "center"}


def render_index(league: League, now: datetime) -> Document:
    """Return the directory: it is brought up to date in the morning and lacks players whom nobody knows yet."""
    day = eastern_date(now)
    teams = {member.player.player_id: team for team in league.config.teams for member in league.rosters.on(team, day)}
    rows = [
        _index_row(league, player, teams.get(player.player_id))
        for player in sorted(league.players.values(), key=lambda player: (player.last, player.first))
        if player.player_id not in league.amendments.unknown_players
    ]
    parameters = {"LeagueID": "00", "Season": season_label(league.config.season_year), "Historical": 0, "TeamID": 0}
    return answer("playerindex", parameters, row_set("PlayerIndex", _INDEX, rows))


def _index_row(league: League, player: Player, team: str | None) -> list[Any]:
    names = team_names()[team] if team else None
    year, round_, number = player.draft or (None, None, None)
    return [
        player.player_id, player.last, player.first, player.slug, names.team_id if names else 0,
        names.slug if names else None, 0, names.city if names else None, names.name if names else None, team,
        player.jersey, player.index_position, player.height, str(player.weight), player.college, player.country, year,
        round_, number, 1.0 if team else None, str(player.from_year), str(league.config.season_year), None, None, None,
        "Season",
    ]  # fmt: skip


def render_roster(league: League, team: str, now: datetime) -> Document:
    """Return the roster of a team on the Eastern date of `now`."""
    names = team_names()[team]
    rows: list[list[Any]] = []
    for member in league.rosters.on(team, eastern_date(now)):
        player = member.player
        if player.player_id in league.amendments.unknown_players:
            continue
        experience = league.config.season_year - player.from_year
        birth_year = league.config.season_year - player.age
        rows.append(
            [
                names.team_id,
                str(league.config.season_year),
                "00",
                player.name,
                player.first,
                player.slug,
                player.jersey,
                player.index_position,
                player.height,
                str(player.weight),
                f"JAN 01, {birth_year}",
                float(player.age),
                "R" if experience == 0 else str(experience),
                player.college,
                player.player_id,
                member.how,
            ]
        )
    parameters = {"LeagueID": None, "Season": season_label(league.config.season_year), "TeamID": names.team_id}
    return answer(
        "commonteamroster",
        parameters,
        row_set("CommonTeamRoster", _ROSTER, rows),
        row_set("Coaches", _COACHES, []),
    )


def render_movement(league: League, now: datetime) -> Document:
    """Return the file of all transactions up to `now`, newest first, those of earlier seasons at the end."""
    today = eastern_date(now)
    moves = [move for move in league.rosters.transactions if move.day <= today]
    rows = [row for move in reversed(moves) for row in _move_rows(move)]
    rows.extend(_past_rows(league))
    columns = [{"Name": name, "DataType": kind} for name, kind in _MOVEMENT_COLUMNS.items()]
    return {"NBA_Player_Movement": {"rows": rows, "columns": columns}}


def _move_rows(move: Transaction) -> list[Document]:
    player, names = move.player, team_names()[move.team]
    who = f"{_WORDS[player.short_position]} {player.name}"
    if move.kind == WAIVE:
        text = f"{names.full_name} waived {who}."
    elif move.kind == TRADE and move.counterpart:
        text = f"{names.full_name} received {who} from {team_names()[move.counterpart].full_name}."
    else:
        text = f"{names.full_name} signed {who} to a {move.contract}."
    other = float(team_names()[move.counterpart].team_id) if move.counterpart else 0.0
    return [_movement_row(move.kind, move.day, text, move.team, player.player_id, player.slug, other, move.group)]


def _movement_row(
    kind: str, day: date, text: str, team: str, player_id: int, slug: str, other: float, group: int
) -> Document:
    return {
        "Transaction_Type": kind,
        "TRANSACTION_DATE": f"{day.isoformat()}T00:00:00",
        "TRANSACTION_DESCRIPTION": text,
        "TEAM_ID": float(team_names()[team].team_id),
        "TEAM_SLUG": team_names()[team].slug,
        "PLAYER_ID": float(player_id),
        "PLAYER_SLUG": slug,
        "Additional_Sort": other,
        "GroupSort": f"{kind} {group}",
    }


def _past_rows(league: League) -> list[Document]:
    """Signings of the summer and of earlier years, so that the file has a past; some rows are about draft picks."""
    rng = league.config.rng("past transactions")
    signed = [(team, player) for team, players in league.cast.by_team.items() for player in players]
    rows = []
    for number in range(league.config.past_transactions):
        day = league.config.opening_date - timedelta(days=32 + 3 * number)
        team, player = signed[rng.randrange(len(signed))]
        if number % 15 == 7:
            other = rng.choice([code for code in team_names() if code != team])
            text = f"{team_names()[team].full_name} received a future draft pick."
            rows.append(
                _movement_row(TRADE, day, text, team, 0, "", float(team_names()[other].team_id), 900_000 + number)
            )
            continue
        text = f"{team_names()[team].full_name} signed {player.name} to a Contract."
        rows.append(_movement_row("Signing", day, text, team, player.player_id, player.slug, 0.0, 900_000 + number))
    return rows
