select
    context.game_id,
    context.player_id,
    context.player_name,
    context.team,
    context.opponent,
    context.is_home,
    context.tip_off_utc,
    context.has_prop_line,
    context.current_points_line,
    context.current_line_book,
    context.opening_points_line,
    context.line_movement,
    context.days_rest,
    context.is_back_to_back,
    context.injury_status,
    context.injury_reason_category,
    cache.points_avg_season,
    cache.minutes_avg_season,
    cache.points_avg_last_5,
    cache.games_played_season,
    cache.games_below_season_avg_streak,
    composite.fatigue_score,
    defense.defensive_rating_last_15,
    defense.weakest_zone,
    defense.defense_rank
from nba_analytics.upcoming_player_game_context as context
left join nba_precompute.player_daily_cache as cache
    on cache.analysis_date = context.game_date and cache.player_id = context.player_id
left join nba_precompute.player_composite_factors as composite
    on composite.game_id = context.game_id and composite.player_id = context.player_id
left join (
    select
        analysis_date, team, defensive_rating_last_15, weakest_zone,
        rank() over (partition by analysis_date order by defensive_rating_last_15 nulls last, team) as defense_rank
    from nba_precompute.team_defense_zone_analysis
    where analysis_date = $date
) as defense on defense.analysis_date = context.game_date and defense.team = context.opponent
where context.game_date = $date
order by context.game_id, context.is_home desc, cache.points_avg_season desc nulls last, context.player_id
