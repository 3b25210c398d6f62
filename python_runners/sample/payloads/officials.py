"""official.nba.com: the referees assigned to the games of a date."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any

from python_runners.dates import eastern_wall_to_utc
from python_runners.sample.league import League
from python_runners.sample.payloads.common import Document, team_names
from python_runners.sample.referees import crew_of, officials_of

_PUBLISHED = time(9, 0)
_COLUMNS = (
    *("game_id", "game_date", "season", "game_code", "home_team_id", "home_team", "home_team_abbr", "away_team_id"),
    *("away_team", "away_team_abbr"),
    *(f"official{number}{part}" for number in range(1, 5) for part in ("", "_code", "_JNum")),
)
_NUMBERS = ("home_team_id", "away_team_id")


def published_at(day: date) -> datetime:
    """Return when the assignments of a date come out."""
    return eastern_wall_to_utc(day, _PUBLISHED)


def render(league: League, day: date, now: datetime) -> Document:
    """Return the assignments of a date; no rows before they are published."""
    games = league.games_on(day, now) if now >= published_at(day) else []
    rows: list[Document] = []
    for game in games:
        home, away = (team_names()[team] for team in game.teams)
        row: Document = {
            "game_id": game.game_id,
            "game_date": f"{day:%m/%d/%Y}",
            "season": f"{game.game_id[2]}{league.config.season_year}",
            "game_code": game.code,
            "home_team_id": home.team_id,
            "home_team": home.city,
            "home_team_abbr": home.tricode,
            "away_team_id": away.team_id,
            "away_team": away.city,
            "away_team_abbr": away.tricode,
        }
        crew = crew_of(league, game.game_id)
        for number in range(1, 5):
            official = crew[number - 1] if number <= len(crew) else None
            row |= {
                f"official{number}": official.name if official else None,
                f"official{number}_code": official.person_id if official else None,
                f"official{number}_JNum": official.jersey if official else None,
            }
        rows.append(row)
    centre = [
        {"game_date": f"{day:%m/%d/%Y}", "official_code": official.person_id, "replaycenter_official": official.name}
        for official in officials_of(league)[-2:]
    ]
    return {
        "nba": _tables(rows, centre if games else []),
        "gl": _tables([], centre if games else []),
        "wnba": _tables([], centre if games else []),
    }


def _tables(rows: list[Document], centre: list[Document]) -> Document:
    columns: list[dict[str, Any]] = [
        {"Name": name, "DataType": "Int32" if name in _NUMBERS or name.endswith("_code") else "String"}
        for name in _COLUMNS
    ]
    return {
        "Table": {"rows": rows, "columns": columns},
        "Table1": {
            "rows": centre,
            "columns": [
                {"Name": "game_date", "DataType": "String"},
                {"Name": "official_code", "DataType": "Int32"},
                {"Name": "replaycenter_official", "DataType": "String"},
            ],
        },
    }
