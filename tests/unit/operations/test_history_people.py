"""Imported injury reports, directory, rosters and transactions."""

from __future__ import annotations

from datetime import date
from typing import Any

INJURIES = "injuries/official"
MOVEMENTS = "directory/player_movements"


def test_a_report_has_its_assumed_hour_and_the_order_of_its_file(history: Any) -> None:
    history.put(INJURIES, {}, {"player_name": "Aaron, A", "current_status": "Out", "reason": "G League - Two-Way"})
    history.load("injuries")
    columns = ("listing_order", "report_at", "report_date", "team", "player_name_raw", "injury_status")
    at = "2025-10-20 21:30:00"
    assert history.rows("nbac_injury_report", *columns, "reason_category") == [
        (1, at, date(2025, 10, 20), "GSW", "Butler III, Jimmy", "probable", "injury"),
        (2, at, date(2025, 10, 20), "GSW", "Aaron, A", "out", "g_league"),
    ]


def test_a_team_that_has_not_submitted_has_no_player_and_no_reason(history: Any) -> None:
    history.put(INJURIES, {"player_name": None, "current_status": None, "reason": "NOT YET SUBMITTED"})
    history.load("injuries")
    columns = ("player_name_raw", "injury_status", "reason", "reason_category")
    assert history.rows("nbac_injury_report", *columns) == [(None, "not_submitted", None, None)]


def test_a_player_without_status_is_refused(history: Any) -> None:
    history.put(INJURIES, {"current_status": None})
    assert history.load("injuries")["injuries"].refused == {"no_status": 1}


def test_considerations_have_no_player_and_differ_by_the_other_team(history: Any) -> None:
    history.put(MOVEMENTS, {}, {"additional_sort": 1610612737}, {"player_id": 7, "additional_sort": 0}, {})
    assert history.load("movements")["movements"].refused == {"same_key": 1}
    assert history.rows("nbac_player_movement", "player_id", "counterpart_team_id", "player_slug") == [
        ("7", None, None),
        (None, 1610612737, None),
        (None, 1610612752, None),
    ]


def test_directory_and_roster_name_teams_by_tricode_and_leave_blanks_unknown(history: Any) -> None:
    history.put("directory/player_index", {"jersey_number": "", "roster_status": None, "team_id": 0})
    history.put("directory/rosters", {"num": None}, {"player_id": 2, "team_id": 99})
    results = history.load("player_list", "rosters")
    assert history.rows("nbac_player_list_current", "player_id", "team", "jersey_number", "is_active") == [
        ("1628369", None, None, False)
    ]
    assert history.rows("nbac_team_rosters", "roster_date", "team", "jersey_number", "how_acquired") == [
        (date(2025, 10, 15), "BOS", None, None)
    ]
    assert results["rosters"].refused == {"foreign_team": 1}
