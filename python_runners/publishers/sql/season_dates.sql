select game_date, count(*) as games
from nba_reference.dim_game
where
    season_year = (
        select season_year from nba_reference.season_calendar
        where $date between date_from and date_to order by date_from desc limit 1
    )
    and season_type not in ('preseason', 'all_star')
group by game_date
order by game_date
