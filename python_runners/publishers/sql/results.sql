select
    accuracy.*,
    summary.player_name,
    summary.team,
    summary.opponent,
    summary.is_home,
    context.days_rest
from nba_predictions.prediction_accuracy as accuracy
left join nba_analytics.player_game_summary as summary using (game_id, player_id)
left join nba_analytics.upcoming_player_game_context as context using (game_id, player_id)
where accuracy.game_date = $date
order by accuracy.game_id, accuracy.player_id, accuracy.system_id, accuracy.mode
