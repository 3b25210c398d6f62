"""How many deliveries a season brings, measured in real history and in the cadence of the sources."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import duckdb

RECORDED_SOURCE = (
    "2024-25 schedule and box scores, points props of 2024-03-02 to 2024-05-24, injury reports of "
    "2025-10-20 to 2025-11-05; `nba-props scale --from FOLDER` measures them again"
)


@dataclass(frozen=True)
class Season:
    """What one season of one league was.

    Attributes:
        games: games played.
        game_dates: dates with a game.
        busiest_date_games: games of the fullest date.
        lines_per_game: player lines of a game, appearances only.
        shots_per_game: field goal attempts of a game, both teams.
        odds_rows_per_snapshot: rows of one snapshot of the points props of one game.
        odds_snapshots_per_game: snapshots of one game.
        report_rows: rows of one injury report.
    """

    games: int
    game_dates: int
    busiest_date_games: int
    lines_per_game: float
    shots_per_game: float
    odds_rows_per_snapshot: float
    odds_snapshots_per_game: float
    report_rows: float

    @property
    def games_per_date(self) -> float:
        """Mean games of a date with games."""
        return self.games / self.game_dates


_MEASURES = {
    "games": "select count(distinct game_id) from '{0}/boxscores/team_box_2024_25.parquet'",
    "game_dates": "select count(distinct game_date) from '{0}/boxscores/team_box_2024_25.parquet'",
    "busiest_date_games": (
        "select max(games) from (select count(distinct game_id) as games "
        "from '{0}/boxscores/team_box_2024_25.parquet' group by game_date)"
    ),
    "lines_per_game": "select count(*) / count(distinct game_id) from '{0}/boxscores/player_box_2024_25.parquet'",
    "shots_per_game": "select sum(fga) / count(distinct game_id) from '{0}/boxscores/team_box_2024_25.parquet'",
    "odds_rows_per_snapshot": (
        "select count(*) / count(distinct (event_id, snapshot_file_ts)) "
        "from '{0}/odds/player_points_props_2025_10_21_to_11_15.parquet'"
    ),
    "odds_snapshots_per_game": (
        "select count(distinct (event_id, market_last_update)) / count(distinct event_id) "
        "from '{0}/odds/player_points_props_2024_03_02_to_05_24.parquet'"
    ),
    "report_rows": (
        "select count(*) / count(distinct report_date) "
        "from '{0}/injuries/official_injury_report_2025_10_20_to_11_05.parquet'"
    ),
}


def measured_season(history: Path) -> Season:
    """Measure a season in the folder of real history.

    Raises:
        duckdb.IOException: a file of the history is absent.
    """
    with duckdb.connect() as connection:
        found = {name: connection.execute(sql.format(history)).fetchall()[0][0] for name, sql in _MEASURES.items()}
    return Season(
        games=int(found["games"]),
        game_dates=int(found["game_dates"]),
        busiest_date_games=int(found["busiest_date_games"]),
        lines_per_game=round(float(found["lines_per_game"]), 1),
        shots_per_game=round(float(found["shots_per_game"]), 1),
        odds_rows_per_snapshot=round(float(found["odds_rows_per_snapshot"]), 1),
        odds_snapshots_per_game=round(float(found["odds_snapshots_per_game"]), 1),
        report_rows=round(float(found["report_rows"]), 1),
    )


# What `measured_season` gives for the history named in RECORDED_SOURCE.
RECORDED = Season(
    games=1308,
    game_dates=204,
    busiest_date_games=15,
    lines_per_game=21.4,
    shots_per_game=178.1,
    odds_rows_per_snapshot=192.8,
    odds_snapshots_per_game=10.1,
    report_rows=85.2,
)


@dataclass(frozen=True)
class Feed:
    """One raw table's deliveries.

    Attributes:
        table: raw table.
        per_game: deliveries for each game of a date.
        per_date: deliveries for each date, whatever is played.
        rows: rows of one delivery.
        changed_share: share of the deliveries that differ from what is stored, and so start a run.
        scope: what a delivery that differs moves, as `nba-props cost --plan` names it.
    """

    table: str
    per_game: float
    per_date: float
    rows: float
    changed_share: float
    scope: str

    def deliveries(self, games: float) -> float:
        """Deliveries of a date with that many games."""
        return self.per_game * games + self.per_date


def feeds(season: Season) -> tuple[Feed, ...]:
    """Return the deliveries of every raw table: counts of the season where history has them, else the cadence.

    The cadence is that of the sources (hours of scraping in the data contract). A feed that is fetched again to catch
    corrections mostly brings what is stored already: its share of changes is one over its fetches, plus one correction
    in ten games.
    """
    lines, shots = season.lines_per_game, season.shots_per_game
    snapshots, quotes = season.odds_snapshots_per_game, season.odds_rows_per_snapshot
    again = 1 / 4 + 0.1
    return (
        Feed("nbac_schedule", 0, 12, 1390, 0.25, "a game"),
        Feed("nbac_scoreboard_v2", 0, 32, season.games_per_date, 0.5, "a game"),
        Feed("nbac_boxscore_players", 4, 0, lines * 1.6, again, "a game"),
        Feed("nbac_player_boxscores", 0, 3, lines * season.games_per_date, 0.5, "a game"),
        Feed("nbac_gamebook_player_stats", 2, 0, lines * 1.6, 0.5, "a game"),
        Feed("nbac_team_boxscore", 4, 0, 2, again, "a game"),
        Feed("bdl_player_boxscores", 0, 2, lines * 1.6 * season.games_per_date, 0.5, "a date"),
        Feed("nbac_play_by_play", 3, 0, 575, 1 / 3 + 0.1, "a game"),
        Feed("bigdataball_play_by_play", 1, 0, 510, 1.0, "a game"),
        Feed("nbac_shot_chart", 1, 0, shots, 1.0, "a game"),
        Feed("odds_api_player_points_props", snapshots, 0, quotes, 1.0, "a date"),
        Feed("odds_api_game_lines", snapshots, 0, 50, 1.0, "a date"),
        Feed("bettingpros_player_points_props", 0, 3, 2500, 1.0, "a date"),
        Feed("nbac_injury_report", 0, 20, season.report_rows, 0.8, "a date"),
        Feed("nbac_player_list_current", 0, 1, 594, 0.2, "a player"),
        Feed("nbac_player_movement", 0, 1, 8730, 0.3, "a player"),
        Feed("nbac_team_rosters", 0, 30, 17, 0.1, "a date"),
        Feed("espn_team_rosters", 0, 30, 17, 0.1, "a date"),
        Feed("nbac_referee_game_assignments", 1, 2, 3, 0.6, "a game"),
    )  # fmt: skip
