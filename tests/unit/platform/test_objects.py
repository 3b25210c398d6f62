"""The folder store: generations, conditional writes, names."""

from __future__ import annotations

from pathlib import Path

import pytest

from python_runners.errors import PermanentError, PreconditionFailed
from python_runners.platform.objects import FolderObjectStore, ObjectNotFound


@pytest.fixture
def store(tmp_path: Path) -> FolderObjectStore:
    return FolderObjectStore(tmp_path)


def test_what_is_put_comes_back_with_its_metadata(store: FolderObjectStore) -> None:
    store.put("a/b.json", b"{}", content_type="application/json", cache_control="max-age=1", metadata={"k": "v"})
    found = store.get("a/b.json")
    assert (found.body, found.generation, found.cache_control) == (b"{}", 1, "max-age=1")
    assert found.metadata == {"k": "v"}


def test_generations_count_and_guard(store: FolderObjectStore) -> None:
    assert store.put("x", b"1", content_type="t", if_generation=0) == 1
    assert store.put("x", b"2", content_type="t", if_generation=1) == 2
    with pytest.raises(PreconditionFailed, match="generation 2 is stored, 1 was expected"):
        store.put("x", b"3", content_type="t", if_generation=1)
    with pytest.raises(PreconditionFailed):
        store.put("x", b"3", content_type="t", if_generation=0)
    assert store.get("x").body == b"2"


def test_names_are_listed_by_prefix_in_order(store: FolderObjectStore) -> None:
    for name in ("b/2", "a/1", "b/1"):
        store.put(name, b"", content_type="t")
    assert list(store.names("b/")) == ["b/1", "b/2"]
    assert list(store.names()) == ["a/1", "b/1", "b/2"]


def test_an_absent_object_is_an_error(store: FolderObjectStore) -> None:
    with pytest.raises(ObjectNotFound, match="nothing/here"):
        store.get("nothing/here")


@pytest.mark.parametrize("name", ["../up", "/root", "", ".meta/x"])
def test_names_stay_inside_the_store(store: FolderObjectStore, name: str) -> None:
    with pytest.raises(PermanentError, match="not an object name"):
        store.put(name, b"", content_type="t")
