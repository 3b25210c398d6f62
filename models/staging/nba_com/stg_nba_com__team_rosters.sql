select
    roster_date,
    season_year,
    team,
    player_id,
    player_name,
    position,
    observed_at,
    loaded_at as source_last_updated
from {{ source("nba_com", "nbac_team_rosters") }}
