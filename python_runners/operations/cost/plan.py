"""What each kind of event costs: the models on its route, narrowed as the event narrows them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, TypeVar

from python_runners.errors import NoData
from python_runners.operations.cost.estimate import Cost, Scope, cost_of_models, write_scan
from python_runners.operations.cost.pruning import layouts
from python_runners.operations.cost.scans import Scan, TableScans
from python_runners.operations.cost.statistics import TableStatistics, declared_columns, measure
from python_runners.pipeline.trigger_graph import all_routes, build_order
from python_runners.platform.warehouse import Warehouse

Compile = Callable[[Mapping[str, Any]], dict[str, str]]
Node = Mapping[str, Any]
Measure = TypeVar("Measure")


@dataclass(frozen=True)
class PlannedEvent:
    """One kind of event.

    Attributes:
        source_table: raw table whose rows move.
        scope: what moves, in words.
        models: number of models that are re-opened.
        cost: what that costs at most, if each of them has to be rebuilt.
    """

    source_table: str
    scope: str
    models: int
    cost: Cost


def sample_scopes(warehouse: Warehouse) -> dict[str, Scope]:
    """Return a player, a game and a date of the newest game date that is final, by the name of the scope.

    Raises:
        NoData: no game has been summarised.
    """
    rows = warehouse.query(
        "select game_date, game_id, list(distinct player_id order by player_id) as players, "
        "list(distinct team order by team) as teams from nba_analytics.player_game_summary where not is_dnp "
        "group by game_date, game_id order by game_date desc, game_id limit 1"
    ).to_pylist()
    if not rows:
        raise NoData("no game is summarised in this warehouse: run `nba-props demo` or import history first")
    newest = rows[0]
    return scopes_at(newest["game_date"].isoformat(), newest["game_id"], newest["players"], newest["teams"])


def scopes_at(day: str, game: str, players: Sequence[str], teams: Sequence[str]) -> dict[str, Scope]:
    """Return the scopes around one game: whoever of it moves re-opens its players, its teams and itself."""
    around = {"game": [game], "team": list(teams)}
    return {
        "a player": Scope("a player", day, None, {"player": list(players[:1]), **around}),
        "a game": Scope("a game", day, None, {"player": list(players), **around}),
        "a date": Scope("a date", day, None, {}),
    }


def scopes_of(entities: Mapping[str, str]) -> tuple[str, ...]:
    """Return the scopes of the events of a raw table, from the entities that its rows name."""
    if "game" in entities:
        return ("a game", "a player") if "player" in entities else ("a game",)
    return ("a player",) if "player" in entities else ("a date",)


def planned_events(
    manifest: Mapping[str, Any], compile_sql: Compile, dialect: str, warehouse: Warehouse
) -> list[PlannedEvent]:
    """Estimate every kind of event from the sizes of the tables in a warehouse.

    Args:
        manifest: the dbt manifest as a plain mapping.
        compile_sql: gives the SQL of every SQL model by unique id for the vars of a run.
        dialect: of that SQL.
        warehouse: holds the tables whose sizes count.
    """
    stored, columns = layouts(manifest), declared_columns(manifest)

    @cache
    def statistics(relation: str) -> TableStatistics:
        return measure(warehouse, relation, columns[relation], stored[relation])

    def scans_at(scope: Scope, compiled: Mapping[str, str]) -> Callable[[Node], tuple[frozenset[Scan], Scan]]:
        scans = TableScans(manifest, compiled, dialect)
        return lambda node: (scans.of_query(compiled[node["unique_id"]]), _writes(node, scope))

    def cost_of(found: Mapping[str, tuple[frozenset[Scan], Scan]]) -> Cost:
        return cost_of_models(
            {name: scans for name, (scans, _) in found.items()},
            {name: writes for name, (_, writes) in found.items()},
            statistics,
        )

    return events_at(manifest, compile_sql, sample_scopes(warehouse), scans_at, cost_of)


def events_at(
    manifest: Mapping[str, Any],
    compile_sql: Compile,
    scopes: Mapping[str, Scope],
    measure_at: Callable[[Scope, Mapping[str, str]], Callable[[Node], Measure]],
    cost_of: Callable[[Mapping[str, Measure]], Cost],
) -> list[PlannedEvent]:
    """Measure every stored SQL model once a scope, and cost each event by the models that it re-opens.

    Args:
        manifest: the dbt manifest as a plain mapping.
        compile_sql: gives the SQL of every SQL model by unique id for the vars of a run.
        scopes: what moves, by the name of the scope.
        measure_at: for a scope and the SQL compiled for it, gives what measures the node of a model.
        cost_of: sums up what was measured, by model.
    """
    nodes = [manifest["nodes"][unique_id] for unique_id in build_order(manifest)]
    measured: dict[str, dict[str, Measure]] = {}
    for scope in scopes.values():
        compiled = compile_sql(scope.variables)
        measure_model = measure_at(scope, compiled)
        measured[scope.name] = {
            node["name"]: measure_model(node)
            for node in nodes
            if node["config"]["materialized"] == "incremental" and node["unique_id"] in compiled
        }
    events = []
    for table, route in all_routes(manifest).items():
        source = next(node for node in manifest["sources"].values() if node["name"] == table)
        for scope_name in scopes_of(source["config"]["meta"]["entities"]):
            found = {name: measured[scope_name][name] for name in route.models if name in measured[scope_name]}
            events.append(PlannedEvent(table, scope_name, len(found), cost_of(found)))
    return events


def _writes(node: Node, scope: Scope) -> Scan:
    relation = f"{node['schema']}.{node['name']}"
    return write_scan(relation, list(node["columns"]), node["config"]["meta"].get("scope_columns", {}), scope)
