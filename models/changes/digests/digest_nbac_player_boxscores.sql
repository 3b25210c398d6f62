{{ source_digest("nba_com", "nbac_player_boxscores") }}
