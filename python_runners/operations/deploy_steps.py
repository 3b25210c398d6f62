"""What a deployment is made of: steps that may be repeated, and the names of things in the project deployed to."""

from __future__ import annotations

from dataclasses import dataclass

from python_runners.platform.topology import Function, Topology

STAGE = "build/deploy"
PROJECT_NUMBER = "${PROJECT_NUMBER}"

Command = tuple[str, ...]


@dataclass(frozen=True)
class Step:
    """One thing to bring about.

    Attributes:
        group: what kind of thing.
        create: makes it; when nothing else is given, as often as one likes.
        exists: succeeds if it is there already, so that `create` is left out.
        update: brings one that is there to the declaration.
    """

    group: str
    create: Command
    exists: Command | None = None
    update: Command | None = None


@dataclass(frozen=True)
class Target:
    """The project to deploy to."""

    project: str
    declared: Topology

    @property
    def region(self) -> str:
        """Region of everything."""
        return self.declared.region

    def bucket(self, name: str) -> str:
        """Return the full name of a bucket."""
        return f"{self.project}-{name}"

    @property
    def buckets(self) -> list[str]:
        """Short names of the buckets that some account uses."""
        return sorted({name for item in self.declared.service_accounts.values() for name in item.buckets})

    def email(self, account: str) -> str:
        """Return the address of a service account."""
        return f"nba-{account}@{self.project}.iam.gserviceaccount.com"

    def member(self, account: str) -> str:
        """Return a service account as policies name it."""
        return f"serviceAccount:{self.email(account)}"

    def url(self, function: Function) -> str:
        """Return the address of a deployed function, which is also the audience of its tokens."""
        return f"https://{self.region}-{self.project}.cloudfunctions.net/{function.deployed_name}"

    def gcloud(self, *words: str) -> Command:
        """Return a gcloud command on the project."""
        return ("gcloud", *words, f"--project={self.project}", "--quiet")
