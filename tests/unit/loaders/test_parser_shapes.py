"""The shared checks at the door."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

import pytest

from python_runners.errors import InvariantViolated, NoData, UnknownPayloadShape
from python_runners.loaders.base import RawObject, Row
from python_runners.loaders.parsers.box import check_counts, check_totals, counts
from python_runners.loaders.parsers.reasons import dnp_category, reason_category
from python_runners.loaders.parsers.row_sets import read_row_sets
from python_runners.loaders.parsers.shapes import (
    INT,
    NULLABLE_TEXT,
    TEXT,
    day,
    game_id_of,
    id_text,
    param,
    param_day,
    parsed,
    read_json,
    record,
    records,
    season_start,
    whole,
    whole_text,
)
from python_runners.loaders.parsers.sides import both_sides, sides_of_ids

Stored = Callable[..., RawObject]


def test_truncated_json_is_an_unknown_shape(stored: Stored) -> None:
    with pytest.raises(UnknownPayloadShape, match="not JSON"):
        read_json(stored('{"game": {"gameId": "00225'))
    with pytest.raises(UnknownPayloadShape):
        read_json(stored(b"\xff\xfe\x00"))


def test_record_refuses_missing_keys_other_types_and_unknown_keys() -> None:
    assert record({"a": 1, "b": None}, "x", {"a": INT}, {"b": NULLABLE_TEXT}, is_closed=True) == {"a": 1, "b": None}
    with pytest.raises(UnknownPayloadShape, match="missing"):
        record({}, "x", {"a": INT})
    with pytest.raises(UnknownPayloadShape, match="str instead of"):
        record({"a": "1"}, "x", {"a": INT})
    with pytest.raises(UnknownPayloadShape, match="unknown keys"):
        record({"a": 1, "z": 2}, "x", {"a": INT}, is_closed=True)
    with pytest.raises(UnknownPayloadShape, match="object was expected"):
        record([1], "x", {})
    with pytest.raises(UnknownPayloadShape, match="list was expected"):
        records({"a": 1}, "x", {})


def test_true_is_no_number() -> None:
    with pytest.raises(UnknownPayloadShape):
        record({"a": True}, "x", {"a": INT})
    with pytest.raises(UnknownPayloadShape):
        whole(True, "x")


def test_whole_numbers() -> None:
    assert whole(-18.0, "x") == -18
    assert whole(None, "x") is None
    assert whole(0, "x") == 0
    assert whole_text("243", "x") == 243
    assert whole_text("", "x") is None
    for value in (1.5, "7"):
        with pytest.raises(UnknownPayloadShape):
            whole(value, "x")
    with pytest.raises(UnknownPayloadShape):
        whole_text("6-8", "x")


def test_ids_seasons_and_days() -> None:
    assert id_text(1610612749.0) == "1610612749"
    assert id_text(0) is None
    assert id_text(0.0) is None
    assert season_start("2025-26") == 2025
    assert season_start("2025") == 2025
    with pytest.raises(UnknownPayloadShape):
        season_start("25-26")
    with pytest.raises(UnknownPayloadShape):
        day("2025-13-01", "x")


def test_request_parameters(stored: Stored) -> None:
    obj = stored("{}", game_date="2026-02-11", game_id="0022500776")
    assert param_day(obj).isoformat() == "2026-02-11"
    assert game_id_of(obj, 22500776) == "0022500776"
    with pytest.raises(InvariantViolated, match="home_team"):
        param(obj, "home_team")
    with pytest.raises(InvariantViolated, match="asked for"):
        game_id_of(obj, "0022500777")


def test_no_row_from_content_fails_unless_all_was_left_out_on_purpose() -> None:
    with pytest.raises(InvariantViolated, match="no row"):
        parsed("t", [], [])
    with pytest.raises(NoData):
        parsed("t", [], [], Counter(foreign_team=2))


def test_row_sets_are_read_by_header_and_never_by_position() -> None:
    def answer(**row_set: object) -> dict[str, object]:
        full = {"name": "Log", "headers": ["B", "A"], "rowSet": [[2, 1]], **row_set}
        return {"resource": "log", "parameters": {"Season": "2025-26"}, "resultSets": [full]}

    parameters, row_sets = read_row_sets(answer(), {"Log": {"A": INT, "B": INT}})
    assert parameters == {"Season": "2025-26"}
    assert row_sets["Log"] == [{"A": 1, "B": 2}]
    for broken in (
        answer(name="Other"),
        answer(headers=["B", "C"]),
        answer(rowSet=[[1, 2, 3]]),
        answer(rowSet=[[1, "2"]]),
    ):
        with pytest.raises(UnknownPayloadShape):
            read_row_sets(broken, {"Log": {"A": INT, "B": INT}})
    with pytest.raises(UnknownPayloadShape, match="unknown keys"):
        read_row_sets({**answer(), "banner": "x"}, {"Log": {"A": INT}})


def test_counts_refuse_what_is_missing_and_keep_zero() -> None:
    assert counts({"PTS": 0}, {"points": "PTS"}, "x") == {"points": 0}
    with pytest.raises(UnknownPayloadShape, match="missing or NULL"):
        counts({"PTS": None}, {"points": "PTS"}, "x")


_LINE = {
    "points": 12,
    "fg_makes": 4,
    "fg_attempts": 9,
    "three_makes": 2,
    "three_attempts": 5,
    "ft_makes": 2,
    "ft_attempts": 2,
    "offensive_rebounds": 1,
    "defensive_rebounds": 4,
    "rebounds": 5,
}


@pytest.mark.parametrize(
    "wrong",
    [{"points": 13}, {"fg_attempts": 3}, {"three_attempts": 1}, {"ft_attempts": 1}, {"rebounds": 6}],
)
def test_identities_of_a_line(wrong: dict[str, int]) -> None:
    check_counts(_LINE, "x")
    with pytest.raises(InvariantViolated):
        check_counts({**_LINE, **wrong}, "x")


def test_totals_skip_null_lines() -> None:
    players: list[Row] = [{"points": 3}, {"points": None}, {"points": 0}]
    check_totals(players, {"points": 3}, ["points"], "x")
    with pytest.raises(InvariantViolated):
        check_totals(players, {"points": 4}, ["points"], "x")


def test_a_foreign_team_is_normal_in_preseason_and_an_alarm_otherwise() -> None:
    assert sides_of_ids("0022500776", 1610612739, 1610612764).opponent_of("CLE") == "WAS"
    with pytest.raises(NoData):
        sides_of_ids("0012500009", 1610612740, 15020)
    with pytest.raises(InvariantViolated):
        sides_of_ids("0022500776", 1610612739, 15020)
    with pytest.raises(InvariantViolated):
        both_sides("0022500776", "CLE", "CLE")
    with pytest.raises(InvariantViolated):
        both_sides("0022500776", "CLE", "WAS").opponent_of("BOS")


@pytest.mark.parametrize(
    ("reason", "category"),
    [
        ("Injury/Illness - Left Ankle; Sprain", "injury"),
        ("G League - Two-Way", "g_league"),
        ("G League - On Assignment", "g_league"),
        ("Not With Team", "not_with_team"),
        ("Personal Reasons", "personal"),
        ("Personal", "personal"),
        ("Rest - Return from Injury", "rest"),
        ("Rest", "rest"),
        ("Coach's Decision", "coach_decision"),
        ("Team Suspension", "suspension"),
        ("League Suspension", "suspension"),
        ("Return to Competition Reconditioning", "other"),
        ("-", "other"),
        (None, None),
    ],
)
def test_reason_categories(reason: str | None, category: str | None) -> None:
    assert reason_category(reason) == category


@pytest.mark.parametrize(
    ("remark", "category"),
    [
        ("DNP - Coach's Decision", "coach_decision"),
        ("DND - Injury/Illness", "injury"),
        ("NWT - Injury/Illness - Right Foot; Strain", "injury"),
        ("NWT - Personal", "personal"),
        ("NWT", "not_with_team"),
        ("NWT - Trade Pending", "not_with_team"),
        ("DNP", "other"),
        (None, None),
    ],
)
def test_dnp_categories(remark: str | None, category: str | None) -> None:
    assert dnp_category(remark) == category


def test_text_kinds_are_exact() -> None:
    with pytest.raises(UnknownPayloadShape):
        record({"a": None}, "x", {"a": TEXT})
