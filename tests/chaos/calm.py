"""The same evening in peace: the embedded runtime, each completion once and in order."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

from python_runners.dates import slate_date
from python_runners.events import Topic
from python_runners.pipeline.composition import Platform
from python_runners.pipeline.dbt_runner import DbtRunner
from python_runners.pipeline.handle import connect
from python_runners.pipeline.publisher import publish
from python_runners.publishers.run import publish_slate
from python_runners.sample.clock import LeagueClock
from python_runners.settings import Settings
from tests.chaos.evening import Evening
from tests.flow.builds import project_paths


def calm_platform(folder: Path, clock: LeagueClock) -> Platform:
    """Open the platform of the embedded runtime on a folder."""
    return Platform(Settings(data_dir=folder, as_of=None), clock)


def play_calmly(evening: Evening, folder: Path, dbt: DbtRunner) -> None:
    """Play the evening in a copy of its folder."""
    clock = LeagueClock(evening.waves[0].as_of)
    with project_paths(evening.copy_to(folder)), closing(calm_platform(folder, clock)) as platform:
        platform.__dict__["dbt"] = dbt
        connect(platform)
        publish_slate(platform, slate_date(clock()), as_of=clock(), correlation_id="before")
        for wave in evening.waves:
            clock.move_to(wave.as_of)
            for message in wave.messages:
                publish(platform.bus, Topic.SCRAPERS_COMPLETE, message)
            platform.bus.drain()
