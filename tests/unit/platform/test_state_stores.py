"""One contract for every state store: create has one winner, replace compares, threads lose nothing."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from python_runners.errors import PermanentError, PreconditionFailed, TransientError
from python_runners.platform.state import Fields, StateStore, change

COLLECTION = "phase3_completion"
FIELDS = {"text": "é", "number": 3, "ratio": 0.5, "yes": True, "nothing": None, "list": [1, "a"], "map": {"a.b": {}}}


def test_what_is_created_comes_back(state: StateStore) -> None:
    created = state.create(COLLECTION, "2025-11-15", FIELDS)
    found = state.get(COLLECTION, "2025-11-15")
    assert found == created
    assert found is not None
    assert found.fields == FIELDS
    assert state.get(COLLECTION, "2025-11-16") is None


def test_a_document_is_created_once(state: StateStore) -> None:
    state.create(COLLECTION, "d", {"n": 1})
    with pytest.raises(PreconditionFailed, match=f"{COLLECTION}/d"):
        state.create(COLLECTION, "d", {"n": 2})
    assert [document.fields for document in state.documents(COLLECTION)] == [{"n": 1}]


def test_a_replacement_needs_what_was_read_and_leaves_nothing_of_it(state: StateStore) -> None:
    former = state.create(COLLECTION, "d", {"a.b": 1, "gone": 1, "`": 1})
    newer = state.replace(former, {"a.b": 2, "new": {"x": 1}})
    assert newer.version != former.version
    assert state.get(COLLECTION, "d") == newer
    assert newer.fields == {"a.b": 2, "new": {"x": 1}}
    with pytest.raises(PreconditionFailed):
        state.replace(former, {"a.b": 3})
    state.delete(COLLECTION, "d")
    with pytest.raises(PreconditionFailed):
        state.replace(newer, {"a.b": 3})
    state.create(COLLECTION, "d", newer.fields)
    with pytest.raises(PreconditionFailed):
        state.replace(newer, {"a.b": 3})


def test_documents_are_listed_by_prefix_and_collection_in_order(state: StateStore) -> None:
    for name in ("2025-11-16_a", "2025-11-15_b", "2025-11-15_a", "2025-11-1"):
        state.create(COLLECTION, name, {"name": name})
    state.create(f"{COLLECTION}/2025-11-15_a/completions", "2025-11-15_c", {})
    assert [found.name for found in state.documents(COLLECTION, "2025-11-15_")] == ["2025-11-15_a", "2025-11-15_b"]
    assert [found.name for found in state.documents(COLLECTION)] == [
        "2025-11-1",
        "2025-11-15_a",
        "2025-11-15_b",
        "2025-11-16_a",
    ]
    (nested,) = state.documents(f"{COLLECTION}/2025-11-15_a/completions")
    assert (nested.collection, nested.name) == (f"{COLLECTION}/2025-11-15_a/completions", "2025-11-15_c")


def test_a_document_that_is_deleted_is_gone_and_deleting_it_again_is_no_error(state: StateStore) -> None:
    state.create(COLLECTION, "d", {})
    state.delete(COLLECTION, "d")
    state.delete(COLLECTION, "d")
    assert state.get(COLLECTION, "d") is None


@pytest.mark.parametrize(("collection", "name"), [("a/b", "c"), ("", "c"), ("a", ""), ("a", "b/c"), ("a", "__x__")])
def test_paths_are_those_of_documents(state: StateStore, collection: str, name: str) -> None:
    with pytest.raises(PermanentError, match="not a path of a document"):
        state.create(collection, name, {})


def test_what_is_no_json_is_refused(state: StateStore) -> None:
    with pytest.raises(PermanentError):
        state.create(COLLECTION, "d", {"x": object()})
    assert state.get(COLLECTION, "d") is None


def test_of_many_creators_one_wins(state: StateStore) -> None:
    def create(number: int) -> bool:
        try:
            state.create(COLLECTION, "d", {"by": number})
        except PreconditionFailed:
            return False
        return True

    with ThreadPoolExecutor(20) as pool:
        outcomes = list(pool.map(create, range(20)))
    assert outcomes.count(True) == 1
    found = state.get(COLLECTION, "d")
    assert found is not None
    assert found.fields == {"by": outcomes.index(True)}


def test_changes_of_one_document_by_many_are_all_kept(state: StateStore) -> None:
    def add(number: int) -> None:
        def edit(fields: Fields | None) -> Fields:
            return {"seen": [*(fields or {"seen": []})["seen"], number]}

        change(state, COLLECTION, "hot", edit)

    with ThreadPoolExecutor(10) as pool:
        list(pool.map(add, range(40)))
    found = state.get(COLLECTION, "hot")
    assert found is not None
    assert sorted(found.fields["seen"]) == list(range(40))


def test_a_change_that_always_loses_gives_up(state: StateStore) -> None:
    pauses: list[float] = []

    def edit(fields: Fields | None) -> Fields:
        former = state.get(COLLECTION, "d")
        if former is None:
            state.create(COLLECTION, "d", {"n": 0})
        else:
            state.replace(former, {"n": former.fields["n"] + 1})
        return {"n": -1}

    with pytest.raises(TransientError, match="other writers were faster 4 times"):
        change(state, COLLECTION, "d", edit, attempts=4, sleep=pauses.append)
    found = state.get(COLLECTION, "d")
    assert found is not None
    assert found.fields == {"n": 3}
    assert len(pauses) == 3


def test_a_change_may_leave_the_document_alone(state: StateStore) -> None:
    assert change(state, COLLECTION, "d", lambda fields: None) is None
    stored = state.create(COLLECTION, "d", {"n": 1})
    assert change(state, COLLECTION, "d", lambda fields: None) == stored


def test_stores_of_one_database_see_each_other(open_state: Callable[[], StateStore]) -> None:
    one, other = open_state(), open_state()
    former = one.create(COLLECTION, "d", {"n": 1})
    assert other.get(COLLECTION, "d") == former
    other.replace(former, {"n": 2})
    with pytest.raises(PreconditionFailed):
        one.replace(former, {"n": 3})
