"""Documents in both stores, over both kinds of adapters: one rendering, one hash, each failure alone."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from python_runners.errors import PermanentError, TransientError
from python_runners.platform.objects import ObjectStore
from python_runners.platform.state import Fields, StateDocument, StateStore
from python_runners.publishers.envelope import ENVELOPE, Document, Halt, content_digest
from python_runners.publishers.mirror import LARGEST_BYTES, parts_of
from python_runners.publishers.publish import documents_of
from python_runners.publishers.rows import SlateRows
from python_runners.publishers.storage import PublishReport, object_name, publish
from tests.unit.publishers.document_rows import DAY, GAME, edition, game, player, prediction, rendered, slate

pytestmark = pytest.mark.parametrize(
    ("open_state", "store"), [("sqlite", "folder"), ("firestore", "gcs")], indirect=True, ids=["embedded", "cloud"]
)

OTHER = "0022500226"
GAMES = f"predictions/{DAY}/games"


def two_games() -> SlateRows:
    other = [prediction(number, game_id=OTHER) for number in range(20, 29)]
    listed = [player(number, game_id=OTHER) for number in range(20, 29)]
    one = slate()
    return slate(
        games=(game(), game() | {"game_id": OTHER}),
        predictions=(*one.predictions, *other),
        players=(*one.players, *listed),
    )


def published(store: ObjectStore, state: StateStore, rows: SlateRows, **more: Any) -> PublishReport:
    this = edition(**more)
    return publish(store, state, documents_of(rows, this), this)


def stood(store: ObjectStore, path: str) -> dict[str, Any]:
    parsed: dict[str, Any] = json.loads(store.get(object_name(path)).body)
    return parsed


def versions(state: StateStore) -> dict[str, str]:
    collections = (GAMES, "tonight_players", "best_bets", "results", "status")
    found = [document for collection in collections for document in state.documents(collection)]
    return {f"{document.collection}/{document.name}": document.version for document in found}


def test_both_stores_hold_the_same_documents(store: ObjectStore, state: StateStore) -> None:
    report = published(store, state, slate())
    assert report.failed == {}
    for path, collection, name in (
        ("tonight/player/1", "tonight_players", f"{DAY}_1"),
        (f"best-bets/{DAY}", "best_bets", str(DAY)),
        (f"results/{DAY}", "results", str(DAY)),
        ("status", "status", "current"),
    ):
        document = state.get(collection, name)
        assert document is not None
        assert document.fields == stood(store, path)
        assert store.get(object_name(path)).metadata["content_digest"] == document.fields["content_digest"]


def test_each_game_has_a_document_of_its_own(store: ObjectStore, state: StateStore) -> None:
    published(store, state, two_games())
    whole = stood(store, f"predictions/{DAY}")
    documents = state.documents(GAMES)
    assert [document.name for document in documents] == [GAME, OTHER]
    assert [document.fields["games"][0] for document in documents] == whole["games"]
    for document, part in zip(documents, parts_of(f"predictions/{DAY}", whole), strict=True):
        assert document.fields == part.fields
        assert part.fields["content_digest"] == content_digest(part.fields) != whole["content_digest"]
        assert document.fields["total_predictions"] == document.fields["games"][0]["prediction_count"]


def test_one_change_rewrites_the_document_of_its_game_alone(store: ObjectStore, state: StateStore) -> None:
    rows = two_games()
    published(store, state, rows)
    before = versions(state)
    published(store, state, rows)
    assert {name for name, version in versions(state).items() if before[name] != version} <= {"status/current"}
    moved = [row | {"predicted_points": 21.0} if row["player_id"] == "20" else row for row in rows.predictions]
    published(store, state, replace(rows, predictions=moved))
    changed = {name for name, version in versions(state).items() if before[name] != version}
    assert f"{GAMES}/{OTHER}" in changed
    assert f"{GAMES}/{GAME}" not in changed


def test_a_game_that_is_gone_loses_its_document(store: ObjectStore, state: StateStore) -> None:
    published(store, state, two_games())
    published(store, state, slate())
    assert [document.name for document in state.documents(GAMES)] == [GAME]


def test_a_halt_reaches_both(store: ObjectStore, state: StateStore) -> None:
    published(store, state, slate(), halt=Halt(active=True, reason="manual", since=DAY, source_date=DAY))
    document = state.get("best_bets", str(DAY))
    assert document is not None
    assert (document.fields["picks"], document.fields["halt_reason"]) == ([], "manual")
    assert document.fields == stood(store, f"best-bets/{DAY}")


def test_content_below_its_minimum_keeps_the_games_and_marks_them(store: ObjectStore, state: StateStore) -> None:
    published(store, state, slate())
    report = published(store, state, slate(predictions=()))
    assert f"predictions/{DAY}" in report.kept_degraded
    (document,) = state.documents(GAMES)
    assert (document.fields["status"], document.fields["degraded_reasons"]) == ("degraded", ["too_few_predictions"])
    assert document.fields["games"] == stood(store, f"predictions/{DAY}")["games"]


def test_what_firestore_cannot_hold_points_to_its_object(store: ObjectStore, state: StateStore) -> None:
    rows = slate(predictions=[prediction(1, line_book="x" * LARGEST_BYTES), *slate().predictions[1:]])
    assert published(store, state, rows).failed == {}
    (document,) = state.documents(GAMES)
    assert set(document.fields) == {*ENVELOPE, "object"}
    assert document.fields["object"] == object_name(f"predictions/{DAY}")
    before = document.version
    published(store, state, rows)
    assert state.documents(GAMES)[0].version == before


class Failing:
    """A state store that fails for one collection."""

    def __init__(self, store: StateStore, collection: str, error: Exception) -> None:
        self.store, self.collection, self.error = store, collection, error

    def get(self, collection: str, name: str) -> StateDocument | None:
        if collection == self.collection:
            raise self.error
        return self.store.get(collection, name)

    def create(self, collection: str, name: str, fields: Fields) -> StateDocument:
        return self.store.create(collection, name, fields)

    def documents(self, collection: str) -> list[StateDocument]:
        return self.store.documents(collection)


@pytest.mark.parametrize("error", [TransientError("away"), PermanentError("refused")])
def test_a_document_that_one_store_refuses_fails_alone_and_comes_with_the_next_try(
    store: ObjectStore, state: StateStore, error: Exception
) -> None:
    failing: Any = Failing(state, "best_bets", error)
    report = published(store, failing, slate())
    assert report.failed == {f"best-bets/{DAY}": f"{type(error).__name__}: {error}"}
    assert report.transient == ([f"best-bets/{DAY}"] if isinstance(error, TransientError) else [])
    assert state.get("status", "current") is not None
    again = published(store, state, slate())
    assert (again.failed, f"best-bets/{DAY}" in again.written) == ({}, True)
    assert state.get("best_bets", str(DAY)) is not None


class Raced:
    """An object store in which another publisher writes just before a write."""

    def __init__(self, store: ObjectStore, race: Callable[[], object], times: int = 1) -> None:
        self.store, self.race, self.times = store, race, times
        self.get = store.get

    def put(self, name: str, body: bytes, **given: Any) -> int:
        if self.times and name == object_name("status"):
            self.times -= 1
            self.race()
        return self.store.put(name, body, **given)


def status_document(services: str) -> Document:
    content = json.loads(json.dumps({name: rendered(slate())["status"][name] for name in _STATUS}))
    content["known_issues"] = [{"severity": "info", "message": services, "since": "2025-11-15T00:00:00Z"}]
    return Document("status", "status", content, 60)


_STATUS = [name for name in rendered(slate())["status"] if name not in ENVELOPE]


@pytest.mark.parametrize(("minutes", "winner"), [(-1, "ours"), (1, "theirs")])
def test_of_two_publishers_the_one_with_the_newer_data_stands_in_both_stores(
    store: ObjectStore, state: StateStore, minutes: int, winner: str
) -> None:
    ours = edition()
    theirs = replace(ours, data_as_of=ours.data_as_of + timedelta(minutes=minutes))
    raced: Any = Raced(store, lambda: publish(store, state, [status_document("theirs")], theirs))
    report = publish(raced, state, [status_document("ours")], ours)
    assert (report.written, report.superseded) == ((["status"], []) if winner == "ours" else ([], ["status"]))
    current = state.get("status", "current")
    assert current is not None
    assert current.fields == stood(store, "status")
    assert current.fields["known_issues"][0]["message"] == winner


def test_a_publisher_that_always_loses_tries_again_later(store: ObjectStore, state: StateStore) -> None:
    this = edition()
    older = replace(this, data_as_of=this.data_as_of - timedelta(minutes=1))
    numbers = iter(range(10))
    raced: Any = Raced(store, lambda: publish(store, state, [status_document(str(next(numbers)))], older), times=9)
    report = publish(raced, state, [status_document("ours")], this)
    assert report.transient == ["status"]
    assert "other publishers were faster 5 times" in report.failed["status"]


def test_a_check_brings_back_what_the_state_store_lost(store: ObjectStore, state: StateStore) -> None:
    this = edition()
    publish(store, state, documents_of(slate(), this), this)
    state.delete("best_bets", str(DAY))
    publish(store, state, documents_of(slate(), this), this)
    assert state.get("best_bets", str(DAY)) is None
    publish(store, state, documents_of(slate(), this), this, check=True)
    assert state.get("best_bets", str(DAY)) is not None
