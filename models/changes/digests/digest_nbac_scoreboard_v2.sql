{{ source_digest("nba_com", "nbac_scoreboard_v2") }}
