"""Which Parquet files feed which raw table, in the order in which they build on each other."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from python_runners.loaders.parsers.reasons import reason_category

_SQL = Path(__file__).parent / "sql"

Relation = Callable[[Mapping[str, pa.Table]], pa.Table]


@dataclass(frozen=True)
class Dataset:
    """One import: Parquet files under the names that its SQL reads, and the raw table that the SQL gives rows for.

    Attributes:
        name: name of the import, and of its SQL file.
        table: raw table.
        inputs: pattern per name, of files whose rows become rows of the table.
        lookups: pattern per name, of files that only complete them.
        relations: further names of the SQL, computed from the files.
        after: imports whose raw tables the SQL reads.
    """

    name: str
    table: str
    inputs: Mapping[str, str]
    lookups: Mapping[str, str] = field(default_factory=dict)
    relations: Mapping[str, Relation] = field(default_factory=dict)
    after: tuple[str, ...] = ()

    @cached_property
    def sql(self) -> str:
        """The SELECT that turns the files into value columns, lineage columns and `refusal`."""
        return (_SQL / f"{self.name}.sql").read_text(encoding="utf-8")

    @property
    def patterns(self) -> dict[str, str]:
        """Every file pattern by name."""
        return {**self.inputs, **self.lookups}


def reason_categories(files: Mapping[str, pa.Table]) -> pa.Table:
    """Return the category of every reason of the injury file, by the rule of the loaders."""
    reasons = [reason for reason in pc.unique(files["injuries"].column("reason")).to_pylist() if reason is not None]
    categories = [reason_category(reason) for reason in reasons]
    return pa.table({"reason": pa.array(reasons, pa.string()), "category": pa.array(categories, pa.string())})


_PLAYER_BOX = "boxscores/player_box_20*.parquet"
_TEAM_GAMES = "boxscores/team_games_leaguegamefinder_2020_25.parquet"
_PROPS_2024 = "odds/player_points_props_2024_03_02_to_05_24.parquet"

DATASETS: tuple[Dataset, ...] = (
    Dataset(
        "schedule",
        "nbac_schedule",
        {
            "team_games": _TEAM_GAMES,
            "results_2025": "schedule/results_2025_26_to_nov15.parquet",
            "schedule_2020_23": "schedule/schedule_bbref_2020_23.parquet",
            "schedule_2023": "schedule/schedule_cdn_2023_24_preseason_version.parquet",
            "schedule_2024": "schedule/schedule_cdn_2024_25_final.parquet",
            "schedule_2025": "schedule/schedule_2025_26_as_of_oct2025.parquet",
        },
        lookups={
            "props_2024": _PROPS_2024,
            "consensus_partial": "odds/game_lines_consensus_partial_2020_2025.parquet",
        },
    ),
    Dataset("player_box", "nbac_player_boxscores", {"player_box": _PLAYER_BOX}, after=("schedule",)),
    Dataset(
        "player_log_2025",
        "nbac_player_boxscores",
        {"player_log": "boxscores/player_gamelog_2025_26_to_nov15.parquet"},
        after=("schedule",),
    ),
    Dataset(
        "player_log_light",
        "nbac_player_boxscores",
        {"player_log_light": "boxscores/player_gamelog_light_2024_25_finals_g3_on.parquet"},
    ),
    Dataset(
        "team_box",
        "nbac_team_boxscore",
        {"team_box": "boxscores/team_box_20*.parquet"},
        lookups={"player_box": _PLAYER_BOX},
        after=("schedule",),
    ),
    Dataset(
        "team_games",
        "nbac_team_boxscore",
        {"team_games": _TEAM_GAMES, "team_log_2025": "boxscores/team_gamelog_2025_26_to_nov15.parquet"},
    ),
    Dataset(
        "shots",
        "nbac_shot_chart",
        {"shots_full": "shots/shots_20[0-9][0-9]_[0-9][0-9].parquet", "shots_partial": "shots/shots_*_partial.parquet"},
        after=("schedule", "team_box", "team_games"),
    ),
    Dataset("props_2024", "odds_api_player_points_props", {"props_2024": _PROPS_2024}),
    Dataset(
        "props_2025",
        "odds_api_player_points_props",
        {"props_2025": "odds/player_points_props_2025_10_21_to_11_15.parquet"},
    ),
    Dataset(
        "game_lines",
        "odds_api_game_lines",
        {
            "closing_lines": "odds/game_lines_closing_2020_25.parquet",
            "draftkings": "odds/game_spreads_draftkings_2020_25.parquet",
            "consensus_2025": "odds/game_lines_consensus_2025_10_05_to_11_15.parquet",
        },
        after=("schedule",),
    ),
    Dataset(
        "injuries",
        "nbac_injury_report",
        {"injuries": "injuries/official_injury_report_2025_10_20_to_11_05.parquet"},
        relations={"reason_categories": reason_categories},
    ),
    Dataset(
        "player_list", "nbac_player_list_current", {"player_index": "directory/player_index_2025_26_jul2025.parquet"}
    ),
    Dataset("rosters", "nbac_team_rosters", {"rosters": "directory/rosters_2025_26_oct2025.parquet"}),
    Dataset(
        "movements",
        "nbac_player_movement",
        {"movements": "directory/player_movements_2020_07_to_2025_07.parquet"},
    ),
)
