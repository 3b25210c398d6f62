{{ source_digest("nba_com", "nbac_schedule") }}
