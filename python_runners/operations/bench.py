"""`nba-props bench`: speed and memory of rebuilds and of events, each step in a process of its own."""

from __future__ import annotations

import json
import os
import platform as machine
import sys
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from python_runners.errors import MissingSetting
from python_runners.operations.event_bench import BURST, ONE_PLAYER
from python_runners.operations.growth_bench import growth_json, growth_table, measure_growth
from python_runners.operations.measurement import Measurement, measure
from python_runners.settings import Settings, get_settings

DBT = (sys.executable, "-m", "dbt.cli.main")
NBA_PROPS = (sys.executable, "-m", "python_runners")
EVENTS = (sys.executable, "-m", "python_runners.operations.event_bench")
HOPS = (sys.executable, "-m", "python_runners.operations.hop_bench")
ON_EMULATORS = {
    "NBA_PROPS_RUNTIME": "cloud",
    "NBA_PROPS_PROJECT": "bench",
    "NBA_PROPS_PAYLOAD_BUCKET": "bench-payloads",
    "NBA_PROPS_PUBLISHED_BUCKET": "bench-published",
    "NBA_PROPS_MODELS_BUCKET": "bench-models",
}
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
    ("dbt build of everything, with all tests", (*DBT, "build", "--quiet")),
    ("one event in a cold process", (*EVENTS, "cold")),
    ("events in a resident process", EVENTS),
)  # fmt: skip
# An evening with games, near the end of the real history.
AS_OF = "2025-11-15T20:00:00Z"
REBUILD = "raw tables to feature store"
TARGET_SECONDS, TARGET_MEGABYTES = 90.0, 2000.0


@dataclass(frozen=True)
class Target:
    """What an event of one kind may take: the wall seconds to meet, and those to reach for."""

    seconds: float
    stretch: float


# The 95th percentiles of these kinds of event.
TARGETS = {
    "unchanged delivery": Target(0.005, 0.001),
    ONE_PLAYER: Target(1.2, 0.35),
    "every player of one date": Target(1.5, 0.7),
    f"burst of {BURST} deliveries, one run": Target(4.0, 2.0),
}


def run_bench(console: Console) -> None:
    """Measure every step on the real history, print what came of it as tables and write `bench.json`.

    The hops of an event are measured where the environment names the emulators.

    Raises:
        MissingSetting: no real history is configured.
    """
    settings = get_settings()
    if settings.shared_data is None:
        raise MissingSetting("NBA_PROPS_SHARED_DATA", "the folder of real history that the benchmark rebuilds")
    results: list[Measurement] = []

    def environment_of(data_dir: Path) -> dict[str, str]:
        data_dir.mkdir(parents=True, exist_ok=True)
        return settings.child_environment(data_dir=data_dir, target_path=data_dir / "target") | {
            "NBA_PROPS_TARGET": "duckdb",
            "NBA_PROPS_AS_OF": AS_OF,
        }

    with tempfile.TemporaryDirectory() as folder:
        environment = environment_of(Path(folder) / "real")
        for step, command in STEPS:
            with console.status(step):
                filled = tuple(part.replace("{data}", str(settings.shared_data)) for part in command)
                results.append(measure(step, filled, environment))
        events, hops = results[-1].printed(), []
        if not settings.absent_emulators:
            with console.status("hops"):
                results.append(measure("events through the emulators", HOPS, environment | ON_EMULATORS))
            hops = results[-1].printed()
        with console.status("growth") as status:
            growth = measure_growth(Path(folder), environment_of, status.update)
    console.print(_steps_table(results))
    console.print(_events_table(events))
    console.print(hops_table(hops) if hops else without_hops(settings))
    console.print(growth_table(growth))
    path = settings.data_dir / "bench.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    steps = [{key: value for key, value in asdict(result).items() if key != "output"} for result in results]
    found = {"steps": steps, "events": events, "hops": hops, "growth": growth_json(growth)}
    path.write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")
    console.print(f"Written: {path}")


def without_hops(settings: Settings) -> str:
    """Say why the hops of an event were not measured."""
    return (
        f"Hops of an event through the emulators: left out, {', '.join(settings.absent_emulators)} not set; "
        "`make bench` starts the emulators where they are installed."
    )


def hops_table(hops: list[dict[str, Any]]) -> Table:
    """Return the hops of an event, the whole way last."""
    whole = hops[-1]["p50"]
    table = Table(title="One player's correction through the emulators of Pub/Sub, Firestore and Cloud Storage")
    for heading in ("hop", "runs", "p50 s", "p95 s", "share of the whole"):
        table.add_column(heading, justify="left" if heading == "hop" else "right")
    for hop in hops:
        table.add_row(
            hop["what"], str(hop["runs"]), f"{hop['p50']:.3f}", f"{hop['p95']:.3f}", f"{hop['p50'] / whole:.0%}"
        )
    return table


def _steps_table(results: list[Measurement]) -> Table:
    rebuild = next(result for result in results if result.step == REBUILD)
    met = rebuild.seconds < TARGET_SECONDS and rebuild.peak_megabytes < TARGET_MEGABYTES
    table = Table(
        title=f"{machine.machine()}, {os.cpu_count()} processors, Python {machine.python_version()}",
        caption=f"Rebuild: {rebuild.seconds:.1f} s of {TARGET_SECONDS:.0f}, {rebuild.peak_megabytes:.0f} MB of "
        f"{TARGET_MEGABYTES:.0f}: {'target met' if met else 'target missed'}",
    )
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
    return table


def _events_table(events: list[dict[str, Any]]) -> Table:
    one = next(event["p50"] for event in events if event["what"] == ONE_PLAYER)
    table = Table(title="Events in a resident process")
    for heading in ("event", "runs", "p50 s", "p95 s", "target p95 s", "stretch", "ratio to one player"):
        table.add_column(heading, justify="left" if heading == "event" else "right")
    for event in events:
        target = TARGETS.get(event["what"])
        color = "white" if target is None else "green" if event["p95"] <= target.seconds else "red"
        table.add_row(
            event["what"],
            str(event["runs"]),
            f"{event['p50']:.3f}",
            f"[{color}]{event['p95']:.3f}[/]",
            f"{target.seconds:g}" if target else "",
            f"{target.stretch:g}" if target else "",
            f"{event['p50'] / one:.2f}",
        )
    return table
