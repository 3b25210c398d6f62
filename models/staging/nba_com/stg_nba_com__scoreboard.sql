select
    game_id,
    game_code,
    game_date,
    season_year,
    game_status,
    game_status_text,
    period,
    home_team,
    away_team,
    -- a game that has not begun carries zeros or nothing, depending on the version
    case when game_status > 1 then home_score end as home_score,
    case when game_status > 1 then away_score end as away_score,
    case when game_status = 3 then overtime_periods end as overtime_periods,
    source_variant,
    observed_at,
    loaded_at as source_last_updated
from {{ source("nba_com", "nbac_scoreboard_v2") }}
