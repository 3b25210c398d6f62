"""Fixtures of the prediction tests."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import sklearn.ensemble  # noqa: F401 - the libraries to limit must be loaded before the limit is set
from threadpoolctl import threadpool_limits


@pytest.fixture(scope="session", autouse=True)
def one_thread() -> Iterator[None]:
    """Train the tiny models of the tests on one thread; more only wait for each other."""
    with threadpool_limits(limits=1):
        yield
