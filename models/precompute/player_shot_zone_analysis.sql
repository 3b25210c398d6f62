{%- set zones = ["paint", "mid_range", "three"] -%}
{%- set sums = [
    "paint_attempts", "paint_makes", "mid_range_attempts", "mid_range_makes", "three_attempts", "three_makes",
    "fg_attempts", "ft_makes", "points", "assisted_makes", "unassisted_makes",
] -%}

with

player_context as (
    select
        game_id,
        player_id,
        game_date as analysis_date,
        team,
        season_year,
        position
    from {{ ref("upcoming_player_game_context") }}
    where {{ read_scope(date="game_date", player="player_id") }}
),

player_game as (
    select
        game_id,
        player_id,
        game_date,
        season_year,
        paint_attempts,
        paint_makes,
        mid_range_attempts,
        mid_range_makes,
        three_attempts,
        three_makes,
        fg_attempts,
        ft_makes,
        points,
        assisted_makes,
        unassisted_makes,
        -- a game without an attempt hides nothing
        case when has_shot_zones or fg_attempts = 0 then 1 else 0 end as games_with_zones,
        case when assisted_makes is not null or fg_makes = 0 then 1 else 0 end as games_with_assists,
        case when quality_tier in ('bronze', 'unusable') then 1 else 0 end as fallback_games,
        updated_at
    from {{ ref("player_game_summary") }}
    where
        {{ read_scope(date="game_date", player="player_id", lookback_days=300) }}
        and season_type not in ('preseason', 'all_star')
        and not is_dnp
),

population_listings as (
    select
        player_id,
        season_year,
        game_date,
        game_id,
        team
    from {{ ref("upcoming_player_game_context") }}
    where {{ read_scope(date="game_date", player="player_id", lookback_days=300) }}
),

box_listings as (
    select
        player_id,
        season_year,
        game_date,
        game_id,
        team
    from {{ ref("player_game_summary") }}
    where {{ read_scope(date="game_date", player="player_id", lookback_days=300) }} and season_type != 'all_star'
),

team_missing_game as (
    select * from {{ ref("int_team_missing_game") }}
    where {{ read_scope(date="game_date", lookback_days=300) }}
),

schedule as (
    select
        season_year,
        first_regular_date
    from {{ ref("int_schedule_spine") }}
    where {{ read_scope(date="game_date") }}
),

stints as ({{ player_stints("population_listings", "box_listings") }}),

-- final games of his team of the day that lack a box score
missing_game as (
    select
        stints.player_id,
        team_missing_game.season_year,
        team_missing_game.game_id,
        team_missing_game.game_date
    from team_missing_game
    inner join stints
        on
            team_missing_game.season_year = stints.season_year
            and team_missing_game.team = stints.team
            and team_missing_game.game_date >= stints.since_date
            and (stints.until_date is null or team_missing_game.game_date < stints.until_date)
),

seasons as (
    select
        season_year,
        min(first_regular_date) as first_regular_date
    from schedule
    group by season_year
),

windows as (
    select
        player_id,
        season_year,
        game_date,
        lead(game_date) over played as next_game_date,
        count(*) over last_10 as found_10,
        count(*) over last_20 as found_20,
        min(game_date) over last_10 as start_10,
        min(game_date) over last_20 as start_20,
        cast(sum(games_with_zones) over last_10 as int64) as games_with_zones_10,
        cast(sum(games_with_zones) over last_20 as int64) as games_with_zones_20,
        cast(sum(fallback_games) over last_10 as int64) as fallback_games,
        cast(sum(games_with_assists) over last_10 as int64) as games_with_assists,
        {%- for sum in sums %}
        cast(sum({{ sum }}) over last_10 as int64) as {{ sum }},
        {%- endfor %}
        cast(sum(paint_attempts) over last_20 as int64) as paint_attempts_20,
        cast(sum(paint_makes) over last_20 as int64) as paint_makes_20,
        cast(sum(fg_attempts) over last_20 as int64) as fg_attempts_20,
        max(updated_at) over last_20 as updated_at
    from player_game
    where season_year in (select season_year from player_context)
    window
        played as (partition by player_id, season_year order by game_date, game_id),
        last_10 as (
            partition by player_id, season_year
            order by game_date, game_id
            rows between 9 preceding and current row
        ),
        last_20 as (
            partition by player_id, season_year
            order by game_date, game_id
            rows between 19 preceding and current row
        )
),

