{{ source_digest("nba_com", "nbac_shot_chart") }}
