"""The documents that apps listen to: what was rendered for the object store, in the parts that the state store holds.

object                    document
predictions/{date}        predictions/{date}/games/{game_id}, one a game
tonight/player/{id}       tonight_players/{date}_{id}
best-bets/{date}          best_bets/{date}
results/{date}            results/{date}
status                    status/current
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from python_runners.platform.state import Fields, StateStore, change
from python_runners.publishers.envelope import ENVELOPE, content_digest

LARGEST_BYTES = 1_048_576
_FIXED_BYTES = 32
_NAME_BYTES = 16
_DATE = r"\d{4}-\d{2}-\d{2}"

Rendered = Mapping[str, Any]


@dataclass(frozen=True)
class Part:
    """One document of the state store."""

    collection: str
    name: str
    fields: Rendered


def parts_of(path: str, rendered: Rendered) -> list[Part]:
    """Return the documents that a rendered document becomes; none when apps do not listen to its kind."""
    for pattern, split in _SPLITS:
        if re.fullmatch(pattern, path):
            return list(split(path.rpartition("/")[2], rendered))
    return []


def _predictions(day: str, rendered: Rendered) -> Iterator[Part]:
    for game in rendered["games"]:
        alone = {**rendered, "total_games": 1, "total_predictions": game["prediction_count"], "games": [game]}
        yield Part(f"predictions/{day}/games", game["game_id"], {**alone, "content_digest": content_digest(alone)})


def _tonight_player(player_id: str, rendered: Rendered) -> Iterator[Part]:
    yield Part("tonight_players", f"{rendered['game_date']}_{player_id}", rendered)


def _named(collection: str, name: str | None = None) -> Callable[[str, Rendered], Iterator[Part]]:
    def split(last: str, rendered: Rendered) -> Iterator[Part]:
        yield Part(collection, name or last, rendered)

    return split


_SPLITS: tuple[tuple[str, Callable[[str, Rendered], Iterator[Part]]], ...] = (
    (rf"predictions/{_DATE}", _predictions),
    (r"tonight/player/[^/]+", _tonight_player),
    (rf"best-bets/{_DATE}", _named("best_bets")),
    (rf"results/{_DATE}", _named("results")),
    (r"status", _named("status", "current")),
)


def mirror(state: StateStore, path: str, rendered: Rendered, object_name: str) -> None:
    """Write the documents of a rendered document that differ from what stands; games that are gone lose theirs.

    One that is larger than Firestore takes becomes its envelope with `object`, the name of the object that holds the
    content.

    Raises:
        TransientError: the store does not answer.
        PermanentError: the store refuses a document.
    """
    parts = parts_of(path, rendered)
    for part in parts:
        fields = fitting(part, object_name)

        def edit(stored: Fields | None, fields: Rendered = fields) -> Fields | None:
            return None if stored is not None and stored["content_digest"] == fields["content_digest"] else fields

        change(state, part.collection, part.name, edit)
    if re.fullmatch(rf"predictions/{_DATE}", path):
        games = f"{path}/games"
        kept = {part.name for part in parts}
        for document in state.documents(games):
            if document.name not in kept:
                state.delete(games, document.name)


def fitting(part: Part, object_name: str) -> Rendered:
    """Return the content of a document, or its envelope and where the content is when it is too large."""
    if document_bytes(part) <= LARGEST_BYTES:
        return part.fields
    return {**{name: part.fields[name] for name in ENVELOPE}, "object": object_name}


def document_bytes(part: Part) -> int:
    """Return the size of a document as Firestore counts it (firebase.google.com/docs/firestore/storage-size)."""
    path = f"{part.collection}/{part.name}".split("/")
    return _NAME_BYTES + sum(_text_bytes(segment) for segment in path) + _value_bytes(part.fields) + _FIXED_BYTES


def _value_bytes(value: Any) -> int:
    if value is None or isinstance(value, bool):
        return 1
    if isinstance(value, int | float):
        return 8
    if isinstance(value, str):
        return _text_bytes(value)
    if isinstance(value, Mapping):
        return sum(_text_bytes(name) + _value_bytes(entry) for name, entry in value.items())
    return sum(_value_bytes(entry) for entry in value)


def _text_bytes(text: str) -> int:
    return len(text.encode()) + 1
