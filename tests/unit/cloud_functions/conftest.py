"""All functions in one application, on a platform with an empty warehouse."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from werkzeug.test import Client, TestResponse

from cloud_functions.arrival import push_request
from cloud_functions.host import Host, use_host
from cloud_functions.local import all_functions
from python_runners.pipeline.composition import Platform
from python_runners.platform.bus import Message
from python_runners.platform.topology import topology
from python_runners.settings import Settings

NOON = datetime(2025, 11, 15, 17, tzinfo=UTC)


@dataclass
class Functions:
    """The functions, and the platform that they share."""

    platform: Platform
    client: Client

    def push(self, path: str, message: Message, subscription: str = "any", **headers: str) -> TestResponse:
        document = push_request(message, f"projects/p/subscriptions/{subscription}")
        return self.client.post(path, json=document, headers=headers)

    def rows(self, sql: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.platform.warehouse.query(sql).to_pylist()
        return found


@pytest.fixture
def platform(tmp_path: Path) -> Platform:
    return Platform(Settings(data_dir=tmp_path, as_of=None), lambda: NOON)


@pytest.fixture
def functions(platform: Platform) -> Iterator[Functions]:
    host = Host(lambda: platform)
    former = use_host(host)
    yield Functions(platform, Client(all_functions(topology(), lambda: True)))
    use_host(former)
    host.close()
