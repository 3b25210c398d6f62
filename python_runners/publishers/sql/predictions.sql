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
    context.injury_status as current_injury_status,
    store.is_production_ready as is_row_ready
from ranked
left join nba_analytics.upcoming_player_game_context as context using (game_id, player_id)
left join nba_precompute.ml_feature_store_v2 as store
    on
        store.game_date = ranked.game_date
        and store.player_id = ranked.player_id
        and store.feature_version = ranked.feature_version
where newest = 1
order by game_id, player_id, system_id
