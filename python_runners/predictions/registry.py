"""Trained models on disk: a folder per version with model, card and golden vectors; refused when they differ."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from python_runners.errors import PermanentError
from python_runners.predictions.systems.gradient_boosting import GradientBoosting, Regressor, SingleThreaded

MODEL_FILE = "model.joblib"
CARD_FILE = "card.json"
GOLDEN_FILE = "golden.json"
GOLDEN_TOLERANCE = 1e-6
_DATE_FIELDS = ("trained_from", "trained_to", "validation_from")


class ModelRefused(PermanentError):
    """A stored model that is missing, altered, or does not reproduce its golden vectors."""


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
        """Folder of the model, relative to the folder of all models."""
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


def save_model(models_dir: Path, card: ModelCard, content: bytes, golden: GoldenVectors) -> Path:
    """Write a model version to its folder and return the folder."""
    folder = models_dir / card.uri
    folder.mkdir(parents=True, exist_ok=True)
    (folder / MODEL_FILE).write_bytes(content)
    (folder / CARD_FILE).write_text(card.to_json(), encoding="utf-8")
    (folder / GOLDEN_FILE).write_text(golden.to_json(), encoding="utf-8")
    return folder


def digest_of(content: bytes) -> str:
    """Return the fingerprint of a model file."""
    return sha256(content).hexdigest()[:16]


def load_card(models_dir: Path, uri: str) -> ModelCard:
    """Read the card of a stored model.

    Raises:
        ModelRefused: there is no such model.
    """
    path = models_dir / uri / CARD_FILE
    if not path.is_file():
        raise ModelRefused(f"no model at {path.parent}")
    return ModelCard.from_json(path.read_text(encoding="utf-8"))


def load_model(models_dir: Path, uri: str) -> GradientBoosting:
    """Load a stored model, checked against its digest and its golden vectors.

    A model once checked stays in memory as long as none of its files changes.

    Raises:
        ModelRefused: a file is missing, was altered, or the outputs differ from the golden ones.
    """
    folder = models_dir / uri
    paths = [folder / name for name in (MODEL_FILE, CARD_FILE, GOLDEN_FILE)]
    missing = [path.name for path in paths if not path.is_file()]
    if missing:
        raise ModelRefused(f"model {uri} lacks {', '.join(missing)}")
    return _load_checked(folder, tuple((path.stat().st_mtime_ns, path.stat().st_size) for path in paths))


@lru_cache(maxsize=4)
def _load_checked(folder: Path, _state: tuple[tuple[int, int], ...]) -> GradientBoosting:
    import io

    import joblib

    card = ModelCard.from_json((folder / CARD_FILE).read_text(encoding="utf-8"))
    content = (folder / MODEL_FILE).read_bytes()
    if digest_of(content) != card.digest:
        raise ModelRefused(f"model {card.uri}: the file has digest {digest_of(content)}, its card says {card.digest}")
    regressor = SingleThreaded(joblib.load(io.BytesIO(content)))
    golden = GoldenVectors(**json.loads((folder / GOLDEN_FILE).read_text(encoding="utf-8")))
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
