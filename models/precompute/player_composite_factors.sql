{%- set zones = ["paint", "mid_range", "three"] -%}
{%- set inputs = ["player_context", "team_context", "player_zones", "team_zones"] -%}
{%- set fatigue_steps = [
    ("days_rest = 1", -15),
    ("days_rest >= 3", 5),
    ("games_last_7_days >= 4", -10),
    ("minutes_last_7_days > 120", -10),
    ("avg_minutes_last_7_days > 35", -8),
    ("back_to_backs_last_14_days >= 2", -12),
    ("back_to_backs_last_14_days = 1", -5),
] -%}
{%- set weights = [
    ("shot_zone_mismatch_score", 0.3),
    ("pace_score", 0.3),
    ("usage_spike_score", 0.4),
] -%}

with

player_context as (
    select
        game_id,
        player_id,
        game_date,
        team,
        opponent,
        season_year,
        days_rest,
        games_last_7_days,
        minutes_last_7_days,
        avg_minutes_last_7_days,
        back_to_backs_last_14_days,
        usage_rate_last_10,
        projected_usage_rate,
        expected_games,
        found_games,
        completeness_pct as player_completeness_pct,
        quality_tier as player_context_tier,
        updated_at as player_context_updated_at
    from {{ ref("upcoming_player_game_context") }}
    where {{ read_scope(date="game_date", player="player_id", game="game_id") }}
),

team_context as (
    select
        game_id,
        team,
        pace_differential,
        completeness_pct,
        quality_tier,
        updated_at
    from {{ ref("upcoming_team_game_context") }}
    where {{ read_scope(date="game_date", game="game_id") }}
),

player_zones as (
    select
        game_id,
        player_id,
        primary_scoring_zone,
        paint_rate_last_10,
        mid_range_rate_last_10,
        three_rate_last_10,
        quality_tier,
        updated_at
    from {{ ref("player_shot_zone_analysis") }}
    where {{ read_scope(date="analysis_date", player="player_id", game="game_id") }}
),

team_zones as (
    select
        game_id,
        team,
        paint_vs_league_pp,
        mid_range_vs_league_pp,
        three_vs_league_pp,
        quality_tier,
        updated_at
    from {{ ref("team_defense_zone_analysis") }}
    where {{ read_scope(date="analysis_date", game="game_id") }}
),

joined as (
    select
        player_context.*,
        team_context.pace_differential,
        team_context.completeness_pct as team_completeness_pct,
        team_context.quality_tier as team_context_tier,
        team_context.updated_at as team_context_updated_at,
        player_zones.primary_scoring_zone,
        {%- for zone in zones %}
        player_zones.{{ zone }}_rate_last_10,
        team_zones.{{ zone }}_vs_league_pp,
        {%- endfor %}
        player_zones.quality_tier as player_zones_tier,
        player_zones.updated_at as player_zones_updated_at,
        team_zones.quality_tier as team_zones_tier,
        team_zones.updated_at as team_zones_updated_at
    from player_context
    left join team_context
        on player_context.game_id = team_context.game_id and player_context.team = team_context.team
    left join player_zones
        on player_context.game_id = player_zones.game_id and player_context.player_id = player_zones.player_id
    left join team_zones
        on player_context.game_id = team_zones.game_id and player_context.opponent = team_zones.team
),

raw_scores as (
    select
        *,
        100
        {%- for condition, points in fatigue_steps %}
        + case when {{ condition }} then {{ points }} else 0 end
        {%- endfor %} as raw_fatigue,
        case primary_scoring_zone
            {%- for zone in zones %}
            when '{{ zone }}'
                then {{ zone }}_vs_league_pp
                    * {{ clamp("{0}_rate_last_10 / 0.5".format(zone), 0, 1) }}
            {%- endfor %}
            when 'balanced'
                then {% for zone in zones -%}
                {{ zone }}_rate_last_10 * {{ zone }}_vs_league_pp{{ " + " if not loop.last }}
                {%- endfor %}
        end as raw_mismatch
    from joined
),

