"""Speed of single events on a built history, in one resident process: raw row in, published documents out.

Run as a module in the environment of a data folder (`python -m python_runners.operations.event_bench`); prints one JSON
object per measurement. With the argument `cold` it handles one event and ends, to be timed from outside; with `one` it
measures corrections of single players only.
"""

from __future__ import annotations

import json
import statistics
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from typing import Any

from python_runners.dates import slate_date
from python_runners.events import Envelope, Phase, Topic
from python_runners.loaders.contracts import raw_tables
from python_runners.loaders.write import Lineage, WriteResult, replace_scopes, to_arrow
from python_runners.pipeline.composition import Platform, configured_platform
from python_runners.pipeline.dbt_runner import DbtRun, DbtRunner
from python_runners.pipeline.handle import connect
from python_runners.pipeline.ledger import new_execution_id
from python_runners.publishers.run import publish_slate

TABLE = "nbac_player_boxscores"
EVENTS = 30
BURST = 450
ONE_PLAYER = "one player, raw row to documents"
ITS_SQL = "the SQL of that event without dbt"
_RECENT = timedelta(days=14)


@dataclass(frozen=True)
class Correction:
    """What is corrected: a number of a raw table of box scores, and by how much."""

    table: str = TABLE
    column: str = "minutes"
    amount: float = 0.1


@dataclass(frozen=True)
class EventMeasurement:
    """Wall times of one kind of event.

    Attributes:
        what: kind of event.
        runs: how often it was measured.
        p50: median, seconds.
        p95: 95th percentile, seconds; the slowest when fewer than 20 were measured.
    """

    what: str
    runs: int
    p50: float
    p95: float

    @classmethod
    def of(cls, what: str, seconds: Sequence[float]) -> EventMeasurement:
        """Summarise wall times in seconds."""
        ordered = sorted(seconds)
        p95 = statistics.quantiles(ordered, n=20, method="inclusive")[-1] if len(ordered) >= 20 else ordered[-1]
        return cls(what, len(ordered), statistics.median(ordered), p95)


class RememberingRunner(DbtRunner):
    """Keeps the result of its last run, so that its SQL can be run again without dbt."""

    last: DbtRun | None = None

    def run_models(self, names: Sequence[str], variables: Mapping[str, Any]) -> DbtRun:
        """Run models and remember the result."""
        self.last = super().run_models(names, variables)
        return self.last


