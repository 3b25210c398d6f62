"""Fixtures that every test may use."""

from __future__ import annotations

import os
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NoReturn

import pytest

from python_runners.pipeline.dbt_runner import DbtRunner
from python_runners.settings import get_settings
from tests.flow.builds import project_paths
from tests.support.emulators import (
    Emulator,
    EmulatorMissing,
    start_bigquery,
    start_firestore,
    start_gcs,
    start_pubsub,
)
from tests.support.played import Played, play


def _refuse(reason: str) -> NoReturn:
    """Skip the test with a visible reason; in continuous integration fail it."""
    if os.environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Folder of real NBA data; without one the test is skipped, in continuous integration it fails."""
    folder = get_settings().shared_data
    if folder is None or not folder.is_dir():
        _refuse("real data absent: set NBA_PROPS_SHARED_DATA to the folder that holds boxscores/, odds/, payloads/")
    return folder


def _running(start: Callable[[], Emulator]) -> Iterator[Emulator]:
    try:
        emulator = start()
    except EmulatorMissing as error:
        _refuse(str(error))
    yield emulator
    emulator.stop()


@pytest.fixture(scope="session")
def pubsub_emulator() -> Iterator[Emulator]:
    """The Pub/Sub emulator, one for all tests: tests keep apart by project."""
    yield from _running(start_pubsub)


@pytest.fixture(scope="session")
def firestore_emulator() -> Iterator[Emulator]:
    """The Firestore emulator, one for all tests: tests keep apart by project."""
    yield from _running(start_firestore)


@pytest.fixture(scope="session")
def gcs_server() -> Iterator[Emulator]:
    """The Cloud Storage server, one for all tests: tests keep apart by bucket."""
    yield from _running(start_gcs)


@pytest.fixture(scope="session")
def bigquery_emulator() -> Iterator[Emulator]:
    """The BigQuery emulator, one for all tests: tests keep apart by project."""
    yield from _running(start_bigquery)


@pytest.fixture(scope="session")
def played(tmp_path_factory: pytest.TempPathFactory) -> Played:
    """A league with some history and the first edition of the next day."""
    return play(tmp_path_factory.mktemp("played") / "data")


@pytest.fixture(scope="session")
def dbt(tmp_path_factory: pytest.TempPathFactory) -> DbtRunner:
    """A runner of the whole project; its manifest does not depend on the warehouse that a run builds in."""
    runner = DbtRunner()
    with project_paths(tmp_path_factory.mktemp("parse")):
        assert runner.manifest["nodes"]
    return runner


def pytest_addoption(parser: pytest.Parser) -> None:
    """Say how long the proofs look for a counter-example, and how rough the evening of chaos is."""
    parser.addoption("--sequences", type=int, default=25, help="random sequences of events that the proof tries")
    parser.addoption("--corrections", type=int, default=20, help="of 200 of a real season on both engines, by twenty")
    parser.addoption("--events", type=int, default=25, help="scraper completions of the evening of chaos")
    parser.addoption("--kills", type=int, default=2, help="how often the process of the handlers is killed")
    parser.addoption("--chaos-seed", type=int, default=1, help="seed of everything that happens by chance in it")


def pytest_configure(config: pytest.Config) -> None:
    """Give each of several processes a warehouse and dbt files of its own: one process owns them."""
    if hasattr(config, "workerinput"):
        for name in ("NBA_PROPS_DATA_DIR", "DBT_TARGET_PATH", "DBT_LOG_PATH"):
            os.environ[name] = tempfile.mkdtemp(prefix="nba_props_test_")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the suites that take longest, so that no process is left alone with one of them at the end."""
    items.sort(key=lambda item: not {"proof", "bigquery", "chaos", "flow"} & set(item.path.parts))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say how many sequences and events the proof tried, over all of its shards, and what the analyzer judged."""
    tried: Counter[str] = Counter()
    judged: Counter[str] = Counter()
    for report in terminalreporter.getreports("passed"):
        tried.update(dict(report.user_properties) if "test_sequences_of_events" in report.nodeid else {})
        judged.update(
            dict(report.user_properties) if "test_every_statement_passes_the_analyzer" in report.nodeid else {}
        )
    if tried:
        terminalreporter.section("proof")
        terminalreporter.line(f"{tried.pop('sequences')} sequences, {tried.pop('events')} events:")
        for name, times in tried.most_common():
            terminalreporter.line(f"  {times:6} {name}")
    if judged:
        terminalreporter.section("GoogleSQL analyzer, none refused")
        for name, times in judged.items():
            terminalreporter.line(f"  {times:6} {name}")
