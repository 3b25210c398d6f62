"""Turns of a host."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from cloud_functions.host import Host
from python_runners.errors import MissingSetting
from python_runners.pipeline.composition import Platform
from python_runners.settings import Settings


def test_the_platform_is_built_once_when_it_is_needed(tmp_path: Path) -> None:
    built: list[Platform] = []

    def build() -> Platform:
        built.append(Platform(Settings(data_dir=tmp_path)))
        return built[-1]

    host = Host(build)
    assert built == []
    host.admit(None)
    with host.turn() as first:
        pass
    with host.turn() as second:
        assert first is second
    assert len(built) == 1
    host.close()


def test_a_host_whose_alerts_reach_nobody_does_not_start(tmp_path: Path) -> None:
    host = Host(lambda: Platform(Settings(data_dir=tmp_path, alert_channels=("webhook",))))
    for _ in range(2):
        with pytest.raises(MissingSetting, match="NBA_PROPS_ALERT_WEBHOOK_URL"):
            host.admit(None)
    host.close()


def test_who_sleeps_gives_his_turn_away(tmp_path: Path) -> None:
    order: list[str] = []
    asleep = threading.Event()

    def sleep(seconds: float) -> None:
        order.append(f"asleep {seconds}")
        asleep.set()
        other.join(10)

    host = Host(lambda: Platform(Settings(data_dir=tmp_path)), sleep=sleep)

    def work() -> None:
        asleep.wait(10)
        with host.turn():
            order.append("other")

    other = threading.Thread(target=work)
    other.start()
    with host.turn():
        host.sleep(15.0)
        order.append("awake")
    host.close()
    assert order == ["asleep 15.0", "other", "awake"]
