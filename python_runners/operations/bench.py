"""`nba-props bench`: speed and memory of the whole rebuild, each step in a process of its own."""

from __future__ import annotations

import json
import os
import platform as machine
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict, dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table

from python_runners.errors import BuildFailed, MissingSetting
from python_runners.settings import PROJECT_ROOT, get_settings

DBT = (sys.executable, "-m", "dbt.cli.main")
NBA_PROPS = (sys.executable, "-m", "python_runners")
STEPS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("import of the raw tables", (*NBA_PROPS, "import-history", "--from", "{data}")),
    ("seeds", (*DBT, "seed", "--quiet")),
    ("raw tables to feature store", (*DBT, "run", "--quiet", "--select", "+ml_feature_store_v2")),
    ("the same again, as one scoped replace", (*DBT, "run", "--quiet", "--select", "+ml_feature_store_v2")),
    (
        "one player from one date on",
        (
            *DBT, "run", "--quiet", "--select", "tag:phase_3", "tag:phase_4",
            "--vars", '{player_ids: ["1630567"], from_date: "2025-11-10"}',
        ),
    ),
)  # fmt: skip
REBUILD = "raw tables to feature store"
TARGET_SECONDS, TARGET_MEGABYTES = 90.0, 2000.0


@dataclass(frozen=True)
class Measurement:
    """One step in its own process: wall seconds, processor seconds, and peak resident memory in MB."""

    step: str
    seconds: float
    cpu_seconds: float
    peak_megabytes: float


def measure(step: str, command: tuple[str, ...], environment: dict[str, str]) -> Measurement:
    """Run a command and measure it.

    Raises:
        BuildFailed: the command failed.
    """
    with tempfile.TemporaryFile() as output:
        started = time.perf_counter()
        process = subprocess.Popen(  # noqa: S603 - our own interpreter and arguments
            command, cwd=PROJECT_ROOT, env=environment, stdout=output, stderr=subprocess.STDOUT
        )
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - started
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            output.seek(0)
            raise BuildFailed(f"{step} failed: {output.read().decode(errors='replace')[-2000:]}")
    return Measurement(step, seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)


def run_bench(console: Console) -> None:
    """Measure every step on the real history, print a table and write `bench.json`.

    Raises:
        MissingSetting: no real history is configured.
    """
    settings = get_settings()
    if settings.shared_data is None:
        raise MissingSetting("NBA_PROPS_SHARED_DATA", "the folder of real history that the benchmark rebuilds")
    results: list[Measurement] = []
    with tempfile.TemporaryDirectory() as folder:
        environment = settings.child_environment(data_dir=Path(folder), target_path=Path(folder) / "target")
        for step, command in STEPS:
            with console.status(step):
                filled = tuple(part.replace("{data}", str(settings.shared_data)) for part in command)
                results.append(measure(step, filled, environment))
    rebuild = next(result for result in results if result.step == REBUILD)
    table = Table(title=f"{machine.machine()}, {os.cpu_count()} processors, Python {machine.python_version()}")
    for heading in ("step", "seconds", "processor s", "peak MB", "ratio to the rebuild"):
        table.add_column(heading, justify="left" if heading == "step" else "right")
    for result in results:
        table.add_row(
            result.step,
            f"{result.seconds:.1f}",
            f"{result.cpu_seconds:.1f}",
            f"{result.peak_megabytes:.0f}",
            f"{result.seconds / rebuild.seconds:.2f}",
        )
    console.print(table)
    met = rebuild.seconds < TARGET_SECONDS and rebuild.peak_megabytes < TARGET_MEGABYTES
    console.print(
        f"Rebuild: {rebuild.seconds:.1f} s of {TARGET_SECONDS:.0f}, {rebuild.peak_megabytes:.0f} MB of "
        f"{TARGET_MEGABYTES:.0f}: {'target met' if met else 'target missed'}"
    )
    path = settings.data_dir / "bench.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps([asdict(result) for result in results], indent=2) + "\n", encoding="utf-8")
    console.print(f"Written: {path}")
