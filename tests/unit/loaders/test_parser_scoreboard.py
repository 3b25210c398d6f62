"""Scoreboards of all three feeds."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from typing import Any

import pyarrow as pa
import pytest

from python_runners.errors import InvariantViolated, NoData, UnknownPayloadShape
from python_runners.loaders.base import RawObject
from python_runners.loaders.parsers import cdn_scoreboard, stats_scoreboard

Stored = Callable[..., RawObject]
Fits = Callable[..., pa.Table]
Body = dict[str, Any]


def side(team_id: int, *scores: int) -> Body:
    periods = [{"period": number, "periodType": "x", "score": score} for number, score in enumerate(scores, start=1)]
    return {"teamId": team_id, "teamTricode": "x", "score": sum(scores), "periods": periods}


def game(status: int = 3, period: int = 4, home: Body | None = None, away: Body | None = None) -> Body:
    return {
        "gameId": "0022500775",
        "gameCode": "20260211/ATLCHA",
        "gameStatus": status,
        "gameStatusText": "Final",
        "period": period,
        "homeTeam": home or side(1610612766, 35, 25, 25, 25),
        "awayTeam": away or side(1610612737, 27, 25, 25, 30),
    }


def board(*games: Body, **more: Any) -> Body:
    return {"meta": {}, "scoreboard": {"gameDate": "2026-02-11", "leagueId": "00", "games": list(games), **more}}


def test_a_final_game(stored: Stored, fits_contract: Fits) -> None:
    parsed = cdn_scoreboard.parse(stored(board(game())))
    fits_contract(parsed)
    row = parsed.rows[0]
    assert (row["game_date"], row["home_team"], row["away_team"]) == (date(2026, 2, 11), "CHA", "ATL")
    assert [row[f"home_{name}"] for name in ("score", "q1", "q2", "q3", "q4", "ot")] == [110, 35, 25, 25, 25, 0]
    assert (row["overtime_periods"], parsed.scopes) == (0, [{"game_date": date(2026, 2, 11)}])


def test_before_tip_off_zeros_are_no_score(stored: Stored) -> None:
    waiting = game(1, 0, side(1610612766, 0, 0, 0, 0), side(1610612737, 0, 0, 0, 0))
    row = cdn_scoreboard.parse(stored(board(waiting))).rows[0]
    assert [row[name] for name in ("home_score", "home_q1", "away_ot", "overtime_periods")] == [None] * 4


def test_a_live_game_knows_only_the_periods_reached(stored: Stored) -> None:
    live = game(2, 2, side(1610612766, 20, 5, 0, 0), side(1610612737, 30, 7, 0, 0))
    row = cdn_scoreboard.parse(stored(board(live))).rows[0]
    assert [row[f"home_q{quarter}"] for quarter in (1, 2, 3, 4)] == [20, 5, None, None]


def test_overtimes_are_added_up(stored: Stored) -> None:
    long = game(3, 6, side(1610612766, 25, 25, 25, 25, 10, 9), side(1610612737, 25, 25, 25, 25, 10, 8))
    row = cdn_scoreboard.parse(stored(board(long))).rows[0]
    assert (row["home_ot"], row["away_ot"], row["overtime_periods"]) == (19, 18, 2)


def test_a_game_shown_twice_alike_is_taken_once(stored: Stored) -> None:
    parsed = cdn_scoreboard.parse(stored(board(game(), game())))
    assert (len(parsed.rows), parsed.dropped) == (1, {"listed_twice": 1})
    with pytest.raises(InvariantViolated, match="two different"):
        cdn_scoreboard.parse(stored(board(game(), game(home=side(1610612766, 36, 25, 25, 25)))))


@pytest.mark.parametrize("score", [111, None])
def test_a_final_score_that_its_periods_do_not_give_fails(stored: Stored, score: int | None) -> None:
    wrong = {**side(1610612766, 35, 25, 25, 25), "score": score}
    with pytest.raises(InvariantViolated):
        cdn_scoreboard.parse(stored(board(game(home=wrong))))


def test_a_tie_is_no_final_score(stored: Stored) -> None:
    with pytest.raises(InvariantViolated, match="tied"):
        cdn_scoreboard.parse(stored(board(game(away=side(1610612737, 35, 25, 25, 25)))))


def test_teams_to_be_determined_and_empty_days(stored: Stored) -> None:
    with pytest.raises(NoData):
        cdn_scoreboard.parse(stored(board()))
    with pytest.raises(NoData):
        cdn_scoreboard.parse(stored(board(game(1, 0, home=side(0)))))


@pytest.mark.parametrize(
    "body",
    [{**board(game()), "x": 1}, board(game(), x=1), board({**game(), "period": "4"}), board(game(status=7))],
)
def test_another_shape_is_refused(stored: Stored, body: Body) -> None:
    with pytest.raises(UnknownPayloadShape):
        cdn_scoreboard.parse(stored(body))


HEADERS = [
    *("GAME_DATE_EST", "GAME_ID", "GAME_STATUS_ID", "GAME_STATUS_TEXT", "GAMECODE", "HOME_TEAM_ID"),
    *("VISITOR_TEAM_ID", "LIVE_PERIOD"),
]
LINE = ["GAME_ID", "TEAM_ID", *(f"PTS_QTR{n}" for n in range(1, 5)), *(f"PTS_OT{n}" for n in range(1, 11)), "PTS"]


def board_v2(headers: list[list[Any]], lines: list[list[Any]]) -> Body:
    return {
        "resource": "scoreboardV2",
        "parameters": {},
        "resultSets": [
            {"name": "GameHeader", "headers": HEADERS, "rowSet": headers},
            {"name": "LineScore", "headers": LINE, "rowSet": lines},
        ],
    }


def header(game_id: str = "0022400561", status: int = 3, period: int = 5, day: str = "2025-01-15") -> list[Any]:
    return [f"{day}T00:00:00", game_id, status, "Final", "20250115/NYKPHI", 1610612755, 1610612752, period]


NYK = ["0022400561", 1610612752, 30, 30, 25, 24, 16, *([0] * 9), 125]
PHI = ["0022400561", 1610612755, 21, 26, 38, 24, 10, *([0] * 9), 119]


def test_version_2_with_overtime(stored: Stored, fits_contract: Fits) -> None:
    parsed = stats_scoreboard.parse(stored(board_v2([header(), header()], [NYK, PHI])))
    fits_contract(parsed)
    row = parsed.rows[0]
    assert (row["home_team"], row["home_score"], row["home_ot"], row["away_q4"]) == ("PHI", 119, 10, 24)
    assert (row["overtime_periods"], parsed.dropped) == (1, {"listed_twice": 1})


def test_version_2_has_no_lines_before_tip_off(stored: Stored) -> None:
    row = stats_scoreboard.parse(stored(board_v2([header(status=1, period=0)], []))).rows[0]
    assert (row["home_score"], row["home_q1"], row["game_status"]) == (None, None, 1)
    with pytest.raises(InvariantViolated):
        stats_scoreboard.parse(stored(board_v2([header()], [])))


def test_version_2_refuses_several_dates_and_an_empty_board(stored: Stored) -> None:
    with pytest.raises(NoData):
        stats_scoreboard.parse(stored(board_v2([], [])))
    two = [header(), header("0022400562", day="2025-01-16")]
    with pytest.raises(InvariantViolated, match="several dates"):
        stats_scoreboard.parse(stored(board_v2(two, [NYK, PHI])))


@pytest.mark.parametrize(
    ("name", "games"),
    [("nba_cdn/todaysScoreboard_2026-02-11_final.json", 3), ("nba_stats/scoreboardv3_2025-11-05.json", 11)],
)
def test_real_boards_by_game(real: Stored, fits_contract: Fits, name: str, games: int) -> None:
    obj = real(name)
    source = {g["gameId"]: g for g in json.loads(obj.body)["scoreboard"]["games"]}
    parsed = cdn_scoreboard.parse(obj)
    fits_contract(parsed)
    assert len(parsed.rows) == games == len(source)
    for row in parsed.rows:
        assert row["home_score"] == source[row["game_id"]]["homeTeam"]["score"]
        assert row["away_team"] == source[row["game_id"]]["awayTeam"]["teamTricode"]


@pytest.mark.parametrize("year", [2024, 2025])
def test_real_boards_of_version_2(real: Stored, fits_contract: Fits, year: int) -> None:
    obj = real(f"nba_stats/scoreboardv2_{year}-01-15.json")
    sets = {
        s["name"]: [dict(zip(s["headers"], r, strict=True)) for r in s["rowSet"]]
        for s in json.loads(obj.body)["resultSets"]
    }
    parsed = stats_scoreboard.parse(obj)
    fits_contract(parsed)
    points = {(line["GAME_ID"], line["TEAM_ABBREVIATION"]): line["PTS"] for line in sets["LineScore"]}
    assert len(parsed.rows) == 11
    assert {row["game_date"] for row in parsed.rows} == {date(year, 1, 15)}
    assert sum(row["overtime_periods"] for row in parsed.rows) == 1
    for row in parsed.rows:
        assert row["home_score"] == points[row["game_id"], row["home_team"]]
        assert row["away_score"] == points[row["game_id"], row["away_team"]]
