"""A replay from phase 1 or 2: which requests are asked again, and which answers are loaded again."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from rich.console import Console

from python_runners.errors import PermanentError
from python_runners.events import Envelope
from python_runners.operations import replay as replay_module
from python_runners.operations.replay import plan_replay, replay, replay_once
from python_runners.pipeline import handle as handle_module
from python_runners.pipeline.composition import Platform
from python_runners.publishers.storage import PublishReport
from python_runners.settings import Settings

DAY = date(2025, 11, 14)
BOX = f"nba-com/live-boxscore/{DAY}/0022500200"
ODDS = f"odds-api/events/{DAY}/all"
OLDER, NEWER, BOARD = f"{BOX}/20251115T010000Z.json", f"{BOX}/20251115T020000Z.json", f"{ODDS}/20251114T180000Z.json"


@pytest.fixture
def platform(tmp_path: Path) -> Iterator[Platform]:
    opened = Platform(Settings(data_dir=tmp_path), lambda: datetime(2025, 11, 15, 17, tzinfo=UTC))
    opened.__dict__["dbt"] = SimpleNamespace(manifest={"nodes": {}, "sources": {}})
    yield opened
    opened.close()


@pytest.fixture
def published(monkeypatch: pytest.MonkeyPatch) -> list[tuple[date, datetime]]:
    found: list[tuple[date, datetime]] = []

    def publish_slate(_: Platform, day: date, *, as_of: datetime, correlation_id: str) -> PublishReport:
        found.append((day, as_of))
        return PublishReport(written=["a"], failed={"b": "no rows"} if len(found) > 1 else {})

    monkeypatch.setattr(replay_module, "publish_slate", publish_slate)
    return found


@pytest.fixture
def stored(platform: Platform) -> None:
    tomorrow = BOX.replace(str(DAY), "2025-11-15")
    for name, scraper in (
        (OLDER, "nbac_live_boxscore"),
        (NEWER, "nbac_live_boxscore"),
        (BOARD, "odds_api_events"),
        (f"{tomorrow}/20251116T010000Z.json", "nbac_live_boxscore"),
    ):
        about = {"scraper_name": scraper, "source_variant": "v", "params": json.dumps({"of": name.split("/")[3]})}
        platform.objects.put(name, b"{}", content_type="application/json", metadata=about)


def test_the_newest_answer_to_each_request_about_the_date_is_loaded(
    platform: Platform, stored: None, published: list[tuple[date, datetime]], monkeypatch: pytest.MonkeyPatch
) -> None:
    loaded: list[Envelope] = []

    def load_object(_: Any, __: Any, ___: Any, message: Envelope, **____: Any) -> list[Any]:
        loaded.append(message)
        return []

    monkeypatch.setattr(handle_module, "load_object", load_object)
    replay(platform, plan_replay(platform, 2, DAY))
    assert {(message.processor_name, message.metadata["object_path"]) for message in loaded} == {
        ("nbac_live_boxscore", NEWER),
        ("odds_api_events", BOARD),
    }
    assert published == [(DAY, datetime(2025, 11, 15, 4, 59, tzinfo=UTC))]


def test_the_sources_are_asked_what_they_were_asked_before(
    platform: Platform, stored: None, published: list[tuple[date, datetime]], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[Any, dict[str, str], str]] = []
    monkeypatch.setattr(replay_module, "scraper_of", lambda name, _, __, variant: (name, variant))
    monkeypatch.setattr(
        replay_module, "run_scraper", lambda _, scraper, params, *, workflow: asked.append((scraper, params, workflow))
    )
    replay(platform, plan_replay(platform, 1, DAY))
    assert asked == [
        (("nbac_live_boxscore", "v"), {"of": "0022500200"}, "replay"),
        (("odds_api_events", "v"), {"of": "all"}, "replay"),
    ]
    assert len(published) == 1


def test_the_command_prints_its_plan_and_does_nothing_when_dry(
    platform: Platform, stored: None, published: list[tuple[date, datetime]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(replay_module, "configured_platform", lambda: platform)
    monkeypatch.setattr(platform, "close", lambda: None)
    console = Console(record=True, width=160)
    replay_once(console, 2, DAY, dry_run=True)
    text = console.export_text(clear=False)
    assert [line for line in text.splitlines() if line.startswith("phase")] == [
        f"phase 2: load again {NEWER}",
        f"phase 2: load again {BOARD}",
        f"phase 6: documents of {DAY}",
    ]
    assert published == []
    replay_once(console, 6, DAY, dry_run=False)
    assert "1 documents written, 0 unchanged" in console.export_text()
    with pytest.raises(PermanentError, match="1 documents refused, first b: no rows"):
        replay_once(console, 6, DAY, dry_run=False)
