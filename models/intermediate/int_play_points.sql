{%- set qualifiers = {
    "points_in_paint": "pointsinthepaint",
    "fast_break_points": "fastbreak",
    "second_chance_points": "2ndchance",
    "points_off_turnovers": "fromturnover",
} -%}

with

plays as (
    select * from {{ ref("stg_nba_com__play_by_play") }}
    where player_id is not null
),

-- the free throw of a three-point play is taken before the clock moves on
scored as (
    select
        *,
        action_type = 'freethrow'
        and sub_type = '1 of 1'
        and shot_result = 'Made'
        and coalesce(descriptor, '') <> 'technical'
        and max(case when is_field_goal and shot_result = 'Made' then 1 else 0 end) over (
            partition by game_date, game_id, player_id, period, {{ as_units("clock_seconds", 100) }}
        ) = 1 as is_and_one
    from plays
),

final as (
    select
        game_id,
        player_id,
        game_date,
        cast(sum(case when is_and_one then 1 else 0 end) as int64) as and_one_count,
        {%- for column, qualifier in qualifiers.items() %}
        cast(sum(
            case when {{ array_contains("qualifiers", "'" ~ qualifier ~ "'") }} then points_scored else 0 end
        ) as int64) as {{ column }},
        {%- endfor %}
        max(source_last_updated) as source_last_updated
    from scored
    group by game_id, player_id, game_date
)

select * from final
