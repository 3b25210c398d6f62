select
    game_id,
    game_date,
    season_year,
    team,
    opponent,
    player_id,
    shot_ordinal,
    game_event_id,
    period,
    clock_seconds,
    shot_made,
    shot_value,
    action_type,
    area,
    area_side,
    area_range,
    shot_distance,
    source_variant,
    observed_at,
    loaded_at as source_last_updated
from {{ source("nba_com", "nbac_shot_chart") }}
where game_date >= {{ first_stored_date() }}
