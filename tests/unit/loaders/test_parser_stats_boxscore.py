"""Traditional box score of the statistics service, versions 2 and 3."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from typing import Any

import pyarrow as pa
import pytest

from python_runners.errors import InvariantViolated, NoData, UnknownPayloadShape
from python_runners.loaders.base import RawObject
from python_runners.loaders.parsers import stats_boxscore

Stored = Callable[..., RawObject]
Fits = Callable[..., pa.Table]
Body = dict[str, Any]

V2_NAME = "nba_stats/boxscoretraditionalv2_0022400561_overtime.json"
V3_NAME = "nba_stats/boxscoretraditionalv3_0022500165.json"
V2_PARAMS = {"game_date": "2025-01-15", "home_team": "PHI", "away_team": "NYK", "game_id": "0022400561"}

CAMEL = (
    *("points", "fieldGoalsMade", "fieldGoalsAttempted", "threePointersMade", "threePointersAttempted"),
    *("freeThrowsMade", "freeThrowsAttempted", "reboundsOffensive", "reboundsDefensive", "reboundsTotal"),
    *("assists", "steals", "blocks", "turnovers", "foulsPersonal"),
)
UPPER = ("PTS", "FGM", "FGA", "FG3M", "FG3A", "FTM", "FTA", "OREB", "DREB", "REB", "AST", "STL", "BLK", "TO", "PF")
VALUES = (9, 4, 8, 1, 3, 0, 0, 1, 2, 3, 2, 1, 0, 1, 2)


def team_v3(team_id: int, first: int, extra: int = 0) -> Body:
    players: list[Body] = []
    for index in range(6):
        values = dict(zip(CAMEL, VALUES, strict=True)) if index < 5 else dict.fromkeys(CAMEL, 0)
        minutes = "48:00" if index < 5 else ""
        players.append(
            {
                "personId": first + index,
                "firstName": "Given",
                "familyName": f"Name {index}",
                "position": "F" if index < 5 else "",
                "comment": "" if index < 5 else "DNP - Coach's Decision   ",
                "jerseyNum": "",
                "statistics": {**values, "minutes": minutes, "plusMinusPoints": 1.0},
            }
        )
    for name in ("points", "freeThrowsMade", "freeThrowsAttempted"):
        players[0]["statistics"][name] += extra
    total = {name: sum(p["statistics"][name] for p in players) for name in CAMEL}
    return {"teamId": team_id, "players": players, "statistics": {**total, "minutes": "240:00"}}


@pytest.fixture
def box() -> Body:
    home, away = 1610612761, 1610612749
    return {
        "meta": {},
        "boxScoreTraditional": {
            "gameId": "0022500165",
            "homeTeamId": home,
            "awayTeamId": away,
            "homeTeam": team_v3(home, 10, extra=2),
            "awayTeam": team_v3(away, 20),
        },
    }


def test_version_3(box: Body, stored: Stored, fits_contract: Fits) -> None:
    obj = stored(box, game_date="2025-11-04")
    players, teams = stats_boxscore.parse_players_v3(obj), stats_boxscore.parse_teams_v3(obj)
    fits_contract(players)
    fits_contract(teams)
    starter, idle = players.rows[0], players.rows[5]
    assert (starter["player_name"], starter["team"], starter["is_home"]) == ("Given Name 0", "TOR", True)
    assert (starter["points"], starter["minutes"], starter["plus_minus"]) == (11, 48.0, 1)
    assert (starter["is_starter"], starter["starting_position"], starter["not_playing_reason"]) == (True, "F", None)
    assert (idle["player_status"], idle["minutes"], idle["points"], idle["plus_minus"]) == ("dnp", None, None, None)
    assert (idle["not_playing_reason"], idle["is_starter"]) == ("DNP - Coach's Decision", False)
    assert [(row["points"], row["team_minutes"], row["turnovers"]) for row in teams.rows] == [
        (47, 240.0, 5),
        (45, 240.0, 5),
    ]


def test_turnovers_beyond_the_players_are_the_teams(box: Body, stored: Stored) -> None:
    box["boxScoreTraditional"]["homeTeam"]["statistics"]["turnovers"] += 2
    home, away = stats_boxscore.parse_teams_v3(stored(box, game_date="2025-11-04")).rows
    assert (home["turnovers"], home["team_turnovers"]) == (5, 2)
    assert (away["turnovers"], away["team_turnovers"]) == (5, None)


def _running(box: Body) -> None:
    for side in ("homeTeam", "awayTeam"):
        box[side]["statistics"]["minutes"] = "181:15"


def _level(box: Body) -> None:
    box["homeTeam"] = team_v3(1610612761, 10)


def test_a_game_that_is_not_over_is_no_result(box: Body, stored: Stored) -> None:
    for change in (_running, _level):
        change(box["boxScoreTraditional"])
        with pytest.raises(NoData):
            stats_boxscore.parse_teams_v3(stored(box, game_date="2025-11-04"))


def _sum(box: Body) -> None:
    box["homeTeam"]["statistics"]["assists"] += 1


def _line(box: Body) -> None:
    box["homeTeam"]["players"][1]["statistics"]["points"] += 1


def _starters(box: Body) -> None:
    box["homeTeam"]["players"][1]["position"] = ""


def _minutes(box: Body) -> None:
    for side in ("homeTeam", "awayTeam"):
        box[side]["statistics"]["minutes"] = "250:00"


def _nobody(box: Body) -> None:
    box["awayTeam"]["players"] = []


def _other_team(box: Body) -> None:
    box["awayTeam"]["teamId"] = 1610612739


@pytest.mark.parametrize("damage", [_sum, _line, _starters, _minutes, _nobody, _other_team])
def test_a_box_that_contradicts_itself_fails(box: Body, stored: Stored, damage: Callable[[Body], None]) -> None:
    damage(box["boxScoreTraditional"])
    with pytest.raises(InvariantViolated):
        stats_boxscore.parse_players_v3(stored(box, game_date="2025-11-04"))


def test_other_shapes_of_version_3_are_refused(box: Body, stored: Stored) -> None:
    box["boxScoreTraditional"]["extra"] = 1
    with pytest.raises(UnknownPayloadShape):
        stats_boxscore.parse_players_v3(stored(box, game_date="2025-11-04"))
    del box["boxScoreTraditional"]["extra"]
    box["boxScoreTraditional"]["homeTeam"]["players"][0]["statistics"]["points"] = "9"
    with pytest.raises(UnknownPayloadShape):
        stats_boxscore.parse_players_v3(stored(box, game_date="2025-11-04"))


def version_2(minutes: str = "48.000000:00", team_minutes: str = "240:00") -> Body:
    keys = ["GAME_ID", "TEAM_ID"]
    headers = [*keys, "PLAYER_ID", "PLAYER_NAME", "START_POSITION", "COMMENT", "MIN", *UPPER, "PLUS_MINUS"]
    players, teams = [], []
    for team_id, points in ((1610612752, 1), (1610612755, 0)):
        lines = [list(VALUES) for _ in range(5)]
        for position, name in enumerate(UPPER):
            if name in ("PTS", "FTM", "FTA"):
                lines[0][position] += points
        for index, line in enumerate(lines):
            who = [team_id % 100 * 10 + index, f"Player {index}", "G", "", minutes]
            players.append(["0022400561", team_id, *who, *line, 1])
        idle = [team_id % 100 * 10 + 9, "Idle", "", "DND - Injury/Illness", None]
        players.append(["0022400561", team_id, *idle, *([None] * len(UPPER)), None])
        teams.append(["0022400561", team_id, team_minutes, *(sum(c) for c in zip(*lines, strict=True))])
    return {
        "resource": "boxscore",
        "parameters": {},
        "resultSets": [
            {"name": "PlayerStats", "headers": headers, "rowSet": players},
            {"name": "TeamStats", "headers": [*keys, "MIN", *UPPER], "rowSet": teams},
            {"name": "TeamStarterBenchStats", "headers": ["A"], "rowSet": [["shifted", "columns"]]},
        ],
    }


def test_version_2_takes_sides_and_date_from_the_request(stored: Stored, fits_contract: Fits) -> None:
    obj = stored(version_2(), **V2_PARAMS)
    players, teams = stats_boxscore.parse_players_v2(obj), stats_boxscore.parse_teams_v2(obj)
    fits_contract(players)
    fits_contract(teams)
    assert {(row["team"], row["is_home"], row["opponent"]) for row in teams.rows} == {
        ("PHI", True, "NYK"),
        ("NYK", False, "PHI"),
    }
    assert {row["game_date"] for row in players.rows} == {date(2025, 1, 15)}
    assert {row["minutes"] for row in players.rows} == {48.0, None}
    idle = [row for row in players.rows if row["player_status"] == "dnp"]
    assert [row["not_playing_reason"] for row in idle] == ["DND - Injury/Illness"] * 2
    assert {row["points"] for row in idle} == {None}


@pytest.mark.parametrize("missing", ["game_date", "home_team", "away_team"])
def test_version_2_needs_what_the_payload_does_not_say(stored: Stored, missing: str) -> None:
    params = {**V2_PARAMS, missing: ""}
    with pytest.raises(InvariantViolated, match=missing):
        stats_boxscore.parse_players_v2(stored(version_2(), **params))


def test_version_2_with_the_wrong_teams_fails(stored: Stored) -> None:
    with pytest.raises(InvariantViolated, match="the teams are not"):
        stats_boxscore.parse_players_v2(stored(version_2(), **{**V2_PARAMS, "home_team": "BOS"}))


def test_version_2_empty_row_sets_fail(stored: Stored) -> None:
    body = version_2()
    body["resultSets"][1]["rowSet"] = []
    with pytest.raises(InvariantViolated, match="0 team rows"):
        stats_boxscore.parse_teams_v2(stored(body, **V2_PARAMS))


def test_version_2_refuses_unknown_minutes(stored: Stored) -> None:
    with pytest.raises(UnknownPayloadShape):
        stats_boxscore.parse_players_v2(stored(version_2(minutes="48.5"), **V2_PARAMS))


def test_real_overtime_game_of_version_2(real: Stored, fits_contract: Fits) -> None:
    obj = real(V2_NAME, **V2_PARAMS)
    sets = {
        s["name"]: [dict(zip(s["headers"], r, strict=True)) for r in s["rowSet"]]
        for s in json.loads(obj.body)["resultSets"][:2]
    }
    players, teams = stats_boxscore.parse_players_v2(obj), stats_boxscore.parse_teams_v2(obj)
    fits_contract(players)
    fits_contract(teams)
    assert len(players.rows) == 25 == len(sets["PlayerStats"])
    assert [row["team_minutes"] for row in teams.rows] == [265.0, 265.0]
    for row in teams.rows:
        own = [p for p in sets["PlayerStats"] if p["TEAM_ABBREVIATION"] == row["team"]]
        assert row["points"] == sum(p["PTS"] or 0 for p in own)
        assert row["turnovers"] == sum(p["TO"] or 0 for p in own)
        minutes = [p["minutes"] for p in players.rows if p["team"] == row["team"] and p["minutes"] is not None]
        assert sum(minutes) == pytest.approx(265, abs=0.2)
    assert sum(row["player_status"] == "dnp" for row in players.rows) == 8


def test_real_game_of_version_3(real: Stored, fits_contract: Fits) -> None:
    obj = real(V3_NAME, game_date="2025-11-04")
    body = json.loads(obj.body)["boxScoreTraditional"]
    players, teams = stats_boxscore.parse_players_v3(obj), stats_boxscore.parse_teams_v3(obj)
    fits_contract(players)
    fits_contract(teams)
    assert len(players.rows) == 29 == sum(len(body[side]["players"]) for side in ("homeTeam", "awayTeam"))
    assert [(row["team"], row["points"]) for row in teams.rows] == [("TOR", 128), ("MIL", 100)]
    assert sum(row["is_starter"] for row in players.rows) == 10
    for row in teams.rows:
        own = [p["points"] for p in players.rows if p["team"] == row["team"] and p["points"] is not None]
        assert sum(own) == row["points"]
