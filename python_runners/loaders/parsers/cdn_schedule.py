"""NBA.com schedule of a season."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime
from typing import Any

from python_runners.dates import (
    eastern_date,
    normalise_game_id,
    parse_instant,
    season_of,
    season_type_of,
    season_year_of,
)
from python_runners.errors import InvariantViolated, NoData, UnknownPayloadShape
from python_runners.loaders.base import ParsedRows, RawObject, Row
from python_runners.loaders.parsers.shapes import (
    FLAG,
    INT,
    LIST,
    NULLABLE_INT,
    NULLABLE_TEXT,
    OBJECT,
    TEXT,
    day,
    fields,
    parsed,
    read_json,
    record,
    records,
    season_start,
    text,
)
from python_runners.loaders.parsers.sides import drop_foreign
from python_runners.teams import tricode_of_id

TABLE = "nbac_schedule"
_FINAL = 3
_STATUSES = (1, 2, _FINAL)

_SEASON = {"seasonYear": TEXT, "leagueId": TEXT, "gameDates": LIST}
_GAME = {
    **fields(TEXT, "gameId", "gameCode", "gameStatusText", "gameDateEst", "gameTimeEst", "gameDateTimeUTC"),
    **fields(FLAG, "isNeutral", "ifNecessary"),
    **fields(OBJECT, "homeTeam", "awayTeam"),
    "gameStatus": INT,
    "postponedStatus": TEXT,
}
_GAME_OPTIONAL = {
    **fields(NULLABLE_TEXT, "arenaName", "arenaCity", "arenaState", "gameLabel", "gameSubLabel", "gameSubtype"),
    **fields(NULLABLE_TEXT, "seriesGameNumber", "seriesText"),
    "weekNumber": NULLABLE_INT,
    "broadcasters": OBJECT,
}
_TEAM = {"teamId": INT, "teamTricode": NULLABLE_TEXT, "score": NULLABLE_INT}


def parse(obj: RawObject) -> ParsedRows:
    """Parse a whole season into nbac_schedule; games with a team outside the 30 are left out and counted."""
    root = record(read_json(obj), "schedule", {"leagueSchedule": OBJECT}, {"meta": OBJECT}, is_closed=True)
    season = record(
        root["leagueSchedule"], "leagueSchedule", _SEASON, {"weeks": LIST, "broadcasterList": LIST}, is_closed=True
    )
    season_year = season_start(season["seasonYear"])
    games = [
        game
        for listed in records(season["gameDates"], "gameDates", {"games": LIST})
        for game in records(listed["games"], "games", _GAME, _GAME_OPTIONAL)
    ]
    if not games:
        raise NoData(f"the schedule of {season['seasonYear']} lists no game")
    dropped: Counter[str] = Counter()
    rows: dict[str, Row] = {}
    for game in games:
        game_id = normalise_game_id(game["gameId"])
        if season_year_of(game_id) != season_year:
            raise InvariantViolated(f"{game_id} in the schedule of {season['seasonYear']}")
        row = _row(game_id, game)
        if row is None:
            drop_foreign(game_id, dropped)
        elif game_id in rows:
            raise InvariantViolated(f"{game_id} is listed twice")
        else:
            rows[game_id] = row
    return parsed(TABLE, list(rows.values()), [{"season_year": season_year}], dropped)


def _row(game_id: str, game: dict[str, Any]) -> Row | None:
    home = record(game["homeTeam"], f"{game_id}.homeTeam", _TEAM)
    away = record(game["awayTeam"], f"{game_id}.awayTeam", _TEAM)
    if any(team["teamId"] and tricode_of_id(team["teamId"]) is None for team in (home, away)):
        return None
    status = game["gameStatus"]
    if status not in _STATUSES:
        raise UnknownPayloadShape(f"{game_id}: unknown gameStatus {status}")
    # The feed writes 0:0 until the end, which is no score.
    scores = (home["score"], away["score"]) if status == _FINAL else (None, None)
    if status == _FINAL and scores[0] == scores[1]:
        raise InvariantViolated(f"{game_id}: final with score {scores[0]}:{scores[1]}")
    return {
        "game_id": game_id,
        "game_code": game["gameCode"],
        "season": season_of(game_id),
        "season_year": season_year_of(game_id),
        "season_type": season_type_of(game_id),
        **_time(game_id, game),
        "game_status": status,
        "game_status_text": text(game["gameStatusText"]),
        "home_team_id": home["teamId"] or None,
        "home_team": tricode_of_id(home["teamId"]),
        "away_team_id": away["teamId"] or None,
        "away_team": tricode_of_id(away["teamId"]),
        "home_score": scores[0],
        "away_score": scores[1],
        "arena_name": text(game.get("arenaName")),
        "arena_city": text(game.get("arenaCity")),
        "arena_state": text(game.get("arenaState")),
        "is_neutral": game["isNeutral"],
        "postponed_status": game["postponedStatus"],
        "if_necessary": game["ifNecessary"],
        "week_number": game.get("weekNumber"),
        "game_label": text(game.get("gameLabel")),
        "game_sub_label": text(game.get("gameSubLabel")),
        "game_subtype": text(game.get("gameSubtype")),
        "series_game_number": text(game.get("seriesGameNumber")),
        "series_text": text(game.get("seriesText")),
        "national_tv": _national_tv(game_id, game),
    }


def _time(game_id: str, game: dict[str, Any]) -> Row:
    """Date and instant: only the UTC field is an instant, the Eastern ones carry a false Z and are compared."""
    game_date = _wall_date(game["gameDateEst"], game_id)
    is_time_tbd = game["gameStatusText"].strip() == "TBD" or "T00:00" in game["gameTimeEst"]
    tip_off: datetime | None = None if is_time_tbd else parse_instant(game["gameDateTimeUTC"])
    if tip_off is not None and eastern_date(tip_off) != game_date:
        raise InvariantViolated(f"{game_id}: listed on {game_date}, tip-off {tip_off.isoformat()}")
    return {"game_date": game_date, "tip_off_utc": tip_off, "is_time_tbd": is_time_tbd}


def _wall_date(value: str, game_id: str) -> date:
    return day(value.partition("T")[0], f"{game_id}.gameDateEst")


def _national_tv(game_id: str, game: dict[str, Any]) -> str | None:
    stations = records(
        (game.get("broadcasters") or {}).get("nationalTvBroadcasters", []),
        f"{game_id}.nationalTvBroadcasters",
        {"broadcasterDisplay": NULLABLE_TEXT},
    )
    return ", ".join(sorted({name for station in stations if (name := text(station["broadcasterDisplay"]))})) or None
