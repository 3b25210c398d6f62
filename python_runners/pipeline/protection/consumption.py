"""What the models of a run consume, derived from the widening rules of the manifest and the recorded column reads."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from python_runners.pipeline.column_reads import Reads

Manifest = Mapping[str, Any]

# Ways to widen that stay on the date of the moved row.
_SAME_DATE = frozenset({"same", "date", "game_of_team"})


@dataclass(frozen=True)
class Consumption:
    """What the models of one run take from the change log.

    Attributes:
        reads: per consumer and input the columns of which a change re-opens rows; None where that is not known.
        looks_ahead: consumers that re-open dates when the as_of moves on.
        slate_inputs: inputs of which a row re-opens nothing but games of its own date.
    """

    reads: Mapping[tuple[str, str], frozenset[str] | None]
    looks_ahead: frozenset[str]
    slate_inputs: frozenset[str]

    @property
    def consumers(self) -> tuple[str, ...]:
        """Every model that follows the change log."""
        return tuple(sorted({consumer for consumer, _ in self.reads}))

    def is_read(self, input_name: str, change_kind: str, changed_fields: Sequence[str]) -> bool:
        """Whether a change of an input can move a row of any consumer; true when in doubt."""
        return any(self.may_move(consumer, input_name, change_kind, changed_fields) for consumer in self.consumers)

    def may_move(self, consumer: str, input_name: str, change_kind: str, changed_fields: Sequence[str]) -> bool:
        """Whether a change of an input can move a row of one consumer; true when in doubt."""
        if (consumer, input_name) not in self.reads:
            return False
        known = self.reads[consumer, input_name]
        return change_kind != "changed" or known is None or not known.isdisjoint(changed_fields)


def consumption_of(manifest: Manifest, models: Sequence[str], reads: Reads) -> Consumption:
    """Derive what the given models consume.

    Args:
        manifest: the dbt manifest as a plain mapping.
        models: names of the models of a run.
        reads: per model and input, the columns that the model reads.
    """
    wanted = set(models)
    fields: dict[tuple[str, str], frozenset[str] | None] = {}
    looks_ahead: set[str] = set()
    slate: dict[str, bool] = {}
    for node in manifest["nodes"].values():
        if node["resource_type"] != "model" or node["name"] not in wanted:
            continue
        meta = node["config"].get("meta", {})
        if meta.get("horizon"):
            looks_ahead.add(node["name"])
        for rule in meta.get("widening", []):
            key = (node["name"], rule["input"])
            fields[key] = _united(fields.get(key, frozenset()), _fields_of(rule, reads.get(node["name"], {})))
            slate[rule["input"]] = slate.get(rule["input"], True) and _stays_on_its_date(rule)
    return Consumption(fields, frozenset(looks_ahead), frozenset(name for name, stays in slate.items() if stays))


def _fields_of(rule: Mapping[str, Any], reads: Mapping[str, list[str]]) -> frozenset[str] | None:
    if rule.get("kinds") and "changed" not in rule["kinds"]:
        return frozenset()
    found = rule.get("fields") or reads.get(rule["input"])
    return None if found is None else frozenset(found)


def _united(one: frozenset[str] | None, other: frozenset[str] | None) -> frozenset[str] | None:
    return None if one is None or other is None else one | other


def _stays_on_its_date(rule: Mapping[str, Any]) -> bool:
    reopens_games = rule["via"] != "same" or rule["reopens"] == "game"
    is_dated = not rule.get("undated") and rule.get("days", 0) == 0
    return rule["via"] in _SAME_DATE and reopens_games and is_dated
