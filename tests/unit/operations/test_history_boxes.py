"""Imported box scores: minutes, overtimes, turnovers of teams, and rows that contradict themselves."""

from __future__ import annotations

from typing import Any

import pytest

PLAYERS = ("schedule", "player_box")
TEAMS = ("schedule", "team_box")


def test_a_player_line_keeps_decimal_minutes_and_counts_assisted_makes(history: Any) -> None:
    history.put_game()
    history.put("boxscores/player_box", {})
    history.load(*PLAYERS)
    columns = ("player_id", "minutes", "minutes_are_whole", "is_home", "points", "assisted_fg_makes", "source_variant")
    assert history.rows("nbac_player_boxscores", *columns) == [("1628369", 35.5, False, True, 11, 2, "playergamelogs")]


def test_the_schedule_decides_who_is_at_home(history: Any) -> None:
    history.put_game(matchup="NYK @ BOS")
    history.put("boxscores/player_box", {}, {"player_id": 2, "team": "NYK", "opponent": "BOS"})
    history.load(*PLAYERS)
    assert history.rows("nbac_player_boxscores", "team", "is_home") == [("BOS", True), ("NYK", False)]


def test_a_zero_in_a_log_of_whole_minutes_is_an_appearance(history: Any) -> None:
    history.put("schedule/results_2025", {})
    history.put("boxscores/player_gamelog_2025", {"min": 0})
    history.load("schedule", "player_log_2025")
    assert history.rows("nbac_player_boxscores", "minutes", "minutes_are_whole", "points_in_paint") == [
        (0.0, True, None)
    ]


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"pts": 12}, "points_do_not_add_up"),
        ({"reb": 6}, "rebounds_do_not_add_up"),
        ({"game_id": "0022300901"}, "not_in_schedule"),
    ],
)
def test_a_line_that_contradicts_itself_is_refused_and_named(history: Any, change: dict[str, Any], reason: str) -> None:
    history.put_game()
    history.put("boxscores/player_box", change, {"player_id": 2})
    result = history.load(*PLAYERS)["player_box"]
    assert (result.rows_read, result.rows_loaded, result.refused) == (2, 1, {reason: 1})
    refusals = history.warehouse.query("select * from nba_orchestration.history_refusals").to_pylist()
    game_id = change.get("game_id", "0022300900")
    assert refusals == [
        {
            "dataset": "player_box",
            "raw_table": "nbac_player_boxscores",
            "source_file": "boxscores/player_box_2023_24.parquet",
            "reason": reason,
            "row_key": f"game_id={game_id} player_id=1628369 source_variant=playergamelogs",
        }
    ]


def test_lines_without_makes_and_attempts_are_refused(history: Any) -> None:
    history.put("boxscores/player_gamelog_light", {})
    assert history.load("player_log_light")["player_log_light"].refused == {"no_makes_and_attempts": 1}


def test_team_minutes_are_those_of_five_players_and_team_turnovers_stand_apart(history: Any) -> None:
    history.put_game()
    history.put("boxscores/player_box", {"tov": 2}, {"player_id": 2, "tov": 5})
    history.put("boxscores/team_box", {"min": 53.0, "tov": 8})
    history.load(*TEAMS)
    assert history.rows("nbac_team_boxscore", "team_minutes", "turnovers", "team_turnovers", "is_home") == [
        (265.0, 7, 1, True)
    ]


def test_a_team_line_without_player_lines_is_refused(history: Any) -> None:
    history.put_game()
    history.put("boxscores/team_box", {})
    assert history.load(*TEAMS)["team_box"].refused == {"no_player_rows": 1}


@pytest.mark.parametrize(
    ("summed", "minutes"), [(237, 240.0), (240, 240.0), (252, 240.0), (254, 265.0), (264, 265.0), (292, 290.0)]
)
def test_overtimes_come_out_of_rounded_minutes(history: Any, summed: int, minutes: float) -> None:
    history.put("boxscores/team_gamelog_2025", {"min": summed})
    history.load("team_games")
    assert history.rows("nbac_team_boxscore", "team", "opponent", "team_minutes", "turnovers", "team_turnovers") == [
        ("BOS", "NYK", minutes, 3, None)
    ]


def test_of_two_team_lines_the_one_of_more_minutes_stays(history: Any) -> None:
    nothing = {"min": 3, "pts": 0, "fgm": 0, "fg3m": 0, "ftm": 0}
    history.put("boxscores/team_games", nothing, {})
    assert history.load("team_games")["team_games"].refused == {"same_key": 1}
    assert history.rows("nbac_team_boxscore", "points") == [(11,)]
