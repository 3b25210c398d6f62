with ranked as (
    select
        predictions.*,
        row_number() over (
            partition by game_id, player_id, system_id
            order by case mode when 'live' then 0 else 1 end, prediction_version desc
        ) as newest
    from nba_predictions.player_points_predictions as predictions
    where game_date = $date and created_at < tip_off_utc
)
select
    ranked.*,
    context.player_name,
    context.is_home,
    context.injury_status as current_injury_status
from ranked
left join nba_analytics.upcoming_player_game_context as context using (game_id, player_id)
where newest = 1
order by game_id, player_id, system_id
