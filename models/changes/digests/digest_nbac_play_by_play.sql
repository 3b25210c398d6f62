{{ source_digest("nba_com", "nbac_play_by_play") }}
