"""The hops of an event add up, on the embedded bus as on any other."""

from __future__ import annotations

import shutil
from contextlib import closing
from pathlib import Path

import pytest

from python_runners.errors import InvariantViolated
from python_runners.events import Topic
from python_runners.operations.hop_bench import HOPS, hops_of, measure_hops
from python_runners.pipeline.composition import Platform
from python_runners.settings import Settings
from tests.flow.builds import project_paths
from tests.support.played import Played

RAW, PREDICTED = Topic.RAW_COMPLETE.value, Topic.PREDICTIONS_COMPLETE.value


def test_the_hops_of_corrections_add_up(played: Played, tmp_path: Path) -> None:
    folder = shutil.copytree(played.folder, tmp_path / "data")
    settings = Settings(data_dir=folder, as_of=f"{played.today}T20:00:00Z")
    with project_paths(folder), closing(Platform(settings)) as platform:
        *hops, whole = measure_hops(platform, events=1)
    assert tuple(hop.what for hop in (*hops, whole)) == HOPS
    assert all(hop.runs == 1 and hop.p50 > 0 for hop in hops)
    assert sum(hop.p50 for hop in hops) == pytest.approx(whole.p50)


@pytest.mark.parametrize("last", range(4))
def test_an_event_that_moves_no_document_is_not_measured(last: int) -> None:
    names = [f"{what} {topic}" for topic in (RAW, PREDICTED) for what in ("publish", "enter")]
    assert hops_of({name: float(instant) for instant, name in enumerate(names[: last + 1])}) is None
    assert hops_of({name: float(instant) for instant, name in enumerate([*names, "document"])}) == (1, 1, 1, 1, 4)


def test_too_few_measured_corrections_are_an_error(played: Played, tmp_path: Path) -> None:
    folder = shutil.copytree(played.folder, tmp_path / "data")
    settings = Settings(data_dir=folder, as_of="2026-07-01T20:00:00Z")
    with (
        project_paths(folder),
        closing(Platform(settings)) as platform,
        pytest.raises(InvariantViolated, match="0 corrections moved a document, 2 are needed"),
    ):
        measure_hops(platform, events=1)
