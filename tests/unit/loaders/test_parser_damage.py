"""Damaged payloads: whatever is wrong with a payload, a parser loads it or refuses it by name, and never breaks."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from python_runners.errors import PermanentError
from python_runners.loaders.base import RawObject
from python_runners.loaders.contracts import raw_tables
from python_runners.loaders.registry import feeds_of
from python_runners.loaders.write import to_arrow

Stored = Callable[..., RawObject]

PARAMS = {"game_date": "2025-01-15", "home_team": "PHI", "away_team": "NYK", "roster_date": "2025-01-15"}
DAMAGE: tuple[Any, ...] = (None, 0, -1, 1.5, True, "", "x", "2025", [], {}, [1], {"a": 1})
ROUNDS = 40

CASES = [
    ("nba_cdn/boxscore_0022500776_final.json", "nbac_live_boxscore", "cdn_live", {}),
    ("nba_cdn/scheduleleaguev2_2025-26_fragment.json", "nbac_schedule", "cdn", {}),
    ("nba_cdn/todaysScoreboard_2026-02-11_final.json", "nbac_scoreboard", "cdn_today", {}),
    ("nba_stats/scoreboardv2_2025-01-15.json", "nbac_scoreboard", "v2", {}),
    ("nba_stats/boxscoretraditionalv2_0022400561_overtime.json", "nbac_boxscore_traditional", "stats_v2", {}),
    ("nba_stats/boxscoretraditionalv3_0022500165.json", "nbac_boxscore_traditional", "stats_v3", {}),
    ("nba_stats/leaguegamelog_players_2025-03-15.json", "nbac_player_gamelog", "leaguegamelog", {}),
    ("nba_stats/shotchartdetail_0021900001_TOR.json", "nbac_shot_chart", "shotchartdetail", {}),
    ("nba_stats/playerindex_2025-26.json.gz", "nbac_player_list", "playerindex", {}),
    ("nba_other/referee_assignments_2025-01-08.json", "nbac_referees", "assignments", {}),
    ("nba_other/gamebook_parsed_20240410_MEMCLE.json", "nbac_gamebook", "gamebook", {"game_id": "0022301143"}),
    ("odds_api/event_player_props_2024-02-23_f54c4a22.json.gz", "odds_player_props", "event_odds", {}),
    ("odds_api/historical_event_odds_spreads_totals.json", "odds_game_lines", "event_odds", {"oddsFormat": "decimal"}),
    ("balldontlie/box_scores_2024-01-15.json.gz", "bdl_box_scores", "box_scores", {}),
    ("espn/roster_api_team2.json", "espn_roster", "site_api", {"season_year": "2025"}),
]


def places(value: Any, above: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    keys = value.keys() if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ()
    for key in keys:
        yield (*above, key)
        yield from places(value[key], (*above, key))


def damaged(text: bytes, place: tuple[Any, ...], value: Any) -> Any:
    document = json.loads(text)
    parent = document
    for key in place[:-1]:
        parent = parent[key]
    parent[place[-1]] = value
    return document


@pytest.mark.parametrize(("name", "scraper", "variant", "more"), CASES)
def test_a_damaged_payload_is_loaded_or_refused(
    real_body: Callable[[str], bytes], stored: Stored, name: str, scraper: str, variant: str, more: dict[str, str]
) -> None:
    text = real_body(name)
    known = list(places(json.loads(text)))
    chance = random.Random(name)
    refused = 0
    for _ in range(ROUNDS):
        place = chance.choice(known)
        place = place[: chance.randint(1, len(place))]
        obj = stored(damaged(text, place, chance.choice(DAMAGE)), **PARAMS, **more)
        for feed in feeds_of(scraper, variant):
            try:
                parsed = feed.parse(obj)
            except PermanentError:
                refused += 1
            else:
                to_arrow(raw_tables()[parsed.table], parsed.rows)
    assert refused > 0
