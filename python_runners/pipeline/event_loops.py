"""Event loops that a library opens and leaves open, closed behind it."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager


class _RememberedLoops(asyncio.DefaultEventLoopPolicy):
    """Knows every event loop that was opened under it."""

    def __init__(self) -> None:
        super().__init__()
        self.opened: list[asyncio.AbstractEventLoop] = []

    def new_event_loop(self) -> asyncio.AbstractEventLoop:
        loop = super().new_event_loop()
        self.opened.append(loop)
        return loop


@contextmanager
def closed_event_loops() -> Iterator[None]:
    """Close at the end every event loop that was opened inside the block."""
    # dbt-duckdb opens an event loop in each thread that runs a Python model, and leaves it open.
    policy = _RememberedLoops()
    asyncio.set_event_loop_policy(policy)
    try:
        yield
    finally:
        asyncio.set_event_loop_policy(None)
        for loop in policy.opened:
            loop.close()
