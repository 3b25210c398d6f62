{{ config(severity="warn") }}
-- Where reports of a game's own date exist, they name the game: at least one row of one of its teams.
with

reports as (
    select distinct
        game_date,
        team
    from {{ source("nba_com", "nbac_injury_report") }}
),

report_dates as (
    select distinct game_date
    from {{ source("nba_com", "nbac_injury_report") }}
    where report_date = game_date
),

schedule as (
    select * from {{ ref("stg_nba_com__schedule") }}
    where home_team is not null and away_team is not null and season_type not in ('preseason', 'all_star')
)

select
    schedule.game_id,
    schedule.game_date
from schedule
inner join report_dates
    on schedule.game_date = report_dates.game_date
left join reports
    on
        schedule.game_date = reports.game_date
        and (schedule.home_team = reports.team or schedule.away_team = reports.team)
group by schedule.game_id, schedule.game_date
having count(reports.team) = 0
