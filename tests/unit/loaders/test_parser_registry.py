"""The registry of feeds, and what must never be taken for a feed."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from python_runners.errors import UnknownPayloadShape
from python_runners.loaders.base import RawObject
from python_runners.loaders.contracts import raw_tables
from python_runners.loaders.registry import (
    FEEDS,
    feeds_of,
    parsers_of,
    parsers_of_table,
    scrapers,
    tables_of,
    variants_of,
)
from python_runners.scrapers.catalog import SCRAPERS as CATALOG

Stored = Callable[..., RawObject]

# Rows of these come from bulk files of past seasons, no scraper stores them.
IMPORTED_VARIANTS = {"teamgamelogs", "leaguegamefinder"}

SCRAPERS = {
    *("nbac_schedule", "nbac_scoreboard", "nbac_live_boxscore", "nbac_boxscore_traditional", "nbac_player_gamelog"),
    *("nbac_play_by_play", "nbac_shot_chart", "nbac_gamebook", "bdl_box_scores", "bigdataball_pbp", "odds_events"),
    *("odds_player_props", "odds_game_lines", "bettingpros_props", "nbac_injury_report", "nbac_player_list"),
    *("nbac_player_movement", "nbac_team_roster", "espn_roster", "nbac_referees", "bettingpros_events"),
}


def test_every_scraper_and_every_raw_table_is_there() -> None:
    assert set(scrapers()) == SCRAPERS
    assert {feed.table for feed in FEEDS} == set(raw_tables())
    assert len(raw_tables()) == 19


@pytest.mark.parametrize("table", sorted({feed.table for feed in FEEDS}))
def test_variants_of_a_table_are_those_of_its_contract(table: str) -> None:
    named = set(raw_tables()[table].variants)
    parsed = set(parsers_of_table(table))
    assert parsed
    if named:
        assert parsed == named - IMPORTED_VARIANTS


def test_no_two_feeds_compete() -> None:
    keys = [(feed.scraper, feed.source_variant, feed.table) for feed in FEEDS]
    assert len(keys) == len(set(keys))


def test_one_box_score_feeds_three_tables() -> None:
    feeds = feeds_of("nbac_live_boxscore", "cdn_live")
    assert [(feed.table, feed.table_variant) for feed in feeds] == [
        ("nbac_boxscore_players", "cdn_live"),
        ("nbac_team_boxscore", "cdn_live"),
        ("nbac_referee_game_assignments", "boxscore"),
    ]
    assert parsers_of("nbac_live_boxscore", "cdn_live") == tuple(feed.parse for feed in feeds)
    assert tables_of("nbac_boxscore_traditional") == ("nbac_boxscore_players", "nbac_team_boxscore")
    assert variants_of("nbac_scoreboard") == ("v2", "v3", "cdn_today")


@pytest.mark.parametrize("scraper", ["odds_events", "bettingpros_events"])
def test_events_feed_no_table(scraper: str) -> None:
    assert parsers_of(scraper, "events") == ()
    assert tables_of(scraper) == ()


def test_unknown_feeds_are_refused() -> None:
    for scraper, variant in (("nbac_live_boxscore", "stats_v2"), ("standings", "any")):
        with pytest.raises(UnknownPayloadShape):
            parsers_of(scraper, variant)


PARAMS = {
    "game_date": "2024-01-15",
    "home_team": "PHI",
    "away_team": "HOU",
    "oddsFormat": "american",
    "roster_date": "2024-01-15",
    "season_year": "2023",
    "event_id": "1",
    "scheduled": "2024-01-15T00:00:00Z",
}


@pytest.mark.parametrize(
    ("name", "scraper", "variant"),
    [
        ("espn/game_boxscore_page.html.gz", "espn_roster", "site_api"),
        ("espn/scoreboard_2024-01-15.json.gz", "espn_roster", "site_api"),
        ("balldontlie/active_players_page.json", "bdl_box_scores", "box_scores"),
        ("balldontlie/games.json", "bdl_box_scores", "box_scores"),
        ("balldontlie/injuries.json", "bdl_box_scores", "box_scores"),
        ("balldontlie/player_box_scores.json", "bdl_box_scores", "box_scores"),
        ("balldontlie/standings.json", "bdl_box_scores", "box_scores"),
        ("balldontlie/teams.json", "bdl_box_scores", "box_scores"),
        ("bettingpros/events_2021-10-21.json", "bettingpros_props", "offers"),
        ("nba_stats/boxscoremiscv3_0022500148.json", "nbac_boxscore_traditional", "stats_v3"),
        ("nba_stats/boxscoreusagev3_0021700807.json", "nbac_boxscore_traditional", "stats_v3"),
        ("nba_stats/boxscoresummaryv2_0021900001.json", "nbac_boxscore_traditional", "stats_v2"),
        ("nba_stats/boxscoresummaryv2_0021900001.json", "nbac_scoreboard", "v2"),
        ("nba_stats/playbyplayv2_0021900001.json.gz", "nbac_play_by_play", "cdn_live"),
        ("nba_stats/playbyplayv3_0022400001.json.gz", "nbac_play_by_play", "cdn_live"),
        ("odds_api/historical_events.json", "odds_game_lines", "event_odds"),
        ("odds_api/historical_events.json", "odds_player_props", "event_odds"),
        ("nba_stats/boxscoretraditionalv3_0022500165.json", "nbac_live_boxscore", "cdn_live"),
        ("nba_cdn/boxscore_0022500776_final.json", "nbac_play_by_play", "cdn_live"),
        ("nba_stats/leaguegamelog_players_2025-03-15.json", "nbac_player_gamelog", "playergamelogs"),
        ("nba_other/injury_report_f4391904.pdf", "nbac_gamebook", "gamebook"),
    ],
)
def test_real_payloads_of_other_kinds_are_refused(real: Stored, name: str, scraper: str, variant: str) -> None:
    obj = real(name, **PARAMS)
    for parse in parsers_of(scraper, variant):
        with pytest.raises(UnknownPayloadShape):
            parse(obj)


def test_every_scraper_of_the_catalog_stores_what_a_parser_reads() -> None:
    assert {scraper.name for scraper in CATALOG} == SCRAPERS
    for scraper in CATALOG:
        feeds_of(scraper.name, scraper.variant)
