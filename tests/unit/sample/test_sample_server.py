"""The local server: addresses, validators, held requests."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta

import httpx
import pytest

from python_runners.sample.clock import LeagueClock
from python_runners.sample.league import League
from python_runners.sample.scenarios import SCENARIOS, Stage
from python_runners.sample.server import SampleServer
from python_runners.settings import Settings


@pytest.fixture
def server() -> Iterator[SampleServer]:
    league = League.small(4, 4, seed=5)
    game = league.games_on(league.dates[2])[0]
    with SampleServer(league, LeagueClock(league.final_at(game.game_id) + timedelta(hours=1))) as running:
        yield running


@pytest.fixture
def game_id(server: SampleServer) -> str:
    league = server.sources.league
    return league.games_on(league.dates[2])[0].game_id


def test_every_source_address_is_a_setting(server: SampleServer) -> None:
    fields = set(Settings.model_fields)
    assert {name for name in fields if name.endswith("_base_url")} == set(server.base_urls())
    assert set(server.settings_values()) <= fields
    assert len(set(server.base_urls().values())) == len(server.base_urls())


def test_a_file_has_validators_and_is_not_sent_twice(server: SampleServer, game_id: str) -> None:
    url = f"{server.base_urls()['cdn_base_url']}/liveData/boxscore/boxscore_{game_id}.json"
    first = httpx.get(url)
    assert (first.status_code, first.json()["game"]["gameId"]) == (200, game_id)
    for header, value in (
        ("If-None-Match", first.headers["etag"]),
        ("If-Modified-Since", first.headers["last-modified"]),
    ):
        again = httpx.get(url, headers={header: value})
        assert (again.status_code, again.content) == (304, b"")


def test_the_clock_decides_what_is_there(server: SampleServer, game_id: str) -> None:
    url = f"{server.base_urls()['cdn_base_url']}/liveData/boxscore/boxscore_{game_id}.json"
    server.sources.clock.move_to(server.sources.league.game(game_id).start - timedelta(hours=1))
    assert httpx.get(url).status_code == 403
    server.sources.clock.advance(timedelta(hours=2))
    assert httpx.get(url).json()["game"]["gameStatus"] == 2


def test_unknown_paths_and_games(server: SampleServer) -> None:
    assert httpx.get(f"{server.root}/nothing").status_code == 404
    cdn = server.base_urls()["cdn_base_url"]
    assert httpx.get(f"{cdn}/liveData/boxscore/boxscore_0022599999.json").status_code == 403


def test_a_held_request_times_out_at_the_asker(server: SampleServer, game_id: str) -> None:
    SCENARIOS["hanging"].apply(Stage(server.sources, game_id, at=server.sources.clock()))
    with pytest.raises(httpx.TimeoutException):
        httpx.get(f"{server.base_urls()['stats_base_url']}/playerindex", timeout=0.2)


def test_the_odds_feed_refuses_what_it_does_not_know(server: SampleServer) -> None:
    root = f"{server.base_urls()['odds_api_base_url']}/v4/sports/basketball_nba/events"
    assert isinstance(httpx.get(root).json(), list)
    event = f"{root}/{'0' * 32}/odds"
    good = {"markets": "player_points", "oddsFormat": "american"}
    assert httpx.get(event, params=good).status_code == 404
    assert httpx.get(event, params={**good, "markets": "player_dunks"}).status_code == 422


def test_requests_are_remembered(server: SampleServer, game_id: str) -> None:
    url = f"{server.base_urls()['stats_base_url']}/boxscoretraditionalv3"
    body = httpx.get(url, params={"GameID": game_id}).content
    assert json.loads(body)["boxScoreTraditional"]["gameId"] == game_id
    asked, status = server.sources.asked[-1]
    assert (asked.scraper, asked.params["game_id"], status) == ("nbac_boxscore_traditional", game_id, 200)
