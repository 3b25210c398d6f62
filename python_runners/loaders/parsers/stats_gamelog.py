"""Player game logs of the statistics service: the league's log, and the logs by measure."""

from __future__ import annotations

import re
from collections import Counter
from typing import Any

from python_runners.dates import normalise_game_id, season_of, season_type_of, season_year_of
from python_runners.errors import InvariantViolated, NoData, UnknownPayloadShape
from python_runners.loaders.base import ParsedRows, RawObject, Row
from python_runners.loaders.parsers.box import LOG_NAMES, check_counts, check_unique_players, counts
from python_runners.loaders.parsers.row_sets import read_row_sets
from python_runners.loaders.parsers.shapes import (
    INT,
    NULLABLE_NUMBER,
    NULLABLE_TEXT,
    NUMBER,
    TEXT,
    day,
    fields,
    parsed,
    read_json,
    whole,
)
from python_runners.loaders.parsers.sides import drop_foreign
from python_runners.teams import tricode_of, tricode_of_id

TABLE = "nbac_player_boxscores"
LEAGUE_LOG = "leaguegamelog"
PLAYER_LOGS = "playergamelogs"

_KEYS = {"GAME_ID": TEXT, "PLAYER_ID": INT}
_LINE = {
    **fields(TEXT, "GAME_ID", "PLAYER_NAME", "GAME_DATE", "MATCHUP"),
    **fields(INT, "PLAYER_ID", "TEAM_ID"),
    "WL": NULLABLE_TEXT,
    "MIN": NUMBER,
}
_COLUMNS = {**_LINE, **fields(NUMBER, *LOG_NAMES.values(), "PLUS_MINUS")}
_NAMES = {**LOG_NAMES, "plus_minus": "PLUS_MINUS"}
_MATCHUP = re.compile(r"^([A-Z]{3}) (vs\.|@) ([A-Z]{3})$")
_RESULTS = ("W", "L")

_BASE_COUNTS = {"blocks_received": "BLKA", "fouls_drawn": "PFD"}
_MISC_COUNTS = {
    "points_in_paint": "PTS_PAINT",
    "fast_break_points": "PTS_FB",
    "second_chance_points": "PTS_2ND_CHANCE",
    "points_off_turnovers": "PTS_OFF_TOV",
}
_ADVANCED = {
    "usage_rate_official": "USG_PCT",
    "offensive_rating_official": "OFF_RATING",
    "defensive_rating_official": "DEF_RATING",
    "pace_official": "PACE",
}
_ASSISTED_SHARE = "PCT_AST_FGM"
_ONLY_PLAYER_LOGS = (*_BASE_COUNTS, *_MISC_COUNTS, "assisted_fg_makes", *_ADVANCED)
# A column that only this measure has, and the columns that are read from it.
_MEASURES = {
    "misc": ("PTS_OFF_TOV", fields(NUMBER, *_MISC_COUNTS.values())),
    "advanced": ("USG_PCT", fields(NULLABLE_NUMBER, *_ADVANCED.values())),
    "scoring": (_ASSISTED_SHARE, fields(NULLABLE_NUMBER, _ASSISTED_SHARE)),
}

Line = dict[str, Any]


def parse_league_log(obj: RawObject) -> ParsedRows:
    """Parse `leaguegamelog` into nbac_player_boxscores: whole minutes, only players who appeared.

    Raises:
        NoData: no line, or every game is still running.
        InvariantViolated: as many lines as the request's limit, or a line that contradicts itself.
    """
    parameters, row_sets = read_row_sets(read_json(obj), {"LeagueGameLog": _COLUMNS})
    lines = row_sets["LeagueGameLog"]
    if parameters.get("PlayerOrTeam", "P") != "P":
        raise UnknownPayloadShape(f"{obj.path}: a log of teams")
    if str(len(lines)) == str(parameters.get("Counter")):
        raise InvariantViolated(f"{obj.path}: {len(lines)} lines is the limit of the request: cut off")
    return _rows([{**line, **_nothing_more()} for line in lines], LEAGUE_LOG, minutes_are_whole=True)


def parse_player_logs(obj: RawObject) -> ParsedRows:
    """Parse `playergamelogs` into nbac_player_boxscores: decimal minutes and what the other measures add.

    The body is the answer of the measure Base, or a list of the answers of Base and any of Misc, Advanced and Scoring
    for the same request, joined here on game and player. Columns of a measure that is not there stay NULL.

    Raises:
        NoData: no line.
        InvariantViolated: the measures list different players.
    """
    document = read_json(obj)
    answers = document if type(document) is list else [document]
    base: list[Line] | None = None
    extras: dict[str, dict[tuple[Any, ...], Line]] = {}
    for answer in answers:
        measure, lines = _measure(answer)
        if measure == "base":
            base = lines
        else:
            extras[measure] = {tuple(line[key] for key in _KEYS): line for line in lines}
    if base is None:
        raise UnknownPayloadShape(f"{obj.path}: no answer of the measure Base")
    keys = {tuple(line[key] for key in _KEYS) for line in base}
    for measure, found in extras.items():
        if set(found) != keys:
            raise InvariantViolated(f"{obj.path}: Base and {measure} list different players")
    return _rows([{**line, **_more(line, extras)} for line in base], PLAYER_LOGS, minutes_are_whole=False)


