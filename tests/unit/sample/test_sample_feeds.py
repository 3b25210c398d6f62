"""Every payload of the league is read by the platform's parsers, and all feeds of a game tell the same game."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import Any

import pytest

from python_runners.errors import NoData
from python_runners.identity import player_lookup
from python_runners.loaders.base import Row
from python_runners.sample.league import League
from python_runners.sample.replay import FULL, LeagueEvent, events_of
from tests.unit.sample.harness import Harness

COUNTS = (
    *("points", "fg_makes", "fg_attempts", "three_makes", "three_attempts", "ft_makes", "ft_attempts"),
    *("offensive_rebounds", "defensive_rebounds", "assists", "steals", "blocks", "turnovers", "personal_fouls"),
)
EXPECTED_DROPS = {("bettingpros_player_points_props", "consensus")}
# Nothing is on offer in the early morning.
MAY_BE_EMPTY = {"odds_player_props", "odds_game_lines", "bettingpros_props"}


@pytest.fixture(scope="module")
def harness() -> Harness:
    return Harness(League.small(8, 8, seed=11))


@pytest.fixture(scope="module")
def game_id(harness: Harness) -> str:
    return harness.league.games_on(harness.league.dates[4])[0].game_id


def after(
    harness: Harness, game_id: str, scraper: str, variant: str | None = None, **extra: str
) -> dict[str, list[Row]]:
    at = harness.league.final_at(game_id) + timedelta(hours=30)
    return harness.rows(harness.game_event(scraper, game_id, at, variant, **extra))


def by_player(rows: list[Row]) -> dict[str, Row]:
    return {row["player_id"]: row for row in rows if row["minutes"] is not None}


def test_a_whole_day_is_read_without_loss(harness: Harness) -> None:
    tables: Counter[str] = Counter()
    for event in events_of(harness.league, harness.league.dates[4], FULL):
        payload = harness.fetch(event)
        assert payload.status == 200, event
        try:
            for parsed in harness.parse(event, payload):
                tables[parsed.table] += len(parsed.rows)
        except NoData:
            assert event.scraper in MAY_BE_EMPTY, event
    assert len(tables) == 19
    assert all(tables.values())
    assert set(harness.dropped) <= EXPECTED_DROPS


@pytest.mark.parametrize(
    ("scraper", "variant"),
    [
        ("nbac_boxscore_traditional", "stats_v3"),
        ("nbac_boxscore_traditional", "stats_v2"),
        ("nbac_player_gamelog", None),
    ],
)
def test_player_feeds_agree_with_the_cdn(harness: Harness, game_id: str, scraper: str, variant: str | None) -> None:
    cdn = by_player(after(harness, game_id, "nbac_live_boxscore")["nbac_boxscore_players"])
    tables = after(harness, game_id, scraper, variant)
    rows = next(rows for table, rows in tables.items() if "player" in table)
    other = by_player([row for row in rows if row["game_id"] == game_id])
    assert set(cdn) == set(other)
    for player_id, row in cdn.items():
        assert [row[name] for name in (*COUNTS, "plus_minus")] == [
            other[player_id][name] for name in (*COUNTS, "plus_minus")
        ]
        assert abs(row["minutes"] - other[player_id]["minutes"]) <= (0.5 if scraper.endswith("gamelog") else 0)


def test_gamebook_and_balldontlie_agree_by_name(harness: Harness, game_id: str) -> None:
    cdn = by_player(after(harness, game_id, "nbac_live_boxscore")["nbac_boxscore_players"])
    names = {player_lookup(row["player_name"]): row for row in cdn.values()}
    book = after(harness, game_id, "nbac_gamebook")["nbac_gamebook_player_stats"]
    bdl = after(harness, game_id, "bdl_box_scores")["bdl_player_boxscores"]
    teams = {row["team"] for row in cdn.values()}
    for rows in (book, [row for row in bdl if row["team"] in teams]):
        active = {player_lookup(row["player_name_raw"]): row for row in rows if row["minutes"] is not None}
        # Whole minutes of nothing but zeros cannot be told from an absence.
        missing = set(names) - set(active)
        assert all(names[name]["minutes"] < 0.5 for name in missing)
        for name, row in active.items():
            assert [row[count] for count in COUNTS] == [names[name][count] for count in COUNTS]


def test_play_by_play_and_charts_give_the_box_score(harness: Harness, game_id: str) -> None:
    tables = after(harness, game_id, "nbac_live_boxscore")
    players = by_player(tables["nbac_boxscore_players"])
    actions = after(harness, game_id, "nbac_play_by_play")["nbac_play_by_play"]
    plays = after(harness, game_id, "bigdataball_pbp")["bigdataball_play_by_play"]
    points: Counter[str] = Counter()
    for action in actions:
        if action["player_id"]:
            points[action["player_id"]] += action["points_scored"]
    assert {player: count for player, count in points.items() if count} == {
        player: row["points"] for player, row in players.items() if row["points"]
    }
    home, away = harness.league.game(game_id).teams
    charts = [
        shot
        for team in (home, away)
        for shot in after(harness, game_id, "nbac_shot_chart", team=team)["nbac_shot_chart"]
    ]
    attempts = Counter(shot["player_id"] for shot in charts)
    assert attempts == {player: row["fg_attempts"] for player, row in players.items() if row["fg_attempts"]}
    threes = Counter(shot["player_id"] for shot in charts if shot["shot_value"] == 3)
    assert threes == {player: row["three_attempts"] for player, row in players.items() if row["three_attempts"]}
    teams = {row["team"]: row for row in tables["nbac_team_boxscore"]}
    assert sum(play["points"] or 0 for play in plays) == sum(team["points"] for team in teams.values())
    assert all(len(play["home_on_court"]) == len(play["away_on_court"]) == 5 for play in plays)


def test_all_boards_and_the_schedule_show_one_score(harness: Harness, game_id: str) -> None:
    teams = {row["team"]: row["points"] for row in after(harness, game_id, "nbac_live_boxscore")["nbac_team_boxscore"]}
    game = harness.league.game(game_id)
    score = [teams[team] for team in game.teams]
    boards = [after(harness, game_id, "nbac_scoreboard", variant)["nbac_scoreboard_v2"] for variant in ("v2", "v3")]
    today = harness.game_event(
        "nbac_scoreboard", game_id, harness.league.final_at(game_id) + timedelta(minutes=5), "cdn_today"
    )
    boards.append(harness.rows(today)["nbac_scoreboard_v2"])
    boards.append(after(harness, game_id, "nbac_schedule")["nbac_schedule"])
    for rows in boards:
        row = next(row for row in rows if row["game_id"] == game_id)
        assert [row["home_score"], row["away_score"]] == score
        assert row["game_status"] == 3


def test_team_turnovers_are_kept_apart(harness: Harness, game_id: str) -> None:
    cdn = {row["team"]: row for row in after(harness, game_id, "nbac_live_boxscore")["nbac_team_boxscore"]}
    v3 = {
        row["team"]: row
        for row in after(harness, game_id, "nbac_boxscore_traditional", "stats_v3")["nbac_team_boxscore"]
    }
    for team, row in cdn.items():
        assert row["turnovers"] == v3[team]["turnovers"]
        assert row["team_minutes"] == v3[team]["team_minutes"]


def test_what_is_not_published_yet_is_not_there(harness: Harness, game_id: str) -> None:
    game = harness.league.game(game_id)
    end = harness.league.final_at(game_id)
    early: list[tuple[str, Any]] = [
        ("nbac_live_boxscore", game.start - timedelta(minutes=5)),
        ("nbac_play_by_play", game.start - timedelta(minutes=5)),
        ("nbac_gamebook", end + timedelta(minutes=30)),
        ("bigdataball_pbp", end + timedelta(hours=5)),
        ("nbac_boxscore_traditional", end),
    ]
    for scraper, at in early:
        assert harness.fetch(harness.game_event(scraper, game_id, at)).status in (403, 404), scraper
    running = harness.game_event("nbac_live_boxscore", game_id, game.start + timedelta(minutes=60))
    with pytest.raises(NoData):
        harness.rows(running)


def test_a_report_of_the_future_does_not_exist(harness: Harness, game_id: str) -> None:
    start = harness.league.game(game_id).start
    event = LeagueEvent(start, "nbac_injury_report", {"report_at": (start + timedelta(hours=1)).isoformat()})
    assert harness.fetch(event).status == 404


def test_reports_list_the_same_players_as_the_squads(harness: Harness, game_id: str) -> None:
    game = harness.league.game(game_id)
    event = LeagueEvent(game.start, "nbac_injury_report", {"report_at": (game.start - timedelta(hours=1)).isoformat()})
    rows = [row for row in harness.rows(event)["nbac_injury_report"] if row["game_date"] == game.game_date]
    listed = {player_lookup(row["player_name_raw"]): row["injury_status"] for row in rows if row["player_name_raw"]}
    expected = {}
    for team in game.teams:
        for each in harness.league.squad(game_id, team).everybody:
            entry = each.listed_at(game.start - timedelta(hours=1))
            if entry is not None:
                expected[player_lookup(each.player.name)] = str(entry.status).lower()
    assert expected.items() <= listed.items()
