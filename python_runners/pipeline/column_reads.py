"""Which columns of an input each model reads, derived from the SQL: a change of any other column re-opens nothing."""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path

RECORDED = Path(__file__).with_name("column_reads.json")

Reads = dict[str, dict[str, list[str]]]


@lru_cache(maxsize=1)
def column_reads() -> Reads:
    """Return, per model and input, the columns that the model reads; an input that is absent is read whole.

    The answer is recorded, because deriving it compiles the whole project; a test compares it with the SQL.
    """
    recorded: Reads = json.loads(RECORDED.read_text(encoding="utf-8"))
    return recorded


def record(reads: Reads) -> None:
    """Write a derived answer where runs read it."""
    RECORDED.write_text(json.dumps(reads, indent=1) + "\n", encoding="utf-8")
