"""What is created on emulators, and that nothing is created elsewhere."""

from __future__ import annotations

import io
import uuid
from pathlib import Path

import pytest
from rich.console import Console

from python_runners.errors import MissingSetting, PermanentError
from python_runners.operations.bench import hops_table, without_hops
from python_runners.operations.emulator_setup import create_on_emulators, create_once
from python_runners.pipeline.object_stores import model_store
from python_runners.platform.topology import topology
from python_runners.predictions.registry import CARD_FILE, GOLDEN_FILE, MODEL_FILE
from python_runners.settings import EMULATOR_VARIABLES, Settings, get_settings
from tests.support.emulators import Emulator


def text_of(*printed: object) -> str:
    console = Console(width=160, file=io.StringIO())
    for each in printed:
        console.print(each)
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


@pytest.mark.parametrize("absent", EMULATOR_VARIABLES)
def test_nothing_is_created_where_one_client_would_speak_to_google(
    absent: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in EMULATOR_VARIABLES:
        monkeypatch.setenv(name, "127.0.0.1:9")
    monkeypatch.delenv(absent)
    with pytest.raises(PermanentError, match=f"^{absent} not set: this is for emulators"):
        create_on_emulators(Settings(project="p"), topology())
    assert without_hops(Settings()).startswith(f"Hops of an event through the emulators: left out, {absent} not set")


@pytest.mark.parametrize(
    ("given", "asked_for"),
    [
        ({"payload_bucket": "b"}, "NBA_PROPS_PUBLISHED_BUCKET"),
        ({"payload_bucket": "b", "published_bucket": "b"}, "NBA_PROPS_MODELS_BUCKET"),
    ],
)
def test_project_and_buckets_are_asked_for(
    given: dict[str, str], asked_for: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in EMULATOR_VARIABLES:
        monkeypatch.setenv(name, "127.0.0.1:9")
    with pytest.raises(MissingSetting, match=asked_for):
        create_on_emulators(Settings(project="p", **given), topology())


def test_what_the_declaration_names_is_created_once(
    monkeypatch: pytest.MonkeyPatch, pubsub_emulator: Emulator, gcs_server: Emulator, tmp_path: Path
) -> None:
    version = tmp_path / "models" / "some_system" / "1"
    version.mkdir(parents=True)
    for name in (MODEL_FILE, CARD_FILE, GOLDEN_FILE):
        (version / name).write_text(name, encoding="utf-8")
    project = f"setup-{uuid.uuid4().hex[:8]}"
    monkeypatch.setenv("FIRESTORE_EMULATOR_HOST", "127.0.0.1:9")
    for emulator in (pubsub_emulator, gcs_server):
        monkeypatch.setenv(emulator.variable, emulator.value)
    for name, value in {
        "PROJECT": project,
        "PAYLOAD_BUCKET": f"{project}-a",
        "PUBLISHED_BUCKET": f"{project}-b",
        "MODELS_BUCKET": f"{project}-c",
        "RUNTIME": "cloud",
        "DATA_DIR": str(tmp_path),
    }.items():
        monkeypatch.setenv(f"NBA_PROPS_{name}", value)
    get_settings.cache_clear()
    printed = []
    for _ in range(2):
        console = Console(width=160, file=io.StringIO())
        create_once(console)
        assert isinstance(console.file, io.StringIO)
        printed.append(console.file.getvalue())
    models = model_store(get_settings())
    get_settings.cache_clear()
    assert "created nba-phase2-raw-complete-dlq\n" in printed[0]
    assert f"created {project}-c\n35 created in {project}, 0 were there.\n1 trained models there.\n" in printed[0]
    assert printed[1] == f"0 created in {project}, 35 were there.\n1 trained models there.\n"
    assert models.get(f"some_system/1/{GOLDEN_FILE}").body == GOLDEN_FILE.encode()


def test_the_hops_are_shown_with_their_share_of_the_whole() -> None:
    hops = [{"what": what, "runs": 25, "p50": p50, "p95": 2 * p50} for what, p50 in (("one", 0.5), ("whole", 2.0))]
    printed = text_of(hops_table(hops))
    assert ["one", "25", "0.500", "1.000", "25%"] in [line.replace("│", "").split() for line in printed.splitlines()]
