"""Documents of the league: its players, and its dates."""

from __future__ import annotations

from collections.abc import Iterable

from python_runners.publishers.envelope import Document
from python_runners.publishers.rows import SlateRows

# Regular-season games of 2020-21, the shortest season since lockouts: 72 for each of 30 teams.
FULL_SEASON_GAMES = 1080


def league_documents(rows: SlateRows) -> Iterable[Document]:
    """Yield the index of players and the games per date of the season."""
    index = [
        {"player_id": row["player_id"], "player_name": row["player_name"], "team": row["team"]}
        for row in rows.league_players
    ]
    yield Document("players/index", "players_index", {"players": index}, 86400, is_empty=not index)
    dates = [{"date": row["game_date"].isoformat(), "games": row["games"]} for row in rows.season_dates]
    total = sum(entry["games"] for entry in dates)
    # The schedule of a season comes out in its off-season.
    is_thin = total < FULL_SEASON_GAMES and rows.season_phase != "off_season"
    reasons = ("too_few_games",) if is_thin else ()
    counts = {"season": rows.season, "dates": dates}
    yield Document("schedule/game-counts", "game_counts", counts, 1800, is_empty=not dates, degraded_reasons=reasons)
