{{ config(severity="warn") }}
-- A board of a date lists every game that the schedule has on it.
with

boards as (
    select
        game_date,
        count(*) as games_found
    from {{ ref("stg_nba_com__scoreboard") }}
    group by game_date
),

schedule as (
    select
        game_date,
        count(*) as games_expected
    from {{ ref("stg_nba_com__schedule") }}
    where home_team is not null and away_team is not null
    group by game_date
)

select
    boards.game_date,
    boards.games_found,
    schedule.games_expected
from boards
inner join schedule
    on boards.game_date = schedule.game_date
where boards.games_found < schedule.games_expected
