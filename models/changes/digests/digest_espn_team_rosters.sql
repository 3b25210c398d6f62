{{ source_digest("espn", "espn_team_rosters") }}
