"""What an operator types, at a worker's side: the commands of `nba-props` over its platform."""

from __future__ import annotations

import copy
import io
import re
from collections.abc import Callable
from datetime import date, timedelta
from unittest.mock import patch

from rich.console import Console

from python_runners.events import Envelope, Phase, Topic
from python_runners.operations import dead_letters
from python_runners.operations.barrier import show_barriers
from python_runners.operations.daily_summary import summary_once
from python_runners.operations.decide import decide_once
from python_runners.operations.dlq_command import discard_once, list_once, replay_once, show_once
from python_runners.operations.halt import halt_once
from python_runners.operations.heal import heal_once
from python_runners.operations.publish_command import publish_once
from python_runners.operations.replay import replay_once as replay_date
from python_runners.operations.run_date import run_date_once
from python_runners.operations.status_view import show_status, show_trace
from python_runners.operations.sweep import Unlogged, sweep
from python_runners.pipeline import composition
from python_runners.pipeline.protection import verdict
from python_runners.platform.bus import Message
from python_runners.predictions.predict_command import predict_once
from tests.bigquery.journeys import Worker

Command = Callable[[Console, date], object]

# Durations, instants, ids, folders, whether the manifest's ages moved, frames: what two runs of the same differ in.
_OF_A_RUN = re.compile(r"\d+\.\d+|\d\d:\d\d:\d\d|[0-9a-f]{16}|/\S+/|\d+ documents written, \d+|[^\x00-\x7f]|\s")

COMMANDS: dict[str, Command] = {
    "status": lambda console, day: show_status(console, day.isoformat()),
    "trace": lambda console, _: show_trace(console, "journey"),
    "daily-summary": lambda console, day: summary_once(console, day, send=False),
    "decide": lambda console, _: decide_once(console, None, {"decision_days": 7}, log=True, history=True),
    "halt": lambda console, day: halt_once(console, day, None, lift=False, by=""),
    "predict": lambda console, day: predict_once(console, day, "by_hand", backfill=False),
    "predict a past date": lambda console, day: predict_once(
        console, day - timedelta(days=1), "past_by_hand", backfill=True
    ),
    "publish": publish_once,
    "replay from phase 6": lambda console, day: replay_date(console, 6, day, dry_run=False),
    "dlq list": lambda console, _: list_once(console, everything=False),
    "dlq show": lambda console, _: show_once(console, "letter_1"),
    "dlq replay": lambda console, _: replay_once(console, ["letter_1"]),
    "dlq discard": lambda console, _: discard_once(console, ["letter_2"], "nothing is missing"),
    "run-date": lambda console, day: run_date_once(console, day, "same_day", None),
    "barrier show": show_barriers,
    "heal": lambda console, day: heal_once(console, day - timedelta(days=1), day, dry_run=False, retry=False),
}

# What stands in the answer, spaces apart.
ANSWERS = {
    "barrier show": r"(triggered.*){3}",
    "dlq list": "SchemaDrift",
    "heal": r"[1-9]\d*gapsrepaired,0left",
    "predict": r"([1-9]\d*)of\1eligible",
    "publish": "0refused",
    "run-date": "trace",
}


def shown(worker: Worker, command: Command) -> str:
    """Run a command as `nba-props` does and return what it prints, without what two runs of the same differ in."""
    console = Console(file=io.StringIO(), width=200)
    platform = copy.copy(worker.platform)
    platform.close = lambda: None  # type: ignore[method-assign]
    with (
        worker.target(),
        patch.object(composition, "Platform", lambda *_: platform),
        patch.object(verdict, "promises_of", return_value=()),
    ):
        command(console, worker.platform.clock().date())
    assert isinstance(console.file, io.StringIO)
    return _OF_A_RUN.sub("", console.file.getvalue())


def prepare(worker: Worker, name: str) -> None:
    """Bring about what a command of COMMANDS is there for."""
    if name == "dlq list":
        _give_up_messages(worker)
    if name == "heal":
        yesterday = worker.platform.clock().date() - timedelta(days=1)
        worker.platform.warehouse.execute(
            f"delete from nba_precompute.team_defense_zone_analysis where analysis_date = date '{yesterday}'"
        )


def swept(worker: Worker) -> tuple[list[Unlogged] | None, list[Unlogged] | None]:
    """Sweep, change the officials of the first game without a loader, and sweep again."""
    table = "nba_raw.nbac_referee_game_assignments"
    [game] = worker.rows(f"select game_id, game_date from {table} order by game_date, game_id limit 1")
    with worker.target():
        first = sweep(worker.platform)
        worker.platform.warehouse.execute(
            f"update {table} set official_name = 'Somebody Else' "
            f"where game_id = '{game['game_id']}' and game_date = date '{game['game_date']}'"
        )
        return first, sweep(worker.platform)


def _give_up_messages(worker: Worker) -> None:
    platform = worker.platform
    for number in (1, 2):
        envelope = Envelope(
            processor_name="nbac_injury_report",
            phase=Phase.SCRAPERS,
            execution_id=f"dead_{number}",
            correlation_id=f"dead_{number}",
            status="success",
            timestamp=platform.clock(),
            trigger_source="manual",
            game_date=platform.clock().date(),
            metadata={"object_path": max(name for name in platform.objects.names() if "/injury-report/" in name)},
        )
        topic = dead_letters.dead_letter_topic(Topic.SCRAPERS_COMPLETE)
        body = envelope.model_dump_json().encode()
        reason = {"dead_letter_reason": "SchemaDrift: a column is gone"}
        assert dead_letters.record(platform, Message(f"letter_{number}", topic, body, attributes=reason))
