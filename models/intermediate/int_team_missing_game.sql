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

complete_boxes as (
    select distinct
        game_id,
        team,
        game_date
    from {{ ref("player_game_summary") }}
    where found_games >= expected_games
),

final as (
    select
        schedule.game_id,
        schedule.team,
        schedule.game_date,
        schedule.season_year
    from schedule
    left join complete_boxes
        on
            schedule.game_id = complete_boxes.game_id
            and schedule.team = complete_boxes.team
            and schedule.game_date = complete_boxes.game_date
    where complete_boxes.game_id is null
)

select * from final
