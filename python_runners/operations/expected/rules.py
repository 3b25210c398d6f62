"""The rules of what a game must have, derived from the tests of the raw tables and the meta of the models."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import timedelta
from typing import Any

from python_runners.errors import EmptySelection
from python_runners.loaders.contracts import RawTable
from python_runners.operations.expected.outputs import Game, Rule

Manifest = Mapping[str, Any]

# Tables of a group hold the same facts about a game, richest feed first; one of them must be there.
GROUPS = {
    "player_box": (
        "nbac_boxscore_players",
        "nbac_player_boxscores",
        "nbac_gamebook_player_stats",
        "bdl_player_boxscores",
    ),
    "team_box": ("nbac_team_boxscore",),
}
IN_USE_SHARE = 0.5

_MODEL_MINIMUM = {"player": 16, "team": 2}
_AFTER_THE_GAME = timedelta(hours=12)
_AFTER_THE_BOX = timedelta(hours=18)


def raw_rules(manifest: Manifest, tables: Mapping[str, RawTable]) -> list[Rule]:
    """Return a rule per raw table and feed variant that states a minimum of rows per game.

    Raises:
        EmptySelection: no raw table does.
    """
    sources = {unique_id: node["name"] for unique_id, node in manifest["sources"].items() if node["name"] in tables}
    groups = {table: group for group, members in GROUPS.items() for table in members}
    rules = []
    for node in manifest["nodes"].values():
        test = node.get("test_metadata") or {}
        arguments = test.get("kwargs", {})
        if test.get("name") != "minimum_rows" or "game_id" not in arguments.get("per", []):
            continue
        parents = [sources[parent] for parent in node["depends_on"]["nodes"] if parent in sources]
        if not parents:
            continue
        table = tables[parents[0]]
        keys = tuple(name for name in table.primary_key if name not in {"game_id", "game_date", "source_variant"})
        for variant in table.variants if "source_variant" in table.scope else (None,):
            rules.append(
                Rule(
                    output=table.relation + (f"@{variant}" if variant else ""),
                    table=table.name,
                    relation=table.relation,
                    phase=2,
                    date_column="game_date",
                    keys=keys,
                    min_rows=int(arguments["minimum"]),
                    is_exact=bool(arguments.get("is_exact", False)),
                    variant=variant,
                    group=groups.get(table.name),
                    delay=_AFTER_THE_GAME,
                )
            )
    if not rules:
        raise EmptySelection("no raw table states a minimum of rows per game")
    return sorted(rules, key=lambda rule: rule.output)


def model_rules(manifest: Manifest) -> list[Rule]:
    """Return a rule per stored model of phases 3 and 4 that has a row for each player or team of a game.

    Raises:
        EmptySelection: no model does.
    """
    rules = []
    for node in manifest["nodes"].values():
        meta = node["config"].get("meta", {})
        is_stored = node["resource_type"] == "model" and node["config"]["materialized"] == "incremental"
        if not is_stored or meta.get("phase") not in (3, 4) or "game_id" not in node["columns"]:
            continue
        columns = meta["scope_columns"]
        kind = "player" if "player" in columns else "team"
        is_pre_game = meta["phase"] == 4 or node["name"].startswith("upcoming_")
        rules.append(
            Rule(
                output=f"{node['schema']}.{node['name']}",
                table=node["name"],
                relation=f"{node['schema']}.{node['name']}",
                phase=meta["phase"],
                date_column=columns["date"],
                keys=(columns[kind],),
                min_rows=_MODEL_MINIMUM[kind],
                is_exact=kind == "team",
                variant=None,
                group=None,
                delay=timedelta(0) if is_pre_game else _AFTER_THE_BOX,
            )
        )
    if not rules:
        raise EmptySelection("no model of phases 3 and 4 has rows per game")
    return sorted(rules, key=lambda rule: (rule.phase, rule.output))


def rules_in_use(
    games: Iterable[Game], raw: Sequence[Rule], models: Sequence[Rule], stored: Mapping[str, Collection[str]]
) -> dict[tuple[str, str], tuple[Rule, ...]]:
    """Return the rules that apply, by season label and season type.

    A feed is expected where it is in use: when it holds at least half of the final games of that season and type. A
    group of which no table is in use falls back to its first feed, so that a game without any box is still a gap.

    Args:
        games: games of whole seasons.
        raw: rules of the raw tables.
        models: rules of the models; they apply to every game.
        stored: game ids that each raw output holds, by output.
    """
    final: dict[tuple[str, str], set[str]] = defaultdict(set)
    kinds: Counter[tuple[str, str]] = Counter()
    for game in games:
        kinds[game.season, game.season_type] += 1
        if game.is_final:
            final[game.season, game.season_type].add(game.game_id)
    return {kind: (*_used(raw, stored, final[kind]), *models) for kind in kinds}


def _used(raw: Sequence[Rule], stored: Mapping[str, Collection[str]], final: Collection[str]) -> list[Rule]:
    used = [
        rule
        for rule in raw
        if final and len(set(stored.get(rule.output, ())) & set(final)) >= IN_USE_SHARE * len(final)
    ]
    for group, members in GROUPS.items():
        if not any(rule.group == group for rule in used):
            ranked = [rule for member in members for rule in raw if rule.table == member]
            preferred = [rule for rule in ranked if rule.variant in (None, "cdn_live")] or ranked
            used.extend(preferred[:1])
    return used
