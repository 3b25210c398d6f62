-- Season averages recomputed the plain way, from games strictly before the date: equal, or the cache saw something else.
with

recomputed as (
    select
        cache.analysis_date,
        cache.player_id,
        cache.games_played_season,
        cache.points_avg_season,
        cache.minutes_avg_season,
        count(games.game_id) as games,
        avg(games.points) as points,
        avg(games.minutes) as minutes
    from {{ ref("player_daily_cache") }} as cache
    left join {{ ref("player_game_summary") }} as games
        on
            cache.player_id = games.player_id
            and cache.season_year = games.season_year
            and cache.analysis_date > games.game_date
            and not games.is_dnp
            and games.season_type not in ('preseason', 'all_star')
    group by
        cache.analysis_date,
        cache.player_id,
        cache.games_played_season,
        cache.points_avg_season,
        cache.minutes_avg_season
)

select * from recomputed
where
    games_played_season != games
    or abs(coalesce(points_avg_season, -1) - coalesce(points, -1)) > 0.0001
    or abs(coalesce(minutes_avg_season, -1) - coalesce(minutes, -1)) > 0.0001
