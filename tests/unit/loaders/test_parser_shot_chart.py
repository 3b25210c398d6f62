"""Shot charts."""

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
from python_runners.loaders.parsers import shot_chart

Stored = Callable[..., RawObject]
Fits = Callable[..., pa.Table]
Body = dict[str, Any]

SHOT: Body = {
    "GAME_ID": "0021900001",
    "GAME_EVENT_ID": 10,
    "PLAYER_ID": 1628384,
    "TEAM_ID": 1610612761,
    "PERIOD": 1,
    "MINUTES_REMAINING": 11,
    "SECONDS_REMAINING": 29,
    "EVENT_TYPE": "Missed Shot",
    "ACTION_TYPE": "Layup",
    "SHOT_TYPE": "2PT Field Goal",
    "SHOT_ZONE_BASIC": "Restricted Area",
    "SHOT_ZONE_AREA": "Center(C)",
    "SHOT_ZONE_RANGE": "Less Than 8 ft.",
    "SHOT_DISTANCE": 3,
    "LOC_X": 15,
    "LOC_Y": 28,
    "SHOT_ATTEMPTED_FLAG": 1,
    "SHOT_MADE_FLAG": 0,
    "GAME_DATE": "20191022",
    "HTM": "TOR",
    "VTM": "NOP",
}


def chart(*shots: Body, measure: str = "FGA") -> Body:
    headers = list(SHOT)
    rows = [[{**SHOT, **shot}[header] for header in headers] for shot in shots]
    return {
        "resource": "shotchartdetail",
        "parameters": {"ContextMeasure": measure},
        "resultSets": [{"name": "Shot_Chart_Detail", "headers": headers, "rowSet": rows}],
    }


def test_units_values_and_sides(stored: Stored, fits_contract: Fits) -> None:
    three = {
        "SHOT_TYPE": "3PT Field Goal",
        "SHOT_MADE_FLAG": 1,
        "EVENT_TYPE": "Made Shot",
        "SHOT_ZONE_BASIC": "Mid-Range",
    }
    parsed = shot_chart.parse(stored(chart({}, three)))
    fits_contract(parsed)
    two, label_loses = parsed.rows
    assert (two["loc_x"], two["loc_y"], two["clock_seconds"]) == (1.5, 2.8, 689)
    assert (two["team"], two["opponent"], two["game_date"]) == ("TOR", "NOP", date(2019, 10, 22))
    assert (two["shot_value"], two["shot_made"]) == (2, False)
    assert (label_loses["shot_value"], label_loses["shot_made"], label_loses["area"]) == (3, True, "Mid-Range")


def test_ordinals_follow_the_game_and_keep_identical_attempts_apart(stored: Stored) -> None:
    later = {"PERIOD": 2, "MINUTES_REMAINING": 11, "GAME_EVENT_ID": 300}
    parsed = shot_chart.parse(stored(chart(later, {}, {}, {"PLAYER_ID": 5})))
    own = [(row["shot_ordinal"], row["period"]) for row in parsed.rows if row["player_id"] == "1628384"]
    assert own == [(1, 1), (2, 1), (3, 2)]
    assert [row["shot_ordinal"] for row in parsed.rows if row["player_id"] == "5"] == [1]


def test_refusals(stored: Stored, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(NoData):
        shot_chart.parse(stored(chart()))
    with pytest.raises(InvariantViolated, match="measure"):
        shot_chart.parse(stored(chart({}, measure="PTS")))
    with pytest.raises(InvariantViolated, match="several"):
        shot_chart.parse(stored(chart({}, {"GAME_ID": "0021900002"})))
    with pytest.raises(InvariantViolated, match="flags"):
        shot_chart.parse(stored(chart({"SHOT_MADE_FLAG": 1})))
    for change in ({"SHOT_TYPE": "4PT"}, {"PERIOD": "1"}, {"LOC_X": None}, {"GAME_DATE": "2019-10-22"}):
        with pytest.raises(UnknownPayloadShape):
            shot_chart.parse(stored(chart(change)))
    monkeypatch.setattr(shot_chart, "ROW_LIMIT", 2)
    with pytest.raises(InvariantViolated, match="cut off"):
        shot_chart.parse(stored(chart({}, {})))


@pytest.mark.parametrize(("team", "attempts"), [("TOR", 103), ("NOP", 102)])
def test_real_charts(real: Stored, fits_contract: Fits, team: str, attempts: int) -> None:
    obj = real(f"nba_stats/shotchartdetail_0021900001_{team}.json")
    row_set = json.loads(obj.body)["resultSets"][0]
    shots = [dict(zip(row_set["headers"], row, strict=True)) for row in row_set["rowSet"]]
    parsed = shot_chart.parse(obj)
    fits_contract(parsed)
    assert len(parsed.rows) == attempts == len(shots)
    assert {row["team"] for row in parsed.rows} == {team}
    assert sum(row["shot_made"] for row in parsed.rows) == sum(shot["SHOT_MADE_FLAG"] for shot in shots)
    assert Counter(row["shot_value"] for row in parsed.rows)[3] == sum("3PT" in shot["SHOT_TYPE"] for shot in shots)
    field_goals = sum(row["shot_value"] for row in parsed.rows if row["shot_made"])
    assert field_goals <= {"TOR": 130, "NOP": 122}[team]
    feet = [(row["loc_x"] ** 2 + row["loc_y"] ** 2) ** 0.5 for row in parsed.rows]
    assert all(abs(a - row["shot_distance"]) <= 1.5 for a, row in zip(feet, parsed.rows, strict=True))
