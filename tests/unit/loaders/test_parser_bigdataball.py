"""BigDataBall play-by-play; written from the description of the columns."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pyarrow as pa
import pytest

from python_runners.errors import InvariantViolated, NoData, UnknownPayloadShape
from python_runners.loaders.base import RawObject
from python_runners.loaders.parsers import bigdataball
from python_runners.loaders.parsers.bigdataball import COLUMNS

Stored = Callable[..., RawObject]
Fits = Callable[..., pa.Table]

COURT = {name: f"Player {name}" for name in ("a1", "a2", "a3", "a4", "a5", "h1", "h2", "h3", "h4", "h5")}
HEAD = {"game_id": "42400407", "data_set": "NBA 2025 Playoffs", "date": "2025-06-22", **COURT, "period": "1"}
START = {"away_score": "0", "home_score": "0", "play_id": "1", "event_type": "start of period"}
SHOT = {
    "away_score": "3",
    "home_score": "0",
    "remaining_time": "0:11:44",
    "elapsed": "0:00:16",
    "play_length": "0:00:16",
    "play_id": "2",
    "team": "IND",
    "event_type": "shot",
    "assist": "A B",
    "player": "C D",
    "points": "3",
    "result": "made",
    "type": "3pt jump shot",
    "shot_distance": "26",
    "converted_x": "37.5",
    "converted_y": "27.2",
}
THROW = {
    "away_score": "3",
    "home_score": "1",
    "remaining_time": "0:11:00",
    "elapsed": "0:01:00",
    "play_length": "",
    "play_id": "3",
    "team": "OKC",
    "event_type": "free throw",
    "player": "E F",
    "points": "1",
    "num": "1",
    "outof": "2",
    "result": "made",
    "type": "free throw 1/2",
    "description": "Free throw, 1 of 2",
}


def file(*plays: dict[str, str], columns: tuple[str, ...] = COLUMNS) -> str:
    lines = [",".join(columns)]
    for play in plays:
        values = {**HEAD, **play}
        lines.append(
            ",".join(f'"{values[name]}"' if "," in values.get(name, "") else values.get(name, "") for name in columns)
        )
    return "\n".join(lines) + "\n"


def test_plays(stored: Stored, fits_contract: Fits) -> None:
    parsed = bigdataball.parse(stored(file(START, SHOT, THROW)))
    fits_contract(parsed)
    start, shot, throw = parsed.rows
    assert len(COLUMNS) == 44
    assert (start["game_id"], start["game_date"], start["season_year"]) == ("0042400407", date(2025, 6, 22), 2024)
    assert (start["team"], start["points"], start["player_name_raw"]) == (None, None, None)
    assert (shot["remaining_seconds"], shot["elapsed_seconds"], shot["team"]) == (704.0, 16.0, "IND")
    assert (shot["player_name_raw"], shot["assist_name_raw"], shot["shot_type"]) == ("C D", "A B", "3pt jump shot")
    assert (shot["points"], shot["shot_distance"], shot["converted_x"]) == (3, 26.0, 37.5)
    assert (throw["free_throw_number"], throw["free_throw_of"], throw["play_length_seconds"]) == (1, 2, None)
    assert throw["description"] == "Free throw, 1 of 2"
    assert shot["away_on_court"] == [f"Player a{n}" for n in range(1, 6)]
    assert shot["home_on_court"] == [f"Player h{n}" for n in range(1, 6)]


def test_a_file_without_plays(stored: Stored) -> None:
    with pytest.raises(NoData):
        bigdataball.parse(stored(file()))


@pytest.mark.parametrize(
    "body",
    [
        file(SHOT, columns=COLUMNS[:-1]),
        file(SHOT, columns=(*COLUMNS[:-1], "text")),
        file(SHOT).rstrip().rsplit(",", 5)[0],
        file({**SHOT, "player": "203999_Nikola Jokic"}),
        file({**SHOT, "a1": "12_A B"}),
        file({**SHOT, "remaining_time": "11:44"}),
        file({**SHOT, "points": "three"}),
        file({**SHOT, "shot_distance": "far"}),
        "",
        "<html></html>",
    ],
)
def test_another_shape_is_refused(stored: Stored, body: str) -> None:
    with pytest.raises(UnknownPayloadShape):
        bigdataball.parse(stored(body))


@pytest.mark.parametrize(
    "plays",
    [
        (SHOT, {**THROW, "game_id": "42400406"}),
        (SHOT, {**THROW, "play_id": "2"}),
        ({**SHOT, "team": "XYZ"},),
        ({**SHOT, "points": "2"},),
        ({**SHOT, "game_id": "not a game"},),
    ],
)
def test_contradictions_fail(stored: Stored, plays: tuple[dict[str, str], ...]) -> None:
    with pytest.raises(InvariantViolated):
        bigdataball.parse(stored(file(*plays)))
