"""Imported shots: one unit, one side of the court, one id, and whole games only."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

SHOTS = ("schedule", "team_games", "team_box", "shots")
FULL = "shots/shots_2023_24"
PARTIAL = "shots/shots_2024_25"


@pytest.fixture
def game(history: Any) -> Any:
    history.put_game(fga=1)
    return history


@pytest.mark.parametrize(
    ("file", "change"),
    [
        (FULL, {"loc_x": 23.0, "loc_y": 6.25}),
        (FULL, {"season": "2020-21", "loc_x": -2.3, "loc_y": 5.875}),
        (PARTIAL, {"loc_x": -230, "loc_y": 10}),
    ],
    ids=["from the other side", "tens of feet", "tenths of a foot"],
)
def test_every_origin_gives_feet_from_the_hoop(game: Any, file: str, change: dict[str, Any]) -> None:
    game.put_game(fga=0)
    game.put(file, change)
    game.load(*SHOTS)
    assert game.rows("nbac_shot_chart", "loc_x", "loc_y", "area", "area_side", "shot_value") == [
        (-23.0, 1.0, "Left Corner 3", "Left Side(L)", 3)
    ]


def test_attempts_are_numbered_within_player_by_period_clock_and_file(game: Any) -> None:
    game.put(
        FULL,
        {"quarter": 2, "action_type": "fourth"},
        {"mins_left": 3, "action_type": "second"},
        {"mins_left": 3, "action_type": "third"},
        {"action_type": "first"},
        {"player_id": 2, "action_type": "alone"},
    )
    game.load(*SHOTS)
    assert game.rows("nbac_shot_chart", "player_id", "shot_ordinal", "action_type") == [
        ("1628369", 1, "first"),
        ("1628369", 2, "second"),
        ("1628369", 3, "third"),
        ("1628369", 4, "fourth"),
        ("2", 1, "alone"),
    ]


def test_an_id_that_is_no_game_is_looked_up_by_date_and_teams(game: Any) -> None:
    game.put_game(fga=0)
    game.put(FULL, {"game_id": "0022300000"}, {"game_id": "0022300000", "game_date": date(2024, 3, 6), "player_id": 2})
    assert game.load(*SHOTS)["shots"].refused == {"no_such_game": 1}
    assert game.rows("nbac_shot_chart", "game_id", "player_id") == [("0022300900", "1628369")]


@pytest.mark.parametrize(("attempts", "refused"), [(1, {}), (2, {"game_cut_off": 3})])
def test_a_game_that_lacks_attempts_of_the_box_score_is_refused(
    game: Any, attempts: int, refused: dict[str, int]
) -> None:
    game.put_game(fga=attempts)
    game.put(PARTIAL, {}, {"player_id": 2}, {"player_id": 3})
    assert game.load(*SHOTS)["shots"].refused == refused
