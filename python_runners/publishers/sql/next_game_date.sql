select
    (select min(game_date) from nba_reference.dim_game where game_date > $date) as next_game_date,
    (
        select phase from nba_reference.season_calendar
        where $date between date_from and date_to order by date_from desc limit 1
    ) as season_phase
