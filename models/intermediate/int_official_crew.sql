with

referees as (
    select * from {{ ref("stg_nba_com__referees") }}
),

crews as (
    select
        game_id,
        game_date,
        source_variant,
        string_agg(official_id, '-' order by official_id) as referee_crew_id,
        count(*) as officials_count,
        max(observed_at) as observed_at,
        max(source_last_updated) as source_last_updated
    from referees
    group by game_id, game_date, source_variant
),

-- the box score names who worked the game; the assignment is what could be known before it
final as (
    select
        game_id,
        game_date,
        coalesce(
            max(case when source_variant = 'boxscore' then referee_crew_id end),
            max(case when source_variant = 'assignments' then referee_crew_id end)
        ) as referee_crew_id,
        coalesce(
            max(case when source_variant = 'boxscore' then officials_count end),
            max(case when source_variant = 'assignments' then officials_count end)
        ) as officials_count,
        coalesce(
            max(case when source_variant = 'boxscore' then observed_at end),
            max(case when source_variant = 'assignments' then observed_at end)
        ) as observed_at,
        max(case when source_variant = 'assignments' then referee_crew_id end) as assigned_crew_id,
        max(case when source_variant = 'assignments' then observed_at end) as assigned_observed_at,
        max(source_last_updated) as source_last_updated
    from crews
    group by game_id, game_date
)

select * from final
