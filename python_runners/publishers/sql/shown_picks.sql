select
    picks.game_id,
    picks.player_id,
    picks.system_id,
    picks.prediction_id,
    picks.recommendation,
    picks.points_line,
    picks.edge,
    picks.confidence,
    predictions.predicted_points,
    predictions.team,
    predictions.opponent,
    predictions.feature_coverage,
    context.player_name
from nba_predictions.published_picks as picks
inner join nba_predictions.player_points_predictions as predictions using (prediction_id)
left join nba_analytics.upcoming_player_game_context as context
    on context.game_id = picks.game_id and context.player_id = picks.player_id
where picks.game_date = $date and picks.withdrawn_at is null
order by picks.game_id, picks.player_id, picks.system_id
