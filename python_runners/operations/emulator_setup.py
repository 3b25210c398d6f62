"""`nba-props topology --create`: what the declaration names, on the emulators of Google Cloud."""

from __future__ import annotations

from rich.console import Console

from python_runners.errors import PermanentError
from python_runners.pipeline.object_stores import model_folder, model_store
from python_runners.platform.topology import Topology, topology
from python_runners.settings import Settings, get_settings

BUCKETS = ("payload_bucket", "published_bucket", "models_bucket")


def create_on_emulators(settings: Settings, declared: Topology) -> list[str]:
    """Create every topic, subscription and bucket that is missing, and return the names of those that were created.

    Subscriptions are pulled: `nba-props serve` reads them, and pushes to the functions itself.

    Raises:
        PermanentError: a client would speak to the real service.
        MissingSetting: project or buckets are not set.
        TransientError: an emulator does not answer.
    """
    if settings.absent_emulators:
        raise PermanentError(
            f"{', '.join(settings.absent_emulators)} not set: this is for emulators, `nba-props deploy` for a project"
        )
    project = settings.required("project", "the project on the emulators, any name")
    buckets = [settings.required(name, "a bucket on the emulator, any name") for name in BUCKETS]
    # Importing the Google clients takes a second that the other commands have no use for.
    from python_runners.platform.gcs import create_bucket
    from python_runners.platform.pubsub_admin import create_all

    return [*create_all(project, declared), *(name for name in buckets if create_bucket(project, name))]


def copy_models_there(settings: Settings) -> int:
    """Copy the trained models of the data folder to the emulator, which forgets them, and return how many there are.

    Raises:
        ModelStands: the emulator holds another model under the name of one of these.
    """
    # The library of the trained model takes a second to import.
    from python_runners.predictions.registry import CARD_FILE, copy_models

    copied = copy_models(model_folder(settings.models_dir), model_store(settings))
    return sum(name.endswith(f"/{CARD_FILE}") for name in copied)


def create_once(console: Console) -> None:
    """Create what is missing on the emulators, copy the trained models of the data folder, and print both."""
    settings, declared = get_settings(), topology()
    created = create_on_emulators(settings, declared)
    for name in created:
        console.print(f"created {name}")
    known = len(declared.topic_names) + len(declared.subscriptions) + len(BUCKETS)
    console.print(f"{len(created)} created in {settings.project}, {known - len(created)} were there.")
    console.print(f"{copy_models_there(settings)} trained models there.")
