-- Regular-season games lie between the first regular date of their season and the play-in.
select
    games.game_id,
    games.game_date
from {{ ref("dim_game") }} as games
left join {{ ref("season_calendar") }} as calendar
    on
        games.season_year = calendar.season_year
        and calendar.phase = 'regular'
        and games.game_date between calendar.date_from and calendar.date_to
where
    games.season_type = 'regular'
    and (calendar.season_year is null or games.game_date < games.first_regular_date)
