{{ source_digest("odds_api", "odds_api_game_lines") }}
