"""Healing with a warehouse of the sample league, its stored payloads, and a build that is played.

nbac_team_boxscore ──> team_box (view) ──> team_offense_game_summary ──> team_zones
                                                  phase 3                 phase 4
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from python_runners.dates import parse_instant
from python_runners.errors import BuildFailed, PermanentError
from python_runners.events import Envelope, Phase
from python_runners.loaders.load import load_object
from python_runners.operations import heal as heal_module
from python_runners.operations.expected.model_repair import with_readers
from python_runners.operations.heal import heal, heal_once, look
from python_runners.pipeline.composition import Platform
from python_runners.sample.league import League
from python_runners.settings import Settings
from tests.unit.sample.harness import Harness

SUMMARY = "nba_analytics.team_offense_game_summary"
ZONES = "nba_precompute.team_zones"
BOX = "nba_raw.nbac_team_boxscore"
DAYS_AGO = 100


def model(name: str, schema: str, phase: int | None, parents: list[str], kind: str = "incremental") -> dict[str, Any]:
    meta = {"phase": phase, "trigger": "event", "scope_columns": {"date": "game_date", "team": "team"}} if phase else {}
    return {
        "resource_type": "model", "name": name, "schema": schema, "columns": {"game_id": {}, "team": {}},
        "config": {"materialized": kind, "meta": meta}, "depends_on": {"nodes": parents},
    }  # fmt: skip


def tiny_manifest() -> dict[str, Any]:
    source, view = "source.p.nba_com.nbac_team_boxscore", "model.p.team_box"
    summary, zones = "model.p.team_offense_game_summary", "model.p.team_zones"
    minimum = {"minimum": 2, "per": ["game_id", "source_variant"], "is_exact": True}
    return {
        "sources": {source: {"name": "nbac_team_boxscore", "schema": "nba_raw", "source_name": "nba_com"}},
        "nodes": {
            view: model("team_box", "nba_intermediate", None, [source], "view"),
            summary: model("team_offense_game_summary", "nba_analytics", 3, [view]),
            zones: model("team_zones", "nba_precompute", 4, [summary]),
            "test.p.two_rows": {
                "resource_type": "test", "name": "two_rows", "config": {"materialized": "test", "meta": {}},
                "depends_on": {"nodes": [source]},
                "test_metadata": {"name": "minimum_rows", "kwargs": minimum},
            },
        },
        "child_map": {source: [view, "test.p.two_rows"], view: [summary], summary: [zones], zones: []},
        "parent_map": {view: [source], summary: [view], zones: [summary], source: []},
    }  # fmt: skip


class PlayedBuild:
    """Builds the two tables from the raw box, as the real models would in the scope that they are given."""

    def __init__(self, platform: Platform) -> None:
        self.platform = platform
        self.manifest = tiny_manifest()
        self.runs: list[tuple[tuple[str, ...], Mapping[str, Any]]] = []
        self.is_broken = False

    def invoke(self, command: str, *, select: Sequence[str] = (), variables: Mapping[str, Any] | None = None) -> None:
        if self.is_broken:
            raise BuildFailed("1 dbt node(s) failed: team_zones")
        given = dict(variables or {})
        self.runs.append((tuple(select), given))
        for relation in (SUMMARY, ZONES):
            if relation.split(".")[1] in select:
                scope = {"first": date.fromisoformat(given["from_date"]), "last": date.fromisoformat(given["to_date"])}
                self.platform.warehouse.execute(
                    f"delete from {relation} where game_date between $first and $last", scope
                )
                self.platform.warehouse.execute(
                    f"insert into {relation} select distinct game_id, team, game_date, row_digest from {BOX} "
                    "where game_date between $first and $last",
                    scope,
                )


@pytest.fixture(scope="module")
def harness() -> Harness:
    return Harness(League.small(4, 6, seed=11))


@pytest.fixture(scope="module")
def loaded(harness: Harness, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder in which the league's schedule and boxes were loaded from stored objects and built."""
    folder = tmp_path_factory.mktemp("loaded")
    platform = Platform(Settings(data_dir=folder))
    dates = harness.league.dates
    end = max(harness.league.final_at(game.game_id) for day in dates for game in harness.league.games_on(day))
    store(platform, harness, "nbac_schedule", "nba-com/schedule/2025-26/all/end.json", end, season_year="2025")
    for day in dates:
        for game in harness.league.games_on(day):
            name = f"nba-com/live-boxscore/{day}/{game.game_id}/final.json"
            store(platform, harness, "nbac_live_boxscore", name, end, game_id=game.game_id)
    for relation in (SUMMARY, ZONES):
        platform.warehouse.execute(
            f"create table {relation} (game_id varchar, team varchar, game_date date, row_digest varchar)"
        )
        platform.warehouse.execute(f"insert into {relation} select game_id, team, game_date, row_digest from {BOX}")
    platform.close()
    return folder


