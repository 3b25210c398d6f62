{{ source_digest("nba_com", "nbac_team_rosters") }}
