"""The imported schedule: what was played decides, and tip-offs become UTC."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from python_runners.teams import team_id_of

PLANNED = "schedule/schedule_cdn_2023"


@pytest.mark.parametrize(
    ("day", "wall", "utc"),
    [
        (date(2022, 1, 15), "7:30p", "2022-01-16 00:30:00"),
        (date(2022, 4, 15), "7:30p", "2022-04-15 23:30:00"),
        (date(2022, 1, 17), "12:30p", "2022-01-17 17:30:00"),
        (date(2022, 3, 12), "3:30p", "2022-03-12 20:30:00"),
        (date(2022, 3, 13), "3:30p", "2022-03-13 19:30:00"),
        (date(2021, 11, 7), "1:00p", "2021-11-07 18:00:00"),
    ],
)
def test_eastern_wall_clocks_become_utc_with_daylight_saving(history: Any, day: date, wall: str, utc: str) -> None:
    history.put_game(game_id="0022100900", game_date=day)
    history.put("schedule/schedule_bbref", {"game_date": day, "game_start_time_et": wall})
    history.load("schedule")
    assert history.rows("nbac_schedule", "game_id", "game_date", "tip_off_utc", "is_time_tbd", "arena_name") == [
        ("0022100900", day, utc, False, "TD Garden")
    ]


def test_a_played_game_has_score_sides_and_final_status(history: Any) -> None:
    history.put_game()
    history.put(PLANNED, {})
    history.load("schedule")
    columns = ("home_team", "away_team", "home_score", "away_score", "game_status", "season", "season_type")
    assert history.rows("nbac_schedule", *columns) == [("BOS", "NYK", 11, 9, 3, "2023-24", "regular")]


def test_blank_texts_are_unknown(history: Any) -> None:
    history.put(PLANNED, {"game_code": " "})
    history.load("schedule")
    assert history.rows("nbac_schedule", "game_code", "series_text", "national_tv") == [("20240305/NYKBOS", None, None)]


def test_a_postponed_game_has_its_played_date_and_not_the_planned_time(history: Any) -> None:
    history.put_game(game_date=date(2024, 4, 2))
    history.put(PLANNED, {})
    history.load("schedule")
    columns = ("game_date", "tip_off_utc", "game_status_text")
    assert history.rows("nbac_schedule", *columns) == [
        (date(2024, 4, 2), "2024-04-02 23:00:00", "Final (tip-off assumed)")
    ]


@pytest.mark.parametrize("file", ["odds/player_points_props_2024", "odds/game_lines_consensus_partial"])
def test_the_start_in_an_odds_feed_stands_in_for_an_unknown_tip_off(history: Any, file: str) -> None:
    history.put_game()
    history.put(file, {})
    history.load("schedule")
    assert history.rows("nbac_schedule", "tip_off_utc", "game_status_text") == [("2024-03-06 00:40:00", "Final")]


@pytest.mark.parametrize(
    "undecided",
    [{"game_status_text": "TBD"}, {"game_datetime_utc": "2024-03-05T05:00:00Z"}],
    ids=["text", "midnight Eastern"],
)
def test_a_time_to_be_determined_is_no_tip_off(history: Any, undecided: dict[str, str]) -> None:
    history.put(PLANNED, {**undecided, "home_team_id": 0, "home_tricode": "", "away_team_id": 0, "away_tricode": ""})
    history.load("schedule")
    columns = ("tip_off_utc", "is_time_tbd", "home_team", "away_team", "home_score", "game_status")
    assert history.rows("nbac_schedule", *columns) == [(None, True, None, None, None, 1)]


def test_the_midnight_of_an_undecided_game_is_not_its_tip_off_once_played(history: Any) -> None:
    history.put_game()
    history.put(PLANNED, {"game_status_text": "TBD", "game_datetime_utc": "2024-03-05T05:00:00Z"})
    history.load("schedule")
    assert history.rows("nbac_schedule", "tip_off_utc", "is_time_tbd", "game_status_text") == [
        ("2024-03-06 00:00:00", False, "Final (tip-off assumed)")
    ]


def test_a_planned_game_was_seen_when_its_file_was_made(history: Any) -> None:
    history.put("schedule/schedule_2025", {"game_id": "0022501100", "date_est": "2026-04-12"})
    history.put_game()
    history.load("schedule")
    assert history.rows("nbac_schedule", "season_year", "observed_at") == [
        (2023, "2024-03-06 06:00:00"),
        (2025, "2025-10-01 00:00:00"),
    ]


def test_sides_at_a_neutral_site_come_from_the_text(history: Any) -> None:
    history.put_game(matchup="NYK @ BOS")
    history.load("schedule")
    assert history.rows("nbac_schedule", "home_team", "away_team", "home_score") == [("BOS", "NYK", 11)]


def test_a_line_of_a_few_minutes_is_not_the_result(history: Any) -> None:
    guests = {"team": "NYK", "team_id": team_id_of("NYK"), "matchup": "NYK @ BOS", "pts": 9, "ftm": 0}
    history.put("boxscores/team_games", {"pts": 0, "min": 3}, {}, guests)
    assert history.load("schedule")["schedule"].refused == {}
    assert history.rows("nbac_schedule", "home_score", "away_score") == [(11, 9)]


def test_all_star_games_and_foreign_opponents_are_refused(history: Any) -> None:
    history.put(
        PLANNED,
        {"game_id": "0032300001"},
        {"game_id": "0012300013", "away_team_id": 12321, "away_tricode": "RMD"},
    )
    result = history.load("schedule")["schedule"]
    assert result.refused == {"all_star_game": 1, "foreign_opponent": 1}
    assert result.rows_loaded == 0
