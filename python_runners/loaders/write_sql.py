"""The SQL of the raw write path, derived from a table's contract."""

from __future__ import annotations

from collections.abc import Sequence

import pyarrow as pa

from python_runners.loaders.base import Scope
from python_runners.loaders.row_sql import comparable, row_digest
from python_runners.loaders.scope_sql import ScopeSql

CHANGE_LOG = "nba_orchestration.change_log"
WATERMARKS = "nba_orchestration.watermarks"

# Above this many moved rows the log names dates only: a bulk load re-opens dates, not entities.
BULK_ROWS = 5000

_LOG_TYPES = {"game_date": "date", "player_id": "string", "team": "string", "game_id": "string"}


class ReplaceSql(ScopeSql):
    """The statements of a replace; names come from the contract, values only through parameters or temp tables."""

    def incoming(self, given: list[str]) -> str:
        """Stage the incoming rows with their lineage and digest."""
        lineage = [
            name if name in given else f"cast(${name} as {kind}) as {name}"
            for name, kind in (("source_file", "string"), ("source_variant", "string"), ("observed_at", "timestamp"))
        ]
        values = ", ".join(column.name for column in self.table.value_columns)
        unused = " and ".join(
            f"(${name} is null or true)" for name in ("source_file", "source_variant", "observed_at") if name in given
        )
        return (
            f"create or replace temp table incoming as select {values}, {', '.join(lineage)}, "
            f"{row_digest(self.table, is_bigquery=self._is_bigquery)} as row_digest, "
            f"cast($run_id as string) as run_id, cast($loaded_at as timestamp) as loaded_at "
            f"from incoming_rows where {unused or 'true'}"
        )

    def duplicate_keys(self) -> str:
        """One primary key that occurs more than once in the incoming rows."""
        keys = ", ".join(self.table.primary_key)
        return f"select {keys}, count(*) as n from incoming group by {keys} having count(*) > 1 limit 1"

    def scope_table(self, scopes: Sequence[Scope]) -> pa.Table:
        """The scopes as an Arrow table; a table without scope columns is one scope."""
        if not self.table.scope:
            return pa.table({"whole_table": pa.array([True])})
        fields = {column.name: column.arrow_field.type for column in self.table.columns}
        columns = {name: pa.array([scope[name] for scope in scopes], type=fields[name]) for name in self.table.scope}
        return pa.table(columns)

    def scopes_of_rows(self) -> str:
        """Stage the distinct scopes of the incoming rows."""
        return f"create or replace temp table incoming_scopes as select distinct {self._scope_key()} from incoming"

    def _same_key(self, one: str, other: str) -> str:
        required = {column.name for column in self.table.columns if column.is_required}

        def side(alias: str, key: str) -> str:
            # BigQuery joins both ways on equalities only, which an unknown value never meets.
            return f"{alias}.{key}" if key in required else f"coalesce(cast({alias}.{key} as string), '~null~')"

        return " and ".join(f"{side(one, key)} = {side(other, key)}" for key in self.table.primary_key)

    def equal_rows(self) -> str:
        """How many rows the scopes hold, how many of them are among the incoming ones, and how many came."""
        return (
            f"select count(*) as stored, count(came.row_digest) as equal, (select count(*) from incoming) as came "
            f"from {self.table.relation} as stored left join incoming as came "
            f"on {self._same_key('stored', 'came')} and stored.row_digest = came.row_digest "
            f"where {self._stored_in_scope()}"
        )

    def row_changes(self) -> str:
        """Stage one row per key of both sides with its kind of change and the value columns that differ."""
        carried = {*self.table.primary_key, *self.table.scope}
        carried |= {*self.table.entities.values(), *self._log_columns().values()}
        picked = ", ".join(f"coalesce(incoming.{name}, stored.{name}) as {name}" for name in sorted(carried))
        former = ", ".join(f"stored.{name} as former_{log}" for log, name in self._log_columns().items())
        fields = ", ".join(
            f"case when {comparable('stored', column)} is distinct from {comparable('incoming', column)} "
            f"then '{column.name}' end"
            for column in self.table.digest_columns
        )
        return (
            f"create or replace temp table row_changes as "
            f"with stored as (select * from {self.table.relation} as stored where {self._stored_in_scope()}) "
            f"select {picked}{', ' + former if former else ''}, case when stored.row_digest is null then 'new' "
            f"when incoming.row_digest is null then 'removed' "
            f"when incoming.row_digest <> stored.row_digest then 'changed' else 'unchanged' end as kind, "
            f"stored.row_digest as stored_digest, case when incoming.row_digest <> stored.row_digest "
            f"then coalesce(array_to_string([{fields}], ','), '') else '' end as changed_fields "
            f"from incoming full outer join stored on {self._same_key('stored', 'incoming')}"
        )

    def _log_columns(self) -> dict[str, str]:
        """Columns of this table that the change log carries, by their name in the log."""
        names = {column.name for column in self.table.columns}
        found = {
            "game_date": self.date_column,
            "player_id": "player_id",
            "team": "team" if "team" in names else "home_team",
            "game_id": "game_id",
        }
        return {log: name for log, name in found.items() if name in names}

    def log_changes(self) -> str:
        """Record what moved in the change log, rows of a former date or team twice; a bulk load by date alone."""
        columns = self._log_columns()
        log_names = ("game_date", "player_id", "team", "game_id")
        now = ", ".join(
            f"{columns[name]} as {name}" if name in columns else f"cast(null as {_LOG_TYPES[name]}) as {name}"
            for name in log_names
        )
        then = ", ".join(
            f"former_{name} as {name}" if name in columns else f"cast(null as {_LOG_TYPES[name]}) as {name}"
            for name in log_names
        )
        return (
            f"insert into {CHANGE_LOG} (change_id, input_name, change_kind, game_date, player_id, team, game_id, "
            f"changed_fields, run_id, changed_at) "
            f"with moved as ("
            f"select kind, {now}, changed_fields from row_changes where kind <> 'unchanged' "
            f"union distinct select kind, {then}, changed_fields from row_changes where kind = 'changed'), "
            f"entries as ("
            f"select kind, game_date, player_id, team, game_id, changed_fields from moved "
            f"where (select count(*) from moved) <= {BULK_ROWS} "
            f"union distinct select 'rebuilt', game_date, null, null, null, '' from moved "
            f"where (select count(*) from moved) > {BULK_ROWS}) "
            f"select (select coalesce(max(change_id), 0) from {CHANGE_LOG}) + row_number() over (), "
            f"'{self.table.name}', kind, game_date, player_id, team, game_id, "
            f"case when changed_fields = '' then cast([] as {'array<string>' if self._is_bigquery else 'varchar[]'}) "
            f"else split(changed_fields, ',') end, $run_id, $changed_at from entries"
        )

    def summary(self) -> str:
        """What the comparison found, in one statement: rows of `what`, `id`, `n`.

        `kind`: rows of each kind of change; `came`: incoming rows; by name of the entity kind, `date` and `field`: the
        distinct ids and dates (former ones of moved rows included) of what moved, and the value columns that differ.
        """
        named = (
            "row_changes, unnest(split(changed_fields, ',')) as name"
            if self._is_bigquery
            else "(select kind, unnest(split(changed_fields, ',')) as name from row_changes)"
        )
        parts = [
            "select 'kind' as what, kind as id, count(*) as n from row_changes group by kind",
            "select 'came', '', count(*) from incoming",
            f"select distinct 'field', name, 0 from {named} where kind = 'changed' and name <> ''",
            *(self._distinct(kind, column, "kind <> 'unchanged'") for kind, column in self.table.entities.items()),
        ]
        if self.date_column:
            parts.append(self._distinct("date", self.date_column, "kind <> 'unchanged'"))
            parts.append(self._distinct("date", "former_game_date", "kind = 'changed'"))
        return " union all ".join(parts)

    def _distinct(self, what: str, column: str, condition: str) -> str:
        return (
            f"select distinct '{what}', cast({column} as string), 0 from row_changes "
            f"where {condition} and {column} is not null"
        )

    def _moved(self, alias: str, kinds: str) -> str:
        return f"exists (select 1 from row_changes where kind in ({kinds}) and {self._same_key('row_changes', alias)})"

    def delete(self) -> str:
        """Remove the stored rows of the scopes that went or differ; unchanged rows keep when they were first seen."""
        moved = self._moved("stored", "'changed', 'removed'")
        return f"delete from {self.table.relation} as stored where {self._stored_in_scope()} and {moved}"

    def insert(self) -> str:
        """Insert the incoming rows that came or differ."""
        names = ", ".join(column.name for column in self.table.columns)
        moved = self._moved("incoming", "'new', 'changed'")
        return f"insert into {self.table.relation} ({names}) select {names} from incoming where {moved}"

    def check_stored(self, rows: int) -> str:
        """Raise unless the scopes hold this many rows in the table."""
        return (
            f"select case when count(*) <> {rows} then error('{self.table.name} does not hold the {rows} rows "
            f"that were written') end from {self.table.relation} as stored where {self._stored_in_scope()}"
        )

    def guards(self) -> Sequence[str]:
        """Statements before a write, for a warehouse that runs transactions side by side.

        The first two let only one of two transactions that write to the change log commit, so that its ids grow in the
        order of commits; the last raises when a stored row is no longer what the incoming rows were compared with.
        """
        if not self._is_bigquery:
            return ()
        name = self.table.name
        return (
            f"delete from {WATERMARKS} where consumer = '{name}'",
            f"insert into {WATERMARKS} (consumer, change_id, as_of, updated_at) select '{name}', "
            f"coalesce(max(change_id), 0), $changed_at, $changed_at from {CHANGE_LOG}",
            f"select case when count(*) <> count(compared.stored_digest) or count(*) <> "
            f"(select count(stored_digest) from row_changes) then error('{name} moved meanwhile') end "
            f"from {self.table.relation} as stored left join row_changes as compared "
            f"on {self._same_key('stored', 'compared')} and stored.row_digest = compared.stored_digest "
            f"where {self._stored_in_scope()}",
        )
