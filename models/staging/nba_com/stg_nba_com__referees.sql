select
    game_id,
    game_date,
    season_year,
    official_position,
    official_id,
    official_name,
    jersey_number,
    source_variant,
    observed_at,
    loaded_at as source_last_updated
from {{ source("nba_com", "nbac_referee_game_assignments") }}
