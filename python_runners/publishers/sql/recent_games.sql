with listed as (
    select distinct player_id from nba_analytics.upcoming_player_game_context where game_date = $date
),

played as (
    select
        player_id, game_id, game_date, team, opponent, is_home, is_dnp, points, minutes, fg_makes, fg_attempts,
        three_makes, three_attempts, ft_makes, ft_attempts, points_line, over_under_result, line_margin, season_type,
        win_flag,
        row_number() over (partition by player_id order by game_date desc, game_id desc) as recency
    from nba_analytics.player_game_summary
    where
        game_date < $date and game_date >= $season_start
        and season_type not in ('preseason', 'all_star')
        and player_id in (select player_id from listed)
)

select * from played order by player_id, recency
