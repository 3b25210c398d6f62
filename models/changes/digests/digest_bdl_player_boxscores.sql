{{ source_digest("balldontlie", "bdl_player_boxscores") }}
