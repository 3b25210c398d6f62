"""Bulk import of history from Parquet files, through the schemas and the write path of the loaders.

What stays out, and why:

- `boxscores/player_box_starters_2025_26_to_nov15`: names without ids; the raw box tables are keyed by player id, and
  names are resolved in staging only, so the starter flag of these games is unknown.
- `odds/player_props_pickem_*`: no time at all, so no snapshot.
- `odds/game_lines_consensus_partial_2020_2025`: averages of American odds are no prices; only its starts are used, for
  the schedule.
- `odds/player_pra_props_*`, `odds/player_other_props_*`, `odds/game_odds_snapshots_2026_*`: other markets, or dates
  without any other data.
- `injuries/il_movements_*`: not the official report.
- `directory/player_positions_*`, `player_team_stints_*`, `teams_*`, `team_flight_matrix` and
  `shots/player_shot_zones_season_totals_*`: derived or a yardstick, no raw table.
"""
