"""What stands from the last publication, and whose documents need not be looked at again."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from python_runners.events import AffectedEntities
from python_runners.platform.objects import ObjectNotFound, ObjectStore
from python_runners.publishers.envelope import Edition, halt_fields
from python_runners.publishers.people import people_paths
from python_runners.publishers.rows import SlateRows
from python_runners.publishers.storage import Stored, object_name

Standing = Mapping[str, Stored]


def standing_documents(store: ObjectStore, edition: Edition, champion: str) -> Standing | None:
    """Return the documents that the manifest lists, by path; None when all have to be made anew.

    That is so when there is no manifest, when it is of another date or halt, and when another system was champion.
    """
    manifest, picks = _content(store, "manifest"), _content(store, "best-bets/latest")
    if manifest is None or picks is None or not edition.is_current:
        return None
    expected = {"game_date": edition.game_date.isoformat(), **halt_fields(edition.halt)}
    if any(manifest[name] != value for name, value in expected.items()) or picks["system_id"] != champion:
        return None
    return {
        entry["path"].removesuffix(".json"): Stored(entry["content_digest"], entry["generated_at"], entry["status"])
        for entry in manifest["documents"]
    }


def untouched_documents(rows: SlateRows, affected: AffectedEntities | None, standing: Standing | None) -> Standing:
    """Return the documents of players that stay as they are: nothing that they show has moved since they were written.

    Args:
        rows: rows of the date.
        affected: what moved; a list that is missing or says "all" leaves nobody out.
        standing: documents of the last publication; None when all have to be made anew.
    """
    if affected is None or standing is None:
        return {}
    players, teams, games = affected.players, affected.teams, affected.games
    # A team's new rating can move the rank of any other, and every opponent shows one.
    if players is None or players == "all" or games is None or games == "all" or teams != ():
        return {}
    moved = {*players, *(row["player_id"] for row in rows.players if row["game_id"] in games)}
    paths = [path for row in rows.players if row["player_id"] not in moved for path in people_paths(row["player_id"])]
    return {path: standing[path] for path in paths if path in standing}


def _content(store: ObjectStore, path: str) -> Mapping[str, Any] | None:
    try:
        stored = store.get(object_name(path))
    except ObjectNotFound:
        return None
    content: Mapping[str, Any] = json.loads(stored.body)
    return content
