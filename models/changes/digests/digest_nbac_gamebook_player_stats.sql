{{ source_digest("nba_com", "nbac_gamebook_player_stats") }}
