-- A score that takes one value over a full week of games is not computed. The usage spike may rest while nobody is out.
-- Weeks after the newest result are left out: without new games nothing can move there.
with

by_week as (
    select
        season_year,
        {{ dbt.date_trunc("week", "game_date") }} as week_start,
        count(fatigue_score) as fatigue_rows,
        count(distinct fatigue_score) as fatigue_values,
        count(shot_zone_mismatch_score) as mismatch_rows,
        count(distinct shot_zone_mismatch_score) as mismatch_values,
        count(pace_score) as pace_rows,
        count(distinct pace_score) as pace_values,
        count(case when usage_spike_score != 0 then 1 end) as usage_rows,
        count(distinct usage_spike_score) as usage_values
    from {{ ref("player_composite_factors") }}
    where
        is_production_ready
        and game_date <= (select max(game_date) from {{ ref("player_game_summary") }})
    group by season_year, {{ dbt.date_trunc("week", "game_date") }}
)

select * from by_week
where
    (fatigue_rows >= 200 and fatigue_values < 2)
    or (mismatch_rows >= 200 and mismatch_values < 2)
    or (pace_rows >= 200 and pace_values < 2)
    or (usage_rows >= 200 and usage_values < 2)
