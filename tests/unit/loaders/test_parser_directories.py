"""Player directory and rosters."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from datetime import date
from typing import Any

import pyarrow as pa
import pytest

from python_runners.errors import InvariantViolated, NoData, UnknownPayloadShape
from python_runners.loaders.base import RawObject
from python_runners.loaders.parsers import espn, player_index, rosters

Stored = Callable[..., RawObject]
Fits = Callable[..., pa.Table]
Body = dict[str, Any]


def row_sets(name: str, lines: list[Body], headers: list[str], **parameters: Any) -> Body:
    rows = [[line[header] for header in headers] for line in lines]
    return {
        "resource": name.lower(),
        "parameters": parameters,
        "resultSets": [{"name": name, "headers": headers, "rowSet": rows}],
    }


LISTED: Body = {
    "PERSON_ID": 1630173,
    "PLAYER_LAST_NAME": "Achiuwa",
    "PLAYER_FIRST_NAME": "Precious",
    "PLAYER_SLUG": "precious-achiuwa",
    "TEAM_ID": 1610612752,
    "JERSEY_NUMBER": "5",
    "POSITION": "F",
    "HEIGHT": "6-8",
    "WEIGHT": "243",
    "COLLEGE": "Memphis",
    "COUNTRY": "Nigeria",
    "DRAFT_YEAR": 2020,
    "DRAFT_ROUND": 1,
    "DRAFT_NUMBER": 20,
    "ROSTER_STATUS": 1.0,
    "FROM_YEAR": "2020",
    "TO_YEAR": "2025",
}


def index(*players: Body, season: str | None = "2025-26") -> Body:
    return row_sets("PlayerIndex", [{**LISTED, **player} for player in players], list(LISTED), Season=season)


def test_player_directory(stored: Stored, fits_contract: Fits) -> None:
    free = {"PERSON_ID": 2, "TEAM_ID": 0, "POSITION": None, "WEIGHT": "", "ROSTER_STATUS": None, "DRAFT_YEAR": None}
    parsed = player_index.parse(stored(index({}, free)))
    fits_contract(parsed)
    first, second = parsed.rows
    assert (first["player_id"], first["season_year"], first["team"], first["weight"]) == ("1630173", 2025, "NYK", 243)
    assert (first["is_active"], first["from_year"], first["to_year"]) == (True, 2020, 2025)
    assert [second[name] for name in ("team", "position", "weight", "draft_year")] == [None] * 4
    assert second["is_active"] is False


def test_player_directory_refusals(stored: Stored) -> None:
    with pytest.raises(NoData):
        player_index.parse(stored(index()))
    with pytest.raises(InvariantViolated, match="twice"):
        player_index.parse(stored(index({}, {})))
    with pytest.raises(UnknownPayloadShape, match="Season"):
        player_index.parse(stored(index({}, season=None)))
    for change in ({"WEIGHT": "heavy"}, {"PERSON_ID": "1"}, {"PLAYER_LAST_NAME": None}, {"DRAFT_YEAR": "2020"}):
        with pytest.raises(UnknownPayloadShape):
            player_index.parse(stored(index(change)))


def test_real_player_directory(real: Stored, fits_contract: Fits) -> None:
    obj = real("nba_stats/playerindex_2025-26.json.gz")
    row_set = json.loads(obj.body)["resultSets"][0]
    column = row_set["headers"].index("TEAM_ABBREVIATION")
    parsed = player_index.parse(obj)
    fits_contract(parsed)
    assert len(parsed.rows) == 594 == len(row_set["rowSet"])
    assert Counter(row["team"] for row in parsed.rows) == Counter(row[column] for row in row_set["rowSet"])
    assert len({row["team"] for row in parsed.rows} - {None}) == 30


ROSTERED: Body = {
    "TeamID": 1610612738,
    "SEASON": "2025",
    "PLAYER": "Jaylen Brown",
    "NUM": "7",
    "POSITION": "G-F",
    "HEIGHT": "6-6",
    "WEIGHT": "223",
    "BIRTH_DATE": "secret",
    "AGE": 29.0,
    "EXP": "R",
    "PLAYER_ID": 1627759,
    "HOW_ACQUIRED": "#3 Pick in 2016 Draft",
}


def roster(*players: Body) -> Body:
    return row_sets("CommonTeamRoster", [{**ROSTERED, **player} for player in players], list(ROSTERED))


def test_team_roster_has_no_birth_date(stored: Stored, fits_contract: Fits) -> None:
    parsed = rosters.parse(stored(roster({}, {"PLAYER_ID": 2}), roster_date="2025-10-01"))
    fits_contract(parsed)
    row = parsed.rows[0]
    assert (row["roster_date"], row["season_year"], row["team"]) == (date(2025, 10, 1), 2025, "BOS")
    assert (row["player_id"], row["age"], row["experience"], row["weight"]) == ("1627759", 29, "R", 223)
    assert "secret" not in row.values()
    assert parsed.scopes == [{"roster_date": date(2025, 10, 1), "team": "BOS"}]


def test_team_roster_refusals(stored: Stored) -> None:
    with pytest.raises(NoData):
        rosters.parse(stored(roster(), roster_date="2025-10-01"))
    broken: tuple[list[Body], ...] = ([{}, {}], [{}, {"TeamID": 1610612739, "PLAYER_ID": 2}], [{"TeamID": 15020}])
    for players in broken:
        with pytest.raises(InvariantViolated):
            rosters.parse(stored(roster(*players), roster_date="2025-10-01"))
    with pytest.raises(InvariantViolated, match="roster_date"):
        rosters.parse(stored(roster({})))
    with pytest.raises(UnknownPayloadShape):
        rosters.parse(stored(roster({"PLAYER_ID": "x"}), roster_date="2025-10-01"))


def athlete(number: int, **more: Any) -> Body:
    return {
        "id": str(number),
        "fullName": f"Athlete {number}",
        "dateOfBirth": "1996-10-24T07:00Z",
        "height": 78.0,
        "weight": 223.0,
        "age": 28,
        "position": {"abbreviation": "SG"},
        "experience": {"years": 0},
        "injuries": [],
        "status": {"type": "active"},
        "contract": {"salary": 1},
        **more,
    }


def espn_team(count: int = 13, abbreviation: str = "GS", **more: Any) -> Body:
    athletes = [athlete(number) for number in range(1, count)] + [athlete(99, **more)]
    return {"team": {"id": "9", "abbreviation": abbreviation, "athletes": athletes}}


ESPN_PARAMS = {"roster_date": "2025-10-01", "season_year": "2025"}


def test_espn_roster(stored: Stored, fits_contract: Fits) -> None:
    body = espn_team(injuries=[{"status": "Out"}, {"status": "Old"}], jersey="30", age=None, experience={})
    parsed = espn.parse(stored(body, **ESPN_PARAMS))
    fits_contract(parsed)
    first, last = parsed.rows[0], parsed.rows[-1]
    assert (first["team"], first["season_year"], first["experience_years"]) == ("GSW", 2025, 0)
    assert (first["jersey_number"], first["injury_status_raw"], first["status"]) == (None, None, "active")
    assert (last["jersey_number"], last["injury_status_raw"], last["age"]) == ("30", "Out", None)
    assert last["experience_years"] is None


def test_espn_refusals(stored: Stored) -> None:
    with pytest.raises(InvariantViolated, match="12 athletes"):
        espn.parse(stored(espn_team(12), **ESPN_PARAMS))
    with pytest.raises(InvariantViolated, match="30 teams"):
        espn.parse(stored(espn_team(abbreviation="XYZ"), **ESPN_PARAMS))
    with pytest.raises(InvariantViolated, match="season_year"):
        espn.parse(stored(espn_team(), roster_date="2025-10-01"))
    broken: tuple[Body, ...] = (
        *({**espn_team(), "code": 404}, espn_team(height="6-6"), espn_team(injuries=None)),
        {"sports": []},
    )
    for body in broken:
        with pytest.raises(UnknownPayloadShape):
            espn.parse(stored(body, **ESPN_PARAMS))


def test_real_espn_roster(real: Stored, fits_contract: Fits) -> None:
    obj = real("espn/roster_api_team2.json", **ESPN_PARAMS)
    athletes = json.loads(obj.body)["team"]["athletes"]
    parsed = espn.parse(obj)
    fits_contract(parsed)
    assert [row["espn_player_id"] for row in parsed.rows] == [a["id"] for a in athletes]
    assert len(parsed.rows) == 17
    out = {a["fullName"] for a in athletes if a.get("injuries")}
    assert {row["player_name_raw"] for row in parsed.rows if row["injury_status_raw"]} == out
