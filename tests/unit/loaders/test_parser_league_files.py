"""Transactions and assignments of officials."""

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
from python_runners.loaders.parsers import movement, referees

Stored = Callable[..., RawObject]
Fits = Callable[..., pa.Table]
Body = dict[str, Any]

TRANSACTION: Body = {
    "Transaction_Type": "Trade",
    "TRANSACTION_DATE": "2025-07-13T00:00:00",
    "PLAYER_ID": 202685.0,
    "TRANSACTION_DESCRIPTION": "Denver received.",
    "TEAM_ID": 1610612743.0,
    "TEAM_SLUG": "nuggets",
    "PLAYER_SLUG": "jonas-valanciunas",
    "Additional_Sort": 1610612758.0,
    "GroupSort": "Trade 2025015",
}


def transactions(*rows: Body) -> Body:
    return {"NBA_Player_Movement": {"rows": [{**TRANSACTION, **row} for row in rows], "columns": []}}


def test_transactions(stored: Stored, fits_contract: Fits) -> None:
    pick = {"PLAYER_ID": 0.0, "PLAYER_SLUG": "", "Additional_Sort": 0.0}
    parsed = movement.parse(stored(transactions({}, pick, {"TEAM_ID": 15020.0})))
    fits_contract(parsed)
    trade, consideration = parsed.rows
    assert (trade["team"], trade["team_id"], trade["player_id"]) == ("DEN", 1610612743, "202685")
    assert (trade["transaction_date"], trade["counterpart_team_id"]) == (date(2025, 7, 13), 1610612758)
    assert [consideration[name] for name in ("player_id", "player_slug", "counterpart_team_id")] == [None] * 3
    assert (parsed.dropped, parsed.scopes) == ({"foreign_team": 1}, [{}])


def test_transaction_refusals(stored: Stored) -> None:
    with pytest.raises(NoData):
        movement.parse(stored(transactions()))
    for body in (
        transactions({"Transaction_Type": "Retirement"}),
        transactions({"TEAM_ID": "1610612743"}),
        transactions({"PLAYER_ID": 1.5}),
        {**transactions({}), "more": 1},
        {"NBA_Player_Movement": {"rows": None}},
    ):
        with pytest.raises(UnknownPayloadShape):
            movement.parse(stored(body))


def test_real_transactions(real: Stored, fits_contract: Fits) -> None:
    obj = real("nba_other/player_movement_full.json.gz")
    source = json.loads(obj.body)["NBA_Player_Movement"]["rows"]
    parsed = movement.parse(obj)
    # Two considerations of one trade for one team differ only in the team that gives them.
    fits_contract(parsed, key_also=("counterpart_team_id",))
    assert len(parsed.rows) == 8730 == len(source)
    kinds = Counter(row["transaction_type"] for row in parsed.rows)
    assert kinds == {"Signing": 4156, "Waive": 2773, "Trade": 1619, "ContractConverted": 115, "AwardOnWaivers": 67}
    assert sum(row["player_id"] is None for row in parsed.rows) == sum(row["PLAYER_ID"] == 0 for row in source)
    assert {row["counterpart_team_id"] for row in parsed.rows if row["transaction_type"] != "Trade"} == {None}


ASSIGNED: Body = {
    "game_id": "0022400509",
    "game_date": "01/08/2025",
    "home_team_id": 1610612739,
    "away_team_id": 1610612760,
    "official1": "John Goble",
    "official1_code": 101284,
    "official1_JNum": "10",
    "official2": "Ray Acosta",
    "official2_code": 1626300,
    "official2_JNum": "54",
    "official3": None,
    "official3_code": None,
    "official3_JNum": None,
}


def assignments(*games: Body, **more: Any) -> Body:
    league = {"Table": {"rows": [{**ASSIGNED, **game} for game in games], "columns": []}, "Table1": {"rows": []}}
    return {"nba": league, "gl": {"Table": {"rows": [{"game_id": "2022400077"}]}}, "wnba": {}, **more}


def test_assignments(stored: Stored, fits_contract: Fits) -> None:
    parsed = referees.parse_assignments(stored(assignments({})))
    fits_contract(parsed)
    assert [(row["official_position"], row["official_id"]) for row in parsed.rows] == [(1, "101284"), (2, "1626300")]
    assert {row["game_date"] for row in parsed.rows} == {date(2025, 1, 8)}
    assert parsed.scopes[0]["source_variant"] == "assignments"


def test_assignment_refusals(stored: Stored) -> None:
    with pytest.raises(NoData):
        referees.parse_assignments(stored(assignments()))
    with pytest.raises(InvariantViolated, match="twice"):
        referees.parse_assignments(stored(assignments({}, {})))
    with pytest.raises(NoData):
        referees.parse_assignments(stored(assignments({"game_id": "0032400004", "home_team_id": 1610616855})))
    for body in (
        assignments({}, intl={}),
        assignments({"official1_code": None}),
        assignments({"official1_code": "101284"}),
        assignments({"game_date": "2025-01-08"}),
    ):
        with pytest.raises(UnknownPayloadShape):
            referees.parse_assignments(stored(body))


def test_real_assignments(real: Stored, fits_contract: Fits) -> None:
    obj = real("nba_other/referee_assignments_2025-01-08.json")
    games = json.loads(obj.body)["nba"]["Table"]["rows"]
    parsed = referees.parse_assignments(obj)
    fits_contract(parsed)
    assert len(parsed.rows) == 24
    assert {row["official_name"] for row in parsed.rows} == {g[f"official{n}"] for g in games for n in (1, 2, 3)}
    assert {scope["game_id"] for scope in parsed.scopes} == {g["game_id"] for g in games}
