with

schedule as (
    select
        game_id,
        team,
        game_date,
        season_year
    from {{ ref("int_schedule_spine") }}
    where is_final and counts_in_windows
),

-- grouped and not joined: a filter on the date then reaches the partitions of both
listed as (
    select
        game_id,
        team,
        game_date,
        season_year,
        1 as is_scheduled,
        0 as has_complete_box
    from schedule
    union all
    select
        game_id,
        team,
        game_date,
        season_year,
        0 as is_scheduled,
        1 as has_complete_box
    from {{ ref("player_game_summary") }}
    where found_games >= expected_games
),

final as (
    select
        game_id,
        team,
        game_date,
        max(season_year) as season_year
    from listed
    group by game_id, team, game_date
    having max(is_scheduled) = 1 and max(has_complete_box) = 0
)

select * from final
