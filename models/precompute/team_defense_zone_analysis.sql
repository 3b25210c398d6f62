{%- set zones = ["paint", "mid_range", "three"] -%}
{%- set shot_zones = ["paint", "mid_range"] -%}
{%- set sums = [
    "opp_paint_makes", "opp_paint_attempts", "opp_mid_range_makes", "opp_mid_range_attempts", "opp_three_makes",
    "opp_three_attempts", "paint_blocks", "mid_range_blocks", "three_blocks", "points_allowed",
    "points_in_paint_allowed", "possession_units", "game_minutes",
] -%}
{%- set bounds = [
    ("paint_pct_allowed_last_15", 0.40, 0.75),
    ("mid_range_pct_allowed_last_15", 0.15, 0.70),
    ("three_pct_allowed_last_15", 0.20, 0.55),
    ("defensive_rating_last_15", 85, 130),
] -%}
{%- set out_of_range = [] -%}
{%- for column, lower, upper in bounds -%}
    {%- do out_of_range.append(
        "case when " ~ column ~ " not between " ~ lower ~ " and " ~ upper ~ " then 'out_of_range:" ~ column ~ "' end"
    ) -%}
{%- endfor -%}

with

team_context as (
    select
        game_id,
        team,
        game_date as analysis_date,
        season_year
    from {{ ref("upcoming_team_game_context") }}
    where {{ read_scope(date="game_date", team="team") }}
),

schedule as (
    select
        game_id,
        team,
        game_date,
        season_year,
        first_regular_date,
        is_final and counts_in_windows as enters_windows
    from {{ ref("int_schedule_spine") }}
    where {{ read_scope(date="game_date", team="team", lookback_days=300) }}
),

team_defense as (
    select
        game_id,
        team,
        opp_paint_makes,
        opp_paint_attempts,
        opp_mid_range_makes,
        opp_mid_range_attempts,
        opp_three_makes,
        opp_three_attempts,
        paint_blocks,
        mid_range_blocks,
        three_blocks,
        points_allowed,
        points_in_paint_allowed,
        case when has_shot_zones then 1 else 0 end as games_with_zones,
        case when quality_tier = 'bronze' then 1 else 0 end as fallback_games,
        {{ as_units("possessions", 10000) }} as possession_units,
        48 + 5 * overtime_periods as game_minutes,
        updated_at
    from {{ ref("team_defense_game_summary") }}
    where {{ read_scope(date="game_date", team="team", lookback_days=300) }} and is_production_ready
),

league_baseline as (
    select * from {{ ref("int_league_baseline") }}
    where {{ read_scope(date="analysis_date") }}
),

seasons as (
    select
        season_year,
        min(first_regular_date) as first_regular_date
    from schedule
    group by season_year
),

-- one row per final game of the schedule, so that a game without a box is a hole and not a longer window
windows as (
    select
        schedule.team,
        schedule.season_year,
        schedule.game_date,
        lead(schedule.game_date) over team_games as next_game_date,
        min(schedule.game_date) over last_15 as window_start,
        count(*) over last_15 as games_expected,
        count(team_defense.game_id) over last_15 as games_found,
        cast(sum(team_defense.games_with_zones) over last_15 as int64) as games_with_zones,
        cast(sum(team_defense.fallback_games) over last_15 as int64) as fallback_games,
        count(team_defense.paint_blocks) over last_15 as games_with_paint_blocks,
        count(team_defense.mid_range_blocks) over last_15 as games_with_mid_range_blocks,
        count(team_defense.three_blocks) over last_15 as games_with_three_blocks,
        count(team_defense.points_in_paint_allowed) over last_15 as games_with_points_in_paint,
        {%- for sum in sums %}
        cast(sum(team_defense.{{ sum }}) over last_15 as int64) as {{ sum }},
        {%- endfor %}
        max(team_defense.updated_at) over last_15 as updated_at
    from schedule
    left join team_defense
        on schedule.game_id = team_defense.game_id and schedule.team = team_defense.team
    where schedule.enters_windows
    window
        team_games as (partition by schedule.team, schedule.season_year order by schedule.game_date, schedule.game_id),
        last_15 as (
            partition by schedule.team, schedule.season_year
            order by schedule.game_date, schedule.game_id
            rows between 14 preceding and current row
        )
),

