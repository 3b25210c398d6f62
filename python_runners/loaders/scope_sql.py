"""The SQL of scopes: which rows are in them, and which observation of them is the newest."""

from __future__ import annotations

from collections.abc import Sequence

from python_runners.loaders.contracts import RawTable
from python_runners.platform.warehouse import Dialect

OBSERVATIONS = "nba_orchestration.scope_observations"

# A date before all stored games, for tables that refuse a query without a filter on their partitions.
_FIRST_DATE = "cast('2000-01-01' as date)"


class ScopeSql:
    """Statements over the scopes that came, in the temp table `incoming_scopes`, and their rows."""

    def __init__(self, table: RawTable, dialect: Dialect = "duckdb") -> None:
        """Derive the statements of one raw table in the SQL of a warehouse."""
        self.table = table
        self._is_bigquery = dialect == "bigquery"
        names = [column.name for column in table.columns]
        self.date_column = next((name for name in ("game_date", "roster_date", "report_date") if name in names), None)

    def newest_observations(self) -> str:
        """When each stored scope was last observed; one row for a table without scope columns."""
        names = "".join(f"{name}, " for name in self.table.scope)
        grouped = f" group by {', '.join(self.table.scope)}" if self.table.scope else ""
        return (
            f"select {names}max(stored.observed_at) as observed_at "
            f"from {self.table.relation} as stored where {self._pruned() or 'true'}{grouped}"
        )

    def stale_scopes(self) -> str:
        """Stage the scopes that the table holds from a later observation; a scope without rows came at $observed_at."""
        names = ", ".join(self.table.scope) or "whole_table"
        return (
            f"create or replace temp table stale_scopes as with "
            f"known as (select {self._scope_key()}, observed_at "
            f"from {self.table.relation} as stored where {self._stored_in_scope()} "
            f"union all select {names}, noted.observed_at from incoming_scopes join {OBSERVATIONS} as noted "
            f"on noted.input_name = '{self.table.name}' and noted.scope_key = {self._scope_text()}), "
            f"stored as (select {names}, max(observed_at) as observed_at from known group by {names}), "
            f"{self._came()} "
            f"select {names} from incoming_scopes join stored using ({names}) left join came using ({names}) "
            f"where stored.observed_at > coalesce(came.observed_at, cast($observed_at as timestamp))"
        )

    def _came(self) -> str:
        grouped = f"group by {', '.join(self.table.scope)}" if self.table.scope else ""
        return f"came as (select {self._scope_key()}, max(observed_at) as observed_at from incoming {grouped})"

    def _scope_text(self) -> str:
        texts = [f"coalesce(cast(incoming_scopes.{name} as string), '~null~')" for name in self.table.scope]
        between = ", '|', "
        return f"concat({between.join(texts)})" if texts else "'whole table'"

    def note_observations(self, *, is_news: bool) -> Sequence[str]:
        """Keep when the scopes were observed whose rows do not tell: none of them came or differs.

        Args:
            is_news: the source showed something else before, so that scopes that stand as they came count as well; else
                only those that lost rows.
        """
        names = ", ".join(self.table.scope) or "whole_table"
        quiet, lost = f"not {self._moved_in_scope('new', 'changed')}", self._moved_in_scope("removed")
        these = quiet if is_news else f"{quiet} and {lost}"
        return (
            f"delete from {OBSERVATIONS} where input_name = '{self.table.name}' "
            f"and scope_key in (select {self._scope_text()} from incoming_scopes where {these})",
            f"insert into {OBSERVATIONS} (input_name, scope_key, observed_at) with {self._came()} "
            f"select '{self.table.name}', {self._scope_text()}, "
            f"coalesce(came.observed_at, cast($observed_at as timestamp)) "
            f"from incoming_scopes left join came using ({names}) where {these} "
            f"and coalesce(came.observed_at, cast($observed_at as timestamp)) is not null",
        )

    def _moved_in_scope(self, *kinds: str) -> str:
        listed = ", ".join(f"'{kind}'" for kind in kinds)
        same = "".join(f" and row_changes.{name} = incoming_scopes.{name}" for name in self.table.scope)
        return f"exists (select 1 from row_changes where row_changes.kind in ({listed}){same})"

    def count_scopes(self) -> str:
        """How many scopes came, and how many of them are stale."""
        return "select (select count(*) from incoming_scopes) as came, (select count(*) from stale_scopes) as stale"

    def drop_stale(self) -> Sequence[str]:
        """Take the stale scopes out of what came: their rows, and the scopes themselves."""
        return [
            f"delete from {name} where {self._in_scope(name, 'stale_scopes')}"
            for name in ("incoming", "incoming_scopes")
        ]

    def _scope_key(self) -> str:
        return ", ".join(self.table.scope) or "true as whole_table"

    def _in_scope(self, alias: str, scopes: str = "incoming_scopes") -> str:
        matches = " and ".join(f"{scopes}.{name} = {alias}.{name}" for name in self.table.scope)
        return f"exists (select 1 from {scopes} where {matches or 'true'})"

    def _stored_in_scope(self) -> str:
        return " and ".join(filter(None, [self._pruned(), self._in_scope("stored")]))

    def _pruned(self) -> str:
        return f"stored.{self.date_column} >= {_FIRST_DATE}" if self.table.layout.require_partition_filter else ""
