"""Player game logs, league wide and by measure."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from typing import Any

import pyarrow as pa
import pytest

from python_runners.errors import InvariantViolated, NoData, UnknownPayloadShape
from python_runners.loaders.base import RawObject
from python_runners.loaders.parsers import stats_gamelog

Stored = Callable[..., RawObject]
Fits = Callable[..., pa.Table]
Body = dict[str, Any]

LINE: Body = {
    "PLAYER_ID": 201939,
    "PLAYER_NAME": "Stephen Curry",
    "TEAM_ID": 1610612744,
    "GAME_ID": "0022400974",
    "GAME_DATE": "2025-03-15",
    "MATCHUP": "GSW vs. NYK",
    "WL": "W",
    "MIN": 35,
    "FGM": 8,
    "FGA": 20,
    "FG3M": 4,
    "FG3A": 13,
    "FTM": 8,
    "FTA": 9,
    "OREB": 0,
    "DREB": 7,
    "REB": 7,
    "AST": 5,
    "STL": 0,
    "BLK": 1,
    "TOV": 3,
    "PF": 2,
    "PTS": 28,
    "PLUS_MINUS": -5,
}
BASE: Body = {**LINE, "MIN": 35.266666, "GAME_DATE": "2025-03-15T00:00:00", "BLKA": 1, "PFD": 4}
KEYS: Body = {"GAME_ID": "0022400974", "PLAYER_ID": 201939}
MISC: Body = {**KEYS, "PTS_OFF_TOV": 3, "PTS_2ND_CHANCE": 2, "PTS_FB": 5, "PTS_PAINT": 6}
ADVANCED: Body = {**KEYS, "USG_PCT": 0.31, "OFF_RATING": 111.5, "DEF_RATING": 103.2, "PACE": 99.5}
SCORING: Body = {**KEYS, "PCT_AST_FGM": 0.375}


def answer(*lines: Body, name: str = "LeagueGameLog", **parameters: Any) -> Body:
    headers = list(lines[0]) if lines else list(LINE)
    rows = [[line[header] for header in headers] for line in lines]
    row_set = {"name": name, "headers": headers, "rowSet": rows}
    return {"resource": "log", "parameters": {"Counter": 1000, **parameters}, "resultSets": [row_set]}


def logs(*lines: Body) -> Body:
    return answer(*lines, name="PlayerGameLogs")


def test_a_line_of_the_league_log(stored: Stored, fits_contract: Fits) -> None:
    parsed = stats_gamelog.parse_league_log(stored(answer(LINE)))
    fits_contract(parsed)
    row = parsed.rows[0]
    assert (row["team"], row["opponent"], row["is_home"]) == ("GSW", "NYK", True)
    assert (row["game_date"], row["season"], row["season_type"]) == (date(2025, 3, 15), "2024-25", "regular")
    assert (row["minutes"], row["minutes_are_whole"], row["points"], row["plus_minus"]) == (35.0, True, 28, -5)
    assert [row[name] for name in ("points_in_paint", "usage_rate_official", "fouls_drawn")] == [None] * 3


def test_zero_whole_minutes_belong_to_somebody_who_appeared(stored: Stored) -> None:
    nothing = dict.fromkeys(("FGM", "FGA", "FG3M", "FG3A", "FTM", "FTA", "DREB", "REB", "PTS", "MIN"), 0)
    row = stats_gamelog.parse_league_log(stored(answer({**LINE, **nothing}))).rows[0]
    assert (row["minutes"], row["points"], row["rebounds"]) == (0.0, 0, 0)


def test_the_away_side(stored: Stored) -> None:
    away = {**LINE, "TEAM_ID": 1610612752, "MATCHUP": "NYK @ GSW", "WL": "L"}
    row = stats_gamelog.parse_league_log(stored(answer(away))).rows[0]
    assert (row["team"], row["opponent"], row["is_home"], row["win_loss"]) == ("NYK", "GSW", False, "L")


def test_running_games_are_left_out(stored: Stored) -> None:
    running = {**LINE, "WL": None, "GAME_ID": "0022400975"}
    parsed = stats_gamelog.parse_league_log(stored(answer(LINE, running)))
    assert (len(parsed.rows), parsed.dropped) == (1, {"game_not_over": 1})
    assert parsed.scopes == [{"game_id": "0022400974", "source_variant": "leaguegamelog"}]
    with pytest.raises(NoData):
        stats_gamelog.parse_league_log(stored(answer(running)))


def test_foreign_teams_of_the_preseason_are_left_out(stored: Stored) -> None:
    guest = {**LINE, "GAME_ID": "0012400002", "TEAM_ID": 15020, "MATCHUP": "NZB @ UTA"}
    host = {**LINE, "GAME_ID": "0012400002", "TEAM_ID": 1610612762, "MATCHUP": "UTA vs. NZB"}
    parsed = stats_gamelog.parse_league_log(stored(answer(LINE, guest, host)))
    assert (len(parsed.rows), parsed.dropped) == (1, {"foreign_team": 2})
    with pytest.raises(InvariantViolated):
        stats_gamelog.parse_league_log(stored(answer({**guest, "GAME_ID": "0022400974"})))


def test_empty_and_cut_off(stored: Stored) -> None:
    with pytest.raises(NoData):
        stats_gamelog.parse_league_log(stored(answer()))
    with pytest.raises(InvariantViolated, match="cut off"):
        stats_gamelog.parse_league_log(stored(answer(LINE, Counter=1)))


@pytest.mark.parametrize(
    "change", [{"PTS": 29}, {"REB": 8}, {"FGA": 7}, {"MATCHUP": "BOS vs. NYK"}, {"GAME_ID": "22400974X"}]
)
def test_contradictions_fail(stored: Stored, change: Body) -> None:
    with pytest.raises(InvariantViolated):
        stats_gamelog.parse_league_log(stored(answer({**LINE, **change})))


def test_a_player_twice_in_one_game_fails(stored: Stored) -> None:
    with pytest.raises(InvariantViolated, match="twice"):
        stats_gamelog.parse_league_log(stored(answer(LINE, LINE)))


@pytest.mark.parametrize(
    "change",
    [{"MATCHUP": "GSW v NYK"}, {"MIN": "35"}, {"MIN": 35.5}, {"WL": "T"}, {"PTS": None}, {"PLAYER_ID": "201939"}],
)
def test_another_shape_is_refused(stored: Stored, change: Body) -> None:
    with pytest.raises(UnknownPayloadShape):
        stats_gamelog.parse_league_log(stored(answer({**LINE, **change})))


def test_a_log_of_teams_is_refused(stored: Stored) -> None:
    with pytest.raises(UnknownPayloadShape):
        stats_gamelog.parse_league_log(stored(answer(LINE, PlayerOrTeam="T")))


def test_base_alone_leaves_the_other_measures_null(stored: Stored, fits_contract: Fits) -> None:
    parsed = stats_gamelog.parse_player_logs(stored(logs(BASE)))
    fits_contract(parsed)
    row = parsed.rows[0]
    assert (row["minutes"], row["minutes_are_whole"]) == (35.266666, False)
    assert (row["blocks_received"], row["fouls_drawn"], row["points_in_paint"]) == (1, 4, None)


def test_measures_are_joined_on_game_and_player(stored: Stored, fits_contract: Fits) -> None:
    other = {**BASE, "PLAYER_ID": 7, "PLAYER_NAME": "Other"}
    bundle = [
        logs(BASE, other),
        logs({**MISC, "PLAYER_ID": 7, "PTS_PAINT": 0}, MISC),
        logs(ADVANCED, {**ADVANCED, "PLAYER_ID": 7}),
        logs(SCORING, {**SCORING, "PLAYER_ID": 7, "PCT_AST_FGM": None}),
    ]
    parsed = stats_gamelog.parse_player_logs(stored(bundle))
    fits_contract(parsed)
    first, second = parsed.rows
    assert (first["points_in_paint"], first["points_off_turnovers"], first["assisted_fg_makes"]) == (6, 3, 3)
    assert (first["usage_rate_official"], first["pace_official"]) == (0.31, 99.5)
    assert (second["points_in_paint"], second["assisted_fg_makes"]) == (0, None)


def test_measures_of_different_players_fail(stored: Stored) -> None:
    with pytest.raises(InvariantViolated, match="different players"):
        stats_gamelog.parse_player_logs(stored([logs(BASE), logs({**MISC, "PLAYER_ID": 7})]))
    with pytest.raises(UnknownPayloadShape, match="Base"):
        stats_gamelog.parse_player_logs(stored([logs(MISC)]))


def test_real_log(real: Stored, fits_contract: Fits) -> None:
    obj = real("nba_stats/leaguegamelog_players_2025-03-15.json")
    row_set = json.loads(obj.body)["resultSets"][0]
    lines = [dict(zip(row_set["headers"], row, strict=True)) for row in row_set["rowSet"]]
    parsed = stats_gamelog.parse_league_log(obj)
    fits_contract(parsed)
    assert len(parsed.rows) == 157 == len(lines)
    assert len(parsed.scopes) == 8
    assert sum(row["points"] for row in parsed.rows) == sum(line["PTS"] for line in lines)
    by_team: dict[tuple[str, str], float] = {}
    for row in parsed.rows:
        key = (row["game_id"], row["team"])
        by_team[key] = by_team.get(key, 0) + row["minutes"]
    assert len(by_team) == 16
    assert all(236 <= minutes <= 292 for minutes in by_team.values())
    points = {(line["GAME_ID"], line["PLAYER_ID"]): line["PTS"] for line in lines}
    assert all(points[row["game_id"], int(row["player_id"])] == row["points"] for row in parsed.rows)
