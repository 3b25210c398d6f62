"""The composition root: everything that handlers need, built once per process."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING

from python_runners.dates import parse_instant, utc_now
from python_runners.errors import PermanentError
from python_runners.loaders.write import create_tables
from python_runners.pipeline.alerts import Alerts, channels_of
from python_runners.pipeline.dbt_runner import DbtRunner
from python_runners.pipeline.ledger import Ledger
from python_runners.pipeline.object_stores import document_store, model_store, payload_store
from python_runners.platform.bus import Bus, EmbeddedBus
from python_runners.platform.objects import ObjectStore
from python_runners.platform.state import SqliteStateStore, StateStore
from python_runners.platform.topology import topology
from python_runners.platform.warehouse import DuckDBWarehouse, Warehouse
from python_runners.settings import Settings, get_settings

if TYPE_CHECKING:
    from python_runners.platform.bigquery import BigQueryWarehouse


@dataclass
class Platform:
    """One warehouse, one bus, one state store, three object stores, one dbt runner, one clock."""

    settings: Settings
    clock: Callable[[], datetime] = utc_now
    # Messages that a run took along with another one. Kept in memory on purpose: after a crash they run again.
    coalesced: set[str] = field(default_factory=set)

    @cached_property
    def warehouse(self) -> Warehouse:
        """The warehouse that dbt works on; in an embedded one every raw and ledger table is in place.

        Raises:
            MissingSetting: BigQuery is the target and its project is not named.
        """
        if self.settings.target == "duckdb":
            embedded = DuckDBWarehouse(self.settings.warehouse_path)
            create_tables(embedded)
            return embedded
        # A worker's identity may look at its own datasets only, so it creates nothing: `create_warehouse` does.
        return self._bigquery()

    @property
    def embedded_warehouse(self) -> DuckDBWarehouse:
        """The warehouse, for what the embedded one alone can do.

        Raises:
            PermanentError: another one is the target.
        """
        if self.settings.target == "duckdb" and isinstance(self.warehouse, DuckDBWarehouse):
            return self.warehouse
        raise PermanentError(f"this works on the embedded warehouse only, and NBA_PROPS_TARGET={self.settings.target}")

    def create_warehouse(self) -> str:
        """Create every dataset, raw table and ledger table that does not exist yet, and return where they are.

        Raises:
            MissingSetting: BigQuery is the target and its project is not named.
            WarehouseRefused: BigQuery does not let this identity create them.
        """
        if self.settings.target == "duckdb":
            _ = self.warehouse
            return str(self.settings.warehouse_path)
        warehouse = self._bigquery()
        warehouse.create_datasets()
        create_tables(warehouse)
        warehouse.close()
        return warehouse.project

    def _bigquery(self) -> BigQueryWarehouse:
        # Importing the Google clients takes a second that the embedded warehouse has no use for.
        from python_runners.platform.bigquery import BigQueryWarehouse

        labels = {"app": "nba-props"}
        if self.settings.target == "emulator":
            project = self.settings.bigquery_project or "local-dev"
            return BigQueryWarehouse(project, endpoint=self.settings.bigquery_endpoint, labels=labels)
        return BigQueryWarehouse(
            self.settings.required("bigquery_project", "the Google Cloud project of the warehouse"),
            location=self.settings.bigquery_location,
            labels=labels,
            maximum_bytes_billed=self.settings.bigquery_maximum_bytes_billed,
        )

    @cached_property
    def ledger(self) -> Ledger:
        """The run ledger."""
        return Ledger(self.warehouse)

    @cached_property
    def alerts(self) -> Alerts:
        """Where people are told what went wrong.

        Raises:
            MissingSetting: a channel is named and not configured.
        """
        channels = channels_of(self.settings)  # before the warehouse, which a refusal would leave open
        cooldown = timedelta(seconds=self.settings.alert_cooldown_seconds)
        return Alerts(self.warehouse, self.ledger, channels, cooldown, lambda: self.clock())

    @cached_property
    def bus(self) -> Bus:
        """The message bus."""
        if self.settings.runtime == "embedded":
            return EmbeddedBus(self.settings.state_path)
        # Importing the Google clients takes a second that the embedded runtime has no use for.
        from python_runners.platform.pubsub import PubSubBus

        declared = topology()
        return PubSubBus(
            self._project,
            {item.topic: item.name for item in declared.subscriptions},
            max_attempts=declared.delivery.max_delivery_attempts,
            backoff_seconds=declared.delivery.minimum_backoff_seconds,
            longest_backoff_seconds=declared.delivery.maximum_backoff_seconds,
        )

    @cached_property
    def state(self) -> StateStore:
        """Barriers, and the published documents that apps listen to."""
        if self.settings.runtime == "embedded":
            return SqliteStateStore(self.settings.state_path)
        from python_runners.platform.firestore import FirestoreStateStore

        return FirestoreStateStore(self._project)

    @cached_property
    def objects(self) -> ObjectStore:
        """Stored source payloads."""
        return payload_store(self.settings)

    @cached_property
    def documents(self) -> ObjectStore:
        """Published documents."""
        return document_store(self.settings)

    @property
    def models(self) -> ObjectStore:
        """Trained models."""
        return model_store(self.settings)

    @property
    def _project(self) -> str:
        return self.settings.required("project", "the Google Cloud project of the runtime")

    @cached_property
    def dbt(self) -> DbtRunner:
        """The resident dbt runner."""
        return DbtRunner()

    def close(self) -> None:
        """Give the warehouse, the bus and the state store free for another process."""
        for name in ("warehouse", "bus", "state"):
            if name in self.__dict__:
                self.__dict__[name].close()

    def as_of(self) -> datetime:
        """The instant that a run which starts now computes for: the setting, else the clock."""
        return parse_instant(self.settings.as_of) if self.settings.as_of else self.clock()


def configured_platform(clock: Callable[[], datetime] = utc_now) -> Platform:
    """Build the platform that the settings of this process ask for."""
    return Platform(get_settings(), clock)
