"""Trained models in an object store: per version model, card and golden vectors; refused when they differ."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from functools import lru_cache
from hashlib import sha256
from typing import Any

import numpy as np
from numpy.typing import NDArray

from python_runners.errors import PermanentError, PreconditionFailed
from python_runners.platform.objects import ObjectNotFound, ObjectStore
from python_runners.predictions.systems.gradient_boosting import GradientBoosting, Regressor, SingleThreaded

MODEL_FILE = "model.joblib"
CARD_FILE = "card.json"
GOLDEN_FILE = "golden.json"
GOLDEN_TOLERANCE = 1e-6
# A version without its card is not there: the card is written last and read first.
_FILES = {
    MODEL_FILE: "application/octet-stream",
    GOLDEN_FILE: "application/json",
    CARD_FILE: "application/json",
}
_DATE_FIELDS = ("trained_from", "trained_to", "validation_from")


class ModelRefused(PermanentError):
    """A stored model that is missing, altered, or does not reproduce its golden vectors."""


class ModelStands(PermanentError):
    """Another model is stored under this name; a version is never overwritten."""


@dataclass(frozen=True)
class ModelCard:
    """What is known of a trained model.

    Attributes:
        system_id: system that uses the model.
        version: version of the model, unique within the system.
        digest: first 16 hex digits of the SHA-256 of the model file.
        feature_set: name of the feature set.
        columns: feature-store columns in training order.
        trained_from: first date of the training data.
        trained_to: last date of the training data.
        validation_from: first date of the held-out dates that the metrics come from.
        training_rows: rows of the final fit.
        sigmas: residual standard deviation per predicted-points bucket.
        parameters: hyperparameters.
        metrics: measured on the held-out dates.
        libraries: versions of the libraries that trained it.
    """

    system_id: str
    version: str
    digest: str
    feature_set: str
    columns: tuple[str, ...]
    trained_from: date
    trained_to: date
    validation_from: date
    training_rows: int
    sigmas: tuple[float, ...]
    parameters: Mapping[str, Any]
    metrics: Mapping[str, float | None]
    libraries: Mapping[str, str]

    @property
    def uri(self) -> str:
        """Name of the model in the store of all models: the part that the names of its objects share."""
        return f"{self.system_id}/{self.version}"

    def to_json(self) -> str:
        """Return the card as JSON text."""
        return json.dumps(asdict(self), indent=2, sort_keys=True, default=str)

    @classmethod
    def from_json(cls, text: str) -> ModelCard:
        """Read a card.

        Raises:
            ModelRefused: the card does not have the expected fields.
        """
        try:
            fields = json.loads(text)
            dates = {name: date.fromisoformat(fields[name]) for name in _DATE_FIELDS}
            lists = {name: tuple(fields[name]) for name in ("columns", "sigmas")}
            return cls(**{**fields, **dates, **lists})
        except (KeyError, TypeError, ValueError) as error:
            raise ModelRefused(f"the model card cannot be read: {error}") from error


@dataclass(frozen=True)
class GoldenVectors:
    """Inputs of shape (rows, features), NaN as None, and the outputs that the model gave when it was trained."""

    inputs: Sequence[Sequence[float | None]]
    outputs: Sequence[float]

    @classmethod
    def of(cls, regressor: Regressor, inputs: NDArray[np.float64]) -> GoldenVectors:
        """Record what the model gives for these inputs."""
        rows = [[None if np.isnan(value) else float(value) for value in row] for row in inputs]
        return cls(rows, [float(value) for value in regressor.predict(inputs)])

    def to_json(self) -> str:
        """Return the vectors as JSON text."""
        return json.dumps(asdict(self))

    def deviation(self, regressor: Regressor) -> float:
        """Return the largest difference between recorded and present outputs, in points."""
        inputs = np.array([[np.nan if v is None else v for v in row] for row in self.inputs], dtype=np.float64)
        return float(np.max(np.abs(regressor.predict(inputs) - np.asarray(self.outputs))))


def save_model(models: ObjectStore, card: ModelCard, content: bytes, golden: GoldenVectors) -> None:
    """Write a model version; one that stands already with this content is left alone.

    Raises:
        ModelStands: another one stands under this name.
    """
    bodies = {MODEL_FILE: content, GOLDEN_FILE: golden.to_json().encode(), CARD_FILE: card.to_json().encode()}
    for file in _FILES:
        _put_once(models, f"{card.uri}/{file}", bodies[file])


def copy_models(source: ObjectStore, target: ObjectStore) -> list[str]:
    """Copy every model of one store to another and return the names of the objects that it holds then.

    Raises:
        ModelStands: the other store has another model under the name of one of these.
    """
    stored = list(source.names())
    copied = [name for file in _FILES for name in stored if name.rpartition("/")[2] == file]
    for name in copied:
        _put_once(target, name, source.get(name).body)
    return copied


def _put_once(models: ObjectStore, name: str, body: bytes) -> None:
    try:
        models.put(name, body, content_type=_FILES[name.rpartition("/")[2]], if_generation=0)
    except PreconditionFailed as error:
        if models.get(name).body != body:
            raise ModelStands(f"{name} is stored with other content; remove that version first") from error


def digest_of(content: bytes) -> str:
    """Return the fingerprint of a model file."""
    return sha256(content).hexdigest()[:16]


def load_card(models: ObjectStore, uri: str) -> ModelCard:
    """Read the card of a stored model.

    Raises:
        ModelRefused: there is no such model.
    """
    return ModelCard.from_json(_read(models, f"{uri}/{CARD_FILE}").decode())


def load_model(models: ObjectStore, uri: str, promoted_digest: str | None = None) -> GradientBoosting:
    """Load a stored model, checked against its digest and its golden vectors.

    A model once checked stays in memory as long as the store shows each of its objects in the same state. That is asked
    before each use, although a version is never overwritten from here: others may write there, and an answer takes no
    download. In a folder the state is time and size of the files, which an edit in place moves; in a bucket it is the
    generations, which every write moves, from one list request.

    Args:
        models: the store.
        uri: the version's name there.
        promoted_digest: of the model that a person promoted; None before that. Reading a model file runs what it says,
            so one that was exchanged together with its card is refused unread.

    Raises:
        ModelRefused: an object is missing, was altered, or the outputs differ from the golden ones.
        TransientError: the store does not answer now; that says nothing about the model.
    """
    states = models.states(f"{uri}/")
    names = [f"{uri}/{file}" for file in _FILES]
    missing = [name.rpartition("/")[2] for name in names if name not in states]
    if missing:
        raise ModelRefused(f"model {uri} lacks {', '.join(missing)}")
    return _load_checked(_Version(models, uri, tuple(states[name] for name in names), promoted_digest))


def _read(models: ObjectStore, name: str) -> bytes:
    try:
        return models.get(name).body
    except ObjectNotFound as error:
        raise ModelRefused(f"no model object {name}") from error


@dataclass(frozen=True)
class _Version:
    models: ObjectStore
    uri: str
    states: tuple[str, ...]
    promoted_digest: str | None


@lru_cache(maxsize=4)
def _load_checked(version: _Version) -> GradientBoosting:
    import io

    import joblib

    models, uri = version.models, version.uri
    card = load_card(models, uri)
    if version.promoted_digest not in (None, card.digest):
        raise ModelRefused(f"model {uri} has digest {card.digest}, the promoted one had {version.promoted_digest}")
    content = _read(models, f"{uri}/{MODEL_FILE}")
    if digest_of(content) != card.digest:
        raise ModelRefused(f"model {card.uri}: the file has digest {digest_of(content)}, its card says {card.digest}")
    regressor = SingleThreaded(joblib.load(io.BytesIO(content)))
    golden = GoldenVectors(**json.loads(_read(models, f"{uri}/{GOLDEN_FILE}")))
    deviation = golden.deviation(regressor)
    if not deviation <= GOLDEN_TOLERANCE:
        raise ModelRefused(f"model {card.uri} differs from its golden vectors by up to {deviation:.4f} points")
    return GradientBoosting(
        regressor=regressor,
        columns=card.columns,
        sigmas=card.sigmas,
        version=card.version,
        digest=card.digest,
        trained_to=card.trained_to,
    )
