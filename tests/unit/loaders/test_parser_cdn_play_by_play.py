"""Play-by-play of a game."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pyarrow as pa
import pytest

from python_runners.errors import InvariantViolated, NoData, UnknownPayloadShape
from python_runners.loaders.base import RawObject
from python_runners.loaders.parsers import cdn_boxscore, cdn_play_by_play

Stored = Callable[..., RawObject]
Fits = Callable[..., pa.Table]
Body = dict[str, Any]
CLE, WAS = 1610612739, 1610612764


def action(number: int, kind: str, sub: str | None, score: tuple[int, int], **more: Any) -> Body:
    return {
        "actionNumber": number,
        "orderNumber": number * 10000,
        "clock": "PT11M40.00S",
        "timeActual": "2026-02-12T00:11:43.1Z",
        "edited": "2026-02-12T00:12:12Z",
        "period": 1,
        "periodType": "REGULAR",
        "actionType": kind,
        "subType": sub,
        "qualifiers": [],
        "personId": 0,
        "isFieldGoal": 1 if kind in ("2pt", "3pt") else 0,
        "possession": 0,
        "scoreHome": str(score[0]),
        "scoreAway": str(score[1]),
        **more,
    }


@pytest.fixture
def game() -> Body:
    shot = {
        "teamId": CLE,
        "personId": 1628386,
        "shotResult": "Made",
        "assistPersonId": 201935,
        "x": 93.9,
        "y": 50.9,
        "area": "Restricted Area",
        "qualifiers": ["pointsinthepaint", "fastbreak"],
        "shotDistance": 0.69,
    }
    miss = {"teamId": WAS, "personId": 1642848, "shotResult": "Missed", "blockPersonId": 1628386}
    throw = {"teamId": WAS, "personId": 1642848, "shotResult": "Made"}
    return {
        "gameId": "0022500776",
        "actions": [
            action(2, "period", "start", (0, 0), clock="PT12M00.00S"),
            action(9, "freethrow", "1 of 1", (2, 1), **throw),
            action(7, "2pt", "Layup", (2, 0), **shot),
            action(8, "3pt", "Jump Shot", (2, 0), **miss),
            action(11, "heave", None, (2, 1), teamId=WAS, area="Backcourt"),
            action(99, "game", "end", (2, 1), clock="PT00M00.00S", period=4),
        ],
    }


def parse(stored: Stored, game: Body, **params: str) -> Any:
    return cdn_play_by_play.parse(stored({"meta": {}, "game": game}, **{"game_date": "2026-02-11", **params}))


def test_actions_in_the_order_of_the_game(stored: Stored, fits_contract: Fits, game: Body) -> None:
    parsed = parse(stored, game)
    fits_contract(parsed)
    assert [row["action_number"] for row in parsed.rows] == [2, 7, 8, 9, 11, 99]
    assert {row["game_date"] for row in parsed.rows} == {date(2026, 2, 11)}
    start, made, missed, throw, heave, end = parsed.rows
    assert (start["player_id"], start["team"], start["elapsed_seconds"]) == (None, None, 0.0)
    assert (made["team"], made["player_id"], made["assist_player_id"]) == ("CLE", "1628386", "201935")
    assert (made["shot_value"], made["points_scored"], made["is_field_goal"]) == (2, 2, True)
    assert made["qualifiers"] == ["fastbreak", "pointsinthepaint"]
    assert (made["clock_seconds"], made["elapsed_seconds"]) == (700.0, 20.0)
    assert made["time_actual"] == datetime(2026, 2, 12, 0, 11, 43, 100000, tzinfo=UTC)
    assert (missed["shot_value"], missed["points_scored"], missed["block_player_id"]) == (3, 0, "1628386")
    assert (throw["shot_value"], throw["points_scored"], throw["is_field_goal"]) == (1, 1, False)
    assert (heave["is_field_goal"], heave["shot_value"], heave["player_id"]) == (False, None, None)
    assert (end["score_home"], end["score_away"], end["elapsed_seconds"]) == (2, 1, 2880.0)


@pytest.mark.parametrize(
    ("period", "clock", "elapsed"),
    [(4, "PT00M00.00S", 2880.0), (5, "PT05M00.00S", 2880.0), (5, "PT00M00.00S", 3180.0), (6, "PT04M59.00S", 3181.0)],
)
def test_overtimes_are_five_minutes_long(stored: Stored, game: Body, period: int, clock: str, elapsed: float) -> None:
    game["actions"][-1] |= {"period": period, "clock": clock, "periodType": "OVERTIME" if period > 4 else "REGULAR"}
    assert parse(stored, game).rows[-1]["elapsed_seconds"] == elapsed


def test_a_clock_beyond_the_period_fails(stored: Stored, game: Body) -> None:
    game["actions"][-1] |= {"period": 5, "clock": "PT06M00.00S"}
    with pytest.raises(InvariantViolated):
        parse(stored, game)


def test_a_file_without_the_end_of_the_game_is_not_loaded(stored: Stored, game: Body) -> None:
    del game["actions"][-1]
    with pytest.raises(NoData, match="ends before"):
        parse(stored, game)
    game["actions"] = []
    with pytest.raises(NoData):
        parse(stored, game)


def test_the_date_has_to_come_with_the_request(stored: Stored, game: Body) -> None:
    with pytest.raises(InvariantViolated, match="game_date"):
        parse(stored, game, game_date="")


@pytest.mark.parametrize(
    ("position", "change"),
    [
        (2, {"scoreHome": "3"}),
        (1, {"scoreHome": "1"}),
        (1, {"actionNumber": 7}),
        (2, {"shotResult": "Missed"}),
        (2, {"isFieldGoal": 0}),
        (2, {"teamId": 15020}),
        (2, {"teamId": WAS}),
    ],
)
def test_contradictions_fail(stored: Stored, game: Body, position: int, change: Body) -> None:
    game["actions"][position] |= change
    with pytest.raises(InvariantViolated):
        parse(stored, game)


@pytest.mark.parametrize(
    "change", [{"scoreHome": 2}, {"clock": "11:40"}, {"periodType": "EXTRA"}, {"qualifiers": [1]}, {"shotResult": "?"}]
)
def test_another_shape_is_refused(stored: Stored, game: Body, change: Body) -> None:
    game["actions"][2] |= change
    with pytest.raises(UnknownPayloadShape):
        parse(stored, game)


def test_an_unknown_key_of_the_game_is_refused(stored: Stored, game: Body) -> None:
    game["extra"] = 1
    with pytest.raises(UnknownPayloadShape):
        parse(stored, game)


@pytest.mark.parametrize(
    ("name", "game_date", "actions"),
    [("0022500776", "2026-02-11", 573), ("0022000001", "2020-12-22", 610), ("0022400500", "2025-01-06", 571)],
)
def test_real_games(real: Stored, fits_contract: Fits, name: str, game_date: str, actions: int) -> None:
    obj = real(f"nba_cdn/playbyplay_{name}_final.json.gz", game_date=game_date)
    source = json.loads(obj.body)["game"]["actions"]
    parsed = cdn_play_by_play.parse(obj)
    fits_contract(parsed)
    assert len(parsed.rows) == actions == len(source)
    last = max(source, key=lambda a: int(a["orderNumber"]))
    total = int(last["scoreHome"]) + int(last["scoreAway"])
    assert sum(row["points_scored"] for row in parsed.rows) == total
    assert sum(row["is_field_goal"] for row in parsed.rows) == sum(a["isFieldGoal"] for a in source)
    assert all(0 <= row["elapsed_seconds"] <= 2880 for row in parsed.rows)


def test_qualifiers_of_a_real_game_give_the_points_of_its_box_score(real: Stored) -> None:
    plays = cdn_play_by_play.parse(real("nba_cdn/playbyplay_0022500776_final.json.gz", game_date="2026-02-11")).rows
    pairs = {
        "points_in_paint": "pointsinthepaint",
        "fast_break_points": "fastbreak",
        "second_chance_points": "2ndchance",
        "points_off_turnovers": "fromturnover",
    }
    for team in cdn_boxscore.parse_teams(real("nba_cdn/boxscore_0022500776_final.json")).rows:
        own = [play for play in plays if play["team"] == team["team"]]
        assert sum(play["points_scored"] for play in own) == team["points"]
        for column, qualifier in pairs.items():
            assert sum(p["points_scored"] for p in own if qualifier in p["qualifiers"]) == team[column]


def test_the_real_half_time_file_is_partial(real: Stored) -> None:
    with pytest.raises(NoData):
        cdn_play_by_play.parse(real("nba_cdn/playbyplay_0022500776_halftime.json.gz", game_date="2026-02-11"))
