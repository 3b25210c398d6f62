{{ source_digest("nba_com", "nbac_referee_game_assignments") }}
