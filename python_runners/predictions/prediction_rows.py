"""Rows of player_points_predictions: input digests, versions, and the columns of the table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

import numpy as np
import pyarrow as pa

from python_runners.predictions.recommendation import edge_of, recommend
from python_runners.predictions.run import PredictionRun
from python_runners.predictions.slate import Slate
from python_runners.predictions.systems.base import PredictionSystem, Scores, text_of

_TIMESTAMP = pa.timestamp("us")

PREDICTION_SCHEMA = pa.schema(
    [
        ("game_id", pa.string()),
        ("player_id", pa.string()),
        ("system_id", pa.string()),
        ("mode", pa.string()),
        ("prediction_version", pa.int64()),
        ("prediction_id", pa.string()),
        ("batch_id", pa.string()),
        ("game_date", pa.date32()),
        ("team", pa.string()),
        ("opponent", pa.string()),
        ("predicted_points", pa.float64()),
        ("confidence", pa.float64()),
        ("recommendation", pa.string()),
        ("points_line", pa.float64()),
        ("line_book", pa.string()),
        ("line_observed_at", _TIMESTAMP),
        ("edge", pa.float64()),
        ("feature_version", pa.string()),
        ("features_digest", pa.string()),
        ("feature_coverage", pa.float64()),
        ("injury_status_at_prediction", pa.string()),
        ("model_digest", pa.string()),
        ("component_adjustments", pa.string()),
        ("contributing_systems", pa.list_(pa.string())),
        ("system_std", pa.float64()),
        ("input_digest", pa.string()),
        ("supersedes", pa.string()),
        ("tip_off_utc", _TIMESTAMP),
        ("created_at", _TIMESTAMP),
        ("written_at", _TIMESTAMP),
        ("correlation_id", pa.string()),
        ("code_version", pa.string()),
        ("row_digest", pa.string()),
        ("run_id", pa.string()),
        ("updated_at", _TIMESTAMP),
    ]
)
NEWEST_SCHEMA = pa.schema(
    [
        ("game_id", pa.string()),
        ("player_id", pa.string()),
        ("system_id", pa.string()),
        ("mode", pa.string()),
        ("prediction_version", pa.int64()),
        ("prediction_id", pa.string()),
        ("input_digest", pa.string()),
    ]
)
_COPIED = {
    "game_id": "game_id",
    "player_id": "player_id",
    "game_date": "game_date",
    "team": "team",
    "opponent": "opponent",
    "points_line": "points_line",
    "line_book": "line_book",
    "line_observed_at": "line_observed_at",
    "feature_version": "feature_version",
    "features_digest": "features_digest",
    "feature_coverage": "feature_coverage",
    "injury_status_at_prediction": "injury_status",
    "tip_off_utc": "tip_off_utc",
}
_DIGESTED = (
    *("prediction_id", "predicted_points", "confidence", "recommendation", "points_line", "line_book", "edge"),
    *("input_digest", "component_adjustments", "system_std", "injury_status_at_prediction", "supersedes"),
)
"""Value columns of the row digest; prediction_id stands for the key and input_digest for the inputs."""


@dataclass(frozen=True)
class Newest:
    """The newest stored version of one prediction."""

    prediction_version: int
    prediction_id: str
    input_digest: str


@dataclass(frozen=True)
class SystemRows:
    """What one system adds: positions in the slate, the version each one supersedes, digests of the whole slate."""

    system: PredictionSystem
    scores: Scores
    positions: list[int]
    standing: list[Newest | None]
    digests: Sequence[str]


def fingerprint(*parts: object) -> str:
    """First 16 hex digits of the SHA-256 over the parts as text; None is distinct from empty."""
    return sha256("|".join(["~null~" if part is None else str(part) for part in parts]).encode()).hexdigest()[:16]


def newest_by_key(stored: pa.Table, mode: str) -> dict[tuple[str, str, str], Newest]:
    """Index stored predictions of one mode by (game_id, player_id, system_id), the highest version of each."""
    found: dict[tuple[str, str, str], Newest] = {}
    for row in stored.to_pylist():
        key = (row["game_id"], row["player_id"], row["system_id"])
        if row["mode"] == mode and (key not in found or found[key].prediction_version < row["prediction_version"]):
            found[key] = Newest(row["prediction_version"], row["prediction_id"], row["input_digest"])
    return found


def input_digests(
    slate: Slate, system: PredictionSystem, scores: Scores, earlier: Mapping[str, Sequence[str]]
) -> list[str]:
    """Fingerprint per row of everything that can move the prediction.

    Features, line, system version and model digest; also what a system reads beside the feature row, and for an
    ensemble the digests of the systems that it combined.
    """
    lines = text_of(slate.numbers("points_line"))
    features = slate.texts("features_digest")
    models = scores.model_digest or [None] * len(slate)
    read = scores.read or [""] * len(slate)
    members = scores.contributing or [()] * len(slate)
    return [
        fingerprint(
            features[row],
            lines[row],
            system.system_id,
            system.version,
            models[row],
            read[row],
            *(earlier[name][row] for name in members[row]),
        )
        for row in range(len(slate))
    ]


def prediction_rows(chosen: pa.Table, rows: SystemRows, created_at: Sequence[datetime], run: PredictionRun) -> pa.Table:
    """Build the rows to append for one system.

    Args:
        chosen: eligible rows of the slate.
        rows: what the system predicts anew.
        created_at: instant of the prediction, one an eligible row.
        run: the run that writes.
    """
    at = rows.positions
    taken = chosen.take(pa.array(at, type=pa.int64()))
    columns: dict[str, Any] = {name: taken.column(source) for name, source in _COPIED.items()}
    columns |= _computed_columns(Slate(taken), rows)
    versions = [1 if stored is None else stored.prediction_version + 1 for stored in rows.standing]
    size = len(at)
    columns |= {
        "system_id": [rows.system.system_id] * size,
        "mode": [run.mode] * size,
        "prediction_version": versions,
        "supersedes": [None if stored is None else stored.prediction_id for stored in rows.standing],
        "input_digest": [rows.digests[position] for position in at],
        "created_at": [created_at[position] for position in at],
        "written_at": [run.written_at] * size,
        "updated_at": [run.written_at] * size,
        "batch_id": [run.batch_id] * size,
        "correlation_id": [run.correlation_id] * size,
        "code_version": [run.code_version] * size,
        "run_id": [run.run_id] * size,
    }
    identity = zip(taken.column("game_id").to_pylist(), taken.column("player_id").to_pylist(), versions, strict=True)
    columns["prediction_id"] = [
        fingerprint(game, player, rows.system.system_id, run.mode, version) for game, player, version in identity
    ]
    digested = (_listed(columns[name]) for name in _DIGESTED)
    columns["row_digest"] = [fingerprint(*values) for values in zip(*digested, strict=True)]
    return pa.Table.from_arrays([_arrow(columns[f.name], f.type) for f in PREDICTION_SCHEMA], schema=PREDICTION_SCHEMA)


def _arrow(column: Any, data_type: pa.DataType) -> pa.ChunkedArray | pa.Array:
    return column.cast(data_type) if isinstance(column, pa.ChunkedArray) else pa.array(column, type=data_type)


def _listed(column: Any) -> list[Any]:
    return list(column.to_pylist()) if isinstance(column, pa.ChunkedArray) else list(column)


def _computed_columns(taken: Slate, rows: SystemRows) -> dict[str, Any]:
    scores, at = rows.scores, rows.positions
    points, confidence = scores.points[at], scores.confidence[at]
    edge = edge_of(points, taken.numbers("points_line"))
    agreed = np.ones(len(at), dtype=bool) if scores.agreed is None else scores.agreed[at]
    names = list(scores.components)
    terms = zip(*(np.round(scores.components[name][at], 4).tolist() for name in names), strict=True) if names else ()
    models, members = scores.model_digest, scores.contributing
    return {
        "predicted_points": points.tolist(),
        "confidence": confidence.tolist(),
        "recommendation": recommend(edge, confidence, rows.system.rule, agreed),
        "edge": [None if np.isnan(value) else value for value in edge.tolist()],
        "model_digest": [None if models is None else models[position] for position in at],
        "component_adjustments": [_term_text(names, values) for values in terms] if names else [None] * len(at),
        "contributing_systems": [[] if members is None else list(members[position]) for position in at],
        "system_std": [None] * len(at) if scores.system_std is None else scores.system_std[at].tolist(),
    }


def _term_text(names: Sequence[str], values: Sequence[float]) -> str:
    """Return terms as a JSON object, unknown ones left out."""
    known = (f'"{name}": {value!r}' for name, value in zip(names, values, strict=True) if value == value)
    return f"{{{', '.join(known)}}}"
