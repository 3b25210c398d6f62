"""Whether an event costs more the more seasons stand: the same event over one whole season, and over fifteen."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from rich.table import Table

from python_runners.operations.event_bench import ITS_SQL, ONE_PLAYER
from python_runners.operations.measurement import Measurement, measure

FEW, MANY = 1, 15
TARGET, STRETCH = 1.25, 1.1
_DBT = (sys.executable, "-m", "dbt.cli.main")
_COPIES = (sys.executable, "-m", "python_runners.operations.season_copies")
_EVENTS = (sys.executable, "-m", "python_runners.operations.event_bench", "one")


@dataclass(frozen=True)
class Growth:
    """One player's event on one history.

    Attributes:
        seasons: whole seasons that stand.
        build_seconds: wall time of building every model from the raw tables.
        build_megabytes: peak resident memory of that.
        p50: median wall time of the event, seconds.
        p95: its 95th percentile, seconds.
        sql_p50: median wall time of its SQL without dbt, seconds.
    """

    seasons: int
    build_seconds: float
    build_megabytes: float
    p50: float
    p95: float
    sql_p50: float


def measure_growth(
    folder: Path, environment_of: Callable[[Path], dict[str, str]], on_step: Callable[[str], None]
) -> list[Growth]:
    """Build both histories, then measure the event on one after the other, so that both meet the same machine.

    Args:
        folder: where the histories go, each into a folder of its own.
        environment_of: gives the environment of a process that works in a data folder.
        on_step: told what begins.

    Raises:
        BuildFailed: a step failed.
    """
    builds = {}
    for seasons in (FEW, MANY):
        on_step(f"history of {seasons} seasons")
        builds[seasons] = _build(seasons, environment_of(folder / f"seasons_{seasons}"))
    found = []
    for seasons, build in builds.items():
        on_step(f"events on {seasons} seasons")
        events = measure("events", _EVENTS, environment_of(folder / f"seasons_{seasons}"))
        printed = {each["what"]: each for each in events.printed()}
        one, sql = printed[ONE_PLAYER], printed[ITS_SQL]
        found.append(Growth(seasons, build.seconds, build.peak_megabytes, one["p50"], one["p95"], sql["p50"]))
    return found


def _build(seasons: int, environment: Mapping[str, str]) -> Measurement:
    measured = [
        measure(f"{step}, {seasons} seasons", command, dict(environment))
        for step, command in (
            ("import", (*_COPIES, "import", str(seasons))),
            ("seeds", (*_DBT, "seed", "--quiet")),
            ("copies", (*_COPIES, "copy", str(seasons))),
            ("build", (*_DBT, "run", "--quiet", "--exclude", "tag:changes")),
        )
    ]
    return measured[-1]


def ratio(growth: list[Growth]) -> float:
    """Return how many times the event of the longest history takes that of the shortest."""
    return growth[-1].p50 / growth[0].p50


def growth_table(growth: list[Growth]) -> Table:
    """Return a table of the histories, and what the target says of their ratio."""
    found = ratio(growth)
    verdict = "target met" if found <= TARGET else "target missed"
    table = Table(
        title="One player's event by seasons of history",
        caption=f"{growth[-1].seasons} seasons over {growth[0].seasons}: {found:.2f} times of {TARGET:g} "
        f"(stretch {STRETCH:g}): {verdict}",
    )
    for heading in ("whole seasons", "build s", "peak MB", "p50 s", "p95 s", "SQL alone p50 s"):
        table.add_column(heading, justify="right")
    for each in growth:
        table.add_row(
            str(each.seasons),
            f"{each.build_seconds:.1f}",
            f"{each.build_megabytes:.0f}",
            f"{each.p50:.3f}",
            f"{each.p95:.3f}",
            f"{each.sql_p50:.3f}",
        )
    return table


def growth_json(growth: list[Growth]) -> dict[str, Any]:
    """Return the histories and their ratio as they go into the file of a benchmark."""
    return {"histories": [asdict(each) for each in growth], "ratio": ratio(growth)}