@pytest.fixture
def platform(loaded: Path, harness: Harness, tmp_path: Path) -> Iterator[Platform]:
    """A platform on a copy of the loaded league, whose first date lies a hundred days back."""
    folder = shutil.copytree(loaded, tmp_path / "data")
    now = datetime.combine(harness.league.dates[0], time(), tzinfo=UTC) + timedelta(days=DAYS_AGO)
    platform = Platform(Settings(data_dir=folder), clock=lambda: now)
    platform.dbt = PlayedBuild(platform)  # type: ignore[assignment]
    yield platform
    platform.close()


def store(platform: Platform, harness: Harness, scraper: str, name: str, at: datetime, **params: str) -> None:
    game_id = params.pop("game_id", None) or harness.league.games_on(harness.league.dates[0])[0].game_id
    event = harness.game_event(scraper, game_id, at + timedelta(hours=30), **params)
    payload = harness.fetch(event)
    variant = {"nbac_schedule": "cdn", "nbac_live_boxscore": "cdn_live"}[scraper]
    observed_at = payload.observed_at or event.at
    metadata = {
        "scraper_name": scraper, "source_variant": variant, "observed_at": observed_at.isoformat(),
        "params": json.dumps(dict(event.params), sort_keys=True),
    }  # fmt: skip
    platform.objects.put(name, payload.body, content_type="application/json", metadata=metadata)
    message = Envelope(
        processor_name=scraper, phase=Phase.SCRAPERS, execution_id="e", correlation_id="c", status="success",
        skip_downstream_trigger=True, metadata={"object_path": name},
    )  # fmt: skip
    outcomes = load_object(platform.warehouse, platform.ledger, platform.objects, message)
    assert [outcome.error for outcome in outcomes if outcome.error] == []


@pytest.fixture
def days(harness: Harness) -> tuple[date, date]:
    return harness.league.dates[0], harness.league.dates[-1]


def rows_of(platform: Platform, relation: str) -> list[tuple[Any, ...]]:
    found = platform.warehouse.query(f"select game_id, team, game_date, row_digest from {relation} order by all")
    return [tuple(row.values()) for row in found.to_pylist()]


def ledger_rows(platform: Platform) -> list[dict[str, Any]]:
    return platform.warehouse.query("select * from nba_orchestration.expected_outputs order by all").to_pylist()


def test_a_whole_season_has_no_gap(platform: Platform, days: tuple[date, date]) -> None:
    found = look(platform, *days)
    assert {item.status for item in found.judged} <= {"COMPLETE", "EMPTY_OK"}
    assert {item.expected.rule.output for item in found.judged} == {f"{BOX}@cdn_live", SUMMARY, ZONES}


def test_a_date_deleted_a_hundred_days_back_is_reported_and_built_again(
    platform: Platform, days: tuple[date, date]
) -> None:
    whole = rows_of(platform, SUMMARY)
    platform.warehouse.execute(f"delete from {SUMMARY} where game_date = ?", [days[0]])
    gaps = look(platform, *days).gaps
    assert {(gap.expected.game_date, gap.expected.rule.output, gap.status) for gap in gaps} == {
        (days[0], SUMMARY, "FAILED")
    }
    healing = heal(platform, *days)
    assert len(healing.repaired) == len(gaps)
    assert healing.after.gaps == ()
    assert rows_of(platform, SUMMARY) == whole
    [(models, variables)] = platform.dbt.runs  # type: ignore[attr-defined]
    assert models == ("team_offense_game_summary", "team_zones"), "what reads the gap is built with it"
    assert variables["from_date"] == days[0].isoformat()


def test_raw_rows_come_back_from_the_stored_object(platform: Platform, days: tuple[date, date]) -> None:
    whole = rows_of(platform, BOX)
    for relation in (BOX, SUMMARY, ZONES):
        platform.warehouse.execute(f"delete from {relation} where game_date = ?", [days[0]])
    healing = heal(platform, *days)
    assert {gap.expected.rule.phase for gap in healing.repaired} == {2, 3, 4}
    assert healing.after.gaps == ()
    assert rows_of(platform, BOX) == whole
    assert rows_of(platform, SUMMARY) == whole
    waiting = platform.warehouse.query("select 1 from nba_orchestration.outbox").num_rows
    assert waiting == 0, "a repair announces nothing"


def test_healing_twice_is_healing_once(platform: Platform, days: tuple[date, date]) -> None:
    platform.warehouse.execute(f"delete from {ZONES} where game_date = ?", [days[0]])
    heal(platform, *days)
    before, builds = ledger_rows(platform), len(platform.dbt.runs)  # type: ignore[attr-defined]
    platform.clock = lambda: parse_instant("2027-01-01T00:00:00Z")
    assert heal(platform, *days).repaired == []
    assert ledger_rows(platform) == before, "an output that stands as it stood keeps its time, too"
    assert len(platform.dbt.runs) == builds  # type: ignore[attr-defined]


