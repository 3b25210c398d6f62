{{ config(severity="warn") }}

-- over a full month of the regular season, of the players who played within the week a tenth to a quarter are on the
-- second of two days
with

by_month as (
    select
        season_year,
        {{ dbt.date_trunc("month", "game_date") }} as month_start,
        count(*) as context_rows,
        count(case when is_back_to_back then 1 end) as back_to_backs
    from {{ ref("upcoming_player_game_context") }}
    where season_type = 'regular' and days_rest <= 7
    group by season_year, {{ dbt.date_trunc("month", "game_date") }}
)

select *
from by_month
where context_rows >= 4000 and back_to_backs / context_rows not between 0.10 and 0.25
