"""Schedule of a season."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pyarrow as pa
import pytest

from python_runners.errors import InvariantViolated, NoData, UnknownPayloadShape
from python_runners.loaders.base import RawObject
from python_runners.loaders.parsers import cdn_schedule

Stored = Callable[..., RawObject]
Fits = Callable[..., pa.Table]
Body = dict[str, Any]


def game(**more: Any) -> Body:
    return {
        "gameId": "0022500225",
        "gameCode": "20251105/PHICLE",
        "gameStatus": 1,
        "gameStatusText": "7:00 pm ET",
        "gameDateEst": "2025-11-05T00:00:00Z",
        "gameTimeEst": "1900-01-01T19:00:00Z",
        "gameDateTimeUTC": "2025-11-06T00:00:00Z",
        "isNeutral": False,
        "ifNecessary": False,
        "postponedStatus": "N",
        "weekNumber": 3,
        "gameLabel": "",
        "arenaName": "Rocket Arena",
        "homeTeam": {"teamId": 1610612739, "teamTricode": "CLE", "score": 0},
        "awayTeam": {"teamId": 1610612755, "teamTricode": "PHI", "score": 0},
        "broadcasters": {"nationalTvBroadcasters": [{"broadcasterDisplay": "ESPN"}, {"broadcasterDisplay": "ABC"}]},
        **more,
    }


def schedule(*games: Body, **more: Any) -> Body:
    season = {"seasonYear": "2025-26", "leagueId": "00", "gameDates": [{"gameDate": "x", "games": list(games)}]}
    return {"meta": {}, "leagueSchedule": {**season, **more}}


def only(stored: Stored, **more: Any) -> Body:
    return cdn_schedule.parse(stored(schedule(game(**more)))).rows[0]


def test_a_scheduled_game(stored: Stored, fits_contract: Fits) -> None:
    parsed = cdn_schedule.parse(stored(schedule(game())))
    fits_contract(parsed)
    row = parsed.rows[0]
    assert (row["season"], row["season_year"], row["season_type"]) == ("2025-26", 2025, "regular")
    assert row["game_date"] == date(2025, 11, 5)
    assert row["tip_off_utc"] == datetime(2025, 11, 6, 0, 0, tzinfo=UTC)
    assert (row["home_team"], row["away_team"]) == ("CLE", "PHI")
    assert (row["home_score"], row["away_score"]) == (None, None)
    assert (row["game_label"], row["national_tv"], row["is_time_tbd"]) == (None, "ABC, ESPN", False)
    assert parsed.scopes == [{"season_year": 2025}]


def test_a_final_game_has_its_score(stored: Stored) -> None:
    sides = {
        "homeTeam": {"teamId": 1610612739, "teamTricode": "CLE", "score": 132},
        "awayTeam": {"teamId": 1610612755, "teamTricode": "PHI", "score": 121},
    }
    row = only(stored, gameStatus=3, gameStatusText="Final", **sides)
    assert (row["home_score"], row["away_score"]) == (132, 121)
    with pytest.raises(InvariantViolated):
        only(stored, gameStatus=3)


@pytest.mark.parametrize("undetermined", [{"gameStatusText": "TBD"}, {"gameTimeEst": "1900-01-01T00:00:00Z"}])
def test_an_undetermined_time_is_null(stored: Stored, undetermined: Body) -> None:
    row = only(stored, **undetermined)
    assert (row["is_time_tbd"], row["tip_off_utc"], row["game_date"]) == (True, None, date(2025, 11, 5))


def test_teams_not_drawn_yet_are_null(stored: Stored) -> None:
    nobody = {"teamId": 0, "teamTricode": None, "score": 0}
    row = only(stored, homeTeam=nobody, awayTeam=nobody, gameStatusText="TBD")
    assert [row[name] for name in ("home_team", "home_team_id", "away_team", "away_team_id")] == [None] * 4


@pytest.mark.parametrize(
    ("tip_off", "listed"),
    [
        ("2025-11-06T03:59:00Z", "2025-11-05"),
        ("2025-11-02T03:30:00Z", "2025-11-01"),
        ("2025-11-03T04:30:00Z", "2025-11-02"),
        ("2026-03-08T23:00:00Z", "2026-03-08"),
    ],
)
def test_the_utc_field_is_the_instant_on_both_sides_of_a_clock_change(
    stored: Stored, tip_off: str, listed: str
) -> None:
    row = only(stored, gameDateTimeUTC=tip_off, gameDateEst=f"{listed}T00:00:00Z")
    assert row["game_date"] == date.fromisoformat(listed)


def test_a_listed_date_that_is_not_the_eastern_date_fails(stored: Stored) -> None:
    with pytest.raises(InvariantViolated, match="tip-off"):
        only(stored, gameDateTimeUTC="2025-11-06T06:00:00Z")


def test_foreign_teams_leave_with_a_count_only_where_they_belong(stored: Stored) -> None:
    foreign = {"teamId": 15020, "teamTricode": "NZB", "score": 0}
    parsed = cdn_schedule.parse(stored(schedule(game(), game(gameId="0012500009", awayTeam=foreign))))
    assert (len(parsed.rows), parsed.dropped) == (1, {"foreign_team": 1})
    with pytest.raises(InvariantViolated):
        cdn_schedule.parse(stored(schedule(game(awayTeam=foreign))))


def test_empty_twice_and_other_season(stored: Stored) -> None:
    with pytest.raises(NoData):
        cdn_schedule.parse(stored(schedule()))
    with pytest.raises(InvariantViolated, match="twice"):
        cdn_schedule.parse(stored(schedule(game(), game())))
    with pytest.raises(InvariantViolated, match="in the schedule of"):
        cdn_schedule.parse(stored(schedule(game(gameId="0022400225"))))


@pytest.mark.parametrize(
    "body",
    [
        {**schedule(game()), "extra": 1},
        schedule(game(), extra=1),
        schedule(game(gameStatus="1")),
        schedule(game(gameStatus=9)),
        schedule(game(isNeutral="false")),
        schedule(game(homeTeam=None)),
        schedule(game(), seasonYear="25-26"),
        {"resource": "x"},
    ],
)
def test_another_shape_is_refused(stored: Stored, body: Body) -> None:
    with pytest.raises(UnknownPayloadShape):
        cdn_schedule.parse(stored(body))


def test_the_real_season(real: Stored, fits_contract: Fits) -> None:
    obj = real("nba_cdn/scheduleleaguev2_2024-25_full.json.gz")
    games = [g for day in json.loads(obj.body)["leagueSchedule"]["gameDates"] for g in day["games"]]
    parsed = cdn_schedule.parse(obj)
    fits_contract(parsed)
    assert len(games) == 1400
    assert len(parsed.rows) + parsed.dropped["foreign_team"] == 1400
    types = Counter(row["season_type"] for row in parsed.rows)
    assert (types["regular"], types["playoffs"], types["play_in"], types["cup_final"]) == (1230, 84, 6, 1)
    assert types["preseason"] + types["all_star"] + parsed.dropped["foreign_team"] == 73 + 6
    listed = {g["gameId"]: g for g in games}
    for row in parsed.rows:
        source = listed[row["game_id"]]
        assert row["game_date"].isoformat() == source["gameDateEst"][:10]
        assert row["home_team"] == source["homeTeam"]["teamTricode"]
        assert row["away_score"] == source["awayTeam"]["score"]
        assert row["tip_off_utc"].strftime("%Y-%m-%dT%H:%M:%SZ") == source["gameDateTimeUTC"]


def test_the_real_plan_has_no_scores(real: Stored, fits_contract: Fits) -> None:
    parsed = cdn_schedule.parse(real("nba_cdn/scheduleleaguev2_2025-26_fragment.json"))
    fits_contract(parsed)
    assert (len(parsed.rows), parsed.dropped) == (11, {"foreign_team": 2})
    assert {row["home_score"] for row in parsed.rows} == {None}