def test_the_ledger_holds_every_status(platform: Platform, days: tuple[date, date]) -> None:
    heal(platform, *days)
    rows = ledger_rows(platform)
    assert {row["status"] for row in rows} == {"COMPLETE", "EMPTY_OK"}
    empty = [row for row in rows if row["status"] == "EMPTY_OK"]
    assert {(row["scope_key"], row["min_rows"], row["row_count"]) for row in empty} == {("date", 0, 0)}
    assert {row["row_count"] for row in rows if row["scope_key"] != "date"} == {2}


def lose_the_box(platform: Platform, day: date) -> None:
    for name in list(platform.objects.names(f"nba-com/live-boxscore/{day}")):
        (platform.settings.objects_dir / ".meta" / f"{name}.json").unlink()
    for relation in (BOX, SUMMARY, ZONES):
        platform.warehouse.execute(f"delete from {relation} where game_date = ?", [day])


def test_without_a_stored_object_the_command_is_named_and_the_summary_waits(
    platform: Platform, days: tuple[date, date], monkeypatch: pytest.MonkeyPatch
) -> None:
    lose_the_box(platform, days[0])
    monkeypatch.setattr(heal_module, "configured_platform", lambda: platform)
    console = Console(record=True, width=200)
    heal_once(console, *days, dry_run=False, retry=False)
    text = console.export_text()
    assert "wait for the box of their game" in text
    assert "nba-props scrape nbac_live_boxscore --variant cdn_live --param game_id=00225" in text
    assert f"--param game_date={days[0]}" in text
    failed = [row for row in ledger_rows(platform) if row["status"] == "FAILED"]
    assert {row["game_date"] for row in failed} == {days[0]}


def test_a_repair_that_did_not_help_is_not_repeated_unless_told(platform: Platform, days: tuple[date, date]) -> None:
    lose_the_box(platform, days[0])
    build = platform.dbt
    for _ in range(2):
        heal(platform, *days)
        assert len(build.runs) == 1  # type: ignore[attr-defined]
    tried = [row for row in ledger_rows(platform) if row["attempts"]]
    assert {(row["output"], row["attempts"], row["last_error"]) for row in tried} == {
        (ZONES, 1, "built again, and still incomplete")
    }
    heal(platform, *days, retry=True)
    assert len(build.runs) == 2  # type: ignore[attr-defined]


def test_a_refused_object_leaves_its_reason(platform: Platform, days: tuple[date, date]) -> None:
    platform.warehouse.execute(f"delete from {BOX} where game_date = ?", [days[0]])
    for name in list(platform.objects.names(f"nba-com/live-boxscore/{days[0]}")):
        stored = platform.objects.get(name)
        platform.objects.put(name, b"[]", content_type="application/json", metadata=stored.metadata)
    heal(platform, *days)
    errors = {row["last_error"] for row in ledger_rows(platform) if row["phase"] == 2 and row["attempts"]}
    assert errors
    assert all("nbac_team_boxscore" in str(error) for error in errors)


def test_a_dry_run_writes_nothing(platform: Platform, days: tuple[date, date], monkeypatch: pytest.MonkeyPatch) -> None:
    platform.warehouse.execute(f"delete from {SUMMARY} where game_date = ?", [days[0]])
    monkeypatch.setattr(heal_module, "configured_platform", lambda: platform)
    console = Console(record=True, width=200)
    heal_once(console, *days, dry_run=True, retry=False)
    assert str(days[0]) in console.export_text()
    assert ledger_rows(platform) == []
    assert platform.dbt.runs == []  # type: ignore[attr-defined]


def test_a_failed_build_is_in_the_ledger_and_raised(platform: Platform, days: tuple[date, date]) -> None:
    platform.warehouse.execute(f"delete from {SUMMARY} where game_date = ?", [days[0]])
    platform.dbt.is_broken = True  # type: ignore[attr-defined]
    with pytest.raises(BuildFailed):
        heal(platform, *days)
    runs = platform.warehouse.query(
        "select status, error_type from nba_orchestration.pipeline_execution_log where processor_name = 'heal'"
    ).to_pylist()
    assert runs == [{"status": "failed", "error_type": "BuildFailed"}]


def test_a_range_that_ends_before_it_begins_is_refused(platform: Platform, days: tuple[date, date]) -> None:
    with pytest.raises(PermanentError, match="before it begins"):
        look(platform, days[1], days[0])


def test_a_range_without_a_season_is_refused(platform: Platform) -> None:
    with pytest.raises(PermanentError, match="no game from"):
        look(platform, date(1999, 1, 1), date(1999, 1, 2))


def test_readers_follow_the_graph_in_build_order() -> None:
    assert with_readers(tiny_manifest(), {"team_zones"}) == ("team_zones",)
    assert with_readers(tiny_manifest(), {"team_offense_game_summary"}) == ("team_offense_game_summary", "team_zones")
