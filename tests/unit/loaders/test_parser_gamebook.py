"""Gamebook of a game."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from datetime import date
from typing import Any

import pyarrow as pa
import pytest

from python_runners.errors import InvariantViolated, NoData, PermanentError, UnknownPayloadShape
from python_runners.loaders.base import RawObject
from python_runners.loaders.parsers import gamebook

Stored = Callable[..., RawObject]
Fits = Callable[..., pa.Table]
Body = dict[str, Any]

MEM, CLE = "Memphis Grizzlies", "Cleveland Cavaliers"
GAME = {"game_id": "0022301143"}
STATS = {
    "minutes": "35:42",
    "field_goals_made": 4,
    "field_goals_attempted": 9,
    "three_pointers_made": 1,
    "three_pointers_attempted": 3,
    "free_throws_made": 0,
    "free_throws_attempted": 0,
    "offensive_rebounds": 0,
    "defensive_rebounds": 2,
    "total_rebounds": 2,
    "assists": 2,
    "personal_fouls": 2,
    "steals": 2,
    "turnovers": 1,
    "blocks": 1,
    "plus_minus": -13,
    "points": 9,
    "field_goal_percentage": 0.444,
}


def active(name: str, team: str = MEM, **stats: Any) -> Body:
    return {"name": name, "team": team, "status": "active", "stats": {**STATS, **stats}}


def idle(name: str, remark: str, team: str = MEM) -> Body:
    category = remark.split(" - ", maxsplit=1)[0]
    return {"name": name, "team": team, "status": "did_not_play", "dnp_reason": remark, "category": category}


def inactive(name: str, reason: str | None, team: str = MEM) -> Body:
    return {"name": name, "team": team, "status": "inactive", "reason": reason, "category": "inactive"}


def book(**more: Any) -> Body:
    return {
        "game_code": "20240410/MEMCLE",
        "date": "2024-04-10",
        "matchup": "MEM@CLE",
        "attendance": 19432,
        "active_players": [active("GG Jackson"), active("Max Strus", CLE)],
        "dnp_players": [idle("Santi Aldama", "NWT - Injury/Illness - Right Foot; Strain")],
        "inactive_players": [inactive("Bane", "Injury/Illness - Lumbar; Disc Bulge"), inactive("Wade", None, CLE)],
        **more,
    }


def parse(stored: Stored, **more: Any) -> Any:
    return gamebook.parse(stored(book(**more), **GAME))


def test_everybody_of_both_teams(stored: Stored, fits_contract: Fits) -> None:
    parsed = parse(stored)
    fits_contract(parsed)
    rows = {row["player_name_raw"]: row for row in parsed.rows}
    jackson, aldama, bane = rows["GG Jackson"], rows["Santi Aldama"], rows["Bane"]
    assert (jackson["minutes"], jackson["points"], jackson["plus_minus"]) == (35.7, 9, -13)
    assert (jackson["team"], jackson["opponent"], jackson["is_home"]) == ("MEM", "CLE", False)
    assert (jackson["game_id"], jackson["game_date"]) == ("0022301143", date(2024, 4, 10))
    assert (aldama["player_status"], aldama["dnp_category"], aldama["points"]) == ("dnp", "injury", None)
    assert (bane["player_status"], bane["is_last_name_only"], bane["dnp_category"]) == ("inactive", True, "injury")
    assert [rows[name]["listing_order"] for name in ("GG Jackson", "Santi Aldama", "Bane")] == [1, 2, 3]
    assert rows["Wade"]["dnp_category"] is None
    assert parsed.scopes == [{"game_id": "0022301143"}]


def test_a_list_that_runs_on_is_split_at_the_next_team(stored: Stored) -> None:
    run_on = "Injury/Illness - Knee) Inactive: Cavaliers - Jerome (Injury/Illness - Ankle; Surgery"
    parsed = parse(
        stored,
        inactive_players=[
            inactive("Bane", "Personal"),
            inactive("Williams Jr.", run_on),
            inactive("Merrill", "Injury/Illness - Neck"),
            inactive("Jerome", "Injury/Illness - Ankle; Surgery", CLE),
            inactive("Merrill", "Injury/Illness - Neck", CLE),
        ],
    )
    found = [
        (row["team"], row["player_name_raw"], row["dnp_reason"])
        for row in parsed.rows
        if row["player_status"] == "inactive"
    ]
    assert found == [
        ("MEM", "Bane", "Personal"),
        ("MEM", "Williams Jr.", "Injury/Illness - Knee"),
        ("CLE", "Jerome", "Injury/Illness - Ankle; Surgery"),
        ("CLE", "Merrill", "Injury/Illness - Neck"),
    ]
    assert parsed.dropped == {"inactive_run_on": 2}


def test_a_name_under_both_teams_is_a_parse_error(stored: Stored) -> None:
    both = [inactive("Merrill", "Personal"), inactive("Merrill", "Personal", CLE)]
    with pytest.raises(InvariantViolated, match="both teams"):
        parse(stored, inactive_players=both)


def test_a_run_on_into_a_team_without_a_list_fails(stored: Stored) -> None:
    reason = "Injury/Illness - Knee) Inactive: Celtics - White (Rest"
    with pytest.raises(InvariantViolated, match="Celtics"):
        parse(stored, inactive_players=[inactive("Bane", reason)])


@pytest.mark.parametrize(
    "more",
    [
        {"active_players": [active("A", points=10)]},
        {"active_players": [active("A", minutes="")]},
        {"active_players": [active("A", team="Boston Celtics")]},
        {"active_players": [active("A", team="Real Madrid")]},
    ],
)
def test_contradictions_fail(stored: Stored, more: Body) -> None:
    with pytest.raises(InvariantViolated):
        parse(stored, **more)


@pytest.mark.parametrize(
    "more",
    [
        {"weather": "rain"},
        {"matchup": "MEM v CLE"},
        {"date": "04/10/2024"},
        {"dnp_players": [idle("A", "OUT - Rest")]},
        {"active_players": [active("A", points="9")]},
        {"inactive_players": None},
    ],
)
def test_another_shape_is_refused(stored: Stored, more: Body) -> None:
    with pytest.raises(UnknownPayloadShape):
        parse(stored, **more)


def test_a_book_without_players(stored: Stored) -> None:
    with pytest.raises(NoData):
        parse(stored, active_players=[], dnp_players=[], inactive_players=[])


def test_the_game_has_to_come_with_the_request(stored: Stored) -> None:
    with pytest.raises(InvariantViolated, match="game_id"):
        gamebook.parse(stored(book()))


def test_a_pdf_is_refused_with_the_reason(stored: Stored) -> None:
    with pytest.raises(PermanentError, match="never been seen"):
        gamebook.parse(stored(b"%PDF-1.7\n...", **GAME))


def test_real_book(real: Stored, fits_contract: Fits) -> None:
    obj = real("nba_other/gamebook_parsed_20240410_MEMCLE.json", **GAME)
    source = json.loads(obj.body)
    parsed = gamebook.parse(obj)
    fits_contract(parsed)
    kinds = Counter((row["team"], row["player_status"]) for row in parsed.rows)
    assert kinds == {
        ("MEM", "active"): 8,
        ("CLE", "active"): 13,
        ("MEM", "dnp"): 4,
        ("CLE", "dnp"): 2,
        ("MEM", "inactive"): 9,
        ("CLE", "inactive"): 3,
    }
    assert len(parsed.rows) == source["total_players"] - 2
    points = {player["name"]: player["stats"]["points"] for player in source["active_players"]}
    assert {row["player_name_raw"]: row["points"] for row in parsed.rows if row["points"] is not None} == points
    for team in ("MEM", "CLE"):
        minutes = [row["minutes"] for row in parsed.rows if row["team"] == team and row["minutes"] is not None]
        assert sum(minutes) == pytest.approx(240, abs=0.1)
    assert all("Inactive:" not in (row["dnp_reason"] or "") for row in parsed.rows)
