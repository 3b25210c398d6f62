select
    transaction_date,
    transaction_type,
    group_sort,
    team,
    player_id,
    player_slug,
    counterpart_team_id,
    observed_at,
    loaded_at as source_last_updated
from {{ source("nba_com", "nbac_player_movement") }}
where player_id is not null
