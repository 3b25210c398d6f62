-- nothing that was observed at or after a row's instant stands in the row
select
    game_id,
    player_id as entity_id
from {{ ref("upcoming_player_game_context") }}
where
    as_of > tip_off_utc
    or current_line_observed_at >= as_of
    or injury_report_at >= as_of
    or player_10_window_start >= game_date
union all
select
    game_id,
    team
from {{ ref("upcoming_team_game_context") }}
where
    as_of > tip_off_utc
    or game_line_observed_at >= as_of
    or injury_report_at >= as_of
    or team_10_window_start >= game_date
