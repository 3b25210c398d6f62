{{ source_digest("nba_com", "nbac_injury_report") }}
