with today as (
    select season_year, phase from nba_reference.season_calendar
    where $date between date_from and date_to order by date_from desc limit 1
)

select
    (select min(game_date) from nba_reference.dim_game where game_date > $date) as next_game_date,
    (select max(game_date) from nba_predictions.prediction_accuracy where game_date <= $date) as last_graded_date,
    (select phase from today) as season_phase,
    (select concat(cast(season_year as string), '-', lpad(cast(mod(season_year + 1, 100) as string), 2, '0')) from today) as season
