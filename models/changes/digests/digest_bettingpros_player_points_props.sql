{{ source_digest("bettingpros", "bettingpros_player_points_props") }}
