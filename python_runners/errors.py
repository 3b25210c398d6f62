"""The exception tree of the platform.

NbaPropsError
├── PermanentError            bad data or a wrong call: acknowledged, never retried
│   ├── MissingSetting        a key or path that the work needs is not configured
│   ├── InvalidMessage        a message that does not validate
│   ├── Unauthenticated       a caller who does not prove who he is
│   ├── Forbidden             a caller who is known and may not
│   ├── UnknownPayloadShape   a payload whose structure the parser does not know
│   ├── InvariantViolated     a payload that contradicts itself
│   ├── NoData                the source says that there is nothing
│   ├── PreconditionFailed    another writer was faster
│   ├── EmptySelection        a derivation from the graph that came back empty
│   ├── BuildFailed           a dbt run in which a node failed
│   └── WarehouseRefused      a statement or rows that the warehouse does not accept
└── TransientError            infrastructure: raised so that the message is delivered again
    ├── SourceUnavailable     a source that does not answer, throttles or breaks
    ├── BusUnavailable        a bus that does not acknowledge
    └── WarehouseUnavailable  a warehouse that cannot take the work now
"""

from __future__ import annotations


class NbaPropsError(Exception):
    """Base of every error that the platform raises on purpose."""


class PermanentError(NbaPropsError):
    """Trying again cannot help: the data or the call is wrong."""


class TransientError(NbaPropsError):
    """Trying again may help: infrastructure failed."""


class MissingSetting(PermanentError):
    """A setting that the work needs is absent."""

    def __init__(self, setting: str, purpose: str) -> None:
        """Name the environment variable and what it is for."""
        super().__init__(f"{setting} is not set: {purpose}")
        self.setting = setting


class InvalidMessage(PermanentError):
    """A message that does not validate against any accepted shape."""


class Unauthenticated(PermanentError):
    """A call without an identity token that is valid here and now."""


class Forbidden(PermanentError):
    """A call in the name of somebody who may not make it."""


class UnknownPayloadShape(PermanentError):
    """A payload with a structure that its parser does not know."""


class InvariantViolated(PermanentError):
    """A payload of known shape whose content contradicts itself."""


class NoData(PermanentError):
    """The source answered that it has nothing; not a success, not a failure."""


class PreconditionFailed(PermanentError):
    """A conditional write lost against another writer."""


class EmptySelection(PermanentError):
    """A derivation from the dbt graph selected nothing."""


class BuildFailed(PermanentError):
    """A dbt invocation in which at least one node failed."""

    def __init__(self, message: str, nodes: tuple[str, ...] = ()) -> None:
        """Keep the names of the failed nodes; none when dbt itself did not run."""
        super().__init__(message)
        self.nodes = nodes


class SourceUnavailable(TransientError):
    """A source did not answer, throttled, or answered with a server error."""


class BusUnavailable(TransientError):
    """The message bus did not acknowledge what it was given."""


class WarehouseRefused(PermanentError):
    """The warehouse does not accept a statement or the rows that it was given."""


class WarehouseUnavailable(TransientError):
    """The warehouse did not answer, throttled, or another transaction was faster."""
