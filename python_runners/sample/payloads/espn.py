"""ESPN: the roster of a team, with ESPN's own ids, codes and injury words."""

from __future__ import annotations

from datetime import datetime, timedelta

from python_runners.dates import eastern_date
from python_runners.sample.league import League
from python_runners.sample.names import plain_ascii
from python_runners.sample.payloads.common import Document, team_names
from python_runners.sample.people import Player

TEAM_IDS = {
    "ATL": 1, "BOS": 2, "NOP": 3, "CHI": 4, "CLE": 5, "DAL": 6, "DEN": 7, "DET": 8, "GSW": 9, "HOU": 10, "IND": 11,
    "LAC": 12, "LAL": 13, "MIA": 14, "MIL": 15, "MIN": 16, "BKN": 17, "NYK": 18, "ORL": 19, "PHI": 20, "PHX": 21,
    "POR": 22, "SAC": 23, "SAS": 24, "OKC": 25, "UTA": 26, "WAS": 27, "TOR": 28, "MEM": 29, "CHA": 30,
}  # fmt: skip
_CODES = {"GSW": "GS", "NOP": "NO", "NYK": "NY", "SAS": "SA", "UTA": "UTAH", "WAS": "WSH"}
_POSITIONS = {
    "PG": ("1", "Point Guard"),
    "SG": ("2", "Shooting Guard"),
    "SF": ("3", "Small Forward"),
    "PF": ("4", "Power Forward"),
    "C": ("9", "Center"),
}


def team_of_id(number: int) -> str | None:
    """Return the tricode of one of ESPN's team ids."""
    return next((team for team, found in TEAM_IDS.items() if found == number), None)


def render(league: League, team: str, now: datetime) -> Document:
    """Return the roster of a team on the Eastern date of `now`."""
    names = team_names()[team]
    hurt = _hurt(league, team, now)
    athletes = [
        _athlete(league, member.player, hurt.get(member.player.player_id), now)
        for member in league.rosters.on(team, eastern_date(now))
        if member.player.player_id not in league.amendments.unknown_players
    ]
    return {
        "team": {
            "id": str(TEAM_IDS[team]),
            "uid": f"s:40~l:46~t:{TEAM_IDS[team]}",
            "slug": names.full_name.lower().replace(" ", "-"),
            "location": names.city,
            "name": names.name,
            "abbreviation": _CODES.get(team, team),
            "displayName": names.full_name,
            "isActive": True,
            "athletes": athletes,
        }
    }


def _hurt(league: League, team: str, now: datetime) -> dict[int, tuple[str, str]]:
    """Return status and reason of everybody whom the report of the team's next game lists as hurt."""
    day = eastern_date(now)
    upcoming = [
        game
        for offset in (0, 1)
        for game in league.games_on(day + timedelta(days=offset), now)
        if team in game.teams and game.tip_off is not None and now < game.tip_off
    ]
    if not upcoming:
        return {}
    found: dict[int, tuple[str, str]] = {}
    for each in league.squad(upcoming[0].game_id, team).everybody:
        entry = each.listed_at(now)
        if entry is not None and entry.status in ("Out", "Questionable", "Doubtful") and "Injury" in entry.reason:
            found[each.player.player_id] = ("Out" if entry.status == "Out" else "Day-To-Day", entry.reason)
    return found


def _athlete(league: League, player: Player, hurt: tuple[str, str] | None, now: datetime) -> Document:
    number, position = _POSITIONS[player.position]
    espn_id = str(player.player_id - 4_700_000)
    feet, inches = player.height.split("-")
    injuries: list[Document] = []
    if hurt is not None:
        injuries.append(
            {
                "id": f"{espn_id}1",
                "status": hurt[0],
                "date": now.strftime("%Y-%m-%dT%H:%MZ"),
                "type": {"id": "4", "name": "INJURY_STATUS_OUT", "description": hurt[0].lower(), "abbreviation": "O"},
                "details": {"type": hurt[1].partition(" - ")[2], "side": "Not Specified"},
            }
        )
    return {
        "id": espn_id,
        "uid": f"s:40~l:46~a:{espn_id}",
        "firstName": plain_ascii(player.first),
        "lastName": plain_ascii(player.last),
        "fullName": plain_ascii(player.name),
        "displayName": plain_ascii(player.name),
        "shortName": plain_ascii(player.name_initial),
        "weight": float(player.weight),
        "displayWeight": f"{player.weight} lbs",
        "height": float(player.height_inches),
        "displayHeight": f"{feet}' {inches}\"",
        "age": player.age,
        "dateOfBirth": f"{league.config.season_year - player.age}-01-01T08:00Z",
        "debutYear": player.from_year,
        "slug": player.slug,
        "jersey": player.jersey,
        "position": {"id": number, "name": position, "displayName": position, "abbreviation": player.position},
        "injuries": injuries,
        "experience": {"years": league.config.season_year - player.from_year},
        "active": True,
        "contract": {"salary": 1_000_000, "active": True},
        "status": {"id": "1", "name": "Active", "type": "active", "abbreviation": "Active"},
    }
