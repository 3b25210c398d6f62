"""The declaration of everything that runs in the cloud: `cloud_functions/infrastructure.yaml`, read into types.

What the platform cannot run is refused here: an unknown name, a limit of Pub/Sub or Cloud Run that is exceeded, a
name that is declared twice.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Literal, Self

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from python_runners.errors import InvariantViolated
from python_runners.settings import PROJECT_ROOT

INFRASTRUCTURE = PROJECT_ROOT / "cloud_functions" / "infrastructure.yaml"

Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{2,253}[a-z0-9]$")]
Identifier = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
Role = Annotated[str, Field(pattern=r"^roles/[a-z]+\.[A-Za-z]+$")]
UrlPath = Annotated[str, Field(pattern=r"^(/[a-z-]+)?$")]


class _Declared(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Delivery(_Declared):
    """How a subscription delivers; the bounds are those of Pub/Sub."""

    ack_deadline_seconds: int = Field(ge=10, le=600)
    max_delivery_attempts: int = Field(ge=5, le=100)
    minimum_backoff_seconds: float = Field(ge=0, le=600)
    maximum_backoff_seconds: float = Field(ge=0, le=600)
    retention_days: int = Field(ge=1, le=7)
    is_ordered: bool

    @model_validator(mode="after")
    def _grows(self) -> Self:
        if self.maximum_backoff_seconds < self.minimum_backoff_seconds:
            raise ValueError("maximum_backoff_seconds is below minimum_backoff_seconds")
        return self


class TopicDeclaration(_Declared):
    """A topic, the topic of its dead letters, and the service accounts that may publish to it."""

    name: Name
    dead_letter: Name
    publishers: tuple[Identifier, ...] = Field(min_length=1)


class Subscription(_Declared):
    """One consumer of a topic: a function that is pushed to, or a named reader outside that pulls."""

    name: Name
    topic: Name
    function: Identifier | None = None
    path: UrlPath = ""
    reader: Identifier | None = None
    is_ordered: bool | None = None

    @model_validator(mode="after")
    def _has_one_consumer(self) -> Self:
        if (self.function is None) == (self.reader is None):
            raise ValueError(f"{self.name}: exactly one of function and reader")
        return self


class ServiceAccount(_Declared):
    """An identity and all that it may do; a dataset's or bucket's role is granted on that resource alone."""

    purpose: str = Field(min_length=1)
    project_roles: tuple[Role, ...] = ()
    datasets: Mapping[Identifier, Role] = Field(default_factory=dict)
    buckets: Mapping[Identifier, Role] = Field(default_factory=dict)


class Function(_Declared):
    """A function of `cloud_functions/main.py` and the machine that it gets; the bounds are those of Cloud Run."""

    name: Identifier
    trigger: Literal["event", "http"]
    service_account: Identifier
    memory: Annotated[str, Field(pattern=r"^[1-9][0-9]*(Mi|Gi)$")]
    cpu: int = Field(ge=1, le=8)
    concurrency: int = Field(ge=1, le=1000)
    timeout_seconds: int = Field(ge=1, le=3600)
    max_instances: int = Field(ge=1, le=100)

    @property
    def deployed_name(self) -> str:
        """Name of the deployed service, which knows no underscore."""
        return self.name.replace("_", "-")


class Schedule(_Declared):
    """A call of a function by the clock; the deadline of a call is at most 30 minutes."""

    name: Name
    cron: Annotated[str, Field(pattern=r"^\S+( \S+){4}$")]
    function: Identifier
    path: UrlPath
    deadline_seconds: int = Field(ge=15, le=1800)


class Topology(_Declared):
    """The whole declaration."""

    region: Name
    runtime: Literal["python311"]
    source: str
    time_zone: str
    delivery: Delivery
    topics: tuple[TopicDeclaration, ...]
    subscriptions: tuple[Subscription, ...]
    service_accounts: Mapping[Identifier, ServiceAccount]
    functions: tuple[Function, ...]
    schedules: tuple[Schedule, ...]

    @model_validator(mode="after")
    def _knows_its_names(self) -> Self:
        functions = {function.name for function in self.functions}
        accounts = set(self.service_accounts)
        problems = [
            *_repeated("topic", self.topic_names),
            *_repeated("subscription", (item.name for item in self.subscriptions)),
            *_repeated("function", (item.name for item in self.functions)),
            *_repeated("schedule", (item.name for item in self.schedules)),
            *_unknown("topic", (item.topic for item in self.subscriptions), set(self.topic_names)),
            *_unknown("function", (item.function for item in self.subscriptions if item.function), functions),
            *_unknown("function", (item.function for item in self.schedules), functions),
            *_unknown("service account", (item.service_account for item in self.functions), accounts),
            *_unknown("service account", (name for item in self.topics for name in item.publishers), accounts),
        ]
        if problems:
            raise ValueError("; ".join(problems))
        return self

    @property
    def topic_names(self) -> tuple[str, ...]:
        """Every topic, those of the dead letters included."""
        return tuple(name for item in self.topics for name in (item.name, item.dead_letter))

    def dead_letter_of(self, topic: str) -> str | None:
        """Return the topic of a topic's dead letters; dead letters themselves have none."""
        return {item.name: item.dead_letter for item in self.topics}.get(topic)

    def delivery_of(self, subscription: Subscription) -> Delivery:
        """Return how a subscription delivers."""
        if subscription.is_ordered is None:
            return self.delivery
        return self.delivery.model_copy(update={"is_ordered": subscription.is_ordered})

    def function_of(self, name: str) -> Function:
        """Return the declaration of a function."""
        return {item.name: item for item in self.functions}[name]


def read_topology(path: Path) -> Topology:
    """Read a declaration.

    Raises:
        InvariantViolated: it is no YAML, or does not validate; the message names every field and reason.
    """
    try:
        return Topology.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
    except yaml.YAMLError as error:
        raise InvariantViolated(f"{path.name}: {error}") from error
    except ValidationError as error:
        places = (f"{'.'.join(map(str, item['loc'])) or 'declaration'}: {item['msg']}" for item in error.errors())
        raise InvariantViolated(f"{path.name}: {'; '.join(places)}") from error


@lru_cache(maxsize=1)
def topology() -> Topology:
    """Return the project's declaration."""
    return read_topology(INFRASTRUCTURE)


def _repeated(kind: str, names: Iterable[str]) -> list[str]:
    return [f"{kind} {name} is declared {count} times" for name, count in Counter(names).items() if count > 1]


def _unknown(kind: str, names: Iterable[str], known: set[str]) -> list[str]:
    return [f"{kind} {name} is not declared" for name in sorted(set(names) - known)]
