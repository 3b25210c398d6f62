select
    player_id,
    season_year,
    concat(first_name, ' ', last_name) as player_name,
    {{ normalize_name("concat(first_name, ' ', last_name)") }} as player_lookup,
    {{ normalize_name_base("concat(first_name, ' ', last_name)") }} as player_lookup_base,
    team,
    position,
    is_active,
    from_year,
    to_year,
    observed_at,
    loaded_at as source_last_updated
from {{ source("nba_com", "nbac_player_list_current") }}
