select
    roster_date,
    season_year,
    team,
    espn_player_id,
    player_name_raw,
    {{ normalize_name("player_name_raw") }} as player_lookup,
    {{ normalize_name_base("player_name_raw") }} as player_lookup_base,
    position,
    injury_status_raw,
    status,
    observed_at,
    loaded_at as source_last_updated
from {{ source("espn", "espn_team_rosters") }}
