"""CDN box score: players, teams and officials from one object."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from datetime import date
from typing import Any

import pyarrow as pa
import pytest

from python_runners.errors import InvariantViolated, NoData, UnknownPayloadShape
from python_runners.loaders.base import RawObject
from python_runners.loaders.parsers import cdn_boxscore, referees

Stored = Callable[..., RawObject]
Fits = Callable[..., pa.Table]
Body = dict[str, Any]

COUNTS = (
    *("points", "fieldGoalsMade", "fieldGoalsAttempted", "threePointersMade", "threePointersAttempted"),
    *("freeThrowsMade", "freeThrowsAttempted", "reboundsOffensive", "reboundsDefensive", "reboundsTotal", "assists"),
    *("steals", "blocks", "turnovers", "foulsPersonal", "blocksReceived", "foulsDrawn", "foulsTechnical"),
    *("pointsInThePaint", "pointsFastBreak", "pointsSecondChance"),
)
SCORING = {"points": 9, "fieldGoalsMade": 3, "fieldGoalsAttempted": 8, "threePointersMade": 1}
SHOOTING = {"threePointersAttempted": 3, "freeThrowsMade": 2, "freeThrowsAttempted": 2, "pointsInThePaint": 4}
REST = {"reboundsDefensive": 2, "reboundsTotal": 2, "turnovers": 1}


def player(person_id: int, *, played: bool, starter: bool = False, **more: Any) -> Body:
    zeros = dict.fromkeys(COUNTS, 0)
    statistics: Body = {**zeros, **(SCORING | SHOOTING | REST if played else {})}
    statistics |= {"minutes": "PT48M00.00S" if played else "PT00M00.00S", "plusMinusPoints": 3.0 if played else 0.0}
    return {
        "status": "ACTIVE",
        "order": 1,
        "personId": person_id,
        "jerseyNum": "7",
        "starter": "1" if starter else "0",
        "played": "1" if played else "0",
        "name": f"Player {person_id}",
        **({"position": "C"} if starter else {}),
        **more,
        "statistics": statistics,
    }


def team(team_id: int, first_player: int, extra_points: int = 0) -> Body:
    players = [player(first_player + index, played=True, starter=True) for index in range(5)]
    players[0]["statistics"]["freeThrowsMade"] += extra_points
    players[0]["statistics"]["freeThrowsAttempted"] += extra_points
    players[0]["statistics"]["points"] += extra_points
    out: Body = {"status": "INACTIVE", "notPlayingReason": "INACTIVE_INJURY", "notPlayingDescription": "Right Knee"}
    players.append(player(first_player + 5, played=False, **out))
    players.append(player(first_player + 6, played=False, notPlayingReason="DNP_COACH"))
    statistics = {name: sum(row["statistics"][name] for row in players) for name in COUNTS}
    statistics |= {"minutes": "PT240M00.00S", "turnoversTeam": 2, "pointsFromTurnovers": 6, "reboundsTotal": 99}
    points = statistics["points"]
    return {
        "teamId": team_id,
        "score": points,
        "periods": [{"period": 1, "periodType": "REGULAR", "score": 20}, {"period": 2, "score": points - 20}],
        "players": players,
        "statistics": statistics,
    }


def official(position: str, person_id: int) -> Body:
    return {"personId": person_id, "name": f"Official {person_id}", "assignment": position, "jerseyNum": "25"}


@pytest.fixture
def box() -> Body:
    return {
        "meta": {"version": 1},
        "game": {
            "gameId": "0022500776",
            "gameTimeUTC": "2026-02-12T00:00:00Z",
            "gameEt": "2026-02-11T19:00:00-05:00",
            "gameStatus": 3,
            "period": 4,
            "regulationPeriods": 4,
            "officials": [official("OFFICIAL1", 1146), official("OFFICIAL2", 202026), official("ALTERNATE", 5)],
            "homeTeam": team(1610612739, 100, extra_points=4),
            "awayTeam": team(1610612764, 200),
        },
    }


def test_players_of_a_hand_made_box(box: Body, stored: Stored, fits_contract: Fits) -> None:
    parsed = cdn_boxscore.parse_players(stored(box))
    fits_contract(parsed)
    assert len(parsed.rows) == 14
    by_id = {row["player_id"]: row for row in parsed.rows}
    first = by_id["100"]
    assert (first["team"], first["opponent"], first["is_home"]) == ("CLE", "WAS", True)
    assert (first["game_date"], first["season_year"]) == (date(2026, 2, 11), 2025)
    assert (first["points"], first["minutes"], first["plus_minus"]) == (13, 48.0, 3)
    assert (first["is_starter"], first["starting_position"]) == (True, "C")
    assert parsed.scopes == [{"game_id": "0022500776", "source_variant": "cdn_live"}]


def test_who_did_not_appear_has_null_statistics_although_the_feed_writes_zeros(box: Body, stored: Stored) -> None:
    rows = {row["player_id"]: row for row in cdn_boxscore.parse_players(stored(box)).rows}
    inactive, dressed = rows["105"], rows["106"]
    assert (inactive["player_status"], inactive["not_playing_reason"]) == ("inactive", "INACTIVE_INJURY")
    assert inactive["not_playing_description"] == "Right Knee"
    assert dressed["player_status"] == "dnp"
    for row in (inactive, dressed):
        assert [row[name] for name in ("minutes", "points", "rebounds", "plus_minus", "fouls_drawn")] == [None] * 5
        assert row["is_starter"] is False


@pytest.mark.parametrize(
    ("status", "reason", "expected"),
    [
        ("ACTIVE", "DND_INJURY", "dnp"),
        ("ACTIVE", "NWT_PERSONAL", "dnp"),
        ("INACTIVE", "INACTIVE_COACH", "inactive"),
        ("INACTIVE", "SOMETHING_NEW", "inactive"),
        ("ACTIVE", "SOMETHING_NEW", "dnp"),
        ("ACTIVE", None, "dnp"),
    ],
)
def test_prefix_of_the_reason_gives_the_status(
    box: Body, stored: Stored, status: str, reason: str | None, expected: str
) -> None:
    box["game"]["homeTeam"]["players"][5] |= {"status": status, "notPlayingReason": reason}
    rows = {row["player_id"]: row for row in cdn_boxscore.parse_players(stored(box)).rows}
    assert rows["105"]["player_status"] == expected


def test_zero_seconds_and_zero_points_are_measured(box: Body, stored: Stored) -> None:
    appeared = player(107, played=True)
    appeared["statistics"] |= {**dict.fromkeys(COUNTS, 0), "minutes": "PT00M00.00S", "plusMinusPoints": 0.0}
    box["game"]["homeTeam"]["players"].append(appeared)
    row = {row["player_id"]: row for row in cdn_boxscore.parse_players(stored(box)).rows}["107"]
    assert (row["player_status"], row["minutes"], row["points"]) == ("active", 0.0, 0)


def test_teams_leave_out_team_rebounds_and_keep_team_turnovers_apart(
    box: Body, stored: Stored, fits_contract: Fits
) -> None:
    parsed = cdn_boxscore.parse_teams(stored(box))
    fits_contract(parsed)
    home, away = parsed.rows
    assert (home["team"], home["points"], away["points"]) == ("CLE", 49, 45)
    assert (home["offensive_rebounds"], home["defensive_rebounds"]) == (0, 10)
    assert (home["turnovers"], home["team_turnovers"], home["team_minutes"]) == (5, 2, 240.0)
    assert json.loads(home["period_scores"]) == [20, 29]


def test_overtime_adds_team_minutes(box: Body, stored: Stored) -> None:
    box["game"]["period"] = 5
    with pytest.raises(InvariantViolated, match="team minutes"):
        cdn_boxscore.parse_teams(stored(box))
    for side in ("homeTeam", "awayTeam"):
        box["game"][side]["statistics"]["minutes"] = "PT265M00.00S"
    assert {row["team_minutes"] for row in cdn_boxscore.parse_teams(stored(box)).rows} == {265.0}


def test_officials_on_the_court(box: Body, stored: Stored, fits_contract: Fits) -> None:
    parsed = referees.parse_box(stored(box))
    fits_contract(parsed)
    assert [(row["official_position"], row["official_id"]) for row in parsed.rows] == [(1, "1146"), (2, "202026")]
    assert parsed.scopes[0]["source_variant"] == "boxscore"
    assert parsed.dropped == {"not_on_court": 1}


def test_only_a_final_game_is_a_result(box: Body, stored: Stored) -> None:
    box["game"]["gameStatus"] = 2
    for parse in (cdn_boxscore.parse_players, cdn_boxscore.parse_teams, referees.parse_box):
        with pytest.raises(NoData):
            parse(stored(box))


def _wrong_points(game: Body) -> None:
    game["homeTeam"]["players"][1]["statistics"]["points"] = 10


def _wrong_sum(game: Body) -> None:
    game["homeTeam"]["statistics"]["assists"] = 1


def _wrong_periods(game: Body) -> None:
    game["awayTeam"]["periods"][0]["score"] = 21


def _four_starters(game: Body) -> None:
    game["homeTeam"]["players"][0]["starter"] = "0"


def _twice(game: Body) -> None:
    copied = copy.deepcopy(game["homeTeam"]["players"][6])
    game["homeTeam"]["players"].append(copied)


def _foreign(game: Body) -> None:
    game["awayTeam"]["teamId"] = 15020


@pytest.mark.parametrize("damage", [_wrong_points, _wrong_sum, _wrong_periods, _four_starters, _twice, _foreign])
def test_a_box_that_contradicts_itself_fails(box: Body, stored: Stored, damage: Callable[[Body], None]) -> None:
    damage(box["game"])
    with pytest.raises(InvariantViolated):
        cdn_boxscore.parse_players(stored(box))


def test_a_tie_is_no_final_score(box: Body, stored: Stored) -> None:
    box["game"]["homeTeam"] = team(1610612739, 100)
    with pytest.raises(InvariantViolated, match="tied"):
        cdn_boxscore.parse_teams(stored(box))


def _unknown_wrapper(box: Body) -> None:
    box["banner"] = {}


def _unknown_game_key(box: Body) -> None:
    box["game"]["simulation"] = 1


def _other_type(box: Body) -> None:
    box["game"]["gameStatus"] = "3"


def _flag_as_number(box: Body) -> None:
    box["game"]["homeTeam"]["players"][0]["starter"] = 1


def _flag_unknown(box: Body) -> None:
    box["game"]["homeTeam"]["players"][0]["played"] = "yes"


def _count_missing(box: Body) -> None:
    del box["game"]["homeTeam"]["players"][0]["statistics"]["steals"]


def _minutes_unknown(box: Body) -> None:
    box["game"]["homeTeam"]["players"][0]["statistics"]["minutes"] = "24.9"


@pytest.mark.parametrize(
    "damage",
    [
        *(_unknown_wrapper, _unknown_game_key, _other_type, _flag_as_number, _flag_unknown),
        *(_count_missing, _minutes_unknown),
    ],
)
def test_another_shape_is_refused(box: Body, stored: Stored, damage: Callable[[Body], None]) -> None:
    damage(box)
    with pytest.raises(UnknownPayloadShape):
        cdn_boxscore.parse_players(stored(box))


def test_a_truncated_file_is_refused(box: Body, stored: Stored) -> None:
    with pytest.raises(UnknownPayloadShape):
        cdn_boxscore.parse_players(stored(json.dumps(box)[:-400]))


def test_an_answer_for_another_game_is_refused(box: Body, stored: Stored) -> None:
    with pytest.raises(InvariantViolated, match="asked for"):
        cdn_boxscore.parse_players(stored(box, game_id="0022500777"))


@pytest.mark.parametrize(
    ("name", "game_date", "players", "sides"),
    [
        ("boxscore_0022500776_final.json", date(2026, 2, 11), 35, {"CLE", "WAS"}),
        ("boxscore_0022000001_final.json", date(2020, 12, 22), 34, {"BKN", "GSW"}),
    ],
)
def test_real_box(real: Stored, fits_contract: Fits, name: str, game_date: date, players: int, sides: set[str]) -> None:
    obj = real(f"nba_cdn/{name}")
    game = json.loads(obj.body)["game"]
    listed = {p["personId"]: p for side in ("homeTeam", "awayTeam") for p in game[side]["players"]}
    parsed = cdn_boxscore.parse_players(obj)
    teams = cdn_boxscore.parse_teams(obj)
    for result in (parsed, teams, referees.parse_box(obj)):
        fits_contract(result)
    assert len(parsed.rows) == players == len(listed)
    assert {row["game_date"] for row in parsed.rows} == {game_date}
    assert {row["team"] for row in teams.rows} == sides
    assert sum(row["is_starter"] for row in parsed.rows) == 10
    margin = abs(game["homeTeam"]["score"] - game["awayTeam"]["score"])
    for row in teams.rows:
        own = [player for player in parsed.rows if player["team"] == row["team"] and player["points"] is not None]
        assert sum(player["points"] for player in own) == row["points"]
        assert abs(sum(player["plus_minus"] for player in own)) == 5 * margin
        assert sum(player["minutes"] for player in own) == pytest.approx(240, abs=0.1)
        source = game["homeTeam" if row["is_home"] else "awayTeam"]
        assert row["turnovers"] + row["team_turnovers"] == source["statistics"]["turnoversTotal"]
        assert row["offensive_rebounds"] + row["defensive_rebounds"] == source["statistics"]["reboundsPersonal"]
        assert sum(json.loads(row["period_scores"])) == source["score"]
    for row in parsed.rows:
        source = listed[int(row["player_id"])]
        assert (row["points"] is None) == (source["played"] == "0")
        assert (row["player_status"] == "inactive") == (source["status"] == "INACTIVE")
    assert [row["official_name"] for row in referees.parse_box(obj).rows] == [o["name"] for o in game["officials"]]
