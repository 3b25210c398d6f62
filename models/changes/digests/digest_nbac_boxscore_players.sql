{{ source_digest("nba_com", "nbac_boxscore_players") }}
