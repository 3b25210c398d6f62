with

team_context as (
    select distinct
        game_date as analysis_date,
        season_year
    from {{ ref("upcoming_team_game_context") }}
),

team_defense as (
    select
        game_date,
        season_year,
        team,
        points_allowed,
        has_shot_zones,
        opp_paint_makes,
        opp_paint_attempts,
        opp_mid_range_makes,
        opp_mid_range_attempts,
        opp_three_makes,
        opp_three_attempts,
        {{ as_units("possessions", 10000) }} as possession_units,
        48 + 5 * overtime_periods as game_minutes
    from {{ ref("team_defense_game_summary") }}
    where season_type not in ('preseason', 'all_star') and is_production_ready
),

pooled as (
    select
        team_context.analysis_date,
        team_context.season_year,
        count(distinct team_defense.team) as teams_with_games,
        count(team_defense.team) as team_games,
        sum(case when team_defense.has_shot_zones then team_defense.opp_paint_makes end) as paint_makes,
        sum(case when team_defense.has_shot_zones then team_defense.opp_paint_attempts end) as paint_attempts,
        sum(case when team_defense.has_shot_zones then team_defense.opp_mid_range_makes end) as mid_range_makes,
        sum(case when team_defense.has_shot_zones then team_defense.opp_mid_range_attempts end) as mid_range_attempts,
        sum(team_defense.opp_three_makes) as three_makes,
        sum(team_defense.opp_three_attempts) as three_attempts,
        sum(team_defense.points_allowed) as points_allowed,
        sum(team_defense.possession_units) as possession_units,
        sum(team_defense.game_minutes) as game_minutes
    from team_context
    left join team_defense
        on
            team_context.season_year = team_defense.season_year
            and team_context.analysis_date > team_defense.game_date
            and team_defense.game_date >= {{ date_add_days("team_context.analysis_date", -30) }}
    group by team_context.analysis_date, team_context.season_year
),

final as (
    select
        analysis_date,
        season_year,
        teams_with_games,
        team_games,
        {{ round_ratio(safe_divide("paint_makes", "paint_attempts")) }} as league_paint_pct,
        {{ round_ratio(safe_divide("mid_range_makes", "mid_range_attempts")) }} as league_mid_range_pct,
        {{ round_ratio(safe_divide("three_makes", "three_attempts")) }} as league_three_pct,
        {{ round_value(safe_divide("1000000 * points_allowed", "possession_units")) }} as league_def_rating,
        {{ round_value(safe_divide("48 * possession_units", "10000 * game_minutes")) }} as league_pace
    from pooled
)

select * from final
