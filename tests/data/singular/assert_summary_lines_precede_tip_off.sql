-- a line counts as the closing one only if it was seen before the game began
select
    summary.game_id,
    summary.player_id,
    summary.points_line_observed_at
from {{ ref("player_game_summary") }} as summary
inner join {{ ref("dim_game") }} as games
    on summary.game_id = games.game_id
where
    (summary.points_line is null) != (summary.points_line_observed_at is null)
    or (summary.points_line is null) != (summary.points_line_book is null)
    or summary.points_line_observed_at >= games.tip_off_utc