ahead as (
    select
        player_context.analysis_date,
        player_context.player_id,
        player_context.game_id,
        player_context.team,
        player_context.season_year,
        player_context.position,
        coalesce(windows.found_10, 0) as found_10,
        coalesce(windows.found_20, 0) as found_20,
        windows.start_10,
        windows.start_20,
        coalesce(windows.start_10, seasons.first_regular_date) as missing_since_10,
        coalesce(windows.start_20, seasons.first_regular_date) as missing_since_20,
        windows.games_with_zones_10 = windows.found_10 as has_zones_10,
        windows.games_with_zones_20 = windows.found_20 and windows.found_20 >= 15 as has_zones_20,
        windows.games_with_assists = windows.found_10 as has_assists,
        coalesce(windows.fallback_games, 0) as fallback_games,
        {%- for sum in sums %}
        windows.{{ sum }},
        {%- endfor %}
        windows.paint_attempts_20,
        windows.paint_makes_20,
        windows.fg_attempts_20,
        windows.updated_at,
        {{ days_between("seasons.first_regular_date", "player_context.analysis_date") }} as season_day
    from player_context
    left join seasons
        on player_context.season_year = seasons.season_year
    left join windows
        on
            player_context.player_id = windows.player_id
            and player_context.season_year = windows.season_year
            and player_context.analysis_date > windows.game_date
            and (windows.next_game_date is null or player_context.analysis_date <= windows.next_game_date)
),

missing as (
    select
        ahead.game_id,
        ahead.player_id,
        cast(sum(case when missing_game.game_date >= ahead.missing_since_10 then 1 else 0 end) as int64) as missing_10,
        cast(sum(case when missing_game.game_date >= ahead.missing_since_20 then 1 else 0 end) as int64) as missing_20
    from ahead
    inner join missing_game
        on
            ahead.player_id = missing_game.player_id
            and ahead.season_year = missing_game.season_year
            and ahead.analysis_date > missing_game.game_date
    group by ahead.game_id, ahead.player_id
),

measured as (
    select
        ahead.*,
        coalesce(ahead.fg_attempts, 0) >= 20 as has_attempts,
        ahead.found_10 + coalesce(missing.missing_10, 0) as expected_10,
        ahead.found_20 + coalesce(missing.missing_20, 0) as expected_20
    from ahead
    left join missing
        on ahead.game_id = missing.game_id and ahead.player_id = missing.player_id
),

rated as (
    select
        *,
        {%- for zone in zones %}
        {%- set known = "has_attempts" if zone == "three" else "has_attempts and has_zones_10" %}
        case
            when {{ known }} then {{ round_ratio(safe_divide(zone ~ "_attempts", "fg_attempts")) }}
        end as {{ zone }}_rate_last_10,
        {%- endfor %}
        case
            when has_zones_10 then {{ round_ratio(safe_divide("paint_makes", "paint_attempts")) }}
        end as paint_pct_last_10,
        case
            when has_zones_10 then {{ round_ratio(safe_divide("mid_range_makes", "mid_range_attempts")) }}
        end as mid_range_pct_last_10,
        {{ round_ratio(safe_divide("three_makes", "three_attempts")) }} as three_pct_last_10,
        case
            when has_zones_10 then {{ round_value(safe_divide("paint_attempts", "found_10")) }}
        end as paint_attempts_per_game_last_10,
        case
            when has_zones_10 then {{ round_value(safe_divide("mid_range_attempts", "found_10")) }}
        end as mid_range_attempts_per_game_last_10,
        {{ round_value(safe_divide("three_attempts", "found_10")) }} as three_attempts_per_game_last_10,
        case
            when has_zones_20 and has_attempts then {{ round_ratio(safe_divide("paint_attempts_20", "fg_attempts_20")) }}
        end as paint_rate_last_20,
        case
            when has_zones_20 then {{ round_ratio(safe_divide("paint_makes_20", "paint_attempts_20")) }}
        end as paint_pct_last_20,
        case
            when has_assists and has_attempts
                then {{ round_ratio(safe_divide("assisted_makes", "(assisted_makes + unassisted_makes)")) }}
        end as assisted_rate_last_10,
        case
            when has_assists and has_attempts
                then {{ round_ratio(safe_divide("unassisted_makes", "(assisted_makes + unassisted_makes)")) }}
        end as unassisted_rate_last_10,
        case
            when has_attempts then {{ round_ratio(safe_divide("ft_makes", "points")) }}
        end as ft_points_rate_last_10,
        case
            when found_10 = 0 and expected_10 = 0 then null
            else least(
                {{ round_ratio(safe_divide("found_10", "expected_10")) }},
                {{ round_ratio(safe_divide("found_20", "expected_20")) }}
            )
        end as completeness_pct,
        season_day is null or season_day < {{ bootstrap_days() }} as is_bootstrap,
        found_10 < {{ minimum_window_games("coalesce(season_day, 0)", 10) }} as is_below_minimum
    from measured
),

