"""Trained models in every object store: what is written loads, is downloaded once, and is never overwritten."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest

from python_runners.errors import TransientError
from python_runners.platform.objects import FolderObjectStore, ObjectStore, StoredObject
from python_runners.predictions.registry import (
    CARD_FILE,
    GOLDEN_FILE,
    MODEL_FILE,
    ModelRefused,
    ModelStands,
    copy_models,
    digest_of,
    load_model,
    save_model,
)
from python_runners.predictions.system_table import active_systems
from python_runners.predictions.training import TrainedModel, train
from tests.unit.predictions.prediction_frames import slate, training_rows

FILES = (MODEL_FILE, CARD_FILE, GOLDEN_FILE)


@pytest.fixture(scope="module")
def model() -> TrainedModel:
    return train(training_rows(), date(2024, 3, 1))


@pytest.fixture
def saved(model: TrainedModel, store: ObjectStore) -> str:
    save_model(store, model.card, model.content, model.golden)
    return model.card.uri


def promoted(uri: str, digest: str | None = None) -> dict[str, object]:
    """The row of the model's system."""
    state = {"system_id": "gradient_boosting_v1", "is_active": True, "state": "healthy"}
    return {**state, "model_uri": uri, "model_digest": digest}


@pytest.fixture
def downloads(store: ObjectStore, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Names of the objects that were downloaded."""
    names: list[str] = []
    get: Callable[[str], StoredObject] = store.get

    def noted(name: str) -> StoredObject:
        names.append(name)
        return get(name)

    monkeypatch.setattr(store, "get", noted)
    return names


def test_a_model_comes_back_and_is_downloaded_once(
    model: TrainedModel, store: ObjectStore, saved: str, downloads: list[str]
) -> None:
    loaded = [load_model(store, saved) for _ in range(3)]
    some = slate([{}, {"f00_points_avg_last_5": 9.0}], lines=[15.5, None])
    assert loaded[0].predict(some, {}).points.tolist() == model.system.predict(some, {}).points.tolist()
    assert loaded[0] is loaded[1] is loaded[2]
    assert sorted(downloads) == sorted(f"{saved}/{file}" for file in FILES)


def test_a_model_that_was_overwritten_there_is_refused(model: TrainedModel, store: ObjectStore, saved: str) -> None:
    load_model(store, saved)
    store.put(f"{saved}/{MODEL_FILE}", model.content + b"0", content_type="application/octet-stream")
    with pytest.raises(ModelRefused, match="digest"):
        load_model(store, saved)
    assert "digest" in active_systems([promoted(saved)], store).refused["gradient_boosting_v1"]


def test_a_model_exchanged_with_its_card_is_refused_unread(
    model: TrainedModel, store: ObjectStore, saved: str, downloads: list[str]
) -> None:
    assert active_systems([promoted(saved, model.card.digest)], store).refused == {}
    content = model.content + b"0"
    card = replace(model.card, digest=digest_of(content))
    store.put(f"{saved}/{MODEL_FILE}", content, content_type="application/octet-stream")
    store.put(f"{saved}/{CARD_FILE}", card.to_json().encode(), content_type="application/json")
    downloads.clear()
    refused = active_systems([promoted(saved, model.card.digest)], store).refused
    assert f"the promoted one had {model.card.digest}" in refused["gradient_boosting_v1"]
    assert downloads == [f"{saved}/{CARD_FILE}"]


def test_a_version_is_written_once(model: TrainedModel, store: ObjectStore, saved: str) -> None:
    before = store.states("")
    save_model(store, model.card, model.content, model.golden)
    for card, content in (
        (model.card, model.content + b"0"),
        (replace(model.card, training_rows=1), model.content),
    ):
        with pytest.raises(ModelStands, match="is stored with other content"):
            save_model(store, card, content, model.golden)
    assert store.states("") == before


def test_a_writer_that_died_leaves_no_model_and_may_come_again(model: TrainedModel, store: ObjectStore) -> None:
    store.put(f"{model.card.uri}/{MODEL_FILE}", model.content, content_type="application/octet-stream")
    with pytest.raises(ModelRefused, match=f"lacks {GOLDEN_FILE}, {CARD_FILE}"):
        load_model(store, model.card.uri)
    save_model(store, model.card, model.content, model.golden)
    assert load_model(store, model.card.uri).version == model.card.version


def test_models_are_copied_from_a_folder(
    model: TrainedModel, store: ObjectStore, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = FolderObjectStore(tmp_path_factory.mktemp("models"), takes_plain_files=True)
    save_model(folder, model.card, model.content, model.golden)
    (folder.root / model.card.uri / "notes.txt").write_text("not of the model", encoding="utf-8")
    for _ in range(2):
        assert copy_models(folder, store) == [
            f"{model.card.uri}/{file}" for file in (MODEL_FILE, GOLDEN_FILE, CARD_FILE)
        ]
    assert load_model(store, model.card.uri).digest == model.card.digest


@pytest.mark.parametrize("store", ["folder"], indirect=True)
def test_an_object_that_vanishes_while_it_is_read_is_refused(
    store: FolderObjectStore, saved: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown = store.states(f"{saved}/")
    (store.root / saved / GOLDEN_FILE).unlink()
    monkeypatch.setattr(store, "states", lambda prefix: shown)
    with pytest.raises(ModelRefused, match=f"no model object {saved}/{GOLDEN_FILE}"):
        load_model(store, saved)


@pytest.mark.parametrize("store", ["folder"], indirect=True)
def test_a_store_that_does_not_answer_blocks_no_model(
    store: FolderObjectStore, saved: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def silent(prefix: str) -> dict[str, str]:
        raise TransientError("away")

    monkeypatch.setattr(store, "states", silent)
    with pytest.raises(TransientError):
        active_systems([promoted(saved)], store)