scores as (
    select
        *,
        cast({{ clamp("raw_fatigue", 0, 100) }} as int64) as fatigue_score,
        {{ round_value(clamp("raw_mismatch * case when abs(raw_mismatch) > 5 then 1.2 else 1 end", -10, 10)) }}
            as shot_zone_mismatch_score,
        {{ round_value(clamp("pace_differential / 2", -3, 3)) }} as pace_score,
        {{ round_value(clamp("30 * (projected_usage_rate - usage_rate_last_10)", -3, 3)) }} as usage_spike_score
    from raw_scores
),

adjusted as (
    select
        *,
        {{ round_value(safe_divide("fatigue_score - 100", "20")) }} as fatigue_adjustment,
        case
            when player_completeness_pct is not null and team_completeness_pct is not null
                then least(player_completeness_pct, team_completeness_pct)
        end as completeness_pct
    from scores
),

tiered as (
    select
        *,
        {{ round_value(
            "fatigue_adjustment"
            ~ " + 0.3 * coalesce(shot_zone_mismatch_score, 0)"
            ~ " + 0.3 * coalesce(pace_score, 0)"
            ~ " + 0.4 * coalesce(usage_spike_score, 0)"
        ) }} as total_composite_adjustment,
        case
            when
                pace_score is null
                or player_context_tier = 'unusable'
                or coalesce(team_context_tier, 'unusable') = 'unusable'
                or coalesce(completeness_pct, 0) < 0.9
                then 'unusable'
            when player_context_tier = 'bronze' or team_context_tier = 'bronze' or completeness_pct < 1 then 'bronze'
            when shot_zone_mismatch_score is null or usage_spike_score is null then 'silver'
            when coalesce(player_zones_tier, 'unusable') = 'unusable' then 'silver'
            when coalesce(team_zones_tier, 'unusable') = 'unusable' then 'silver'
            else 'gold'
        end as quality_tier,
        {{ string_array([
            "case when player_context_tier = 'unusable' then 'player_context_unusable' end",
            "case when team_context_tier is null then 'team_context_missing' end",
            "case when team_context_tier = 'unusable' then 'team_context_unusable' end",
            "case when coalesce(completeness_pct, 0) < 0.9 then 'incomplete_window' end",
            "case when completeness_pct >= 0.9 and completeness_pct < 1 then 'missing_games' end",
            "case when player_context_tier = 'bronze' or team_context_tier = 'bronze' then 'fallback_source' end",
            "case when player_zones_tier is null then 'player_zones_missing' end",
            "case when player_zones_tier = 'unusable' then 'player_zones_unusable' end",
            "case when team_zones_tier is null then 'team_zones_missing' end",
            "case when team_zones_tier = 'unusable' then 'team_zones_unusable' end",
            "case when shot_zone_mismatch_score is null then 'without_shot_zone_mismatch' end",
            "case when pace_score is null then 'without_pace' end",
            "case when usage_spike_score is null then 'without_usage_spike' end",
        ]) }} as quality_issues
    from adjusted
),

final as (
    select
        game_id,
        player_id,
        game_date,
        team,
        opponent,
        season_year,
        fatigue_score,
        fatigue_adjustment,
        shot_zone_mismatch_score,
        pace_score,
        usage_spike_score,
        total_composite_adjustment,
        'v1' as calculation_version,
        {%- for input in inputs %}
        {{ input }}_updated_at as source_{{ input }}_last_updated,
        cast(case when {{ input }}_tier is null then 0 else 1 end as int64) as source_{{ input }}_rows_found,
        cast(case when {{ input }}_tier is null then 0 else 1 end as {{ type_float64() }})
            as source_{{ input }}_completeness_pct,
        {%- endfor %}
        expected_games,
        found_games,
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
