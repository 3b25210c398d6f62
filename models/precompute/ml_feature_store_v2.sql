{%- set features = [
    (0, "points_avg_last_5", "daily_cache.points_avg_last_5"),
    (1, "points_avg_last_10", "daily_cache.points_avg_last_10"),
    (2, "points_avg_season", "daily_cache.points_avg_season"),
    (3, "points_std_last_10", "daily_cache.points_std_last_10"),
    (4, "games_in_last_7_days", "player_context.games_last_7_days"),
    (5, "fatigue_score", "composite.fatigue_score"),
    (6, "shot_zone_mismatch_score", "composite.shot_zone_mismatch_score"),
    (7, "pace_score", "composite.pace_score"),
    (8, "usage_spike_score", "composite.usage_spike_score"),
    (9, "rest_advantage", "team_context.rest_advantage"),
    (10, "injury_risk", "case player_context.injury_status when 'available' then 0 when 'probable' then 1
        when 'questionable' then 2 when 'doubtful' then 3 when 'out' then 3 end"),
    (11, "recent_trend", "case when daily_cache.recent_trend_raw >= 5 then 2 when daily_cache.recent_trend_raw >= 2 then 1
        when daily_cache.recent_trend_raw <= -5 then -2 when daily_cache.recent_trend_raw <= -2 then -1
        when daily_cache.recent_trend_raw is not null then 0 end"),
    (12, "minutes_change", "case when daily_cache.minutes_change >= 0.2 then 2 when daily_cache.minutes_change >= 0.1 then 1
        when daily_cache.minutes_change <= -0.2 then -2 when daily_cache.minutes_change <= -0.1 then -1
        when daily_cache.minutes_change is not null then 0 end"),
    (13, "opponent_def_rating", "team_zones.defensive_rating_last_15"),
    (14, "opponent_pace", "team_zones.pace_last_15"),
    (15, "home_away", "case when player_context.is_home then 1 else 0 end"),
    (16, "back_to_back", "case when player_context.is_back_to_back then 1 else 0 end"),
    (17, "playoff_game", "case when player_context.season_type in ('playoffs', 'play_in') then 1 else 0 end"),
    (18, "pct_paint", "player_zones.paint_rate_last_10"),
    (19, "pct_mid_range", "player_zones.mid_range_rate_last_10"),
    (20, "pct_three", "player_zones.three_rate_last_10"),
    (21, "pct_free_throw", "player_zones.ft_points_rate_last_10"),
    (22, "team_pace", "team_context.pace_last_10"),
    (23, "team_off_rating", "team_context.offensive_rating_last_10"),
    (24, "team_win_pct", "team_context.season_win_pct"),
    (25, "vegas_points_line", "player_context.current_points_line"),
    (26, "vegas_opening_line", "player_context.opening_points_line"),
    (27, "vegas_line_move", round_value("player_context.current_points_line - player_context.opening_points_line")),
    (28, "has_vegas_line", "case when player_context.has_prop_line then 1 else 0 end"),
    (29, "avg_points_vs_opponent", "daily_cache.points_avg_vs_opponent_365d"),
    (30, "games_vs_opponent", "daily_cache.games_vs_opponent_365d"),
    (31, "minutes_avg_last_10", "daily_cache.minutes_avg_last_10"),
    (32, "ppm_avg_last_10", "daily_cache.points_per_minute_last_10"),
    (33, "dnp_rate", "daily_cache.dnp_rate_last_10"),
    (34, "pts_slope_10g", "daily_cache.points_slope_last_10"),
    (35, "pts_vs_season_zscore", "daily_cache.pts_vs_season_zscore"),
    (37, "star_teammates_out", "player_context.star_teammates_out"),
    (38, "game_total_line", "team_context.game_total"),
    (39, "days_rest", "case when player_context.days_rest > 10 then 10 else player_context.days_rest end"),
    (40, "minutes_load_last_7d", "player_context.minutes_last_7_days"),
    (41, "spread_magnitude", "abs(team_context.team_spread)"),
    (42, "implied_team_total", "team_context.implied_team_total"),
    (43, "points_avg_last_3", "daily_cache.points_avg_last_3"),
    (46, "consecutive_games_below_avg", "daily_cache.games_below_season_avg_streak"),
    (47, "teammate_usage_out", "player_context.vacated_usage_rate"),
    (48, "usage_rate_last_5", "daily_cache.usage_rate_last_5"),
    (49, "games_since_structural_change", "daily_cache.games_since_change"),
    (50, "multi_book_line_std", "player_context.line_std_across_books"),
    (51, "prop_over_streak", "player_context.prop_over_streak"),
    (52, "prop_under_streak", "player_context.prop_under_streak"),
    (54, "prop_line_delta", round_value("player_context.current_points_line - player_context.previous_line")),
    (55, "over_rate_last_10", "player_context.over_rate_last_10_lines"),
    (56, "margin_vs_line_avg_last_5", "player_context.line_margin_avg_last_5"),
    (57, "blowout_minutes_risk", "team_context.blowout_rate_last_10"),
    (58, "minutes_volatility_last_10", "daily_cache.minutes_std_last_10"),
    (59, "opponent_pace_mismatch", "team_context.pace_differential"),
] -%}
{%- set inputs = ["daily_cache", "composite", "player_zones", "team_zones", "player_context", "team_context"] -%}
{%- set required_inputs = ["daily_cache", "composite", "team_zones", "player_context", "team_context"] -%}

{%- set columns = [] -%}
{%- set digested = {} -%}
{%- for id, name, expression in features -%}
    {%- set column = "f%02d_%s" | format(id, name) -%}
    {%- do columns.append(column) -%}
    {%- do digested.update({column: "float64"}) -%}
{%- endfor -%}
{%- do digested.update({"league_def_rating": "float64"}) -%}
{%- set issues = [] -%}
{%- for input in required_inputs -%}
    {%- do issues.append("case when " ~ input ~ "_tier is null then '" ~ input ~ "_missing' end") -%}
    {%- do issues.append("case when " ~ input ~ "_tier = 'unusable' then '" ~ input ~ "_unusable' end") -%}
    {%- do issues.append("case when " ~ input ~ "_tier = 'bronze' then '" ~ input ~ "_bronze' end") -%}
{%- endfor %}

with

player_context as (
    select
        game_id,
        player_id,
        game_date,
        team,
        opponent,
        is_home,
        season_year,
        season_type,
        tip_off_utc,
        as_of,
        games_last_7_days,
        minutes_last_7_days,
        days_rest,
        is_back_to_back,
        injury_status,
        star_teammates_out,
        vacated_usage_rate,
        has_prop_line,
        current_points_line,
        opening_points_line,
        previous_line,
        line_std_across_books,
        prop_over_streak,
        prop_under_streak,
        over_rate_last_10_lines,
        line_margin_avg_last_5,
        quality_tier,
        updated_at
    from {{ ref("upcoming_player_game_context") }}
    where {{ read_scope(date="game_date", player="player_id", game="game_id") }}
),

team_context as (
    select
        game_id,
        team,
        rest_advantage,
        pace_last_10,
        offensive_rating_last_10,
        season_win_pct,
        game_total,
        team_spread,
        implied_team_total,
        blowout_rate_last_10,
        pace_differential,
        quality_tier,
        updated_at
    from {{ ref("upcoming_team_game_context") }}
    where {{ read_scope(date="game_date", game="game_id") }}
),

daily_cache as (
    select
        game_id,
        player_id,
        points_avg_last_3,
        points_avg_last_5,
        points_avg_last_10,
        points_avg_season,
        points_std_last_10,
        points_slope_last_10,
        minutes_avg_last_10,
        minutes_std_last_10,
        points_per_minute_last_10,
        usage_rate_last_5,
        recent_trend_raw,
        games_below_season_avg_streak,
        points_avg_vs_opponent_365d,
        games_vs_opponent_365d,
        dnp_rate_last_10,
        games_since_change,
        player_10_games_found,
        player_10_games_expected,
        player_10_window_start,
        {{ round_ratio(safe_divide("minutes_avg_last_10 - minutes_avg_season", "minutes_avg_season")) }} as minutes_change,
        {{ round_value(safe_divide("points_avg_last_5 - points_avg_season", "points_std_season")) }}
            as pts_vs_season_zscore,
        quality_tier,
        updated_at
    from {{ ref("player_daily_cache") }}
    where {{ read_scope(date="analysis_date", player="player_id", game="game_id") }}
),

composite as (
    select
        game_id,
        player_id,
        fatigue_score,
        shot_zone_mismatch_score,
        pace_score,
        usage_spike_score,
        quality_tier,
        updated_at
    from {{ ref("player_composite_factors") }}
    where {{ read_scope(date="game_date", player="player_id", game="game_id") }}
),

player_zones as (
    select
        game_id,
        player_id,
        paint_rate_last_10,
        mid_range_rate_last_10,
        three_rate_last_10,
        ft_points_rate_last_10,
        quality_tier,
        updated_at
    from {{ ref("player_shot_zone_analysis") }}
    where {{ read_scope(date="analysis_date", player="player_id", game="game_id") }}
),

team_zones as (
    select
        game_id,
        team,
        defensive_rating_last_15,
        pace_last_15,
        league_def_rating,
        quality_tier,
        updated_at
    from {{ ref("team_defense_zone_analysis") }}
    where {{ read_scope(date="analysis_date", game="game_id") }}
),

registry as (
    select
        feature_id,
        row_number() over (order by feature_id) as feature_position,
        {{ adapter.quote("column") }} as feature_column,
        is_required,
        min_value,
        max_value
    from {{ ref("feature_registry") }}
    where is_v1
),

features as (
    select
        player_context.game_date,
        player_context.player_id,
        player_context.game_id,
        player_context.team,
        player_context.opponent,
        player_context.is_home,
        player_context.season_year,
        player_context.tip_off_utc,
        player_context.as_of,
        {%- for id, name, expression in features %}
        cast({{ expression }} as {{ type_float64() }}) as {{ columns[loop.index0] }},
        {%- endfor %}
        team_zones.league_def_rating,
        {%- for input in inputs %}
        {{ input }}.quality_tier as {{ input }}_tier,
        {{ input }}.updated_at as {{ input }}_updated_at,
        {%- endfor %}
        coalesce(daily_cache.player_10_games_found, 0) as player_10_games_found,
        coalesce(daily_cache.player_10_games_expected, 0) as player_10_games_expected,
        daily_cache.player_10_window_start
    from player_context
    left join team_context
        on player_context.game_id = team_context.game_id and player_context.team = team_context.team
    left join daily_cache
        on player_context.game_id = daily_cache.game_id and player_context.player_id = daily_cache.player_id
    left join composite
        on player_context.game_id = composite.game_id and player_context.player_id = composite.player_id
    left join player_zones
        on player_context.game_id = player_zones.game_id and player_context.player_id = player_zones.player_id
    left join team_zones
        on player_context.game_id = team_zones.game_id and player_context.opponent = team_zones.team
),

marked as (
    select
        *,
        concat(
            {%- for column in columns %}
            case when {{ column }} is null then '1' else '0' end{{ "," if not loop.last }}
            {%- endfor %}
        ) as missing_marks
    from features
),

-- the few patterns of missing features, spelled out once each
missing_patterns as (
    select distinct missing_marks
    from marked
),

missing as (
    select
        missing_patterns.missing_marks,
        count(*) as missing_count,
        string_agg(
            case when registry.is_required then registry.feature_column end, ',' order by registry.feature_id
        ) as missing_required,
        string_agg(
            case when not registry.is_required then registry.feature_column end, ',' order by registry.feature_id
        ) as missing_optional
    from missing_patterns
    cross join registry
    where substr(missing_patterns.missing_marks, registry.feature_position, 1) = '1'
    group by missing_patterns.missing_marks
),

valued as (
    select
        features.game_id,
        features.player_id,
        registry.feature_id,
        registry.feature_column,
        registry.min_value,
        registry.max_value,
        case registry.feature_id
            {%- for id, name, expression in features %}
            when {{ id }} then features.{{ columns[loop.index0] }}
            {%- endfor %}
        end as feature_value
    from features
    cross join registry
),

out_of_range as (
    select
        game_id,
        player_id,
        string_agg('out_of_range:' || feature_column, ',' order by feature_id) as range_issues
    from valued
    where feature_value < min_value or feature_value > max_value
    group by game_id, player_id
),

checked as (
    select
        marked.*,
        {{ columns | length }} - coalesce(missing.missing_count, 0) as feature_count,
        missing.missing_required,
        missing.missing_optional,
        out_of_range.range_issues,
        {{ round_ratio(safe_divide("marked.player_10_games_found", "marked.player_10_games_expected")) }} as completeness_pct
    from marked
    left join missing
        on marked.missing_marks = missing.missing_marks
    left join out_of_range
        on marked.game_id = out_of_range.game_id and marked.player_id = out_of_range.player_id
),

tiered as (
    select
        *,
        case
            when
                missing_required is not null
                or range_issues is not null
                or coalesce(completeness_pct, 0) < 0.9
                {%- for input in required_inputs %}
                or coalesce({{ input }}_tier, 'unusable') = 'unusable'
                {%- endfor %}
                then 'unusable'
            when
                completeness_pct < 1
                {%- for input in required_inputs %}
                or {{ input }}_tier = 'bronze'
                {%- endfor %}
                then 'bronze'
            when missing_optional is not null or coalesce(player_zones_tier, 'unusable') = 'unusable' then 'silver'
            else 'gold'
        end as quality_tier
    from checked
),

final as (
    select
        game_date,
        player_id,
        'v1' as feature_version,
        game_id,
        team,
        opponent,
        is_home,
        season_year,
        tip_off_utc,
        as_of,
        {%- for column in columns %}
        {{ column }},
        {%- endfor %}
        league_def_rating,
        feature_count,
        {{ split_text("missing_required") }} as missing_required,
        {{ split_text("missing_optional") }} as missing_optional,
        {{ round_ratio(safe_divide("feature_count", columns | length)) }} as feature_coverage,
        {{ digest(digested) }} as features_digest,
        player_10_games_found,
        player_10_games_expected,
        player_10_window_start,
        {%- for input in inputs %}
        {{ input }}_updated_at as source_{{ input }}_last_updated,
        cast(case when {{ input }}_tier is null then 0 else 1 end as int64) as source_{{ input }}_rows_found,
        cast(case when {{ input }}_tier is null then 0 else 1 end as {{ type_float64() }})
            as source_{{ input }}_completeness_pct,
        {%- endfor %}
        player_10_games_expected as expected_games,
        player_10_games_found as found_games,
        completeness_pct,
        quality_tier != 'unusable' as is_production_ready,
        quality_tier,
        array_concat(
            {{ split_text("range_issues") }},
            {{ string_array(issues + [
                "case when missing_required is not null then 'missing_required' end",
                "case when missing_optional is not null then 'missing_optional' end",
                "case when coalesce(completeness_pct, 0) < 0.9 then 'incomplete_window' end",
                "case when completeness_pct >= 0.9 and completeness_pct < 1 then 'missing_games' end",
                "case when player_zones_tier is null then 'player_zones_missing' end",
                "case when player_zones_tier = 'unusable' then 'player_zones_unusable' end",
            ]) }}
        ) as quality_issues
    from tiered
    where {{ write_scope() }}
)

-- features_digest already stands for the feature columns
select
    *,
    {{ row_columns(omit=columns) }}
from final
