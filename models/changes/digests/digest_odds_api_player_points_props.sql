{{ source_digest("odds_api", "odds_api_player_points_props") }}
