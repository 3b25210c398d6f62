"""One contract for every object store: generations, conditional writes, names, what is stored with the bytes."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from python_runners.errors import PermanentError, PreconditionFailed
from python_runners.platform.objects import FolderObjectStore, ObjectNotFound, ObjectStore


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


def test_a_state_moves_with_its_object_alone(store: ObjectStore) -> None:
    for name in ("a/1", "a/2", "b/1"):
        store.put(name, b"first", content_type="t/t")
    before = store.states("a/")
    assert list(before) == ["a/1", "a/2"]
    assert store.states("a/") == before
    store.put("a/2", b"altered", content_type="t/t")
    after = store.states("a/")
    assert after["a/1"] == before["a/1"]
    assert after["a/2"] != before["a/2"]
    assert store.states("c/") == {}


def test_a_folder_whose_file_was_removed_has_no_such_object(tmp_path: Path) -> None:
    store = FolderObjectStore(tmp_path)
    first = store.put("a/1", b"1", content_type="t/t")
    (tmp_path / "a" / "1").unlink()
    assert store.states("a/") == {}
    with pytest.raises(ObjectNotFound):
        store.get("a/1")
    assert store.put("a/1", b"2", content_type="t/t", if_generation=0) > first


@pytest.mark.parametrize("takes_plain_files", [True, False])
def test_a_file_put_there_by_other_means_is_an_object_where_that_is_wanted(
    tmp_path: Path, *, takes_plain_files: bool
) -> None:
    store = FolderObjectStore(tmp_path, takes_plain_files=takes_plain_files)
    store.put("a/1", b"1", content_type="t/t")
    (tmp_path / "a" / "2").write_bytes(b"2")
    (tmp_path / "a" / ".unfinished-x").write_bytes(b"3")
    assert list(store.names()) == ["a/1", "a/2"] if takes_plain_files else ["a/1"]
    if takes_plain_files:
        found = store.get("a/2")
        assert (found.body, found.generation, found.metadata) == (b"2", 1, {})
        with pytest.raises(PreconditionFailed):
            store.put("a/2", b"4", content_type="t/t", if_generation=0)
        assert store.put("a/2", b"4", content_type="t/t", if_generation=1) == 2
    else:
        with pytest.raises(ObjectNotFound):
            store.get("a/2")
        assert store.put("a/2", b"4", content_type="t/t", if_generation=0) == 1
