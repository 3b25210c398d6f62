"""Gaps of raw tables: load a stored object again, or say what to run to fetch it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from python_runners.errors import PermanentError
from python_runners.events import Envelope, Phase
from python_runners.loaders.load import load_object
from python_runners.loaders.registry import FEEDS, Feed
from python_runners.operations.expected.outputs import Game, Judged, Rule
from python_runners.pipeline.composition import Platform
from python_runners.platform.objects import ObjectStore
from python_runners.scrapers.catalog import SCRAPERS

IMPORT_COMMAND = "nba-props import-history --from FOLDER"


def feeds_of_rule(rule: Rule) -> list[Feed]:
    """Return the feeds that fill the rows of a rule; none where the rows only come by import."""
    known = {(scraper.name, scraper.variant) for scraper in SCRAPERS}
    return [
        feed
        for feed in FEEDS
        if feed.table == rule.table
        and rule.variant in (None, feed.table_variant)
        and (feed.scraper, feed.source_variant) in known
    ]


def fetch_commands(rule: Rule, game: Game) -> list[str]:
    """Return the commands that fetch what a rule misses of a game, from the first feed that can."""
    feeds = feeds_of_rule(rule)
    if not feeds:
        return [IMPORT_COMMAND]
    feed = feeds[0]
    required = next(s.required for s in SCRAPERS if (s.name, s.variant) == (feed.scraper, feed.source_variant))
    known = {
        "game_id": game.game_id,
        "game_date": game.game_date.isoformat(),
        "game_code": game.game_code or "CODE",
        "season_type": game.season_type,
        "season_year": game.season[:4],
        "home_team": game.home_team,
        "away_team": game.away_team,
    }
    sides = [{"team": game.home_team}, {"team": game.away_team}] if "team" in required else [{}]
    return [
        " ".join(
            [
                f"nba-props scrape {feed.scraper} --variant {feed.source_variant}",
                *(f"--param {name}={({**known, **side})[name]}" for name in required),
            ]
        )
        for side in sides
    ]


@dataclass
class StoredObjects:
    """The names of an object store, listed once and found by game or date."""

    objects: ObjectStore

    @cached_property
    def _names(self) -> tuple[str, ...]:
        return tuple(self.objects.names())

    def newest(self, rule: Rule, game: Game) -> list[str]:
        """Return the newest object of each request that can hold what a rule misses of a game."""
        feeds = {(feed.scraper, feed.source_variant) for feed in feeds_of_rule(rule)}
        by_request: dict[tuple[str, str, str], tuple[str, str]] = {}
        for name in self._names:
            if not _is_about(name, game):
                continue
            about = self.objects.get(name).metadata
            scraper, variant = about.get("scraper_name", ""), about.get("source_variant", "")
            if (scraper, variant) in feeds:
                request = (scraper, variant, about.get("params", ""))
                by_request[request] = max(by_request.get(request, ("", "")), (about.get("observed_at", ""), name))
        return [name for _, name in sorted(by_request.values())]


def _is_about(name: str, game: Game) -> bool:
    """Tell from source/dataset/date/scope/file whether an object is about a game or about all games of its date."""
    parts = name.split("/")
    if len(parts) != 5 or parts[2] != game.game_date.isoformat():
        return False
    return parts[3].startswith(game.game_id) or not parts[3].startswith("00")


@dataclass
class Reloaded:
    """What loading stored objects again came to.

    Attributes:
        reasons: gaps for which an object is stored, each with the reason of a refusal, or None.
        tables: raw tables that rows came back to, with the first date concerned.
    """

    reasons: dict[Judged, str | None] = field(default_factory=dict)
    tables: dict[str, date] = field(default_factory=dict)


def reload_gaps(platform: Platform, gaps: Sequence[Judged], correlation_id: str) -> Reloaded:
    """Load the newest stored objects of raw gaps again, announcing nothing."""
    stored, reloaded = StoredObjects(platform.objects), Reloaded()
    refusals: dict[str, str | None] = {}
    for gap in gaps:
        game = gap.expected.game
        if game is None:
            continue
        names = stored.newest(gap.expected.rule, game)
        for name in names:
            if name not in refusals:
                tables, refusals[name] = _load(platform, name, game, correlation_id)
                for table in tables:
                    reloaded.tables[table] = min(reloaded.tables.get(table, game.game_date), game.game_date)
        if names:
            reloaded.reasons[gap] = "; ".join(reason for name in names if (reason := refusals[name])) or None
    return reloaded


def _load(platform: Platform, name: str, game: Game, correlation_id: str) -> tuple[list[str], str | None]:
    message = Envelope(
        processor_name="heal",
        phase=Phase.SCRAPERS,
        execution_id=correlation_id.removeprefix("heal_"),
        correlation_id=correlation_id,
        game_date=game.game_date,
        status="success",
        timestamp=platform.clock(),
        trigger_source="manual",
        skip_downstream_trigger=True,
        backfill_mode=True,
        backfill_reason="heal",
        metadata={"object_path": name},
    )
    try:
        outcomes = load_object(platform.warehouse, platform.ledger, platform.objects, message)
    except PermanentError as error:
        return [], f"{name}: {error}"
    refused = [f"{name}: {outcome.table}: {outcome.error}" for outcome in outcomes if outcome.error is not None]
    return [outcome.table for outcome in outcomes if outcome.status == "success"], "; ".join(refused) or None
