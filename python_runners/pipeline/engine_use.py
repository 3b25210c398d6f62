"""What an engine used to run a statement, as its adapter tells."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class EngineUse:
    """What the statement of a node used.

    Attributes:
        seconds: wall time of the node.
        bytes_processed: bytes that the engine read; None where it does not tell.
        slot_milliseconds: time of its workers, summed; None where it does not tell.
        jobs: jobs that the node's statement started; None for an engine without jobs.
    """

    seconds: float = 0.0
    bytes_processed: int | None = None
    slot_milliseconds: int | None = None
    jobs: int | None = None


def engine_use(seconds: float, response: Mapping[str, Any]) -> EngineUse:
    """Read what an adapter answered for the main statement of a node."""
    return EngineUse(
        seconds=seconds,
        bytes_processed=response.get("bytes_processed"),
        slot_milliseconds=response.get("slot_ms"),
        jobs=1 if response.get("job_id") else None,
    )


def bytes_of(used: Mapping[str, EngineUse], models: Sequence[str]) -> int | None:
    """Return the bytes that models read together; None where the engine told of none of them."""
    told = [used[name].bytes_processed for name in models if name in used]
    known = [count for count in told if count is not None]
    return sum(known) if known else None
