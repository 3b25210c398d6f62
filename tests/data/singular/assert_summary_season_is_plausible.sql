{{ config(severity="warn") }}
-- a regular season of at least a hundred team games looks like basketball: wide bounds around what every season shows
with

team_seasons as (
    select
        season_year,
        team,
        count(*) as games
    from {{ ref("team_offense_game_summary") }}
    where season_type = 'regular'
    group by season_year, team
),

seasons as (
    select
        season_year,
        count(*) as team_games,
        avg(case when is_home = win_flag then 1.0 else 0.0 end) as home_win_share,
        avg(pace) as pace,
        avg(offensive_rating) as offensive_rating,
        avg(case when overtime_periods > 0 then 1.0 else 0.0 end) as overtime_share,
        sum(margin) as margins
    from {{ ref("team_offense_game_summary") }}
    where season_type = 'regular'
    group by season_year
)

select
    season_year,
    'season' as out_of_bounds
from seasons
where
    team_games >= 100
    and (
        margins != 0
        or home_win_share not between 0.45 and 0.7
        or pace not between 90 and 110
        or offensive_rating not between 100 and 125
        or overtime_share > 0.15
    )
union all
select
    season_year,
    concat('more than 82 games: ', team) as out_of_bounds
from team_seasons
where games > 82