judged as (
    select
        *,
        case
            when paint_rate_last_10 is null or mid_range_rate_last_10 is null or three_rate_last_10 is null then null
            when paint_rate_last_10 >= three_rate_last_10 and paint_rate_last_10 >= mid_range_rate_last_10
                then case when paint_rate_last_10 >= 0.40 then 'paint' else 'balanced' end
            when three_rate_last_10 >= mid_range_rate_last_10
                then case when three_rate_last_10 >= 0.40 then 'three' else 'balanced' end
            when mid_range_rate_last_10 >= 0.35 then 'mid_range'
            else 'balanced'
        end as primary_scoring_zone,
        coalesce(completeness_pct, 0) < 0.9 as is_incomplete,
        paint_rate_last_10 is null as is_zones_missing,
        assisted_rate_last_10 is null as is_assists_missing
    from rated
),

tiered as (
    select
        *,
        case
            when is_bootstrap or is_below_minimum or is_incomplete or not has_attempts then 'unusable'
            when fallback_games > 0 or completeness_pct < 1 then 'bronze'
            when is_zones_missing or is_assists_missing then 'silver'
            else 'gold'
        end as quality_tier,
        {{ string_array([
            "case when is_bootstrap then 'bootstrap' end",
            "case when is_below_minimum then 'below_minimum_games' end",
            "case when not has_attempts then 'below_minimum_attempts' end",
            "case when is_incomplete then 'incomplete_window' end",
            "case when not is_incomplete and completeness_pct < 1 then 'missing_games' end",
            "case when fallback_games > 0 then 'fallback_source' end",
            "case when has_attempts and is_zones_missing then 'zones_missing' end",
            "case when has_attempts and is_assists_missing then 'assists_missing' end",
        ]) }} as quality_issues
    from judged
),

final as (
    select
        analysis_date,
        player_id,
        game_id,
        team,
        season_year,
        {%- for zone in zones %}
        {{ zone }}_rate_last_10,
        {{ zone }}_pct_last_10,
        {{ zone }}_attempts_per_game_last_10,
        {%- endfor %}
        paint_rate_last_20,
        paint_pct_last_20,
        fg_attempts as total_attempts_last_10,
        assisted_rate_last_10,
        unassisted_rate_last_10,
        ft_points_rate_last_10,
        primary_scoring_zone,
        position,
        found_10 as player_10_games_found,
        expected_10 as player_10_games_expected,
        start_10 as player_10_window_start,
        found_20 as player_20_games_found,
        expected_20 as player_20_games_expected,
        start_20 as player_20_window_start,
        updated_at as source_player_game_last_updated,
        found_20 as source_player_game_rows_found,
        {{ round_ratio(safe_divide("found_20", "expected_20")) }} as source_player_game_completeness_pct,
        expected_10 as expected_games,
        found_10 as found_games,
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
