"""One look at a range of dates: what is expected, what is there, and what follows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from python_runners.loaders.contracts import raw_tables
from python_runners.operations.expected.counts import count_outputs, existing_relations, read_games, stored_games
from python_runners.operations.expected.outputs import Game, Judged, expected_outputs, judge
from python_runners.operations.expected.rules import model_rules, raw_rules, rules_in_use
from python_runners.platform.warehouse import Warehouse


@dataclass(frozen=True)
class Survey:
    """The judged outputs of a range of dates, and the games of the seasons that the range touches."""

    from_date: date
    to_date: date
    games: tuple[Game, ...]
    judged: tuple[Judged, ...]

    @property
    def gaps(self) -> tuple[Judged, ...]:
        """Outputs that are incomplete, wrong in number or missing."""
        return tuple(item for item in self.judged if item.is_gap)

    def season_end(self, season: str) -> date:
        """Return the last date of a season in the schedule."""
        return max(game.game_date for game in self.games if game.season == season)

    def overdue_games(self, as_of: datetime) -> Sequence[Game]:
        """Return games of the range that should be over by an instant (naive UTC) and are not final in the schedule."""
        return [
            game
            for game in self.games
            if self.from_date <= game.game_date <= self.to_date
            and not game.is_final
            and game.game_date < as_of.date()
            and game.expected_from < as_of
        ]


def naive_utc(instant: datetime) -> datetime:
    """Return an aware instant as the warehouse stores it: naive, UTC."""
    return instant.astimezone(UTC).replace(tzinfo=None)


def survey(
    warehouse: Warehouse, manifest: Mapping[str, Any], from_date: date, to_date: date, as_of: datetime
) -> Survey:
    """Judge every expected output of a range of dates.

    Args:
        warehouse: what to count in.
        manifest: the dbt manifest, from which the rules are derived.
        from_date: first date of the range.
        to_date: last date of the range.
        as_of: instant by which outputs are due, naive UTC.

    Raises:
        EmptySelection: the manifest states no minimum for any table.
    """
    games = read_games(warehouse, from_date, to_date)
    raw, models = raw_rules(manifest, raw_tables()), model_rules(manifest)
    days = [game.game_date for game in games]
    stored = stored_games(warehouse, raw, min(days), max(days)) if days else {}
    rules = rules_in_use(games, raw, models, stored)
    expected = expected_outputs(games, rules, from_date, to_date)
    distinct = {item.rule.output: item.rule for item in expected}
    counts = count_outputs(warehouse, existing_relations(warehouse, list(distinct.values())), from_date, to_date)
    return Survey(from_date, to_date, tuple(games), tuple(judge(expected, counts, as_of)))
