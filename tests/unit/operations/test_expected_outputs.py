"""What the schedule asks for, and the status that a count gives it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from python_runners.dates import parse_instant
from python_runners.operations.expected.outputs import Count, Game, Judged, Rule, expected_outputs, judge
from python_runners.operations.expected.rules import rules_in_use
from python_runners.operations.expected.survey import naive_utc

DAY = date(2025, 11, 10)
GAME = Game(
    game_id="0022500001",
    game_date=DAY,
    season="2025-26",
    season_type="regular",
    home_team="BOS",
    away_team="NYK",
    game_code="20251110/NYKBOS",
    is_final=True,
    expected_from=naive_utc(parse_instant("2025-11-11T00:30:00Z")),
)
LATER = replace(GAME, game_id="0022500002", game_date=DAY + timedelta(days=2))
BOX = Rule(
    output="nba_raw.nbac_team_boxscore@cdn_live",
    table="nbac_team_boxscore",
    relation="nba_raw.nbac_team_boxscore",
    phase=2,
    date_column="game_date",
    keys=("team",),
    min_rows=2,
    is_exact=True,
    variant="cdn_live",
    group="team_box",
    delay=timedelta(hours=12),
)
OTHER_FEED = replace(BOX, output="nba_raw.nbac_team_boxscore@stats_v3", variant="stats_v3")
PLAYERS = replace(BOX, output="players", table="nbac_boxscore_players", min_rows=24, is_exact=False, group="player_box")
RULES = {("2025-26", "regular"): (BOX, OTHER_FEED)}
DUE = naive_utc(parse_instant("2025-11-11T12:30:00Z"))
AFTERWARDS = naive_utc(parse_instant("2025-12-01T00:00:00Z"))


def judged(games: list[Game], rows: dict[tuple[str, str], int], as_of: datetime = AFTERWARDS) -> list[Judged]:
    days = {game.game_id: game.game_date for game in games}
    counts = {(output, days[game_id], game_id): Count(n, "d") for (output, game_id), n in rows.items()}
    return judge(expected_outputs(games, RULES, DAY, DAY + timedelta(days=9)), counts, as_of)


def statuses(items: list[Judged], rule: Rule = BOX) -> dict[str, str]:
    return {
        f"{item.expected.game_date:%d}/{item.expected.scope_key}": item.status
        for item in items
        if item.expected.rule == rule
    }


@pytest.mark.parametrize(("rows", "status"), [(2, "COMPLETE"), (1, "DEGRADED"), (3, "DEGRADED"), (0, "FAILED")])
def test_a_due_final_game_is_judged_by_its_rows(rows: int, status: str) -> None:
    assert statuses(judged([GAME], {(BOX.output, GAME.game_id): rows})) == {f"10/{GAME.game_id}": status}


def test_more_rows_than_the_minimum_are_fine_where_the_minimum_is_not_exact() -> None:
    wanted = expected_outputs([GAME], {("2025-26", "regular"): (PLAYERS,)}, DAY, DAY)
    assert [item.status for item in judge(wanted, {("players", DAY, GAME.game_id): Count(31, "d")}, DUE)] == [
        "COMPLETE"
    ]


def test_a_missing_feed_is_degraded_while_another_feed_of_the_group_is_complete() -> None:
    items = judged([GAME], {(OTHER_FEED.output, GAME.game_id): 2})
    assert statuses(items) == {f"10/{GAME.game_id}": "DEGRADED"}
    assert statuses(items, OTHER_FEED) == {f"10/{GAME.game_id}": "COMPLETE"}


@pytest.mark.parametrize(
    ("game", "as_of", "status"),
    [
        (GAME, DUE - timedelta(seconds=1), "EXPECTED"),
        (GAME, DUE, "FAILED"),
        (replace(GAME, is_final=False), DUE, "EXPECTED"),
    ],
)
def test_nothing_is_missing_before_it_is_due(game: Game, as_of: datetime, status: str) -> None:
    assert set(statuses(judged([game], {}, as_of)).values()) == {status}


def test_dates_without_games_are_empty_and_fine() -> None:
    found = statuses(judged([GAME, LATER], {(BOX.output, g.game_id): 2 for g in (GAME, LATER)}))
    assert found["11/date"] == "EMPTY_OK"
    assert len(found) == 3, "the range ends beyond the season, and nothing is asked for there"


def test_rows_on_a_date_without_games_are_wrong() -> None:
    wanted = expected_outputs([GAME, LATER], RULES, DAY, DAY + timedelta(days=9))
    stray = {(BOX.output, DAY + timedelta(days=1), GAME.game_id): Count(2, "d")}
    assert statuses(judge(wanted, stray, AFTERWARDS))["11/date"] == "DEGRADED"


def test_games_that_enter_no_average_ask_for_nothing_and_their_date_is_not_empty() -> None:
    all_star = replace(GAME, game_id="0032500001", season_type="all_star", game_date=DAY + timedelta(days=1))
    found = statuses(judged([GAME, all_star, LATER], {}))
    assert sorted(found) == [f"10/{GAME.game_id}", f"12/{LATER.game_id}"]


def test_a_feed_is_in_use_when_it_holds_half_of_the_final_games() -> None:
    games = [GAME, LATER, replace(LATER, game_id="0022500003", is_final=False)]
    stored = {BOX.output: {GAME.game_id}, OTHER_FEED.output: {"0022500003"}}
    used = rules_in_use(games, [BOX, OTHER_FEED], [PLAYERS], stored)
    assert used == {("2025-26", "regular"): (BOX, PLAYERS)}


def test_a_group_without_any_feed_falls_back_to_its_first() -> None:
    used = rules_in_use([GAME], [OTHER_FEED, BOX], [], {})
    assert used == {("2025-26", "regular"): (BOX,)}