measured as (
    select
        team_context.analysis_date,
        team_context.team,
        team_context.game_id,
        team_context.season_year,
        {%- for zone in shot_zones %}
        case
            when windows.games_with_zones = windows.games_found
                then {{ round_ratio(safe_divide("windows.opp_" ~ zone ~ "_makes", "windows.opp_" ~ zone ~ "_attempts")) }}
        end as {{ zone }}_pct_allowed_last_15,
        case
            when windows.games_with_zones = windows.games_found
                then {{ round_value(safe_divide("windows.opp_" ~ zone ~ "_attempts", "windows.games_found")) }}
        end as {{ zone }}_attempts_allowed_per_game,
        {%- endfor %}
        {{ round_ratio(safe_divide("windows.opp_three_makes", "windows.opp_three_attempts")) }} as three_pct_allowed_last_15,
        {{ round_value(safe_divide("windows.opp_three_attempts", "windows.games_found")) }} as three_attempts_allowed_per_game,
        {%- for zone in zones %}
        case
            when windows.games_with_{{ zone }}_blocks = windows.games_found
                then {{ round_value(safe_divide("windows." ~ zone ~ "_blocks", "windows.games_found")) }}
        end as {{ zone }}_blocks_per_game,
        {%- endfor %}
        {{ round_value(safe_divide("windows.points_allowed", "windows.games_found")) }} as points_allowed_per_game,
        case
            when windows.games_with_points_in_paint = windows.games_found
                then {{ round_value(safe_divide("windows.points_in_paint_allowed", "windows.games_found")) }}
        end as paint_points_allowed_per_game,
        {{ round_value(safe_divide("1000000 * windows.points_allowed", "windows.possession_units")) }}
            as defensive_rating_last_15,
        {{ round_value(safe_divide("48 * windows.possession_units", "10000 * windows.game_minutes")) }} as pace_last_15,
        league_baseline.league_paint_pct,
        league_baseline.league_mid_range_pct,
        league_baseline.league_three_pct,
        league_baseline.league_def_rating,
        league_baseline.league_pace,
        coalesce(league_baseline.teams_with_games, 0) as league_teams,
        coalesce(windows.games_found, 0) as team_15_games_found,
        coalesce(windows.games_expected, 0) as team_15_games_expected,
        windows.window_start as team_15_window_start,
        windows.updated_at as source_team_defense_last_updated,
        coalesce(windows.fallback_games, 0) as fallback_games,
        {{ days_between("seasons.first_regular_date", "team_context.analysis_date") }} as season_day
    from team_context
    left join seasons
        on team_context.season_year = seasons.season_year
    left join windows
        on
            team_context.team = windows.team
            and team_context.season_year = windows.season_year
            and team_context.analysis_date > windows.game_date
            and (windows.next_game_date is null or team_context.analysis_date <= windows.next_game_date)
    left join league_baseline
        on
            team_context.analysis_date = league_baseline.analysis_date
            and team_context.season_year = league_baseline.season_year
),

compared as (
    select
        *,
        {%- for zone in zones %}
        {{ round_value("100 * (" ~ zone ~ "_pct_allowed_last_15 - league_" ~ zone ~ "_pct)") }} as {{ zone }}_vs_league_pp,
        {%- endfor %}
        {{ round_ratio(safe_divide("team_15_games_found", "team_15_games_expected")) }} as completeness_pct,
        season_day is null or season_day < {{ bootstrap_days() }} as is_bootstrap,
        team_15_games_found < {{ minimum_window_games("coalesce(season_day, 0)", 10) }} as is_below_minimum,
        league_teams < 25 as is_league_thin,
        {%- for column, lower, upper in bounds %}
        {{ column }} not between {{ lower }} and {{ upper }}{{ " or" if not loop.last }}
        {%- endfor %} as is_out_of_range
    from measured
),

judged as (
    select
        *,
        case
            when paint_vs_league_pp is null or mid_range_vs_league_pp is null or three_vs_league_pp is null then null
            when paint_vs_league_pp <= three_vs_league_pp and paint_vs_league_pp <= mid_range_vs_league_pp then 'paint'
            when three_vs_league_pp <= mid_range_vs_league_pp then 'three'
            else 'mid_range'
        end as strongest_zone,
        case
            when paint_vs_league_pp is null or mid_range_vs_league_pp is null or three_vs_league_pp is null then null
            when paint_vs_league_pp >= three_vs_league_pp and paint_vs_league_pp >= mid_range_vs_league_pp then 'paint'
            when three_vs_league_pp >= mid_range_vs_league_pp then 'three'
            else 'mid_range'
        end as weakest_zone,
        defensive_rating_last_15 is null
        or pace_last_15 is null
        or three_pct_allowed_last_15 is null
        or league_def_rating is null as is_critical_missing,
        paint_vs_league_pp is null or mid_range_vs_league_pp is null as is_zones_missing,
        coalesce(completeness_pct, 0) < 0.9 as is_incomplete
    from compared
),

tiered as (
    select
        *,
        case
            when
                is_bootstrap
                or is_below_minimum
                or is_incomplete
                or is_league_thin
                or coalesce(is_out_of_range, false)
                or is_critical_missing
                then 'unusable'
            when fallback_games > 0 or completeness_pct < 1 then 'bronze'
            when is_zones_missing then 'silver'
            else 'gold'
        end as quality_tier,
        {{ string_array([
            "case when is_bootstrap then 'bootstrap' end",
            "case when is_below_minimum then 'below_minimum_games' end",
            "case when is_incomplete then 'incomplete_window' end",
            "case when not is_incomplete and completeness_pct < 1 then 'missing_games' end",
            "case when is_league_thin then 'league_baseline_thin' end",
            "case when is_critical_missing then 'critical_value_missing' end",
            "case when fallback_games > 0 then 'fallback_source' end",
            "case when is_zones_missing then 'zones_missing' end",
        ] + out_of_range) }} as quality_issues
    from judged
),

final as (
    select
        analysis_date,
        team,
        game_id,
        season_year,
        {%- for zone in zones %}
        {{ zone }}_pct_allowed_last_15,
        {{ zone }}_attempts_allowed_per_game,
        {{ zone }}_blocks_per_game,
        {{ zone }}_vs_league_pp,
        {%- endfor %}
        points_allowed_per_game,
        paint_points_allowed_per_game,
        defensive_rating_last_15,
        pace_last_15,
        strongest_zone,
        weakest_zone,
        league_def_rating,
        league_pace,
        team_15_games_found,
        team_15_games_expected,
        team_15_window_start,
        source_team_defense_last_updated,
        team_15_games_found as source_team_defense_rows_found,
        completeness_pct as source_team_defense_completeness_pct,
        team_15_games_expected as expected_games,
        team_15_games_found as found_games,
        completeness_pct,
        quality_tier != 'unusable' as is_production_ready,
        quality_tier,
        quality_issues
    from tiered
    where {{ write_scope() }}
)

select
    *,
    {{ row_columns() }}
from final
