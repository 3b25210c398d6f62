select
    systems.system_id, systems.system_name, systems.is_champion, systems.is_active, systems.state,
    performance.window_days, performance.graded, performance.hit_rate, performance.mae, performance.bias,
    performance.line_mae
from nba_predictions.prediction_systems as systems
left join nba_predictions.system_daily_performance as performance
    on
        performance.system_id = systems.system_id
        and performance.game_date = (
            select max(game_date) from nba_predictions.system_daily_performance where game_date <= $date
        )
order by systems.system_id, performance.window_days
