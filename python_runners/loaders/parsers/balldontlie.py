"""BallDontLie box scores of a date: fallback and cross-check."""

from __future__ import annotations

from collections import Counter
from typing import Any

from python_runners.errors import InvariantViolated, NoData
from python_runners.loaders.base import ParsedRows, RawObject, Row
from python_runners.loaders.parsers.box import LOWER_NAMES, check_counts, counts, no_counts
from python_runners.loaders.parsers.minutes import minutes
from python_runners.loaders.parsers.shapes import (
    ANYTHING,
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
    text,
)
from python_runners.loaders.parsers.sides import FOREIGN_TEAM
from python_runners.teams import tricode_of

TABLE = "bdl_player_boxscores"
FINAL = "Final"

_GAME = {
    **fields(INT, "season", "home_team_score", "visitor_team_score"),
    **fields(OBJECT, "home_team", "visitor_team"),
    "date": TEXT,
}
_GAME_OPTIONAL = {"status": NULLABLE_TEXT, "period": NULLABLE_INT}
_TEAM = {"abbreviation": TEXT, "players": LIST}
_LINE = {"min": NULLABLE_TEXT, "player": OBJECT}
_PLAYER = {"id": INT, **fields(TEXT, "first_name", "last_name")}


def parse(obj: RawObject) -> ParsedRows:
    """Parse the games of a date into bdl_player_boxscores.

    Minutes are whole. A line of no minutes and zeros throughout is somebody who did not appear: NULL.

    Raises:
        NoData: no games.
        InvariantViolated: the players of a final game do not add up to its score.
    """
    root = record(read_json(obj), "box_scores", {"data": LIST}, {"meta": ANYTHING}, is_closed=True)
    games = records(root["data"], "data", _GAME, _GAME_OPTIONAL)
    if not games:
        raise NoData("no games on this date")
    dropped: Counter[str] = Counter()
    rows: list[Row] = []
    for game in games:
        home = record(game["home_team"], "home_team", _TEAM)
        away = record(game["visitor_team"], "visitor_team", _TEAM)
        keys = {
            "game_date": day(game["date"], "date"),
            "season_year": game["season"],
            "home_team": tricode_of(home["abbreviation"]),
            "away_team": tricode_of(away["abbreviation"]),
            "game_status": text(game.get("status")),
            "period": game.get("period"),
        }
        if None in (keys["home_team"], keys["away_team"]):
            dropped[FOREIGN_TEAM] += 1
            continue
        rows.extend(_side({**keys, "team": keys["home_team"]}, home["players"], game["home_team_score"]))
        rows.extend(_side({**keys, "team": keys["away_team"]}, away["players"], game["visitor_team_score"]))
    scopes = [{"game_date": listed} for listed in sorted({day(game["date"], "date") for game in games})]
    return parsed(TABLE, rows, scopes, dropped)


def _side(keys: Row, lines: Any, score: int) -> list[Row]:
    where = f"{keys['game_date']} {keys['team']}"
    rows = [_row(keys, line, where) for line in records(lines, f"{where}.players", _LINE)]
    points = sum(row["points"] or 0 for row in rows)
    if keys["game_status"] == FINAL and points != score:
        raise InvariantViolated(f"{where}: the players have {points} points, the team {score}")
    return rows


def _row(keys: Row, line: dict[str, Any], where: str) -> Row:
    player = record(line["player"], f"{where}.player", _PLAYER)
    place = f"{where} player {player['id']}"
    played = minutes(line["min"])
    has_appeared = bool(played) or any(line.get(name) for name in LOWER_NAMES.values())
    row = counts(line, LOWER_NAMES, place) if has_appeared else no_counts(LOWER_NAMES)
    if has_appeared:
        check_counts(row, place)
    return {
        **keys,
        "bdl_player_id": str(player["id"]),
        "player_name_raw": f"{player['first_name'].strip()} {player['last_name'].strip()}".strip(),
        "minutes": played if has_appeared else None,
        **row,
    }
