"""Fixtures of the parser tests: stored objects, real ones or made by hand, and the check against the contract."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from python_runners.loaders.base import ParsedRows, RawObject
from python_runners.loaders.contracts import raw_tables
from python_runners.loaders.write import to_arrow

OBSERVED_AT = datetime(2026, 1, 2, 9, 0, tzinfo=UTC)

Stored = Callable[..., RawObject]
FitsContract = Callable[..., pa.Table]


def _stored(body: Any, *, observed_at: datetime = OBSERVED_AT, variant: str = "any", **params: Any) -> RawObject:
    if isinstance(body, str):
        body = body.encode()
    elif not isinstance(body, bytes):
        body = json.dumps(body).encode()
    return RawObject(path="made/by/hand", body=body, observed_at=observed_at, source_variant=variant, params=params)


@pytest.fixture(scope="session")
def stored() -> Stored:
    """Wrap a body (bytes, text, or anything that becomes JSON) and request parameters into a stored object."""
    return _stored


@pytest.fixture(scope="session")
def real_body(shared_data: Path) -> Callable[[str], bytes]:
    """Bytes of a real payload, decompressed."""

    def read(name: str) -> bytes:
        body = (shared_data / "payloads" / name).read_bytes()
        return gzip.decompress(body) if name.endswith(".gz") else body

    return read


@pytest.fixture(scope="session")
def real(real_body: Callable[[str], bytes]) -> Stored:
    """A real payload as a stored object, with the request parameters given."""

    def build(name: str, **params: Any) -> RawObject:
        return _stored(real_body(name), **params)

    return build


@pytest.fixture(scope="session")
def fits_contract() -> FitsContract:
    """Convert parsed rows by the contract: every value column set in every row, keys unique, scopes complete."""

    def check(parsed: ParsedRows, *, key_also: tuple[str, ...] = ()) -> pa.Table:
        table = raw_tables()[parsed.table]
        arrow = to_arrow(table, parsed.rows)
        columns = {column.name for column in table.value_columns}
        assert all(row.keys() == columns for row in parsed.rows)
        key = [name for name in (*table.primary_key, *key_also) if name in columns]
        keys = {tuple(row[name] for name in key) for row in parsed.rows}
        assert len(keys) == len(parsed.rows)
        assert parsed.scopes
        assert all(set(scope) == set(table.scope) for scope in parsed.scopes)
        in_rows = [name for name in table.scope if name in columns]
        described = {tuple(scope[name] for name in in_rows) for scope in parsed.scopes}
        assert {tuple(row[name] for name in in_rows) for row in parsed.rows} <= described
        return arrow

    return check
