"""What prediction systems read: the rows to predict, and earlier games of the same players."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from python_runners.predictions.features import numbers

Floats = NDArray[np.float64]

HISTORY_SCHEMA = pa.schema(
    [
        ("player_id", pa.string()),
        ("game_id", pa.string()),
        ("game_date", pa.date32()),
        ("f00_points_avg_last_5", pa.float64()),
        ("f13_opponent_def_rating", pa.float64()),
        ("f15_home_away", pa.float64()),
        ("f39_days_rest", pa.float64()),
        ("points", pa.int64()),
    ]
)
"""Games already played, each with what was known before it and the points that followed."""


def no_history() -> pa.Table:
    """Return a history without games."""
    return HISTORY_SCHEMA.empty_table()


@dataclass(frozen=True)
class Slate:
    """Rows to predict with their inputs, one per game and player.

    Attributes:
        rows: feature-store columns, plus `points_line` (NULL without a real line) and `games_played_season`.
        history: earlier games of the players, columns of HISTORY_SCHEMA; may reach past a row's date, systems cut it.
    """

    rows: pa.Table
    history: pa.Table = field(default_factory=no_history)

    def __len__(self) -> int:
        """Number of rows to predict."""
        return int(self.rows.num_rows)

    def numbers(self, column: str) -> Floats:
        """Return one column as floats of shape (rows,), NULL as NaN."""
        return numbers(self.rows, column)

    def optional(self, column: str) -> Floats:
        """Return one column with NULL as zero, for additive terms that drop out when unknown."""
        return np.nan_to_num(self.numbers(column), nan=0.0)

    def texts(self, column: str) -> list[str]:
        """Return one text column."""
        return list(self.rows.column(column).to_pylist())

    def days(self, column: str) -> NDArray[np.int64]:
        """Return one date column as days since 1970."""
        return days_since_epoch(self.rows.column(column))


def days_since_epoch(column: pa.ChunkedArray) -> NDArray[np.int64]:
    """Return a date column as days since 1970-01-01."""
    return np.asarray(column.cast(pa.int32()).to_numpy(), dtype=np.int64)


def left_join(rows: pa.Table, other: pa.Table, keys: Sequence[str], columns: Sequence[str]) -> pa.Table:
    """Append columns of another table by key, keeping order and number of rows; NULL where nothing matches.

    Args:
        rows: table to extend.
        other: table that holds each key at most once.
        keys: names that both tables share.
        columns: names taken from `other`.
    """
    position = {key: index for index, key in enumerate(_keys(other, keys))}
    found = pa.array([position.get(key) for key in _keys(rows, keys)], type=pa.int64())
    for column in columns:
        rows = rows.append_column(column, other.column(column).combine_chunks().take(found))
    return rows


def _keys(rows: pa.Table, keys: Sequence[str]) -> list[tuple[object, ...]]:
    return list(zip(*(rows.column(key).to_pylist() for key in keys), strict=True))
