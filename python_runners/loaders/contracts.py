"""The raw tables as the dbt sources declare them: the one declaration that loaders, imports and staging share."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import pyarrow as pa
import yaml

from python_runners.errors import EmptySelection
from python_runners.settings import PROJECT_ROOT

RAW_SCHEMA = "nba_raw"
SOURCES_GLOB = "models/staging/*/_*__sources.yml"
OPERATIONAL_SOURCES = (
    "models/monitoring/_monitoring__sources.yml",
    "models/changes/_changes__sources.yml",
    "models/predictions/_predictions__sources.yml",
)

_ARROW_TYPES: dict[str, pa.DataType] = {
    "string": pa.string(),
    "int64": pa.int64(),
    "float64": pa.float64(),
    "bool": pa.bool_(),
    "date": pa.date32(),
    "timestamp": pa.timestamp("us"),
    "array<string>": pa.list_(pa.string()),
}


@dataclass(frozen=True)
class Column:
    """One column of a raw table; `data_type` is the GoogleSQL name of the type."""

    name: str
    data_type: str
    is_required: bool
    is_lineage: bool

    @classmethod
    def from_node(cls, node: dict[str, Any]) -> Column:
        """Build the column from its entry in a sources file."""
        meta = node.get("config", {}).get("meta", {})
        return cls(
            name=node["name"],
            data_type=node["data_type"],
            is_required=bool(meta.get("required")),
            is_lineage=bool(meta.get("lineage")),
        )

    @property
    def arrow_field(self) -> pa.Field:
        """The column as an Arrow field; timestamps are naive and hold UTC."""
        return pa.field(self.name, _ARROW_TYPES[self.data_type], nullable=not self.is_required)


@dataclass(frozen=True)
class Layout:
    """How BigQuery stores a table: the date column of its partitions, and the columns by which they are sorted."""

    partition_by: str | None = None
    cluster_by: tuple[str, ...] = ()
    require_partition_filter: bool = False

    @classmethod
    def from_meta(cls, meta: dict[str, Any]) -> Layout:
        """Read the layout from the meta of a declared table; all of it is optional."""
        return cls(
            meta.get("partition_by"), tuple(meta.get("cluster_by", ())), bool(meta.get("require_partition_filter"))
        )


@dataclass(frozen=True)
class OperationalTable:
    """One table of the ledger: its relation, columns, key and layout."""

    relation: str
    columns: tuple[Column, ...]
    primary_key: tuple[str, ...]
    layout: Layout


@dataclass(frozen=True)
class RawTable:
    """One raw table: its columns, its key, the scope that one object replaces, and what its digest leaves out."""

    name: str
    system: str
    columns: tuple[Column, ...]
    primary_key: tuple[str, ...]
    scope: tuple[str, ...]
    digest_omits: frozenset[str]
    variants: tuple[str, ...]
    entities: dict[str, str]
    layout: Layout

    @classmethod
    def from_node(cls, system: str, node: dict[str, Any]) -> RawTable:
        """Build the table from its entry in a sources file."""
        meta = node["config"]["meta"]
        return cls(
            name=node["name"],
            system=system,
            columns=tuple(Column.from_node(column) for column in node["columns"]),
            primary_key=tuple(meta["primary_key"]),
            scope=tuple(meta["scope"]),
            digest_omits=frozenset(meta["digest_omits"]),
            variants=tuple(meta["variants"]),
            entities=dict(meta["entities"]),
            layout=Layout.from_meta(meta),
        )

    @property
    def value_columns(self) -> tuple[Column, ...]:
        """The columns that parsers fill: all but lineage."""
        return tuple(column for column in self.columns if not column.is_lineage)

    @property
    def digest_columns(self) -> tuple[Column, ...]:
        """The columns that decide whether a row changed, in the order of the contract."""
        return tuple(column for column in self.value_columns if column.name not in self.digest_omits)

    @property
    def relation(self) -> str:
        """Schema-qualified name of the table."""
        return f"{RAW_SCHEMA}.{self.name}"

    def arrow_schema(self) -> pa.Schema:
        """Arrow schema of the value columns; required ones are not nullable."""
        return pa.schema([column.arrow_field for column in self.value_columns])


def read_tables(root: Path) -> dict[str, RawTable]:
    """Read every raw table declared under `root`, keyed by name.

    Raises:
        EmptySelection: no sources file declares a table.
    """
    tables: dict[str, RawTable] = {}
    for path in sorted(root.glob(SOURCES_GLOB)):
        document = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
        for source in document["sources"]:
            for node in source["tables"]:
                tables[node["name"]] = RawTable.from_node(source["name"], node)
    if not tables:
        raise EmptySelection(f"no raw table is declared in {root / SOURCES_GLOB}")
    return tables


@lru_cache(maxsize=1)
def raw_tables() -> dict[str, RawTable]:
    """Return the raw tables of this project, keyed by name."""
    return read_tables(PROJECT_ROOT)


@lru_cache(maxsize=1)
def operational_tables() -> dict[str, OperationalTable]:
    """Return the tables of the run ledger, keyed by name."""
    documents = [
        yaml.load((PROJECT_ROOT / path).read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
        for path in OPERATIONAL_SOURCES
    ]
    return {
        node["name"]: OperationalTable(
            relation=f"{source['schema']}.{node['name']}",
            columns=tuple(Column.from_node(column) for column in node["columns"]),
            primary_key=tuple(node["config"]["meta"]["primary_key"]),
            layout=Layout.from_meta(node["config"]["meta"]),
        )
        for document in documents
        for source in document["sources"]
        for node in source["tables"]
    }
