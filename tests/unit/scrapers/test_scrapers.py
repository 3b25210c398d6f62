"""Scrapers over a fake network: store untouched, log, announce; retry what is worth it, refuse what is not."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from python_runners.errors import MissingSetting, PermanentError, SourceUnavailable
from python_runners.events import Topic, parse_message
from python_runners.loaders.registry import SCRAPERS_WITHOUT_TABLE, feeds_of, scrapers
from python_runners.pipeline.composition import Platform
from python_runners.scrapers.catalog import SCRAPERS, scraper_of
from python_runners.scrapers.http import HttpClient, Request
from python_runners.scrapers.run import run_scraper
from python_runners.settings import Settings

Answer = Callable[[httpx.Request], httpx.Response]
BOX = {"game_id": "0022500001", "game_date": "2025-10-21"}


@pytest.fixture
def platform(tmp_path: Path) -> Iterator[Platform]:
    settings = Settings(_env_file=None, data_dir=tmp_path, request_backoff_seconds=0.0)
    built = Platform(settings)
    yield built
    built.warehouse.close()
    built.bus.close()


def client(platform: Platform, answer: Answer) -> HttpClient:
    return HttpClient(platform.settings, transport=httpx.MockTransport(answer), sleep=lambda seconds: None)


def log_rows(platform: Platform) -> list[dict[str, Any]]:
    return platform.warehouse.query("select * from nba_orchestration.scraper_execution_log").to_pylist()


def test_a_payload_is_stored_byte_for_byte_logged_and_announced(platform: Platform) -> None:
    body = b'{ "game": {"gameId": "0022500001"} }\n'
    scraper = scraper_of(
        "nbac_live_boxscore", platform.settings, client(platform, lambda r: httpx.Response(200, content=body))
    )
    message = run_scraper(platform, scraper, BOX, workflow="evening")
    path = message.metadata["object_path"]
    assert path.startswith("nba-com/live-boxscore/2025-10-21/0022500001/")
    stored = platform.objects.get(path)
    assert stored.body == body
    assert stored.metadata["source_variant"] == "cdn_live"
    assert json.loads(stored.metadata["params"]) == BOX
    (row,) = log_rows(platform)
    assert (row["status"], row["object_path"], row["http_status"], row["is_new_content"]) == (
        "success",
        path,
        200,
        True,
    )
    (announced,) = platform.bus.pending(Topic.SCRAPERS_COMPLETE.value)
    assert parse_message(announced.body) == message
    assert message.correlation_id == f"evening_{message.execution_id}"


def test_large_payloads_are_compressed_and_come_back_whole(platform: Platform) -> None:
    body = json.dumps({"game": {"actions": ["x" * 100_000]}}).encode()
    scraper = scraper_of(
        "nbac_play_by_play", platform.settings, client(platform, lambda r: httpx.Response(200, content=body))
    )
    stored = platform.objects.get(run_scraper(platform, scraper, BOX).metadata["object_path"])
    assert len(stored.body) < len(body)
    assert gzip.decompress(stored.body) == body


@pytest.mark.parametrize("status", [403, 404])
def test_what_is_not_published_yet_is_no_data_and_blocks_nothing(platform: Platform, status: int) -> None:
    answers = iter([httpx.Response(status), httpx.Response(200, content=b'{"game": {}}')])
    scraper = scraper_of("nbac_live_boxscore", platform.settings, client(platform, lambda r: next(answers)))
    assert run_scraper(platform, scraper, BOX).status == "no_data"
    assert run_scraper(platform, scraper, BOX).status == "success"
    assert [row["status"] for row in log_rows(platform)] == ["no_data", "success"]


def test_an_empty_list_is_no_data(platform: Platform) -> None:
    platform.settings.odds_api_key = Settings(_env_file=None, odds_api_key="k").odds_api_key
    scraper = scraper_of("odds_events", platform.settings, client(platform, lambda r: httpx.Response(200, json=[])))
    assert run_scraper(platform, scraper, {"game_date": "2025-10-21"}).status == "no_data"
    assert list(platform.objects.names()) == []


def test_timeouts_throttling_and_server_errors_are_tried_three_times(platform: Platform) -> None:
    answers = iter([httpx.Response(429), httpx.Response(503), httpx.Response(200, content=b'{"game": {}}')])
    scraper = scraper_of("nbac_live_boxscore", platform.settings, client(platform, lambda r: next(answers)))
    assert run_scraper(platform, scraper, BOX).status == "success"
    assert log_rows(platform)[0]["attempts"] == 3


def test_a_source_that_stays_down_is_a_failed_completion_with_the_reason(platform: Platform) -> None:
    asked: list[httpx.Request] = []

    def down(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        raise httpx.ConnectTimeout("timed out", request=request)

    scraper = scraper_of("nbac_live_boxscore", platform.settings, client(platform, down))
    message = run_scraper(platform, scraper, BOX)
    assert (message.status, message.error_type) == ("failed", "SourceUnavailable")
    assert len(asked) == 3
    assert log_rows(platform)[0]["status"] == "failed"


def test_other_client_errors_are_not_tried_again(platform: Platform) -> None:
    asked: list[httpx.Request] = []

    def refuse(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        return httpx.Response(422)

    scraper = scraper_of("nbac_live_boxscore", platform.settings, client(platform, refuse))
    assert run_scraper(platform, scraper, BOX).error_message == "nbac_live_boxscore: the source answered 422"
    assert len(asked) == 1


def test_a_missing_key_names_the_setting(platform: Platform) -> None:
    scraper = scraper_of("odds_events", platform.settings, client(platform, lambda r: httpx.Response(200, json=[])))
    with pytest.raises(MissingSetting, match="NBA_PROPS_ODDS_API_KEY is not set"):
        run_scraper(platform, scraper, {"game_date": "2025-10-21"})


def test_keys_travel_in_headers_and_are_stored_nowhere(platform: Platform) -> None:
    platform.settings.odds_api_key = Settings(_env_file=None, odds_api_key="s3cret").odds_api_key
    asked: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        return httpx.Response(200, json=[{"id": "e"}])

    scraper = scraper_of("odds_events", platform.settings, client(platform, answer))
    message = run_scraper(platform, scraper, {"game_date": "2025-10-21"})
    assert asked[0].headers["X-API-Key"] == "s3cret"
    assert "s3cret" not in str(asked[0].url)
    assert "s3cret" not in message.to_bytes().decode() + repr(log_rows(platform))
    assert "s3cret" not in repr(platform.objects.get(message.metadata["object_path"]))


def test_conditional_requests_send_the_validators_and_take_304_as_no_data(platform: Platform) -> None:
    seen: list[str | None] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request.headers.get("If-None-Match"))
        if seen[-1]:
            return httpx.Response(304)
        return httpx.Response(200, content=b'{"game": {}}', headers={"ETag": '"v1"'})

    scraper = scraper_of("nbac_live_boxscore", platform.settings, client(platform, answer))
    assert [run_scraper(platform, scraper, BOX).status for _ in range(2)] == ["success", "no_data"]
    assert seen == [None, '"v1"']


def test_a_missing_parameter_is_named(platform: Platform) -> None:
    scraper = scraper_of("nbac_live_boxscore", platform.settings, client(platform, lambda r: httpx.Response(200)))
    with pytest.raises(PermanentError, match="nbac_live_boxscore needs game_id, game_date"):
        run_scraper(platform, scraper, {})


def test_pages_are_followed_to_the_last(platform: Platform) -> None:
    platform.settings.bettingpros_api_key = Settings(_env_file=None, bettingpros_api_key="k").bettingpros_api_key

    def answer(request: httpx.Request) -> httpx.Response:
        page = int(request.url.params["page"])
        return httpx.Response(200, json={"offers": [page], "_pagination": {"page": page, "total_pages": 3}})

    scraper = scraper_of("bettingpros_props", platform.settings, client(platform, answer))
    params = {"game_date": "2025-10-21", "event_id": "7", "scheduled": "2025-10-21 23:30:00"}
    stored = platform.objects.get(run_scraper(platform, scraper, params).metadata["object_path"])
    assert [page["offers"] for page in json.loads(stored.body)] == [[1], [2], [3]]


def test_a_host_gets_its_pause_between_two_requests(platform: Platform) -> None:
    slept: list[float] = []
    now = iter([0.0, 0.0, 0.1, 0.1])
    http = HttpClient(
        platform.settings,
        transport=httpx.MockTransport(lambda r: httpx.Response(200)),
        sleep=slept.append,
        monotonic=lambda: next(now),
    )
    for _ in range(2):
        http.get(Request("https://stats.example/x", pause_seconds=0.6))
    assert slept == [pytest.approx(0.5)]


def test_no_answer_at_all_is_transient(platform: Platform) -> None:
    def down(request: httpx.Request) -> httpx.Response:
        raise httpx.ReadError("reset", request=request)

    with pytest.raises(SourceUnavailable, match=r"stats\.example did not answer in 3 attempts"):
        client(platform, down).get(Request("https://stats.example/x"))


def test_an_unknown_scraper_lists_the_known_ones(platform: Platform) -> None:
    with pytest.raises(PermanentError, match="no scraper nonsense; known are bdl_box_scores"):
        scraper_of("nonsense", platform.settings, client(platform, lambda r: httpx.Response(200)))


def test_every_scraper_feeds_a_parser_and_every_parser_has_a_scraper() -> None:
    feeding = {(scraper.name, scraper.variant) for scraper in SCRAPERS if scraper.name not in SCRAPERS_WITHOUT_TABLE}
    for name, variant in feeding:
        assert feeds_of(name, variant)
    assert {name for name, _ in feeding} | SCRAPERS_WITHOUT_TABLE == set(scrapers())
