"""One contract for every object store: generations, conditional writes, names, what is stored with the bytes."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from python_runners.errors import PermanentError, PreconditionFailed
from python_runners.platform.objects import ObjectNotFound, ObjectStore


def test_what_is_put_comes_back_with_its_metadata(store: ObjectStore) -> None:
    generation = store.put(
        "a/b.json", b"{}", content_type="application/json", cache_control="max-age=1", metadata={"k": "v"}
    )
    found = store.get("a/b.json")
    assert (found.name, found.body, found.generation) == ("a/b.json", b"{}", generation)
    assert (found.content_type, found.cache_control, found.metadata) == ("application/json", "max-age=1", {"k": "v"})


def test_without_more_an_object_has_no_age_and_no_metadata(store: ObjectStore) -> None:
    store.put("x", b"", content_type="text/plain")
    found = store.get("x")
    assert (found.body, found.cache_control, found.metadata) == (b"", None, {})


def test_generations_grow_and_guard(store: ObjectStore) -> None:
    first = store.put("x", b"1", content_type="t/t", if_generation=0)
    second = store.put("x", b"2", content_type="t/t", if_generation=first)
    assert 0 < first < second
    for stale in (first, 0):
        with pytest.raises(PreconditionFailed, match="x"):
            store.put("x", b"3", content_type="t/t", if_generation=stale)
    assert store.get("x").body == b"2"
    assert store.put("x", b"4", content_type="t/t") > second


def test_of_many_writers_of_one_generation_one_wins(store: ObjectStore) -> None:
    seen = store.put("x", b"", content_type="t/t")

    def write(number: int) -> bool:
        try:
            store.put("x", str(number).encode(), content_type="t/t", if_generation=seen)
        except PreconditionFailed:
            return False
        return True

    with ThreadPoolExecutor(10) as pool:
        outcomes = list(pool.map(write, range(10)))
    assert outcomes.count(True) == 1
    assert store.get("x").body == str(outcomes.index(True)).encode()


def test_names_are_listed_by_prefix_in_order(store: ObjectStore) -> None:
    for name in ("b/2", "a/1", "b/1"):
        store.put(name, b"", content_type="t/t")
    assert list(store.names("b/")) == ["b/1", "b/2"]
    assert list(store.names()) == ["a/1", "b/1", "b/2"]
    assert list(store.names("c")) == []


def test_an_absent_object_is_an_error(store: ObjectStore) -> None:
    with pytest.raises(ObjectNotFound, match="nothing/here"):
        store.get("nothing/here")


@pytest.mark.parametrize("name", ["../up", "/root", "", ".meta/x"])
def test_names_stay_inside_the_store(store: ObjectStore, name: str) -> None:
    with pytest.raises(PermanentError, match="not an object name"):
        store.put(name, b"", content_type="t/t")
    with pytest.raises(PermanentError, match="not an object name"):
        store.get(name)