class EventBench:
    """Corrects box scores of players who played lately, and drives each correction to the documents."""

    def __init__(self, platform: Platform, correction: Correction | None = None) -> None:
        """Find the lines to correct and publish the slate once, so that documents have something to differ from."""
        self._platform = platform
        self._runner = RememberingRunner()
        platform.__dict__["dbt"] = self._runner
        self._correction = correction or Correction()
        self._contract = raw_tables()[self._correction.table]
        self._columns = ", ".join(column.name for column in self._contract.value_columns)
        as_of = platform.as_of()
        self.lines: list[dict[str, Any]] = platform.warehouse.query(
            f"select player_id, game_id, source_variant, game_date from nba_raw.{self._contract.name} "
            "where game_date >= ? and game_date < ? and minutes > 10 order by player_id, game_date desc",
            [as_of.date() - _RECENT, slate_date(as_of)],
        ).to_pylist()
        connect(platform)
        publish_slate(platform, slate_date(as_of), as_of=as_of, correlation_id="bench")

    def measure(self) -> list[EventMeasurement]:
        """Measure every kind of event, the warm-up left out."""
        players = self._players()
        newest: date = max(line["game_date"] for line in self.lines)
        last_date = [line for line in self.lines if line["game_date"] == newest]
        self.correct(players[:1])
        unchanged = [_timed(self._deliver, players[:1], 0.0) for _ in range(EVENTS)]
        return [
            EventMeasurement.of("unchanged delivery", unchanged),
            *self._measure_players(players[1 : EVENTS + 1]),
            EventMeasurement.of("every player of one date", [_timed(self.correct, last_date) for _ in range(3)]),
            EventMeasurement.of(f"burst of {BURST} deliveries, one run", [_timed(self._burst, self.lines[:BURST])]),
        ]

    def measure_one(self) -> list[EventMeasurement]:
        """Measure corrections of single players, the warm-up left out."""
        players = self._players()
        self.correct(players[:1])
        return self._measure_players(players[1 : EVENTS + 1])

    def _players(self) -> list[dict[str, Any]]:
        return list({line["player_id"]: line for line in self.lines}.values())

    def _measure_players(self, lines: Sequence[dict[str, Any]]) -> list[EventMeasurement]:
        whole, raw = [], []
        for line in lines:
            whole.append(_timed(self.correct, [line]))
            raw.append(_timed(self._run_sql))
        return [
            EventMeasurement.of(ONE_PLAYER, whole),
            EventMeasurement.of(ITS_SQL, raw),
        ]

    def correct(self, lines: Sequence[dict[str, Any]]) -> None:
        """Deliver a correction of every line at once, and handle what it sets off."""
        self._deliver(lines, self._correction.amount)
        self._run()

    def _burst(self, lines: Sequence[dict[str, Any]]) -> None:
        for line in lines:
            self._deliver([line], self._correction.amount)
        self._run()

    def _deliver(self, lines: Sequence[dict[str, Any]], amount: float) -> WriteResult:
        """Load the games of the lines again, with another number for their players."""
        scopes = [dict(pair) for pair in {tuple((n, line[n]) for n in self._contract.scope) for line in lines}]
        games = [scope["game_id"] for scope in scopes]
        corrected = {(line["game_id"], line["player_id"]) for line in lines}
        variant = str(lines[0]["source_variant"])
        rows = self._platform.warehouse.query(
            f"select {self._columns} from nba_raw.{self._contract.name} "
            "where list_contains(?, game_id) and source_variant = ?",
            [games, variant],
        ).to_pylist()
        for row in rows:
            if (row["game_id"], row["player_id"]) in corrected:
                row[self._correction.column] += amount
        lineage = Lineage(new_execution_id(), "bench", variant, self._platform.as_of())
        return replace_scopes(self._platform.warehouse, self._contract, to_arrow(self._contract, rows), scopes, lineage)

    def _run(self) -> None:
        execution = new_execution_id()
        message = Envelope(
            processor_name="bench",
            phase=Phase.RAW,
            execution_id=execution,
            correlation_id=execution,
            status="success",
            source_table=self._contract.name,
            trigger_source="manual",
            timestamp=self._platform.clock(),
            changed_fields=(self._correction.column,),
        )
        self._platform.bus.publish(Topic.RAW_COMPLETE.value, message.to_bytes())
        self._platform.bus.drain()

    def _run_sql(self) -> None:
        """Run the queries that dbt compiled for the last event; those that had nothing to do hold only "false"."""
        nodes = self._runner.last.nodes if self._runner.last else ()
        for node in nodes:
            if node.compiled_code and not node.name.startswith("player_points_predictions"):
                self._platform.warehouse.execute(f"create or replace temp table bench_rows as {node.compiled_code}")


def _timed(call: Callable[..., object], *arguments: Any) -> float:
    started = time.perf_counter()
    call(*arguments)
    return time.perf_counter() - started


def main(arguments: Sequence[str]) -> None:
    """Measure and print, or handle one event."""
    with closing(configured_platform()) as platform:
        bench = EventBench(platform)
        if "cold" in arguments:
            bench.correct(bench.lines[:1])
            return
        for measurement in bench.measure_one() if "one" in arguments else bench.measure():
            json.dump(asdict(measurement), sys.stdout)
            sys.stdout.write("\n")


if __name__ == "__main__":
    main(sys.argv[1:])