def _measure(answer: Any) -> tuple[str, list[Line]]:
    _, row_sets = read_row_sets(answer, {"PlayerGameLogs": _KEYS})
    lines = row_sets["PlayerGameLogs"]
    for measure, (mark, columns) in _MEASURES.items():
        if lines and mark in lines[0]:
            return measure, read_row_sets(answer, {"PlayerGameLogs": {**_KEYS, **columns}})[1]["PlayerGameLogs"]
    columns = {**_COLUMNS, **fields(NUMBER, *_BASE_COUNTS.values())}
    return "base", read_row_sets(answer, {"PlayerGameLogs": columns})[1]["PlayerGameLogs"]


def _nothing_more() -> Row:
    return dict.fromkeys(_ONLY_PLAYER_LOGS)


def _more(line: Line, extras: dict[str, dict[tuple[Any, ...], Line]]) -> Row:
    where = f"{line['GAME_ID']} player {line['PLAYER_ID']}"
    found = {measure: lines[tuple(line[key] for key in _KEYS)] for measure, lines in extras.items()}
    more = {**_nothing_more(), **counts(line, _BASE_COUNTS, where)}
    if "misc" in found:
        more |= counts(found["misc"], _MISC_COUNTS, where)
    if "advanced" in found:
        more |= {column: found["advanced"][name] for column, name in _ADVANCED.items()}
    share = found.get("scoring", {}).get(_ASSISTED_SHARE)
    if share is not None:
        more["assisted_fg_makes"] = round(share * line["FGM"])
    return more


def _rows(lines: list[Line], variant: str, *, minutes_are_whole: bool) -> ParsedRows:
    if not lines:
        raise NoData("the log has no line")
    dropped: Counter[str] = Counter()
    rows: list[Row] = []
    for line in lines:
        game_id = normalise_game_id(line["GAME_ID"])
        where = f"{game_id} player {line['PLAYER_ID']}"
        team, opponent, is_home = _matchup(line, where)
        if team is None or opponent is None:
            drop_foreign(game_id, dropped)
        elif line["WL"] is None:
            dropped["game_not_over"] += 1
        else:
            rows.append(
                {
                    "game_id": game_id,
                    "game_date": day(line["GAME_DATE"].partition("T")[0], where),
                    "season": season_of(game_id),
                    "season_year": season_year_of(game_id),
                    "season_type": season_type_of(game_id),
                    "player_id": str(line["PLAYER_ID"]),
                    "player_name": line["PLAYER_NAME"],
                    "team": team,
                    "opponent": opponent,
                    "is_home": is_home,
                    **_values(line, where, minutes_are_whole=minutes_are_whole),
                }
            )
    game_ids = sorted({row["game_id"] for row in rows})
    for game_id in game_ids:
        check_unique_players((row for row in rows if row["game_id"] == game_id), "player_id", game_id)
    scopes = [{"game_id": game_id, "source_variant": variant} for game_id in game_ids]
    return parsed(TABLE, rows, scopes, dropped)


def _values(line: Line, where: str, *, minutes_are_whole: bool) -> Row:
    if line["WL"] not in _RESULTS:
        raise UnknownPayloadShape(f"{where}.WL: {line['WL']!r}")
    row = counts(line, _NAMES, where)
    check_counts(row, where)
    if minutes_are_whole:
        whole(line["MIN"], f"{where}.MIN")
    return {
        "win_loss": line["WL"],
        "minutes": float(line["MIN"]),
        "minutes_are_whole": minutes_are_whole,
        **row,
        **{column: line[column] for column in _ONLY_PLAYER_LOGS},
    }


def _matchup(line: Line, where: str) -> tuple[str | None, str | None, bool]:
    match = _MATCHUP.match(line["MATCHUP"])
    if match is None:
        raise UnknownPayloadShape(f"{where}.MATCHUP: {line['MATCHUP']!r}")
    team = tricode_of_id(line["TEAM_ID"])
    if team is not None and tricode_of(match.group(1)) != team:
        raise InvariantViolated(f"{where}: team {team} in {line['MATCHUP']}")
    return team, tricode_of(match.group(3)), match.group(2) == "vs."
