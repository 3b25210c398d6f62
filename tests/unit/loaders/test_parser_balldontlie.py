"""BallDontLie box scores of a date."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from typing import Any

import pyarrow as pa
import pytest

from python_runners.errors import InvariantViolated, NoData, UnknownPayloadShape
from python_runners.loaders.base import RawObject
from python_runners.loaders.parsers import balldontlie

Stored = Callable[..., RawObject]
Fits = Callable[..., pa.Table]
Body = dict[str, Any]

NAMES = (
    *("pts", "fgm", "fga", "fg3m", "fg3a", "ftm", "fta"),
    *("oreb", "dreb", "reb", "ast", "stl", "blk", "turnover", "pf"),
)
VALUES = (9, 4, 8, 1, 3, 0, 0, 1, 2, 3, 2, 1, 0, 1, 2)


def line(player_id: int, minutes: str | None = "28", **more: Any) -> Body:
    player = {"id": player_id, "first_name": "Nicolas ", "last_name": "Batum "}
    return {"min": minutes, **dict(zip(NAMES, VALUES, strict=True)), "player": player, **more}


def game(**more: Any) -> Body:
    nothing = dict.fromkeys(NAMES, 0)
    home = {
        "abbreviation": "PHI",
        "players": [line(1), line(2, "00", **nothing), line(3, "00", **{**nothing, "pf": 1})],
    }
    away = {"abbreviation": "HOU", "players": [line(4)]}
    scores = {"home_team_score": 9, "visitor_team_score": 9}
    facts = {"date": "2024-01-15", "season": 2023, "status": "Final", "period": 4, **scores}
    return {**facts, "home_team": home, "visitor_team": away, **more}


def test_lines_of_a_date(stored: Stored, fits_contract: Fits) -> None:
    parsed = balldontlie.parse(stored({"data": [game()]}))
    fits_contract(parsed)
    first, absent, briefly, away = parsed.rows
    assert (first["player_name_raw"], first["team"], first["home_team"]) == ("Nicolas Batum", "PHI", "PHI")
    assert (first["minutes"], first["points"], first["season_year"]) == (28.0, 9, 2023)
    assert (absent["minutes"], absent["points"], absent["rebounds"]) == (None, None, None)
    assert (briefly["minutes"], briefly["points"], briefly["personal_fouls"]) == (0.0, 0, 1)
    assert (away["team"], away["away_team"], away["bdl_player_id"]) == ("HOU", "HOU", "4")
    assert parsed.scopes == [{"game_date": date(2024, 1, 15)}]


def test_refusals(stored: Stored) -> None:
    with pytest.raises(NoData):
        balldontlie.parse(stored({"data": []}))
    with pytest.raises(InvariantViolated, match="the team 10"):
        balldontlie.parse(stored({"data": [game(home_team_score=10)]}))
    broken: tuple[Any, ...] = (
        {"data": [game()], "error": 1},
        {"data": [game(season="2023")]},
        {"data": [game(date="15.01.2024")]},
        {"data": [{"id": 1, "abbreviation": "ATL"}]},
        [],
    )
    for body in broken:
        with pytest.raises(UnknownPayloadShape):
            balldontlie.parse(stored(body))


def test_a_running_game_need_not_add_up(stored: Stored) -> None:
    assert len(balldontlie.parse(stored({"data": [game(status="3rd Qtr", home_team_score=11)]})).rows) == 4


def test_unknown_teams_leave_with_a_count(stored: Stored) -> None:
    stranger = game(visitor_team={"abbreviation": "RMD", "players": []})
    parsed = balldontlie.parse(stored({"data": [game(), stranger]}))
    assert (len(parsed.rows), parsed.dropped) == (4, {"foreign_team": 1})


def test_real_date(real: Stored, fits_contract: Fits) -> None:
    obj = real("balldontlie/box_scores_2024-01-15.json.gz")
    games = json.loads(obj.body)["data"]
    parsed = balldontlie.parse(obj)
    fits_contract(parsed)
    assert len(games) == 11
    assert len(parsed.rows) == 384
    assert sum(row["minutes"] is None for row in parsed.rows) == 155
    scored = sum(g["home_team_score"] + g["visitor_team_score"] for g in games)
    assert sum(row["points"] for row in parsed.rows if row["points"] is not None) == scored


def test_the_real_empty_answer(real: Stored) -> None:
    with pytest.raises(NoData):
        balldontlie.parse(real("balldontlie/empty_live_box_scores.json"))
